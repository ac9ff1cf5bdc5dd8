// Tells which characters look like which others, by Unicode's table (UTS #39 §4).
import { confusablesTable } from "./confusables-table.ts";

let prototypes: ReadonlyMap<string, string> | undefined;

const charactersOf = (codePoints: string): string[] =>
	codePoints.split(" ").map((hex) => String.fromCodePoint(Number.parseInt(hex, 16)));

function readTable(): ReadonlyMap<string, string> {
	const read = new Map<string, string>();
	for (const entry of confusablesTable.join("").split(";")) {
		const [prototype = "", sources = ""] = entry.split("<");
		if (sources === "") continue;
		for (const source of charactersOf(sources)) read.set(source, charactersOf(prototype).join(""));
	}
	return read;
}

/** Replaces each character by the one that stands for all that look like it (UTS #39 §4, `skeleton`). The result is in NFD and is for comparing, never for showing. */
export function prototypeOf(text: string): string {
	prototypes ??= readTable();
	const known = prototypes;
	return [...text.normalize("NFD")]
		.map((character) => known.get(character) ?? character)
		.join("")
		.normalize("NFD");
}
