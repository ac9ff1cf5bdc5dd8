// How well a person is known, as a sign and as words: a colour is never the only carrier.
import type { Person, Trust } from "../../engine/api/people.ts";
import type { Theme } from "./theme.ts";

/** The short mark behind a name: ● verified, ○ known, otherwise the word itself. */
export function trustMark(trust: Trust): string {
	switch (trust) {
		case "verified":
			return "●";
		case "known":
			return "○";
		case "new":
			return "new";
		case "changed":
			return "KEY CHANGED";
	}
}

/** The same in words for a list or an announcement. */
export function trustWords(trust: Trust): string {
	switch (trust) {
		case "verified":
			return "verified";
		case "known":
			return "known";
		case "new":
			return "new: never met before";
		case "changed":
			return "KEY CHANGED: not the key this name had before";
	}
}

/** Paints a mark or words by what they say. */
export function paintTrust(theme: Theme, trust: Trust, text: string): string {
	if (trust === "changed") return theme.paint("alarm", text);
	if (trust === "new") return theme.paint("warning", text);
	return theme.paint(trust === "verified" ? "good" : "faint", text);
}

/** What stands behind a person's name: "(you)", "(host)", both or nothing. */
export function roleWords(person: Person): string {
	const words = [person.isSelf ? "you" : "", person.isHost ? "host" : ""].filter((word) => word !== "");
	return words.length === 0 ? "" : `(${words.join(", ")})`;
}

/** What stands behind the name of somebody whose connection broke and whose place is kept. */
export const awayWords = (person: Person): string => (person.isAway === true ? "reconnecting" : "");

/** A fingerprint in groups of four, as people read it to each other. */
export const grouped = (fingerprint: string): string => fingerprint.replace(/(.{4})(?=.)/g, "$1 ");
