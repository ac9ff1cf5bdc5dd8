// Understands `rt log` and `rt history …`: which room, which part of what was said there, and what shall become of it.
import { commandName } from "../../text/command-name.ts";
import { momentOf } from "../../text/moment.ts";
import type { Surroundings } from "./context.ts";
import { didYouMean, type Invalid, invalid, quoted } from "./invalid.ts";
import type { Options } from "./options.ts";

/** Says which lines are meant. Times are in ms since the epoch; `until` is not among them. */
export interface LogWish {
	/** Names the room; without it what is searched for is looked for in all rooms that are kept. */
	readonly room?: string;
	readonly since?: number;
	readonly until?: number;
	readonly from?: string;
	readonly search?: string;
	readonly isJson: boolean;
}

/** Says what is to be done with what is kept of rooms. */
export type HistoryAction =
	| ({ readonly kind: "log" | "export" } & LogWish)
	/** Without `room` everything that is kept is forgotten. */
	| { readonly kind: "purge"; readonly room?: string; readonly isConfirmed: boolean };

export type ParsedHistory = Surroundings & { readonly kind: "history"; readonly action: HistoryAction };

const dayAlone = /^(?:\d{4}-\d{1,2}-\d{1,2}|[a-z]+)$/i;

/** Reads a moment; `undefined` when it was not given. A day alone means its beginning, or for an end the day after. */
function readMoment(typed: string | undefined, name: "since" | "until", now: number): number | undefined | Invalid {
	if (typed === undefined) return undefined;
	const moment = momentOf(typed, now);
	if (moment.kind === "wrong")
		return invalid(`--${name} is a day or a time: 2026-11-20, yesterday, "2026-11-20 14:00", not ${quoted(typed)}.`);
	if (name === "since" || !dayAlone.test(typed.trim())) return moment.at;
	const day = new Date(moment.at);
	return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

function readLog(kind: "log" | "export", words: readonly string[], options: Options): HistoryAction | Invalid {
	const usage =
		kind === "log"
			? `${commandName} log ROOM [--since DAY] [--until DAY] [--from NAME] [--search TEXT] [--json], or in all rooms: ${commandName} log --search TEXT`
			: `${commandName} history export ROOM [--json]`;
	const isEverywhere = words.length === 0 && kind === "log" && options.has("search");
	if (words.length === 0 && !isEverywhere) return invalid(`Which room? ${usage}`);
	const now = Date.now();
	const [since, until] = [
		readMoment(options.get("since"), "since", now),
		readMoment(options.get("until"), "until", now),
	];
	if (typeof since === "object") return since;
	if (typeof until === "object") return until;
	const [from, search] = [options.get("from"), options.get("search")];
	return {
		kind,
		...(isEverywhere ? {} : { room: words.join(" ") }),
		isJson: options.has("json"),
		...(since === undefined ? {} : { since }),
		...(until === undefined ? {} : { until }),
		...(from === undefined ? {} : { from }),
		...(search === undefined ? {} : { search }),
	};
}

/** Reads the words behind `rt log`. */
export function parseLog(
	words: readonly string[],
	options: Options,
	surroundings: Surroundings,
): ParsedHistory | Invalid {
	const action = readLog("log", words, options);
	return action.kind === "invalid" ? action : { kind: "history", action, ...surroundings };
}

/** Reads the words behind `rt history`. */
export function parseHistory(
	[action, ...words]: readonly string[],
	options: Options,
	surroundings: Surroundings,
): ParsedHistory | Invalid {
	const read = readAction(action, words, options);
	return read.kind === "invalid" ? read : { kind: "history", action: read, ...surroundings };
}

function readAction(action: string | undefined, words: readonly string[], options: Options): HistoryAction | Invalid {
	if (action === "export") return readLog("export", words, options);
	if (action === "purge") {
		const isConfirmed = options.has("yes");
		return words.length === 0 ? { kind: "purge", isConfirmed } : { kind: "purge", room: words.join(" "), isConfirmed };
	}
	const known = `Known are: ${commandName} history export ROOM [--json], ${commandName} history purge [ROOM]. To read and filter: ${commandName} log ROOM.`;
	if (action === undefined) return invalid(known);
	return invalid(`There is no rt history ${quoted(action)}.${didYouMean(action, ["export", "purge"])} ${known}`);
}
