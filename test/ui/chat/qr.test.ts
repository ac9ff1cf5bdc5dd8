// Tests the QR code of an invite: the drawing has exactly the modules that the encoder made, with a white rim, in every theme.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "uqr";
import { qrRows } from "../../../src/ui/chat/qr.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";

const invite = `rt://${"abcdefghij".repeat(15)}`;
const glyphs: Readonly<Record<string, readonly [boolean, boolean]>> = {
	" ": [false, false],
	"▀": [true, false],
	"▄": [false, true],
	"█": [true, true],
};

/** Reads the drawing back: which modules are dark, row by row. */
function inkOf(rows: readonly string[]): readonly (readonly boolean[])[] {
	return rows.flatMap((row) => {
		const halves = [...row.replaceAll(/\u001B\[[\d;]*m/g, "")].map((glyph) => glyphs[glyph]!);
		return [halves.map(([upper]) => upper), halves.map(([, lower]) => lower)];
	});
}

for (const [name, env] of [
	["with colours dark modules are inked", {}],
	["without colours light ones are", { NO_COLOR: "1" }],
] as const) {
	test(name, () => {
		const { rows, width } = qrRows(invite, themeFor(env));
		const { data, size } = encode(invite, { ecc: "L", border: 2 });
		const isInkDark = !("NO_COLOR" in env);
		assert.equal(width, size);
		const ink = inkOf(rows);
		assert.deepEqual(
			ink.slice(0, size),
			data.map((row) => row.map((isDark) => isDark === isInkDark)),
		);
		assert.ok(data[0]?.every((isDark) => !isDark) && data[1]?.every((isDark) => !isDark), "a rim of two");
	});
}
