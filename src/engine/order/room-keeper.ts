// Keeps a host's room on disk while it is open: each message with its place, the group each commit makes, who has a place, the seats.
import type { Snapshot } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { TagKeys } from "../../crypto/opening/knock.ts";
import { isStoreFailure } from "../../store/failure.ts";
import type { KeptRoom, LoggedMessage } from "../kept/kept-room.ts";
import type { KeptMember, KeptSeat, RoomPolicy } from "../kept/records.ts";
import { entersAt } from "./entries.ts";
import type { SeatRecord } from "./seat-record.ts";
import type { Keeper, MembershipChange } from "./sequencer.ts";

/** A page of what was missed has this many bytes at most, which is far less than may wait in a Link. */
const pageBytes = 1024 * 1024;
const dayMs = 24 * 60 * 60 * 1000;

export interface RoomKeeperOptions {
	readonly room: KeptRoom;
	readonly policy: RoomPolicy;
	readonly members: readonly KeptMember[];
	/** Resolves when what was missed before a restart has been shown: until then the disk has the state that it was read by. Rejects if the room closes before. */
	readonly settled: Promise<void>;
	/** Takes the host's group as it is after a place that its member has heard of; `undefined`: the group is gone. */
	readonly snapshot: (afterSeq: number) => Promise<Snapshot | undefined>;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
}

/** Keeps a room on its host's disk: what was said, the group and the seats. The room's server owns it. */
export class RoomKeeper implements Keeper {
	readonly #options: RoomKeeperOptions;
	readonly #members = new Map<Fingerprint, KeptMember>();
	#savedSeq = -1;
	#isSettled = false;

	constructor(options: RoomKeeperOptions) {
		this.#options = options;
		void options.settled.then(
			() => {
				this.#isSettled = true;
			},
			() => {},
		);
		for (const member of options.members) this.#members.set(member.fingerprint, member);
	}

	async keep(message: LoggedMessage, head: Uint8Array, change?: MembershipChange): Promise<void> {
		const { room, policy, snapshot } = this.#options;
		if (change === undefined) {
			room.log(message, policy);
			return;
		}
		await this.#options.settled;
		// The commit itself is in the group already; the host's member hears of its place later.
		const taken = await snapshot(message.seq - 1);
		if (taken === undefined) throw new Error("the group is gone");
		const { entered, left } = change;
		const { seq } = message;
		room.together(() => {
			room.log(message, policy);
			room.setState({ snapshot: taken.bytes, groupInfo: taken.groupInfo, seq, head });
			if (left !== undefined) this.#forget(left);
			if (entered) {
				const { fingerprint, bytes: certificate } = entered.certificate;
				this.#set({ fingerprint, certificate, name: entered.name, ...entersAt(seq, this.#members.get(fingerprint)) });
			}
		});
		taken.bytes.fill(0);
	}

	pageAfter(seq: number, head: Uint8Array): readonly LoggedMessage[] | "gone" | "otherHistory" {
		const { messages } = this.#options.room.logAfter(seq, pageBytes);
		const [first] = messages;
		if (!first) return "gone";
		return Buffer.compare(first.before, head) === 0 ? messages : "otherHistory";
	}

	/** Remembers since when a member is away, or that they are here. */
	setAway(fingerprint: Fingerprint, isAway: boolean): void {
		const member = this.#members.get(fingerprint);
		if (!member || isAway === (member.awaySince !== undefined)) return;
		const { awaySince: _, ...here } = member;
		try {
			this.#set(isAway ? { ...here, awaySince: this.#options.now() } : here);
		} catch (error) {
			// The next message tells that the disk fails; until then nothing is lost by this.
			if (!isStoreFailure(error)) throw error;
		}
	}

	/** Keeps somebody's seats as they are now. */
	setSeats(fingerprint: Fingerprint, record: SeatRecord<TagKeys> | undefined): void {
		const { room } = this.#options;
		if (record) room.setSeat(keptSeat(fingerprint, record));
		else room.forgetSeat(fingerprint);
	}

	/** Keeps the group as it is now, so that little has to be read again. Called inside a turn. */
	async saveState(seq: number, head: Uint8Array): Promise<void> {
		const { room, snapshot } = this.#options;
		if (seq === this.#savedSeq || !this.#isSettled) return;
		const taken = await snapshot(seq);
		if (taken === undefined) return;
		room.setState({ snapshot: taken.bytes, groupInfo: taken.groupInfo, seq, head });
		this.#savedSeq = seq;
		taken.bytes.fill(0);
	}

	/** Lets go what has waited too long; returns the members whose place is not kept any longer. A clock that was set back makes nobody older. */
	expire(): readonly Fingerprint[] {
		const { room, policy, now } = this.#options;
		room.trim(policy);
		const oldest = now() - policy.days * dayMs;
		return [...this.#members.values()]
			.filter(({ awaySince }) => awaySince !== undefined && awaySince < oldest)
			.map(({ fingerprint }) => fingerprint);
	}

	#set(member: KeptMember): void {
		this.#options.room.setMember(member);
		this.#members.set(member.fingerprint, member);
	}

	#forget(fingerprint: Fingerprint): void {
		this.#options.room.forgetMember(fingerprint);
		this.#members.delete(fingerprint);
	}
}

function bytesOf({ guest, host }: TagKeys): { readonly guest: Uint8Array; readonly host: Uint8Array } {
	return { guest: new Uint8Array(guest.export()), host: new Uint8Array(host.export()) };
}

/** Says what is kept of somebody's seats: the keys that come from them, never the seats. */
function keptSeat(fingerprint: Fingerprint, { current, next, retired, isRevoked }: SeatRecord<TagKeys>): KeptSeat {
	return {
		fingerprint,
		...(current ? { current: bytesOf(current) } : {}),
		...(next ? { next: bytesOf(next) } : {}),
		retired: retired.map(bytesOf),
		isRevoked,
	};
}
