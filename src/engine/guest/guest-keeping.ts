// What a guest of a kept room has on disk: how it comes back, the group as it was last, the own lines that wait, and how far it has read.
import { Group } from "../../crypto/group/group.ts";
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { sha256 } from "../../crypto/sha256.ts";
import { every } from "../../net/link/ticks.ts";
import { isStoreFailure, unlessDiskFails } from "../../store/failure.ts";
import type { KeptRooms } from "../../store/kept-rooms.ts";
import { KeptRoom, type UnreadableLines } from "../kept/kept-room.ts";
import { OwnEnd } from "../kept/own-end.ts";
import { type GuestRecord, isWorthKeeping, withTermsTold } from "../kept/records.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Member } from "../member/member.ts";
import { type OwnLines, WaitingLines } from "../member/own-lines.ts";
import type { ReadersEntry } from "../member/reader.ts";
import { type Order, startOrder } from "../wire/transcript.ts";
import type { KnownRoom } from "./known-room.ts";
import { MemberCertificates } from "./member-certificates.ts";
import { ReadingOn } from "./reading-on.ts";

/** The state of the group is kept this often, in milliseconds. */
const saveEveryMs = 10_000;

/** The room can't be kept on this computer; the message says why. */
export class NotKept extends Error {}

export interface GuestKeepingOptions {
	/** Keeps the rooms on disk. */
	readonly rooms: KeptRooms;
	/** The room that was kept, when we come back to one. */
	readonly room?: { readonly room: KeptRoom; readonly record: GuestRecord };
	/** The key under which a room begins to be kept. */
	readonly key: string;
	readonly self: Fingerprint;
	/** The room is off the record. */
	readonly isOffRecord: boolean;
	readonly emit: (event: MemberEvent) => void;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
}

/** Holds a room as it was when the program ended. */
export interface RestoredRoom {
	readonly reading: ReadingOn;
	/** Holds what waited then, and takes what is said until we are in. */
	readonly waiting: WaitingLines;
	readonly members: readonly GroupMember[];
}

/** Keeps one stay on a guest's disk. Until the room is kept it writes nothing. */
export class GuestKeeping extends OwnEnd {
	readonly #options: GuestKeepingOptions;
	readonly #certificates = new MemberCertificates();
	#record: GuestRecord | undefined;
	#known: KnownRoom | undefined;
	#provenFrom: number | undefined;
	#inside: { readonly member: Member; readonly group: Group } | undefined;
	#savedSeq = -1;
	#stopSaving: (() => void) | undefined;

	constructor(options: GuestKeepingOptions) {
		super(options.emit, options.room?.room);
		this.#options = options;
		this.#record = options.room?.record;
	}

	/** Returns what the disk has of the room; `undefined` until it is kept. */
	get written(): GuestRecord | undefined {
		return this.#record;
	}

	/** Tells whether it is a room of two. */
	get isPair(): boolean {
		return this.#record?.pair !== undefined;
	}

	/** Tells whether we have been in the room that is kept; else we were only given a seat in it. */
	get hasBeenIn(): boolean {
		return this.room !== undefined && (this.room.shown() > 0 || this.room.state() !== undefined);
	}

	/** Returns what we come back by, as it was kept; `undefined` where nothing was. */
	known(): (KnownRoom & { readonly provenFrom?: number | undefined }) | undefined {
		const record = this.#record;
		if (!record) return undefined;
		const { host, room: roomId, seat: newestSeat, previousSeat, provenFrom } = record;
		// They are wiped when the stay is over; what is on disk stays.
		return {
			host,
			roomId,
			newestSeat: Uint8Array.from(newestSeat),
			previousSeat: previousSeat && Uint8Array.from(previousSeat),
			provenFrom,
		};
	}

	/** Returns what waited when the program ended; it takes what is said until we are in. */
	waiting(): WaitingLines {
		return new WaitingLines({ items: this.room?.outgoing().values ?? [], nextNumber: 1 }, this);
	}

	/** Counts our lines that waited and can't be read any more, and returns what forgets them. */
	unreadableLines(): UnreadableLines {
		return this.room?.unreadableLines() ?? { count: 0, letGo: () => {} };
	}

	/** Opens the group as it was, for reading only; `undefined`: there is none that can be read, and we enter anew without. */
	async restore(own?: OwnLines): Promise<RestoredRoom | undefined> {
		const room = this.room;
		const record = this.#record;
		const state = room?.state();
		if (!room || !record || !state) return undefined;
		const certificates = room.members().values.map(({ certificate }) => certificate);
		for (const certificate of certificates) this.#certificates.learn(certificate);
		const { isOffRecord } = this.#options;
		const base = { roomId: record.room, isOffRecord, certificates, hostFingerprint: record.host, isForReading: true };
		const restored = await Group.restore({ ...base, snapshot: state.snapshot });
		if (restored.kind !== "restored") return undefined;
		const { group } = restored;
		const next = state.entering && (await Group.restore({ ...base, snapshot: state.entering.snapshot }));
		const self = next?.kind === "restored" ? next.group.members().find(isOf(this.#options.self)) : undefined;
		const entering =
			next?.kind === "restored" && self && state.entering
				? { commitHash: state.entering.commitHash, group: next.group, self }
				: undefined;
		const order = startOrder(state.seq, state.head);
		const waiting = this.waiting();
		return { reading: this.reading(order, group, own ?? waiting, entering), waiting, members: group.members() };
	}

	/** Reads on from `order` with this group. */
	reading(order: Order, group: Group, own: OwnLines, entering?: ReadersEntry): ReadingOn {
		// From now on it is the reading that knows how far the group has come.
		this.#stopSaving?.();
		const shown = this.room?.shown() ?? order.seq;
		return new ReadingOn({
			group,
			self: this.#options.self,
			order,
			own,
			...(entering ? { entries: [entering] } : {}),
			emit: (event) => {
				// A line that was shown before is not shown again.
				if (!("seq" in event) || event.seq > shown) this.heard(event);
			},
			onPage: (one) => this.#save(one.order, one.group, one, one.group === group),
		});
	}

	/** Returns the place up to which we were shown what was said. */
	shown(): number {
		return this.room?.shown() ?? 0;
	}

	/** Begins to keep the room we are in, or takes over what its host has changed. Rejects with `NotKept`, or when the disk fails. */
	async begin(wish: Pick<GuestRecord, "name" | "policy" | "target">): Promise<void> {
		const { name, policy } = wish;
		if (this.room) return this.#change((record) => ({ ...record, name, policy, areTermsUntold: true }));
		const known = this.#known;
		if (!known || !this.#inside) throw new NotKept("there is no connection to its host just now");
		const { member, group } = this.#inside;
		const { seq, head } = member.order;
		const taken = await group.snapshot({ isForDisk: true });
		await member.caughtUp(seq);
		if (taken.kind !== "snapshot") throw new NotKept("the encryption has just failed");
		const members = await this.#certificates.of(group.members());
		if (!this.#options.rooms.claim()) throw new NotKept("another Real Talk on this home has the rooms that stay");
		const { rooms, key, now } = this.#options;
		const { roomId, host } = known;
		const record = {
			role: "guest",
			room: roomId,
			host,
			...seatsOf(known),
			provenFrom: this.#provenFrom,
			areTermsUntold: true,
			...(this.#options.isOffRecord ? ({ isOffRecord: true } as const) : {}),
			...wish,
		} as const;
		this.room = rooms.together(() => {
			const room = KeptRoom.add(rooms, key, record, { snapshot: taken.bytes, seq, head }, now);
			for (const one of members) room.setMember(one);
			room.keepOutgoing(member.outbox.items.filter(isWorthKeeping), []);
			room.setShown(seq);
			return room;
		});
		this.#record = record;
		taken.bytes.fill(0);
		await this.entered(member, group);
	}

	/** Is called when we were given a seat, which is on disk before the host hears that we have it. */
	seatTaken(known: KnownRoom): void {
		this.#known = known;
		this.#change((record) => ({ ...record, ...seatsOf(known) }));
	}

	/** Keeps what is said for so many days on this computer; `undefined` means as many as the room. */
	keepOwn(ownHistoryDays: number | undefined): void {
		this.#change((record) => ({ ...record, ownHistoryDays }));
	}

	/** Remembers that the host has proven itself by a certificate that begins at this time, in seconds since the epoch. */
	proven(provenFrom: number): void {
		this.#provenFrom = provenFrom;
		this.#change((record) => ({ ...record, provenFrom }));
	}

	/** Notes that the person was told by what the room is kept. What is lost by a full disk here is only that it is told again after a restart. */
	termsTold(): void {
		unlessDiskFails(() => this.#change(withTermsTold));
	}

	/** Remembers the target by which the host can be found from now on. */
	moved(target: string): void {
		this.#change((record) => ({ ...record, target }));
	}

	/** Remembers certificates of people in the room, as the host has passed them on. */
	met(certificates: readonly Uint8Array[]): void {
		for (const certificate of certificates) this.#certificates.learn(certificate);
	}

	/** Has the group that our entry makes on disk before the host gets the commit: whatever happens then, one of the two groups reads on. */
	async entering(commit: Uint8Array, group: Group): Promise<void> {
		const state = this.room?.state();
		if (!this.room || !state) return;
		const taken = await group.snapshot({ isForDisk: true });
		if (taken.kind !== "snapshot") return;
		const commitHash = sha256(commit);
		for (const member of await this.#certificates.of(group.members())) this.room.setMember(member);
		this.room.setState({ ...state, entering: { snapshot: taken.bytes, commitHash } });
		taken.bytes.fill(0);
	}

	/** Is called when we are in: from now on the disk follows the group. */
	async entered(member: Member, group: Group): Promise<void> {
		this.#inside = { member, group };
		this.#stopSaving?.();
		if (!this.room) return;
		this.#stopSaving = every(saveEveryMs, () => void this.save(member, group));
		this.#savedSeq = -1;
		await this.save(member, group);
	}

	/** Keeps the group as it is now; then little has to be read again. */
	async save(member: Member, group: Group): Promise<void> {
		try {
			await this.#save(member.order, group, member);
		} catch (error) {
			// What is lost by a full disk here is only that a line is read again after a restart.
			if (!isStoreFailure(error)) throw error;
		}
	}

	/** Hands on what was heard, and notes who came in. */
	override heard(event: MemberEvent): void {
		if (event.kind === "membership" && event.certificate) this.#certificates.learn(event.certificate);
		super.heard(event);
	}

	/** Is called when we were away for longer than what is said is kept, or have read another room than there is: what was shown counts from our entry on. */
	startsAt(seq: number): void {
		this.room?.setShown(seq);
	}

	/** Forgets the room: we have left it for good, or it is over. */
	forget(): void {
		this.#stopSaving?.();
		if (this.room) this.#options.rooms.remove(this.room.key);
		this.room = undefined;
		this.#record = undefined;
	}

	close(): void {
		this.#stopSaving?.();
	}

	async #save(
		{ seq, head }: Order,
		group: Group,
		told: { readonly caughtUp: (seq: number) => Promise<void> },
		isFormer = false,
	): Promise<void> {
		if (!this.room || seq === this.#savedSeq) return;
		// The worker does this after everything up to `seq`, and before anything later.
		const taken = await group.snapshot({ isForDisk: true });
		await told.caughtUp(seq);
		const room = this.room;
		if (taken.kind !== "snapshot" || !room) return;
		const members = await this.#certificates.of(group.members());
		const here = new Set(members.map(({ fingerprint }) => fingerprint));
		room.together(() => {
			const entering = isFormer ? room.state()?.entering : undefined;
			room.setState({ snapshot: taken.bytes, seq, head, ...(entering ? { entering } : {}) });
			for (const { fingerprint } of room.members().values) if (!here.has(fingerprint)) room.forgetMember(fingerprint);
			for (const member of members) room.setMember(member);
		});
		this.#savedSeq = seq;
		taken.bytes.fill(0);
	}

	#change(change: (record: GuestRecord) => GuestRecord): void {
		if (!this.room || !this.#record) return;
		this.#record = change(this.#record);
		this.room.setRecord(this.#record);
	}
}

/** Copies the seats, because those of the stay are wiped when it is over. */
function seatsOf({ newestSeat, previousSeat }: KnownRoom): Pick<GuestRecord, "seat" | "previousSeat"> {
	return {
		seat: Uint8Array.from(newestSeat),
		previousSeat: previousSeat && Uint8Array.from(previousSeat),
	};
}

const isOf =
	(fingerprint: Fingerprint) =>
	(member: GroupMember): boolean =>
		member.fingerprint === fingerprint;
