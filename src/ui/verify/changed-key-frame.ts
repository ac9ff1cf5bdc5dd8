// Chooses which person with a changed key must be looked at before anything else, and lays out the warning. Pure.
import type { FormerKey, Person } from "../../engine/api/people.ts";
import { layChoices } from "../screen/choices.ts";
import { type Frame, isCompact, layPage } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import type { Look } from "../screen/screen.tsx";
import { whenWords } from "../words/gate-words.ts";
import { type AlarmChoice, alarmChoices } from "./choices.ts";

/** Returns the first person whose key is not the one this name had, and about whom the person in front of the screen has decided nothing yet. */
export function alarmingPerson(people: readonly Person[], decided: ReadonlySet<string>): Person | undefined {
	return people.find(({ trust, isSelf, fingerprint }) => trust === "changed" && !isSelf && !decided.has(fingerprint));
}

/** Holds what the warning shows. `message` says what the last key did not do, or why something did not work. */
export interface AlarmView {
	readonly person: Person;
	readonly chosen: AlarmChoice | undefined;
	readonly message: string;
	/** Tells whether the person in front of the screen is the host. */
	readonly isHost: boolean;
	/** Has the six words of the keys by their fingerprints, once they are known. */
	readonly words: ReadonlyMap<string, string>;
	/** The time in milliseconds since the epoch. */
	readonly now: number;
}

/** The words "before" and "now" stand in this many columns. */
const keyLabelColumns = 7;

function keyRow(body: BodyBuilder, label: string, digits: string, more: string, look: Look): void {
	const { theme } = look;
	const isFitting = `${label}  ${digits}  ${more}`.length <= body.width;
	body.row(
		`${theme.paint("faint", label)} ${theme.paint("strong", digits)}${isFitting ? theme.paint("faint", `  ${more}`) : ""}`,
	);
}

const formerWords = ({ lastSeenAt, isVerified }: FormerKey, now: number): string =>
	`last seen ${whenWords(lastSeenAt, now)}${isVerified ? ", verified ●" : ""}`;

const shortMeaning = "A new computer, or somebody else? Ask in another way.";

const meaning = ({ name, isHost, hasOwnName }: Person): readonly string[] => [
	hasOwnName
		? "It may be your other computer, somebody with the same name, or somebody who wants to pass for you."
		: `It may be ${name} on a new computer, somebody else with the same name, or somebody who wants to pass for ${name}.`,
	`Ask ${name} in another way, by phone or in person, before you say anything here.${isHost ? " Whoever opens a room decides who comes in." : ""}`,
];

function titleOf({ name, isHost, hasOwnName }: Person): string {
	const who = isHost ? `The host, ${name},` : name;
	return hasOwnName ? `${who} comes with your own name and another key.` : `${who} comes with another key than before.`;
}

/** Returns the frame of the warning. */
export function layAlarm({ person, chosen, message, isHost, words, now }: AlarmView, look: Look): Frame {
	const { theme, size } = look;
	const { formerKeys = [], shortFingerprint } = person;
	const body = buildBody(theme, size);
	const isSmall = isCompact(size);
	// A small window has no room for them; the person's words are in the list of people too.
	const wordsRow = (fingerprint: string): void => {
		const six = isSmall ? undefined : words.get(fingerprint);
		if (six !== undefined) body.text(`${" ".repeat(keyLabelColumns)}${six}`, "faint");
	};
	body.text(titleOf(person), "alarm");
	body.gap();
	for (const former of isSmall ? formerKeys.slice(0, 1) : formerKeys) {
		keyRow(body, "before", former.shortFingerprint, formerWords(former, now), look);
		wordsRow(former.fingerprint);
	}
	keyRow(body, "now   ", shortFingerprint, "", look);
	wordsRow(person.fingerprint);
	body.gap();
	for (const text of isSmall ? [shortMeaning] : meaning(person)) body.text(text);
	body.gap();
	if (message !== "") body.text(message, "warning");
	layChoices(body, theme, alarmChoices(person, isHost), chosen);
	const bar = [
		{ keys: "↑ ↓", words: "or a number: choose" },
		...(chosen === undefined ? [] : [{ keys: "Enter", words: "take it" }]),
	];
	return layPage({
		size,
		theme,
		title: "!! A KEY HAS CHANGED",
		right: size.columns < 60 ? "" : "what you were writing is kept",
		body: body.finish(),
		bar,
	});
}
