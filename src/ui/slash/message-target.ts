// Finds the message that a typed command means when it names none: the person's own last one, the last one of others, or the last one of somebody. Pure.
import type { Command, Timeline } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import type { Person } from "../../engine/api/people.ts";
import type { MessageLine } from "../actions/action.ts";
import { type EmojiNames, reactionOf } from "../text/emoji.ts";

/** Says what the line asks for: commands in the order in which they are to be carried out, or a reply or an edit whose text is still to be written. */
export type MessageMeaning =
	| { readonly kind: "commands"; readonly commands: readonly Command[] }
	| { readonly kind: "reply" | "edit"; readonly line: LineEntry }
	| { readonly kind: "wrong"; readonly message: string };

/** This many entries are searched from the newest one back: nobody means an older one without choosing it. */
const maxBack = 5000;

/** Yields the lines that fit, the newest first. */
function* linesBack(timeline: Timeline, isFit: (line: LineEntry) => boolean): Generator<LineEntry> {
	const first = Math.max(0, timeline.length - maxBack);
	for (let index = timeline.length - 1; index >= first; index--) {
		const entry = timeline.at(index);
		if (entry?.kind === "line" && isFit(entry)) yield entry;
	}
}

const lastLine = (timeline: Timeline, isFit: (line: LineEntry) => boolean): LineEntry | undefined =>
	linesBack(timeline, isFit).next().value ?? undefined;

const isHere = ({ gone, delivery }: LineEntry): boolean => gone === undefined && delivery.kind !== "failed";

/** Returns the last message of others that is still there, or `undefined` when nobody else has said anything. */
export const lastOfOthers = (timeline: Timeline): LineEntry | undefined =>
	lastLine(timeline, (line) => !line.from.isSelf && isHere(line));

const lastOwn = (timeline: Timeline): LineEntry | undefined =>
	lastLine(timeline, (line) => line.from.isSelf && isHere(line) && line.file === undefined);

const wrong = (message: string): MessageMeaning => ({ kind: "wrong", message });
const one = (command: Command): MessageMeaning => ({ kind: "commands", commands: [command] });

/** Finds the longest name of a person that `text` begins with, and what follows that name. `isClear` is false where several have it. */
function named(
	text: string,
	people: readonly Person[],
): { readonly person: Person; readonly rest: string; readonly isClear: boolean } | undefined {
	const lower = text.toLowerCase();
	const fits = people.filter(({ name, isSelf }) => {
		const next = text.slice(name.length, name.length + 1);
		return !isSelf && lower.startsWith(name.toLowerCase()) && /^[\s:,]?$/.test(next);
	});
	const person = fits.toSorted((first, second) => second.name.length - first.name.length)[0];
	if (person === undefined) return undefined;
	const isClear = fits.filter(({ name }) => name.length === person.name.length).length === 1;
	return { person, isClear, rest: text.slice(person.name.length).replace(/^[:,]?\s*/, "") };
}

function reply(typed: string, timeline: Timeline, people: readonly Person[]): MessageMeaning {
	const called = named(typed, people);
	if (called?.isClear === false)
		return wrong(
			`More than one here is called ${called.person.name}. /reply without a name answers the last message of others.`,
		);
	const text = called?.rest ?? typed;
	const line =
		called === undefined
			? lastOfOthers(timeline)
			: lastLine(timeline, (each) => each.from.fingerprint === called.person.fingerprint && isHere(each));
	if (line === undefined) {
		return wrong(
			called === undefined ? "Nobody else has said anything yet." : `${called.person.name} has said nothing yet.`,
		);
	}
	return text === "" ? { kind: "reply", line } : one({ kind: "send", text, replyTo: line.id });
}

function retry(timeline: Timeline): MessageMeaning {
	const failed = [...linesBack(timeline, ({ delivery }) => delivery.kind === "failed")].reverse();
	if (failed.length === 0) return wrong("There is nothing that could not be sent.");
	return { kind: "commands", commands: failed.map(({ id }) => ({ kind: "retry", id })) };
}

/** Holds what is known of the room. `emoji` maps names to emoji and is absent until it is loaded. */
interface MessageRoom {
	readonly timeline: Timeline;
	readonly people: readonly Person[];
	readonly emoji?: EmojiNames | undefined;
}

/** Says what the line means in this room. Its `wrong` has a message that tells the person what is missing. */
export function messageMeaning(line: MessageLine, { timeline, people, emoji }: MessageRoom): MessageMeaning {
	switch (line.kind) {
		case "reply":
			return reply(line.text, timeline, people);
		case "retry":
			return retry(timeline);
		case "edit": {
			const own = lastOwn(timeline);
			if (own === undefined) return wrong("You have said nothing that could be changed.");
			return line.text === "" ? { kind: "edit", line: own } : one({ kind: "edit", id: own.id, text: line.text });
		}
		case "delete": {
			const own = lastOwn(timeline);
			return own === undefined
				? wrong("You have said nothing that could be deleted.")
				: one({ kind: "delete", id: own.id });
		}
		case "react": {
			const target = lastOfOthers(timeline);
			if (target === undefined) return wrong("Nobody else has said anything yet.");
			const meant = reactionOf(line.emoji, emoji);
			if (meant === undefined) return wrong(`There is no emoji called ${line.emoji}.`);
			return one({ kind: "react", id: target.id, emoji: meant });
		}
	}
}
