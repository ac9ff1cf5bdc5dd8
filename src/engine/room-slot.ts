// One room among those the engine has: where we are with it, the stay while there is one, what is left to see of the last one, and what is unread in it.
import type { Phase, RoomSummary, RoomView } from "./api/api.ts";
import type { EndCode } from "./api/codes.ts";
import type { Event, Happening } from "./api/events.ts";
import type { Person } from "./api/people.ts";
import type { RoomKey } from "./api/room-key.ts";
import type { GateHost } from "./gate/gate-host.ts";
import { nameOfPair } from "./kept/kept-names.ts";
import type { Pair } from "./kept/records.ts";
import type { Room } from "./room/room.ts";
import { RoomTimeline } from "./room/timeline.ts";
import type { Stay, StayContext, StayEnd } from "./stay/stay.ts";
import { cleanLine } from "./text/clean.ts";
import type { Letter } from "./wire/letter.ts";

/** Holds what a room needs of the engine. `setPhase`, `emit` and `changed` of a stay's context are the room's own. */
export type SlotContext = Omit<StayContext, "setPhase" | "emit" | "key" | "onLetter"> & {
	/** Is told a letter that somebody in a room has sealed to us. */
	readonly onLetter: (slot: RoomSlot, from: Person, letter: Letter) => void;
	readonly emit: (event: Event) => void;
	/** Makes the gate of a room that is about to be opened here. */
	readonly newGate: (slot: RoomSlot) => GateHost;
};

/** Ends that need no explanation for logs. */
const orderlyEnds: ReadonlySet<EndCode> = new Set(["left", "room_closed", "kicked", "replaced", "own_room"]);

export const noTimeline = new RoomTimeline();

/** Owns the stay and the gate of one room. */
export class RoomSlot {
	readonly key: RoomKey;
	readonly context: StayContext;
	readonly #options: SlotContext;
	#phase: Phase = { kind: "idle" };
	#stay: Stay | undefined;
	#gate: GateHost | undefined;
	#lastRoom: Room | undefined;
	#lastTarget: string | undefined;
	#unread = 0;
	#mentions = 0;
	#name = "";
	#pair: Pair | undefined;

	constructor(key: RoomKey, options: SlotContext) {
		this.key = key;
		this.#options = options;
		const { newGate: _, ...context } = options;
		this.context = {
			...context,
			key,
			emit: (event) => this.emit(event),
			onLetter: (from, letter) => options.onLetter(this, from, letter),
			setPhase: (phase) => this.setPhase(phase),
		};
	}

	get phase(): Phase {
		return this.#phase;
	}

	get stay(): Stay | undefined {
		return this.#stay;
	}

	/** Returns the room we are in, or the last one here. */
	get room(): Room | undefined {
		return this.#stay?.room ?? this.#lastRoom;
	}

	/** Tells whether something is open here, or about to be. */
	get isLive(): boolean {
		return this.#stay !== undefined || this.#phase.kind === "openingRoom";
	}

	/** Returns whose room of two it is, also when it is over. */
	get pair(): Pair | undefined {
		return this.#pair;
	}

	get gate(): GateHost | undefined {
		return this.#gate;
	}

	/** Tells whether what was said at this target is still to be seen here. */
	wasAt(target: string): boolean {
		return this.#lastRoom !== undefined && this.#lastTarget === target;
	}

	emit(event: Happening): void {
		this.#count(event);
		const told: Event = { ...event, room: this.key };
		this.#options.emit(told);
	}

	setPhase(phase: Phase): void {
		this.#phase = phase;
		this.#options.changed();
	}

	/** Returns the gate of the room that is about to be opened here. */
	openGate(): GateHost {
		this.#gate ??= this.#options.newGate(this);
		return this.#gate;
	}

	/** Is called when the room could not be opened after all. */
	dropGate(): void {
		this.#gate?.close();
		this.#gate = undefined;
	}

	/** Begins a stay. `target` is what a guest dialled; `name` is what the room is called in a list until its host is known. */
	begin(stay: Stay, name: string, target?: string): void {
		if (target === undefined || !this.wasAt(target)) this.#lastRoom = undefined;
		this.#lastTarget = target;
		this.#name = name;
		this.#unread = 0;
		this.#mentions = 0;
		this.#stay = stay;
		this.#pair = stay.pair;
		void stay.ended.then((end) => this.#ended(end));
	}

	/** Takes in that the person has read everything. Returns whether that is news. */
	read(): boolean {
		const wasUnread = this.#unread > 0;
		this.#unread = 0;
		this.#mentions = 0;
		return wasUnread;
	}

	view(): RoomView {
		const hosting = this.#stay?.host?.hosting;
		const talk = this.#stay?.talk.view();
		const kept = this.room?.terms.here();
		const files = this.#stay?.files.views() ?? [];
		return {
			room: this.key,
			phase: this.#phase,
			people: this.room?.people() ?? [],
			timeline: this.room?.timeline ?? noTimeline,
			...(hosting && this.#gate ? { hosting, gate: this.#gate.view() } : {}),
			...(talk ? { talk } : {}),
			...(this.#stay?.isOffRecord ? { isOffRecord: true } : {}),
			...(kept ? { kept } : {}),
			...(files.length > 0 ? { files } : {}),
		};
	}

	summary(): RoomSummary {
		const people = this.room?.people() ?? [];
		return {
			room: this.key,
			name: this.#nameNow(people),
			kind: this.#pair?.kind ?? (this.room?.terms.kept === undefined ? "passing" : "standing"),
			role: this.#gate === undefined ? "guest" : "host",
			state: this.#phase.kind,
			people: people.length,
			unread: this.#unread,
			mentions: this.#mentions,
		};
	}

	#nameNow(people: readonly Person[]): string {
		const pair = this.#pair;
		if (pair) return people.find(({ fingerprint }) => fingerprint === pair.with)?.name ?? nameOfPair(pair);
		const host = people.find(({ isHost }) => isHost);
		return this.room?.terms.kept?.name ?? (host === undefined || host.isSelf ? this.#name : host.name);
	}

	#count(event: Happening): void {
		const isNew = event.kind === "message" || event.kind === "fileOffered";
		if (!isNew || event.own) return;
		this.#unread += 1;
		if (event.kind === "message" && event.mentionsMe === true) this.#mentions += 1;
	}

	#ended({ code, detail, attempts = [], clockGapSeconds }: StayEnd): void {
		// Somebody who could not come back still has what was said before.
		this.#lastRoom = this.room;
		const haveFilesCome = code === "room_closed" && this.#stay?.files.haveAllCome;
		this.#stay = undefined;
		this.dropGate();
		const { kind } = this.summary();
		const end = {
			code,
			...(clockGapSeconds === undefined ? {} : { clockGapSeconds }),
			...(kind === "passing" ? {} : { roomKind: kind }),
			...(haveFilesCome ? { haveFilesCome } : {}),
		};
		this.#phase =
			code === "left" ? { kind: "idle" } : { kind: "ended", ...end, ...(attempts.length > 0 ? { attempts } : {}) };
		if (detail !== "" && !orderlyEnds.has(code)) this.emit({ kind: "error", code, detail: cleanLine(detail) });
		this.emit({ kind: "closed", ...end });
		this.#options.changed();
	}
}
