// Makes src/engine/text/confusables-table.ts from Unicode's confusables.txt (UTS #39 §4), as it lies in ICU's source: Debian's icu_76.1.orig.tar.gz,
// icu/source/data/unidata/confusables.txt. Run: sh scripts/node24.sh scripts/confusables.ts PATH/confusables.txt
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** SHA-256 of the file of Unicode 16.0.0. */
const expectedHash = "95bd0aad6dced5ebc63436f459c06ab21a8d107cd842fb57f5c3a1e91bca8611";
/** A line of the table is longer only where one entry is. */
const lineLength = 230;
const target = new URL("../src/engine/text/confusables-table.ts", import.meta.url);

const path = process.argv[2];
if (path === undefined) throw new Error("Please give the path of confusables.txt.");
const bytes = readFileSync(path);
const hash = createHash("sha256").update(bytes).digest("hex");
if (hash !== expectedHash)
	throw new Error(`This is another confusables.txt than that of Unicode 16.0.0: SHA-256 ${hash}.`);

const prototypes = new Map<number, readonly number[]>();
for (const line of bytes.toString("utf8").split("\n")) {
	const [, source, prototype] = /^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA/.exec(line) ?? [];
	if (source === undefined || prototype === undefined) continue;
	prototypes.set(
		Number.parseInt(source, 16),
		prototype.split(" ").map((codePoint) => Number.parseInt(codePoint, 16)),
	);
}
const lines: string[] = [];
let before = 0;
for (const [source, prototype] of [...prototypes].toSorted(([one], [other]) => one - other)) {
	const step = source - before === 1 ? "" : (source - before).toString(36);
	const entry = `${step},${prototype.map((codePoint) => codePoint.toString(36)).join(" ")};`;
	before = source;
	const last = lines.at(-1);
	if (last === undefined || last.length + entry.length > lineLength) lines.push(entry);
	else lines[lines.length - 1] = last + entry;
}

writeFileSync(
	target,
	`// Made by scripts/confusables.ts from confusables.txt of Unicode 16.0.0: never edited by hand.
// © 2024 Unicode®, Inc., under the Unicode License v3 (https://www.unicode.org/license.txt).

/**
 * Each entry is for one character: how far it is from the one before (nothing: 1), ",", the code points of its prototype with a space between, and ";". Numbers
 * are in base 36. So the table packs to little more than half of what the grouped one did, which a page has to download.
 */
export const confusablesTable: readonly string[] = [
${lines.map((line) => `\t"${line}",`).join("\n")}
];
`,
);
