// How well a person is known, as a sign and as words: a colour is never the only carrier.
import type { Person, Trust } from "../../engine/api/people.ts";
import { fit, widthOf } from "../text/width.ts";
import type { Theme } from "./theme.ts";

/** Returns the short mark behind a name: ● verified, ○ known, ◌ here for the first time, otherwise the words themselves. */
export function trustMark(trust: Trust): string {
	switch (trust) {
		case "verified":
			return "●";
		case "known":
			return "○";
		case "new":
			return "◌";
		case "changed":
			return "KEY CHANGED";
	}
}

/** Says how well a person is known, in words for a list or an announcement. */
export function trustWords(trust: Trust): string {
	switch (trust) {
		case "verified":
			return "verified";
		case "known":
			return "known";
		case "new":
			return "first time: never met before";
		case "changed":
			return "KEY CHANGED: not the key this name had before";
	}
}

/** Says how well somebody is known, and by which other name they came last. */
export function knownWords({ trust, knownAs }: Pick<Person, "trust" | "knownAs">): string {
	return knownAs === undefined ? trustWords(trust) : `${trustWords(trust)}, known as "${knownAs}"`;
}

/** Paints a mark or words by what they say. */
export function paintTrust(theme: Theme, trust: Trust, text: string): string {
	if (trust === "changed") return theme.paint("alarm", text);
	return theme.paint(trust === "verified" ? "good" : "faint", text);
}

/** Returns what stands behind a person's name: "(you)", "(host)", "(in a browser)", several or nothing. */
export function roleWords(person: Person): string {
	const words = [
		person.isSelf ? "you" : "",
		person.isHost ? "host" : "",
		person.isInBrowser ? "in a browser" : "",
	].filter((word) => word !== "");
	return words.length === 0 ? "" : `(${words.join(", ")})`;
}

/** Returns what stands behind the name of somebody whose connection broke and whose place is kept. */
const awayWords = (person: Person): string => (person.isAway === true ? "reconnecting" : "");

/** Returns a fingerprint in groups of four, as people read it to each other. */
export const grouped = (fingerprint: string): string => fingerprint.replace(/(.{4})(?=.)/g, "$1 ");

/** Returns one painted row of at most `width` columns (more only where not even three letters of the name fit). `selfMark` stands before oneself. */
export function personRow(theme: Theme, person: Person, width: number, selfMark = "›"): string {
	const mark = person.isSelf ? selfMark : trustMark(person.trust);
	const paintedMark = person.isSelf ? theme.paint("accent", mark) : paintTrust(theme, person.trust, mark);
	const role = spaced(roleWords(person));
	const away = spaced(awayWords(person));
	const room = width - widthOf(mark) - 1 - widthOf(role) - widthOf(away);
	// The sign alone must do where the name needs the columns.
	const first = !person.isSelf && person.trust === "new" && widthOf(person.name) + 11 <= room ? " first time" : "";
	const name = fit(person.name, Math.max(3, room - widthOf(first)));
	const painted = theme.paintName(person.fingerprint, name);
	return `${paintedMark} ${painted}${theme.paint("faint", role + first)}${theme.paint("warning", away)}`;
}

const spaced = (words: string): string => (words === "" ? "" : ` ${words}`);
