// What can be chosen while keys are compared, and when a name comes with another key. Pure.
import type { Person } from "../../engine/api/people.ts";
import type { Choice } from "../screen/choices.ts";

export type WordsChoice = "same" | "differ" | "secret" | "unverify";
export type DifferChoice = "again" | "remove" | "block" | "leave";
export type AlarmChoice = "verify" | "remove" | "block" | "leave" | "goOn";

/** Returns what can be said of the words. */
export function wordsChoices({ trust, name }: Person): readonly Choice<WordsChoice>[] {
	return [
		{ id: "same", words: "They read the same words", style: "good" },
		{ id: "differ", words: "They differ", style: "warning" },
		{ id: "secret", words: "Ask both for a secret only you two know" },
		...(trust === "verified" ? [{ id: "unverify", words: `Take it back: ${name} is not verified` } as const] : []),
	];
}

/** Returns what can be done when the words differ. The harmless one comes first. */
export function differChoices({ name }: Person, isHost: boolean): readonly Choice<DifferChoice>[] {
	const again = { id: "again", words: "Read them once more: one misheard word is enough" } as const;
	if (!isHost) return [again, { id: "leave", words: "Leave the room", style: "warning" }];
	return [
		again,
		{ id: "remove", words: `Remove ${name} from the room`, style: "warning" },
		{ id: "block", words: "Remove them and block this key", style: "warning" },
	];
}

/** Returns what can be done when somebody comes with another key. Going on stands last, as far as possible from where the choosing begins. */
export function alarmChoices({ name }: Person, isHost: boolean): readonly Choice<AlarmChoice>[] {
	const verify = { id: "verify", words: "Verify now: six words, or a secret", style: "good" } as const;
	const goOn = { id: "goOn", words: "I know why: go on, with the mark", style: "warning" } as const;
	if (!isHost) return [verify, { id: "leave", words: "Leave the room" }, goOn];
	return [
		verify,
		{ id: "remove", words: `Remove ${name} from the room` },
		{ id: "block", words: "Remove them and block this key" },
		goOn,
	];
}
