// The shapes of line mode's lines. People's lines and the program's begin differently, and no name or text can make one look like the other:
//
//   14:02 Ann: what she said            a name has no colon and does not begin with a sign (engine/text/name-signs.ts)
//   14:02 * "Ann" waves                 nor a double quote
//   14:02 -- "Ann" joined               what the program tells
//     > more of the line above          see terminal-rows.ts
//
// Every other line is the program's too: nobody's text ever begins a line.
import type { Person } from "../../engine/api/people.ts";
import { oneEvent } from "../lines/terminal-rows.ts";
import { clockOf } from "../text/clock.ts";

type Sayer = Pick<Person, "name" | "trust">;

// Nobody may miss it, whichever line they read first.
function noteOf({ trust }: Sayer, note: string): string {
	const notes = [trust === "changed" ? "KEY CHANGED" : "", note].filter((one) => one !== "");
	return notes.length === 0 ? "" : ` (${notes.join(", ")})`;
}

/** Returns the line of what somebody said; `note` stands in brackets behind the name. */
export function saidLine(at: number, from: Sayer, text: string, note = ""): string {
	return `${clockOf(at)} ${from.name}${noteOf(from, note)}: ${oneEvent(text)}`;
}

/** Returns the line of what somebody does: "/me waves". */
export function actionLine(at: number, from: Sayer, text: string): string {
	return `${clockOf(at)} * "${from.name}"${noteOf(from, "")} ${oneEvent(text)}`;
}

/** Returns the line of something that happened, in the program's words; names in them stand in double quotes. */
export function programLine(at: number, words: string): string {
	return `${clockOf(at)} -- ${oneEvent(words)}`;
}
