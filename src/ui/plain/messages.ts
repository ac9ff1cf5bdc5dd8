// Does things with messages in line mode, where none can be chosen: by words where the full screen has a place to write.
import type { Command, Engine, Entry, Timeline } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { HistoryPage } from "../../engine/api/content.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import type { MessageLine } from "../actions/action.ts";
import { oneEvent } from "../lines/terminal-rows.ts";
import { lastOfOthers, messageMeaning } from "../slash/message-target.ts";
import { emojiNames } from "../text/emoji-names.ts";
import { askedOf, queryOf } from "../timeline/search.ts";
import { historyTroubleWords } from "../words/kept/history-words.ts";
import { fetchedWords, linkWords } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { nameOfRoom } from "../words/rooms/room-list.ts";
import { saidLine } from "./line-shapes.ts";

/** At most this many of the lines that were found are told, the newest ones. */
const shownFinds = 20;

/** Says what is to be done: `commands` in this order, or `lines` to be told at once. */
export type PlainMeaning =
	| { readonly kind: "perform"; readonly commands: readonly Command[] }
	| { readonly kind: "tell"; readonly lines: readonly string[] };

const tell = (...lines: readonly string[]): PlainMeaning => ({ kind: "tell", lines });

/** Returns what a line about a message means. */
export function plainMessage(line: MessageLine, engine: Engine): PlainMeaning {
	const { timeline, people } = engine.snapshot();
	const meaning = messageMeaning(line, { timeline, people, emoji: emojiNames });
	switch (meaning.kind) {
		case "commands":
			return { kind: "perform", commands: meaning.commands };
		case "wrong":
			return tell(meaning.message);
		case "reply":
			return tell("Please say more: /reply [NAME] TEXT");
		case "edit":
			return tell(`Your last message: ${oneEvent(meaning.line.text)}`, "Please type it anew: /edit TEXT");
	}
}

/** Tells the last message of others, to be copied by hand: a pipe has no clipboard. */
export function plainCopy(engine: Engine): PlainMeaning {
	const line = lastOfOthers(engine.snapshot().timeline);
	return tell(line === undefined ? "Nobody else has said anything yet." : saidLine(line.at, line.from, line.text));
}

/** Tells the newest lines of the room that have the text, also those that are on disk alone. */
export async function plainSearch(text: string, engine: Engine): Promise<PlainMeaning> {
	const query = queryOf(text);
	if (query === undefined) return tell("Please say more: /search TEXT");
	const { room } = engine.snapshot();
	return tell(...foundLines(await engine.history({ ...askedOf(query), limit: shownFinds, ...(room ? { room } : {}) })));
}

/** Tells the newest lines of all rooms that have the text, each with the room in which it was said. */
export async function plainSearchAll(text: string, engine: Engine): Promise<PlainMeaning> {
	const query = queryOf(text);
	if (query === undefined) return tell("Please say more: /search --all TEXT");
	const page = await engine.history({ ...askedOf(query), limit: shownFinds });
	const snapshot = engine.snapshot();
	return tell(...foundLines(page, (room) => `${nameOfRoom(snapshot, room)} `));
}

function foundLines({ lines, trouble }: HistoryPage, where: (room: RoomKey) => string = () => ""): readonly string[] {
	const found = lines.map(({ room, line }) => where(room) + saidLine(line.at, line.from, line.text));
	const more = trouble === undefined ? [] : [historyTroubleWords(trouble)];
	return found.length === 0 ? ["Nothing was found.", ...more] : [...found, ...more];
}

/** Returns what a person is told of how a command ended; nothing where what happens is told anyway. */
export function outcomeLines(outcome: Outcome): readonly string[] {
	if (outcome.kind === "refused") return [refusalWords(outcome)];
	if (outcome.waitsFor !== undefined)
		return [`That waits on your computer until "${outcome.waitsFor}" is online. /delete takes it back.`];
	if (outcome.link !== undefined) return linkWords(outcome).split("\n");
	if (outcome.fetched !== undefined) return [fetchedWords(outcome.fetched)];
	return outcome.words === undefined ? [] : [`Safety words: ${outcome.words.join(" ")}`];
}

/** Returns the index of the first own line at or after `start` that the host has not passed on yet; `timeline.length` when there is none. */
export function unsentFrom(timeline: Timeline, start: number): number {
	for (let index = start; index < timeline.length; index += 1) {
		const entry = timeline.at(index);
		if (entry?.kind === "line" && entry.from.isSelf && entry.delivery.kind === "sending") return index;
	}
	return timeline.length;
}

/** Tells whether every own line that was not passed on waits on the disk for a host who is away: it is sent when they are back, without us. */
export function allWaitOnDisk(timeline: Timeline): boolean {
	let next = unsentFrom(timeline, 0);
	while (waitsOnDisk(timeline.at(next))) next = unsentFrom(timeline, next + 1);
	return next === timeline.length;
}

const waitsOnDisk = (entry: Entry | undefined): boolean =>
	entry?.kind === "line" && entry.delivery.kind === "sending" && entry.delivery.waitsFor !== undefined;
