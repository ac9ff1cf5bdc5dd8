// Keeps out of names what Real Talk itself writes around names, so that no name can pass for a line, a role or a mark of the program.
//
// In line mode a colon ends a name, in sentences quotes stand around it, behind it stand roles in brackets, and the program's own rows
// begin with a sign. A letter that only looks like such a sign counts as the sign where it could be mistaken for it.
import { prototypeOf } from "./confusables.ts";

const onlyAsciiLetters = /^[A-Za-z0-9 ]*$/;
/** Modifier letters are left out: they look like signs and are used as such. */
const letterOrMark = /^[[\p{L}--\p{Lm}]\p{M}]$/v;
const combiningMark = /^\p{M}$/u;

/** Arrows, lines, blocks, geometric shapes, ticks, bullets and coloured circles: the marks of rows and of trust, and what resembles them. Other emoji stay. */
const shape =
	/^[[\u2022\u2023\u2043\u204c\u204d\u2190-\u21ff\u2300-\u23ff\u2500-\u25ff\u2713-\u2718\u2794-\u27bf\u27f0-\u27ff\u2900-\u297f\u2b00-\u2bff]--\p{Emoji_Presentation}]$|^[\u2753-\u2757\u2795-\u2797\u26aa-\u26ac\u{1f534}\u{1f535}\u{1f7e0}-\u{1f7e4}]$/v;
const bracketOrQuote = /^[[\p{Ps}\p{Pe}\p{Pi}\p{Pf}]--[\u2018\u2019\u201b]]$/v;
/** This modifier letter looks like half a colon, and is not in Unicode's table. */
const halfColon = "\u02d1";

/** Finds what a name may begin with beside letters, digits and emoji, as in 't Hooft. */
const beginning = /^(?:[\p{L}\p{N}\p{Emoji_Presentation}'\u2018\u2019_#$&]|\p{Extended_Pictographic}\ufe0f)/u;
/** A first word that is or looks like one of these is the sign of a row. */
const rowSign = /^[!?*.\-\u00b7|]+$/;

/** Takes the program's signs out of a name. `text` is one line in NFC; the result is never longer and can have spaces where something went. */
export function withoutSigns(text: string): string {
	if (onlyAsciiLetters.test(text)) return text;
	const kept: string[] = [];
	for (const character of text) {
		const plain = signless(character);
		// Two apostrophes look like a double quote.
		if (isApostrophe(plain) && isApostrophe(kept.at(-1) ?? "")) continue;
		kept.push(plain);
	}
	return withoutFirstSign(kept.join("").split(" ").map(withoutLastColon).join(" "));
}

function signless(character: string): string {
	if (shape.test(character)) return " ";
	const look = lookOf(character);
	if (look.includes("''") && !letterOrMark.test(character)) return "'";
	if (bracketOrQuote.test(character) || look === "(" || look === ")") return " ";
	return look.includes(":") && !/\p{L}|\p{M}/u.test(character) ? " " : character;
}

const lookOf = (text: string): string => prototypeOf(text.normalize("NFKC"));

const isApostrophe = (character: string): boolean => lookOf(character) === "'" && !letterOrMark.test(character);

/** Letters and marks that look like a colon, such as the visarga, stay inside a word. */
function withoutLastColon(word: string): string {
	const characters = [...word];
	let end = characters.length;
	for (let at = end - 1; at >= 0; at -= 1) {
		const character = characters[at] ?? "";
		if (character === halfColon || lookOf(character).includes(":")) end = at;
		else if (!combiningMark.test(character)) break;
	}
	return characters.slice(0, end).join("");
}

function withoutFirstSign(text: string): string {
	let rest = text.trimStart();
	while (rest !== "") {
		const [word = ""] = rest.split(" ", 1);
		if (rowSign.test(lookOf(word))) rest = rest.slice(word.length).trimStart();
		else if (beginning.test(rest)) return rest;
		else rest = rest.replace(/^./su, "").trimStart();
	}
	return rest;
}
