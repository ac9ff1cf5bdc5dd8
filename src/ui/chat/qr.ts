// Draws a QR code (ISO/IEC 18004) in a terminal: two modules in each character, one above the other.
import { encode } from "uqr";
import type { Theme } from "../look/theme.ts";

/** The quiet zone, in modules. The standard asks for 4; 2 are enough for phones and leave more room, and the screen around is mostly empty. */
const borderModules = 2;

/** Painted rows, all of one width in columns. `text` must fit in a QR code: 2,900 characters. */
export function qrRows(text: string, theme: Theme): { readonly rows: readonly string[]; readonly width: number } {
	const { data, size } = encode(text, { ecc: "L", border: borderModules });
	const rows = Array.from({ length: Math.ceil(size / 2) }, (_, half) => {
		const upper = data[half * 2] ?? [];
		// Below the last row of an odd number is more border.
		const lower = data[half * 2 + 1] ?? [];
		const columns = Array.from({ length: size }, (_, at) => halves(upper[at] === true, lower[at] === true, theme));
		return theme.paint("code", columns.join(""));
	});
	return { rows, width: size };
}

/** With colour dark modules are drawn on white; without, light ones are, because most terminals are dark. */
function halves(isUpperDark: boolean, isLowerDark: boolean, { hasColour }: Theme): string {
	const isUpper = isUpperDark === hasColour;
	const isLower = isLowerDark === hasColour;
	if (isUpper) return isLower ? "█" : "▀";
	return isLower ? "▄" : " ";
}
