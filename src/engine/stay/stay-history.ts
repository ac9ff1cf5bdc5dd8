// What this computer's disk keeps of what is said in a room, during one stay: as long as the room's policy says, or less if the person wants so.
import type { Outcome } from "../api/codes.ts";
import { done, refuse } from "../api/outcome.ts";
import type { HistoryCommand } from "../api/room-key.ts";
import type { Histories } from "../history/histories.ts";
import { keptDays, type RoomPolicy } from "../kept/records.ts";
import type { Room } from "../room/room.ts";
import { maxHistoryDays } from "../wire/content-kinds.ts";

/** This many lines are taken from the disk at once when a certain one is looked for. */
const pageLines = 1_000;
/** This many lines are taken from the disk at once when somebody scrolls. */
const scrolledLines = 200;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const offRecord = refuse({ code: "bad_off_record", why: "history" });
const badDays = refuse({ code: "bad_setting", why: "historyDays" });

/** Tells whether what is said can be kept for so many days. */
export const isHistoryDays = (days: number): boolean =>
	Number.isSafeInteger(days) && days >= 1 && days <= maxHistoryDays;

/** Returns the policy with another time for which what is said is kept on disk. */
export function withHistory({ historyDays: _, ...policy }: RoomPolicy, days: number | "off"): RoomPolicy {
	return days === "off" ? { ...policy, history: false } : { ...policy, history: true, historyDays: days };
}

/** Holds what is written down of a room that is kept, as far as it is about its history. */
interface Written {
	readonly policy: RoomPolicy;
	readonly ownHistoryDays?: number | undefined;
}

export interface StayHistoryOptions {
	readonly histories: Pick<Histories, "of" | "sweep" | "leave">;
	readonly key: string;
	/** The room is off the record: nothing is kept, whatever anybody says. */
	readonly isOffRecord: boolean;
	/** Returns the room; `undefined` until it is there. */
	readonly room: () => Room | undefined;
	/** Returns what is written down; `undefined` while the room passes. */
	readonly written: () => Written | undefined;
	/** Writes down that this computer keeps no more than so many days; `undefined`: as much as the room's policy says. */
	readonly setOwnDays: (days: number | undefined) => void;
	/** Writes down another policy and tells everybody; only a host can. */
	readonly setPolicy?: (policy: RoomPolicy) => void;
}

/** Writes what is said in one stay to the history, as long as the room's policy says so. Whoever has opened the file closes it. */
export class StayHistory {
	readonly #options: StayHistoryOptions;
	#isKeeping = false;

	constructor(options: StayHistoryOptions) {
		this.#options = options;
	}

	perform(command: Exclude<HistoryCommand, { kind: "purgeHistory" }>): Outcome | Promise<Outcome> {
		if (command.kind === "older") return this.#older(command).then(() => done);
		const { setPolicy, setOwnDays, isOffRecord } = this.#options;
		if (isOffRecord) return offRecord;
		if (command.kind === "setHistory" && !setPolicy) return refuse({ code: "not_host", what: "history" });
		const written = this.#options.written();
		if (!written) return refuse({ code: "not_kept" });
		const { days } = command;
		if (typeof days === "number" && !isHistoryDays(days)) return badDays;
		// What was said while this computer kept nothing is not kept afterwards.
		if (command.kind === "setOwnHistory" && !this.#isKeeping) this.#options.room()?.talk.lines.willKeep();
		if (days === "room") setOwnDays(undefined);
		else if (command.kind === "setOwnHistory") setOwnDays(days === "off" ? 0 : days);
		else setPolicy?.(withHistory(written.policy, days));
		this.follow();
		return done;
	}

	/** Takes in for how many days the host wished, where the room is opened again, that what is said is kept. */
	async wish(days: number | undefined): Promise<void> {
		if (days !== undefined) await this.perform({ kind: "setHistory", days });
	}

	/** Keeps from now on what the policy and the person say, lets go what is too old, and shows what was kept before. */
	follow(): void {
		const room = this.#options.room();
		const written = this.#options.written();
		if (!room || !written) return;
		const { policy, ownHistoryDays } = written;
		room.terms.setOwnHistoryDays(ownHistoryDays);
		const days = this.#options.isOffRecord ? 0 : keptDays(policy, ownHistoryDays);
		if (days > 0 && !this.#isKeeping) this.#begin(room);
		if (days === 0 && this.#isKeeping) this.#end(room);
		this.#options.histories.sweep(new Map([[this.#options.key, days]]));
	}

	/** Is called when the file of the history is a new one, which is opened again. */
	openAnew(): void {
		// What was forgotten does not come back from memory.
		this.#options.room()?.talk.lines.willKeep();
		this.close();
		this.follow();
	}

	close(): void {
		if (this.#isKeeping) this.#options.histories.leave(this.#options.key);
		this.#isKeeping = false;
	}

	/** Takes older lines from the disk: some, or all down to a line or a time (ms since the epoch). */
	async #older({ to, at }: Extract<HistoryCommand, { kind: "older" }>): Promise<void> {
		const talk = this.#options.room()?.talk;
		if (!talk) return;
		const { lines } = talk;
		const isThere = (): boolean =>
			(to !== undefined && lines.timeline.indexOf(to) !== undefined) ||
			(at !== undefined && (lines.timeline.at(0)?.at ?? 0) < at);
		if (to === undefined && at === undefined) talk.older(scrolledLines);
		else while (!isThere() && lines.hasOlder && (talk.older(pageLines) || lines.hasOlder)) await turn();
	}

	#begin(room: Room): void {
		const opened = this.#options.histories.of(this.#options.key);
		if (opened?.kind === "refused") room.notice("warning", { code: "historyTrouble", trouble: opened.trouble });
		if (opened?.kind !== "open") return;
		this.#isKeeping = true;
		room.talk.keepIn(opened.history);
		if (opened.isOlder) room.notice("warning", { code: "historyOlder" });
	}

	#end(room: Room): void {
		this.close();
		room.talk.keepIn(undefined);
	}
}

/** A GuestsRecord is what the history needs of a guest's record of a room. */
interface GuestsRecord {
	readonly written: Written | undefined;
	keepOwn(days: number | undefined): void;
}

/** Makes the history of a guest's stay. `keeping` is absent while the identity is locked. */
export function guestHistory(
	{ histories, key }: Pick<StayHistoryOptions, "histories" | "key">,
	keeping: GuestsRecord | undefined,
	room: () => Room | undefined,
	isOffRecord: boolean,
): StayHistory {
	return new StayHistory({
		histories,
		key,
		isOffRecord,
		room,
		written: () => keeping?.written,
		setOwnDays: (days) => keeping?.keepOwn(days),
	});
}
