// What is kept of what was said in rooms, as the engine has it: opens the file with the account's key, answers questions from memory and disk, lets old lines go.
import { dirname } from "node:path";
import { parseFingerprint, shortFingerprint } from "../crypto/identity/fingerprint.ts";
import type { Store } from "../store/db.ts";
import {
	type HistoryTrouble,
	hasHistory,
	historyPath,
	openHistoryFile,
	openMemoryHistory,
	removeHistory,
} from "../store/history/history-file.ts";
import { settingsIn } from "../store/settings.ts";
import type { Account } from "./account/account.ts";
import type { Timeline } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import type { HistoryLine, HistoryPage, HistoryQuery } from "./api/content.ts";
import { done, refuse } from "./api/outcome.ts";
import type { RoomKey } from "./api/room-key.ts";
import { Histories } from "./history/histories.ts";
import { fitsOf } from "./history/history-search.ts";
import type { Readers } from "./history/line-codec.ts";
import { keptDays } from "./kept/records.ts";
import type { Room } from "./room/room.ts";
import type { Stays } from "./stays.ts";

/** Old lines are removed at this distance, in milliseconds. */
const sweepEveryMs = 6 * 60 * 60 * 1000;
/** At most this many lines are asked for at once. */
const mostLines = 5_000;

export interface HistoryDeskOptions {
	readonly store: Store;
	readonly account: Account;
	readonly now: () => number;
	readonly uptime: () => number;
	readonly stays: () => Pick<Stays, "slots" | "kept">;
	/** Tells whether this process is the one that has the kept rooms, or can be. */
	readonly isOurs: () => boolean;
}

/** Owns the history until `close`. */
export class HistoryDesk {
	readonly histories: Histories;
	readonly #options: HistoryDeskOptions;
	readonly #sweeper: NodeJS.Timeout;
	readonly #home: string | undefined;

	constructor(options: HistoryDeskOptions) {
		this.#options = options;
		const { store, account, now, uptime } = options;
		const { memory, name } = store.database;
		const home = memory ? undefined : dirname(name);
		this.#home = home;
		const settings = settingsIn(store);
		this.histories = new Histories({
			path: home === undefined ? "" : historyPath(home),
			exists: () => home === undefined || hasHistory(home),
			open: () => {
				const key = account.historyKey();
				if (key === undefined) return undefined;
				if (home === undefined) return { kind: "open", database: openMemoryHistory() };
				const opened = openHistoryFile(home, key);
				key.fill(0);
				return opened;
			},
			readers: (room) => this.#readers(room),
			generation: {
				get: () => settings.get("historyGeneration") ?? 0,
				set: (generation) => settings.set("historyGeneration", generation),
			},
			now,
			uptime,
			onMixed: (room) => this.#roomOf(room)?.notice("warning", { code: "historyMixed" }),
			onTrouble: (room, trouble, lost) => {
				const found = this.#roomOf(room);
				if (trouble) found?.notice("warning", { code: "historyTrouble", trouble });
				else found?.notice("info", { code: "historyGoesOn", lost });
			},
		});
		this.#sweeper = setInterval(() => this.sweep(), sweepEveryMs);
		this.#sweeper.unref();
	}

	/** Lets go what is older than the rooms' days, where this process is the one that keeps them. */
	sweep(): void {
		if (!this.#options.account.sealer() || !this.#options.isOurs()) return;
		const days = this.#options
			.stays()
			.kept()
			.map(({ room, record }) => {
				return [room.key, keptDays(record.policy, record.ownHistoryDays)] as const;
			});
		this.histories.sweep(new Map(days));
	}

	/** Answers from what is in memory, and goes on with what is on disk. */
	async query({ limit, ...asked }: HistoryQuery): Promise<HistoryPage> {
		const wanted = Math.max(1, Math.min(mostLines, Math.floor(limit)));
		// One more than is wanted tells whether there are more.
		const query = { ...asked, limit: wanted + 1 };
		const found = query.after === undefined ? await this.#newest(query) : await this.#oldest(query);
		const isMore = found.lines.length > wanted;
		const lines = query.after === undefined ? found.lines.slice(-wanted) : found.lines.slice(0, wanted);
		return { ...found, lines, isMore };
	}

	/** Forgets what is kept of a room, or everything; a file that can't be read goes as a whole. */
	purge({ isAll, room: named }: { readonly isAll?: true; readonly room?: RoomKey }): Outcome {
		const room = isAll ? undefined : (named ?? this.#options.stays().slots.shown(undefined)?.key);
		if (room === undefined && !isAll) return refuse({ code: "not_in_room" });
		if (!this.#options.isOurs()) return refuse({ code: "kept_elsewhere" });
		const trouble = this.histories.forget(room);
		for (const slot of this.#options.stays().slots.all()) {
			if (room === undefined || slot.key === room) slot.room?.talk.lines.forgotten();
		}
		if (trouble === undefined || room !== undefined || this.#home === undefined) {
			return trouble === undefined ? done : refuse({ code: "history_unusable", trouble });
		}
		if (trouble.why === "busy") return refuse({ code: "history_unusable", trouble });
		this.histories.close();
		removeHistory(this.#home);
		for (const { stay } of this.#options.stays().slots.all()) stay?.history.openAnew();
		return done;
	}

	close(): void {
		clearInterval(this.#sweeper);
		this.histories.close();
	}

	async #oldest(query: HistoryQuery): Promise<FoundLines> {
		const { room } = query;
		return room === undefined ? { lines: [] } : pageOf(await this.histories.oldest({ ...query, room }));
	}

	async #newest(query: HistoryQuery): Promise<FoundLines> {
		const { room } = query;
		if (room === undefined) return this.#everywhere(query);
		const slot = this.#options
			.stays()
			.slots.all()
			.find(({ key }) => key === room);
		const shown = slot?.room;
		const inMemory = shown ? linesIn(room, shown.timeline, query) : { lines: [], isAfterAll: true };
		const left = query.limit - inMemory.lines.length;
		if (left <= 0) return inMemory;
		const oldest = shown?.talk.lines.oldestRow;
		// What is before a line that is not here any more is on the disk, if anywhere.
		const row = query.before === undefined ? undefined : this.histories.rowOf(room, query.before);
		if (query.before !== undefined && inMemory.isAfterAll && row === undefined) return inMemory;
		const before = inMemory.isAfterAll && row !== undefined ? row : oldest;
		const older = pageOf(await this.histories.newest({ ...query, limit: left }, before));
		return { ...older, lines: [...older.lines, ...inMemory.lines] };
	}

	/** Looks in all rooms: what is on disk and here is told once. */
	async #everywhere(query: HistoryQuery): Promise<FoundLines> {
		const onDisk = pageOf(await this.histories.newest(query));
		const inMemory = this.#options
			.stays()
			.slots.all()
			.flatMap(({ key, room }) => (room ? linesIn(key, room.timeline, query).lines : []));
		const all = new Map([...onDisk.lines, ...inMemory].map((one) => [`${one.room} ${one.line.id}`, one]));
		const lines = [...all.values()].toSorted((one, other) => one.line.at - other.line.at).slice(-query.limit);
		return { ...onDisk, lines };
	}

	#roomOf(room: RoomKey): Room | undefined {
		return this.#options
			.stays()
			.slots.all()
			.find(({ key }) => key === room)?.room;
	}

	#readers(room: RoomKey): Readers | undefined {
		const { account } = this.#options;
		const self = parseFingerprint(account.ownFingerprint() ?? "");
		if (self === undefined) return undefined;
		const open = this.#roomOf(room);
		return {
			self,
			person: (fingerprint, name) => ({
				fingerprint,
				shortFingerprint: shortFingerprint(fingerprint),
				name,
				isSelf: fingerprint === self,
				isHost: fingerprint === open?.host,
				trust: fingerprint === self ? "verified" : account.trustOf(fingerprint, name),
			}),
		};
	}
}

interface FoundLines {
	readonly lines: readonly HistoryLine[];
	readonly trouble?: HistoryTrouble;
}

function pageOf(found: readonly HistoryLine[] | HistoryTrouble): FoundLines {
	return "path" in found ? { lines: [], trouble: found } : { lines: found };
}

/** Returns the newest lines of a timeline that fit, oldest first. `isAfterAll`: the line `before` is not here, so nothing before it is. */
function linesIn(
	room: RoomKey,
	timeline: Timeline,
	{ before, limit, ...query }: HistoryQuery,
): { readonly lines: readonly HistoryLine[]; readonly isAfterAll: boolean } {
	const fits = fitsOf(query);
	const end = before === undefined ? timeline.length : (timeline.indexOf?.(before) ?? -1);
	const lines: HistoryLine[] = [];
	for (let index = end - 1; index >= 0 && lines.length < limit; index -= 1) {
		const line = timeline.at(index);
		if (line?.kind !== "line" || !fits({ text: line.text, name: line.from.name, at: line.at })) continue;
		lines.push({ room, line });
	}
	return { lines: lines.reverse(), isAfterAll: end < 0 };
}
