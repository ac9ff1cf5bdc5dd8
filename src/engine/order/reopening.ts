// Opens a room that was kept: reads what the host was not shown yet with the group as it was, and enters the own room anew, with a leaf that has never said anything.
import { Group } from "../../crypto/group/group.ts";
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { type TagKeys, tagKeysFrom } from "../../crypto/opening/knock.ts";
import { sha256 } from "../../crypto/sha256.ts";
import type { Self } from "../account/self.ts";
import type { KeptRoom, LoggedMessage } from "../kept/kept-room.ts";
import {
	type GroupState,
	type HostRecord,
	type KeptMember,
	type KeptSeat,
	mostOwnEntries,
	type OwnEntry,
} from "../kept/records.ts";
import { certifyLeaf } from "../member/certify-leaf.ts";
import type { MemberEnd, MemberEvent } from "../member/events.ts";
import { type Outbox, type Outgoing, stepOutbox } from "../member/outbox.ts";
import { WaitingLines } from "../member/own-lines.ts";
import { Reader, type ReadersEntry } from "../member/reader.ts";
import { nextHead, type Order, startOrder } from "../wire/transcript.ts";
import type { SeatRecord } from "./seat-record.ts";
import { newStart, type SequencerStart } from "./sequencer.ts";

/** This much of the log is read at once, in bytes. */
const pageBytes = 4 * 1024 * 1024;
/** This many of the newest messages are given to the sequencer, which keeps as many as it has room for. */
const newestMessages = 10_000;

/** Holds a room that is on disk, of which everything was read that it cannot do without. */
export interface KeptHosting {
	readonly room: KeptRoom;
	readonly record: HostRecord;
}

/** Holds what a kept room begins with after a restart of its host. */
export interface Reopened {
	readonly kind: "reopened";
	readonly group: Group;
	readonly members: readonly GroupMember[];
	readonly start: SequencerStart;
	readonly kept: readonly KeptMember[];
	readonly seats: readonly (readonly [Fingerprint, SeatRecord<TagKeys>])[];
	readonly outbox: Outbox;
	/** The lines that the host was not shown before its program ended. */
	readonly missed: readonly MemberEvent[];
	/** The group could not be read: everybody enters anew, and what was not read is lost. */
	readonly isFoundedAnew: boolean;
	/** Writes the room as it goes on. Before that the disk has what `missed` was read from: it is told before it can't be read any more. */
	readonly settle: () => void;
}

/** Goes on where the room was; `undefined`: the encryption worker did not start, or the host's key did not sign. */
export async function reopen(
	{ room, record }: KeptHosting,
	self: Self,
	roomId: Uint8Array,
): Promise<Reopened | undefined> {
	const state = room.state();
	const members = room.members();
	const own = { self, roomId, room, isOffRecord: record.offRecordWith !== undefined };
	const seats = room.seats().values.map((seat) => [seat.fingerprint, seatRecord(seat)] as const);
	const waiting = room.outgoing().values;
	const back = state && members.damaged === 0 ? await comeBack(own, state, members.values, waiting) : undefined;
	if (back) return { ...back, seats };
	const founded = await foundAnew(own);
	return founded && { ...founded, seats, outbox: { items: waiting, nextNumber: 1 } };
}

interface Own {
	readonly self: Self;
	readonly roomId: Uint8Array;
	readonly room: KeptRoom;
	readonly isOffRecord: boolean;
}

type WithoutSeats = Omit<Reopened, "seats">;

async function comeBack(
	own: Own,
	state: GroupState,
	members: readonly KeptMember[],
	waiting: readonly Outgoing[],
): Promise<WithoutSeats | undefined> {
	const { self, roomId, room, isOffRecord } = own;
	const { fingerprint: hostFingerprint } = self.signer;
	const certificates = members.map(({ certificate }) => certificate);
	const { snapshot, groupInfo } = state;
	const base = { roomId, isOffRecord, certificates, hostFingerprint, isForReading: true };
	const restored = await Group.restore({ ...base, snapshot, groupInfo });
	if (restored.kind !== "restored") return undefined;
	const entries = await entriesOf(base, state.ownEntries ?? []);
	const groups = [restored.group, ...entries.map(({ group }) => group)];
	if (entries.length < (state.ownEntries ?? []).length) {
		await Promise.all(groups.map((group) => group.close()));
		return undefined;
	}
	const missed: MemberEvent[] = [];
	const shown = room.shown();
	const lines = new WaitingLines({ items: waiting, nextNumber: 1 });
	let over: MemberEnd | undefined;
	const reader = new Reader({
		group: restored.group,
		self: hostFingerprint,
		order: startOrder(state.seq, state.head),
		own: lines,
		entries,
		onEnd: (end) => {
			over = end;
		},
		emit: (event) => {
			if (!("seq" in event) || event.seq > shown) missed.push(event);
		},
	});
	const isRead = await readLog(room, reader);
	// Where nobody else is, there is no group to enter: an entry takes the place of our former leaf, the only one.
	const isAlone = reader.group.members().length === 1;
	const former = missed.length > 0 ? state : undefined;
	const goOn = () => (isAlone ? foundAnew(own, reader.order) : enterOwn(own, reader, members, former));
	const entered = isRead && over === undefined ? await goOn() : undefined;
	await Promise.all(groups.map((group) => group.close()));
	for (const one of [state, ...(state.ownEntries ?? [])]) one.snapshot.fill(0);
	return (
		entered && {
			kept: members,
			...entered,
			outbox: stepOutbox(lines.outbox, { kind: "linkLost" })[0],
			missed,
			isFoundedAnew: false,
		}
	);
}

/** Opens the groups of the host's entries after earlier restarts; without those that can't be read. */
async function entriesOf(
	base: Omit<Parameters<typeof Group.restore>[0], "snapshot" | "groupInfo">,
	kept: readonly OwnEntry[],
): Promise<readonly ReadersEntry[]> {
	const entries: ReadersEntry[] = [];
	for (const { commitHash, snapshot, groupInfo } of kept) {
		const restored = await Group.restore({ ...base, snapshot, groupInfo });
		if (restored.kind !== "restored") continue;
		const { group } = restored;
		const self = group.members().find(({ fingerprint }) => fingerprint === base.hostFingerprint);
		if (self) entries.push({ commitHash, group, self });
		else await group.close();
	}
	return entries;
}

/** Reads what was placed after the group was kept. `false`: something of it can't be read. */
async function readLog(room: KeptRoom, reader: Reader): Promise<boolean> {
	for (;;) {
		const { messages, isDamaged } = room.logAfter(reader.order.seq, pageBytes);
		for (const { seq, message, certificate, line } of messages) {
			const complaint = line ? reader.line(seq, message) : reader.commit(seq, message, certificate);
			if (complaint !== undefined) return false;
		}
		await reader.settled();
		if (isDamaged) return false;
		if (messages.length === 0) return true;
	}
}

type Entered = Pick<Reopened, "kind" | "group" | "members" | "start" | "settle">;

/** Enters the own room. `former`: what was missed was read by this state, which the disk has until that was shown. */
async function enterOwn(
	{ self, roomId, room, isOffRecord }: Own,
	{ order, group: former }: Reader,
	members: readonly KeptMember[],
	unshown: GroupState | undefined,
): Promise<Entered | undefined> {
	const earlier = unshown?.ownEntries ?? [];
	if (earlier.length >= mostOwnEntries) return undefined;
	const { fingerprint: hostFingerprint, certificate } = self.signer;
	const admission = await former.admission(hostFingerprint);
	if (admission.kind !== "admission") return undefined;
	const group = await Group.open({ roomId, isOffRecord });
	const leaf = await certifyLeaf(group, roomId, self.signer, self.name, isOffRecord);
	const certificates = members.map((member) => member.certificate);
	const { groupInfo, ticket } = admission;
	const entered = leaf && (await group.enter({ groupInfo, ticket, certificates, hostFingerprint, ...leaf }));
	ticket.fill(0);
	const snapshot = entered?.kind === "entered" ? await group.snapshot({ isForDisk: true }) : undefined;
	if (entered?.kind !== "entered" || snapshot?.kind !== "snapshot") {
		await group.close();
		return undefined;
	}
	const message = { seq: order.seq + 1, before: order.head, message: entered.commit, certificate: certificate.bytes };
	const head = nextHead(order.head, message.seq, message.message);
	const { bytes, groupInfo: ownInfo } = snapshot;
	const commitHash = sha256(entered.commit);
	const ownEntries = [...earlier, { snapshot: bytes, groupInfo: ownInfo, commitHash }];
	const settled = { snapshot: bytes, groupInfo: ownInfo, seq: message.seq, head };
	// Nobody hears of the entry before it is on disk.
	room.together(() => {
		room.log(message);
		room.setState(unshown ? { ...unshown, ownEntries } : settled);
	});
	const others = members.filter(({ fingerprint }) => fingerprint !== hostFingerprint);
	return {
		kind: "reopened",
		group,
		members: entered.members,
		start: {
			seq: message.seq,
			head,
			epoch: entered.epoch,
			away: new Map(others.map(({ fingerprint, entry, since }) => [fingerprint, { entry, since }])),
			newest: newestOf(room, message.seq),
		},
		settle() {
			if (unshown) room.setState(settled);
			bytes.fill(0);
		},
	};
}

function* newestOf(room: KeptRoom, newest: number): Iterable<LoggedMessage> {
	let seq = Math.max(room.logExtent().oldest, newest - newestMessages) - 1;
	for (let page = room.logAfter(seq, pageBytes).messages; page.length > 0; ) {
		yield* page;
		seq += page.length;
		page = room.logAfter(seq, pageBytes).messages;
	}
}

/** Goes on with a new group, which the members enter by their seats, because the former one is lost or had nobody else in it. `order`: the places that were given count on. */
async function foundAnew(
	{ self, roomId, room, isOffRecord }: Own,
	order?: Order,
): Promise<Omit<WithoutSeats, "outbox"> | undefined> {
	const founded = await foundGroup(roomId, self, isOffRecord);
	const snapshot = await founded?.group.snapshot({ isForDisk: true });
	if (!founded || snapshot?.kind !== "snapshot") return undefined;
	const { group, members, epoch } = founded;
	const start = { ...newStart(roomId, epoch), ...(order && { seq: order.seq, head: order.head }) };
	const { fingerprint, certificate } = self.signer;
	const host = { fingerprint, name: self.name, certificate: certificate.bytes, entry: 0 };
	const { bytes, groupInfo } = snapshot;
	const settle = (): void => {
		room.together(() => {
			room.empty();
			room.setState({ snapshot: bytes, groupInfo, seq: start.seq, head: start.head });
			room.setMember(host);
			if (!order) room.setShown(start.seq);
		});
		bytes.fill(0);
	};
	return { kind: "reopened", group, members, start, kept: [host], missed: [], isFoundedAnew: true, settle };
}

/** Makes a group with nobody in it but the host. Resolves with `undefined` when the encryption worker did not start, or the host's key did not sign. */
export async function foundGroup(
	roomId: Uint8Array,
	self: Self,
	isOffRecord: boolean,
): Promise<{ readonly group: Group; readonly epoch: number; readonly members: readonly GroupMember[] } | undefined> {
	const group = await Group.open({ roomId, isOffRecord });
	const own = await certifyLeaf(group, roomId, self.signer, self.name, isOffRecord);
	const created = own ? await group.create(own) : undefined;
	if (created?.kind === "created") return { group, epoch: created.epoch, members: created.members };
	await group.close();
	return undefined;
}

function seatRecord({ current, next, retired, isRevoked }: KeptSeat): SeatRecord<TagKeys> {
	return {
		...(current ? { current: tagKeysFrom(current) } : {}),
		...(next ? { next: tagKeysFrom(next) } : {}),
		retired: retired.map(tagKeysFrom),
		isRevoked,
	};
}
