// Tells which characters look like which others, by Unicode's table (UTS #39 §4).
import { confusablesTable } from "./confusables-table.ts";

let prototypes: ReadonlyMap<string, string> | undefined;

/** The numbers of the table are written to this base. */
const base = 36;
const numberOf = (digits: string): number => Number.parseInt(digits, base);

function readTable(): ReadonlyMap<string, string> {
	const read = new Map<string, string>();
	let source = 0;
	for (const entry of confusablesTable.join("").split(";")) {
		const [step, prototype] = entry.split(",");
		if (step === undefined || prototype === undefined) continue;
		source += step === "" ? 1 : numberOf(step);
		read.set(String.fromCodePoint(source), String.fromCodePoint(...prototype.split(" ").map(numberOf)));
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
