// `rt log` and `rt history …`: prints what is kept of a room, or forgets it. What is printed was cleaned by the engine: it holds no orders to a terminal.
import type { Engine } from "../../engine/api/api.ts";
import type { HistoryLine } from "../../engine/api/content.ts";
import type { KeptSummary } from "../../engine/api/room-key.ts";
import { oneEvent } from "../lines/terminal-rows.ts";
import { messageOf } from "../rpc/messages.ts";
import { stampOf } from "../text/clock.ts";
import { type ExitCode, exitCodeOf, exitOk, exitUsage } from "../words/exit-codes.ts";
import { historyTroubleWords } from "../words/kept/history-words.ts";
import { refusalWords } from "../words/refusals.ts";
import type { HistoryAction, LogWish } from "./arguments/history-arguments.ts";

const pageLines = 1_000;

export interface HistoryCommandOptions {
	readonly engine: Engine;
	readonly action: HistoryAction;
	/** Prints a line; resolves when more can be printed. */
	readonly say: (line: string) => Promise<void>;
	readonly complain: (line: string) => void;
}

/** Runs the command. The engine stays open. */
export async function runHistoryCommand(options: HistoryCommandOptions): Promise<ExitCode> {
	const { engine, action, say, complain } = options;
	const { keptRooms = [] } = engine.snapshot();
	if (action.kind === "purge" && action.room === undefined) return purge(options, undefined);
	if (action.kind === "log" && action.room === undefined) return searchAll(options, keptRooms, action);
	const found = roomsNamed(keptRooms, action.room ?? "");
	const [room, another] = found;
	if (room === undefined) {
		const names = keptRooms.map(({ name }) => `"${name}"`).join(", ");
		complain(
			`No room is kept here under the name "${action.room}". ${names === "" ? "No room is kept here at all." : `There are: ${names}.`}`,
		);
		return exitCodeOf("no_such_room");
	}
	if (another !== undefined) {
		complain(`Several rooms have that name. Say which: ${found.map((one) => `${one.room} (${one.role})`).join(", ")}.`);
		return exitCodeOf("which_room");
	}
	if (action.kind === "purge") return purge(options, room);
	return print(engine, room, action, { say, complain });
}

/** Looks through every room that is kept, and says of each line in which it was said. */
async function searchAll(
	{ engine, say, complain }: HistoryCommandOptions,
	rooms: readonly KeptSummary[],
	wish: LogWish,
): Promise<ExitCode> {
	for (const room of rooms) {
		const named = (line: string) => say(wish.isJson ? line : `"${room.name}" ${line}`);
		const code = await print(engine, room, wish, { say: named, complain });
		if (code !== exitOk) return code;
	}
	return exitOk;
}

const roomsNamed = (rooms: readonly KeptSummary[], name: string): readonly KeptSummary[] => {
	const exact = rooms.filter((one) => one.room === name || one.name === name);
	return exact.length > 0 ? exact : rooms.filter((one) => one.name.toLowerCase() === name.toLowerCase());
};

async function print(
	engine: Engine,
	{ room }: KeptSummary,
	{ search, isJson, since, until, from }: LogWish,
	{ say, complain }: Pick<HistoryCommandOptions, "say" | "complain">,
): Promise<ExitCode> {
	const query = {
		room,
		limit: pageLines,
		...(search === undefined ? {} : { words: search }),
		...(since === undefined ? {} : { since }),
		...(until === undefined ? {} : { until }),
		...(from === undefined ? {} : { from }),
	};
	for (let after = ""; ; ) {
		const { lines, isMore, trouble } = await engine.history({ ...query, after });
		for (const line of lines) await say(isJson ? jsonOf(line) : textOf(line));
		if (trouble !== undefined) {
			complain(historyTroubleWords(trouble));
			return exitCodeOf("history_unusable");
		}
		const last = lines.at(-1);
		if (!isMore || last === undefined) return exitOk;
		after = last.line.id;
	}
}

const jsonOf = ({ room, line }: HistoryLine): string =>
	JSON.stringify({
		room,
		...messageOf(line),
		...(line.isEdited ? { isEdited: true } : {}),
		...(line.reply === undefined ? {} : { reply: line.reply }),
		...(line.reactions === undefined ? {} : { reactions: line.reactions }),
	});

function textOf({ line }: HistoryLine): string {
	const { at, from, text, isAction, gone } = line;
	if (gone !== undefined) return `${stampOf(at)} ${from.name}: (${gone})`;
	return isAction
		? `${stampOf(at)} * "${from.name}" ${oneEvent(text)}`
		: `${stampOf(at)} ${from.name}: ${oneEvent(text)}`;
}

/** Forgets what is kept, of one room or of all, when that was confirmed. */
async function purge(
	{ engine, action, say, complain }: HistoryCommandOptions,
	room: KeptSummary | undefined,
): Promise<ExitCode> {
	const what =
		room === undefined ? "everything that this computer has kept" : `what this computer has kept of "${room.name}"`;
	if (action.kind === "purge" && !action.isConfirmed) {
		complain(`This forgets ${what}, and can't be undone. If that is what you want, add --yes.`);
		return exitUsage;
	}
	const outcome = await engine.perform({
		kind: "purgeHistory",
		...(room === undefined ? { isAll: true } : { room: room.room }),
	});
	if (outcome.kind === "refused") {
		complain(refusalWords(outcome));
		return exitCodeOf(outcome.code);
	}
	await say(`Forgotten: ${what}.`);
	return exitOk;
}
