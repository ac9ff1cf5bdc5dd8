// What the host of a kept room has on disk beside what its server keeps: the record, the own lines that wait, and how far the host has read.
import { isStoreFailure } from "../../store/failure.ts";
import type { KeptRooms } from "../../store/kept-rooms.ts";
import { KeptRoom } from "../kept/kept-room.ts";
import { OwnEnd } from "../kept/own-end.ts";
import { type HostRecord, isWorthKeeping, type KeptMember, type RoomPolicy } from "../kept/records.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Member } from "../member/member.ts";
import { RoomKeeper } from "../order/room-keeper.ts";
import type { Sequencer } from "../order/sequencer.ts";
import type { HostAuthority } from "./authority.ts";
import type { ProofKeys } from "./proof-keys.ts";
import type { RoomServer } from "./server.ts";

export interface HostKeepingOptions {
	readonly server: RoomServer;
	readonly authority: HostAuthority;
	readonly secrets: Pick<HostRecord, "salt" | "prs" | "inviteSecret" | "offRecordWith"> & {
		readonly roomId: Uint8Array;
	};
	/** Makes the proofs that are signed; off the record there is none. */
	readonly proofKeys: ProofKeys | undefined;
	readonly emit: (event: MemberEvent) => void;
	/** Is called when the disk failed and the room could not be kept; nothing gets a place any more. */
	readonly onFailure: (error: unknown) => void;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
}

/** Keeps one room on its host's disk. Until the room is kept it does nothing. */
export class HostKeeping extends OwnEnd {
	readonly #options: HostKeepingOptions;
	#password: Pick<HostRecord, "salt" | "prs">;
	/** Resolves when all that was missed before a restart has been shown. */
	readonly #settled = Promise.withResolvers<void>();

	constructor(options: HostKeepingOptions) {
		super(options.emit);
		this.#options = options;
		// Somebody who waits for it hears of it; in a room that passes nobody does.
		this.#settled.promise.catch(() => {});
		const { salt, prs } = options.secrets;
		this.#password = { salt, prs };
	}

	/** Goes on keeping a room that was kept before this program was started. */
	async keepIn(room: KeptRoom, policy: RoomPolicy, members: readonly KeptMember[]): Promise<void> {
		await this.#options.server.keepBy(async () => this.#keeper(room, policy, members), this.#options.onFailure);
		this.room = room;
	}

	/** Begins to keep the room as it is at this moment. `undefined`: the disk or the encryption failed. */
	async keep(
		rooms: KeptRooms,
		key: string,
		wish: Omit<HostRecord, "role" | "room" | "inviteSecret" | "salt" | "prs" | "provenFrom">,
		member: Member,
	): Promise<KeptRoom | undefined> {
		if (this.room) return this.room;
		let room: KeptRoom | undefined;
		await this.#options.server.keepBy(async (sequencer) => {
			const begun = await this.#begin(rooms, key, wish, member, sequencer);
			room = begun?.room;
			// Nothing was missed in a room that begins to be kept.
			this.#settled.resolve();
			return begun && this.#keeper(begun.room, wish.policy, begun.members);
		}, this.#options.onFailure);
		this.room = room;
		return room;
	}

	async #begin(
		rooms: KeptRooms,
		key: string,
		wish: Omit<HostRecord, "role" | "room" | "inviteSecret" | "salt" | "prs" | "provenFrom">,
		member: Member,
		sequencer: Sequencer,
	): Promise<{ readonly room: KeptRoom; readonly members: readonly KeptMember[] } | undefined> {
		const { authority, secrets, proofKeys, now } = this.#options;
		const { seq, head } = sequencer;
		const taken = await authority.snapshot(seq);
		if (!taken) return undefined;
		const { roomId, inviteSecret, offRecordWith } = secrets;
		const provenFrom = proofKeys?.current().delegation.from ?? 0;
		const kind = { role: "host", areTermsUntold: true, ...(offRecordWith ? { offRecordWith } : {}) } as const;
		const record = { ...kind, room: roomId, inviteSecret, ...this.#password, provenFrom, ...wish };
		const members = authority.members.flatMap(({ fingerprint, name }): KeptMember[] => {
			const certificate = authority.certificates.get(fingerprint);
			return certificate ? [{ fingerprint, name, certificate, ...sequencer.entriesOf(fingerprint) }] : [];
		});
		const room = rooms.together(() => {
			const added = KeptRoom.add(
				rooms,
				key,
				record,
				{ snapshot: taken.bytes, groupInfo: taken.groupInfo, seq, head },
				now,
			);
			for (const one of members) added.setMember(one);
			added.keepOutgoing(member.outbox.items.filter(isWorthKeeping), []);
			added.setShown(seq);
			return added;
		});
		taken.bytes.fill(0);
		return { room, members };
	}

	#keeper(room: KeptRoom, policy: RoomPolicy, members: readonly KeptMember[]): RoomKeeper {
		const { authority, now } = this.#options;
		const settled = this.#settled.promise;
		return new RoomKeeper({ room, policy, members, now, settled, snapshot: (seq) => authority.snapshot(seq) });
	}

	/** Changes what is kept of what the room is. Returns that; `undefined` where the room passes or can't be read. */
	changeRecord(change: (record: HostRecord) => HostRecord): HostRecord | undefined {
		const record = this.room?.record();
		if (record?.role !== "host") return undefined;
		const changed = change(record);
		this.room?.setRecord(changed);
		return changed;
	}

	/** Has the room on disk as it goes on, now that what came before has been shown. */
	settle(work: () => void): void {
		try {
			work();
			this.#settled.resolve();
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			this.#options.onFailure(error);
		}
	}

	changePassword(salt: Uint8Array, prs: Uint8Array): void {
		this.#password = { salt, prs };
		this.changeRecord((record) => ({ ...record, salt, prs }));
	}

	/** Keeps the group as it is in the end. */
	async close(isForGood: boolean): Promise<void> {
		this.#settled.reject(new Error("the room closes"));
		if (this.room && !isForGood) await this.#options.server.saveState();
	}
}
