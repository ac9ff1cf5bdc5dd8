// Tells which characters look like which others, by Unicode's table (UTS #39 §4).
import { confusablesTable } from "./confusables-table.ts";

/** Holds what was read of the table. It is in the order of the characters, and read as far as a text needs: for names in most alphabets that is a few lines of it. */
const prototypes = new Map<string, string>();
let lines = 0;
let source = 0;

/** The numbers of the table are written to this base. */
const base = 36;
const numberOf = (digits: string): number => Number.parseInt(digits, base);

function readLine(line: string): void {
	for (const entry of line.split(";")) {
		const [step, prototype] = entry.split(",");
		if (step === undefined || prototype === undefined) continue;
		source += step === "" ? 1 : numberOf(step);
		prototypes.set(String.fromCodePoint(source), String.fromCodePoint(...prototype.split(" ").map(numberOf)));
	}
}

function lookOf(character: string): string {
	const codePoint = character.codePointAt(0) ?? 0;
	for (; source < codePoint && lines < confusablesTable.length; lines += 1) readLine(confusablesTable[lines] ?? "");
	return prototypes.get(character) ?? character;
}

/** Replaces each character by the one that stands for all that look like it (UTS #39 §4, `skeleton`). The result is in NFD and is for comparing, never for showing. */
export function prototypeOf(text: string): string {
	return [...text.normalize("NFD")].map(lookOf).join("").normalize("NFD");
}
