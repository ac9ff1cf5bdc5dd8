// The MLS group of one room as its owner sees it. Everything happens in a worker thread, which may work for other groups too; one that hangs over a hostile message is killed by the watchdog.
import type { Fingerprint } from "../identity/fingerprint.ts";
import { GroupThreads } from "./group-threads.ts";
import type {
	Admission,
	Committed,
	Created,
	Encrypted,
	Entered,
	Failed,
	GroupMember,
	LeafMade,
	OwnCertification,
	Received,
	Refused,
	RemovalReason,
	Replies,
	Reply,
	Request,
	Snapshot,
} from "./messages.ts";
import type { Tenant } from "./tenant.ts";

/** The groups of this program. */
const ownThreads = new GroupThreads();

export interface GroupOptions {
	/** The name of the MLS group: any length up to 255 bytes, made by the host. */
	readonly roomId: Uint8Array;
	/** The room is one of two people, without signatures. */
	readonly isOffRecord?: boolean;
	/** Other worker threads than those of this program's groups, for tests of them. */
	readonly threads?: GroupThreads;
}

/** Holds what the host admitted us with, and our certified leaf. */
export interface EnterOptions extends OwnCertification {
	readonly groupInfo: Uint8Array;
	readonly ticket: Uint8Array;
	readonly hostFingerprint: Fingerprint;
	/** The certificates of all members. */
	readonly certificates: readonly Uint8Array[];
	/** The host's leaf key, as it was proven beside the group; it is there in a room off the record. */
	readonly hostLeaf?: Uint8Array | undefined;
}

export interface ReceiveOptions {
	readonly message: Uint8Array;
	/** The certificates of people who may come in with this message. */
	readonly certificates?: readonly Uint8Array[];
	/** When it is given, an entry by anybody else is refused: the host knows whom it admitted. */
	readonly joiner?: Fingerprint;
	/** The joiner's leaf key, as it was proven beside the group; it is there in a room off the record. */
	readonly joinerLeaf?: Uint8Array | undefined;
}

export interface RestoreOptions extends GroupOptions {
	readonly snapshot: Uint8Array;
	readonly certificates: readonly Uint8Array[];
	readonly hostFingerprint: Fingerprint;
	/** The snapshot comes from a disk and may be of any age: the group reads and admits, and never encrypts or commits. */
	readonly isForReading?: boolean;
	/** The GroupInfo that stood beside a host's snapshot. */
	readonly groupInfo?: Uint8Array | undefined;
}

/** Copies byte arrays into buffers of their own: what came from a socket shares its buffer with other messages. */
function copied(request: Request): Request {
	const copy = (value: unknown): unknown => {
		if (value instanceof Uint8Array) return new Uint8Array(value);
		return Array.isArray(value) ? value.map(copy) : value;
	};
	return Object.fromEntries(Object.entries(request).map(([key, value]) => [key, copy(value)])) as unknown as Request;
}

/**
 * A Group is one member's side of a group. Calls may overlap: they are done in the order in which they were made. Each resolves with what was done, `refused` (nothing
 * changed) or `failed` (the worker is gone; all later calls fail too).
 */
export class Group {
	readonly #threads: GroupThreads;
	readonly #tenant: Tenant;
	readonly #members = new Map<number, GroupMember>();

	private constructor({ roomId, isOffRecord = false, threads = ownThreads }: GroupOptions) {
		this.#threads = threads;
		this.#tenant = threads.open({ roomId: new Uint8Array(roomId), isOffRecord });
	}

	/** Starts the worker if it is not there. It does not wait for it: the first call does. */
	static async open(options: GroupOptions): Promise<Group> {
		return new Group(options);
	}

	/**
	 * Makes a group from `snapshot()`. Unless it is for reading, the next call must be `refresh()`: until then nothing is encrypted or received,
	 * because the lost worker may have used keys the snapshot still has.
	 */
	static async restore(
		options: RestoreOptions,
	): Promise<{ readonly kind: "restored"; readonly group: Group; readonly epoch: number } | Refused | Failed> {
		const group = new Group(options);
		const { snapshot, certificates, hostFingerprint, isForReading = false, groupInfo } = options;
		const asked = { snapshot, certificates, hostFingerprint, isForReading, ...(groupInfo && { groupInfo }) };
		const outcome = await group.#call({ kind: "restore", ...asked });
		if (outcome.kind === "restored") return { kind: "restored", group, epoch: outcome.epoch };
		await group.close();
		return outcome;
	}

	/**
	 * Makes a fresh signature key for our leaf: certify its public key (see `OwnCertification`), then call `create` or `enter`. One leaf serves any number of
	 * entries.
	 */
	newLeaf(): Promise<LeafMade | Refused | Failed> {
		return this.#call({ kind: "newLeaf" });
	}

	/**
	 * Has a worker in which nothing was done yet rehearse an entry, as the person of this certificate, so that `enter` takes a third of the time. It gives up as soon
	 * as something is asked; nothing waits for it, and nothing is told of it.
	 */
	rehearse(certificate: Uint8Array): void {
		this.#threads.rehearse(this.#tenant, new Uint8Array(certificate));
	}

	/** Founds the group. Whoever does is its host. */
	create({ certificate, name, signature }: OwnCertification): Promise<Created | Refused | Failed> {
		return this.#call({ kind: "create", certificate, name, ...(signature && { signature }) });
	}

	/** Makes what lets one guest in, while this epoch lasts. Only the host can. The ticket is secret: encrypt it to the guest. */
	admission(guest: Fingerprint): Promise<Admission | Refused | Failed> {
		return this.#call({ kind: "admission", guest });
	}

	/** Enters, or comes back in the place of our old leaf. It is refused unless `hostFingerprint` signed the GroupInfo and all members are certified. */
	enter(options: EnterOptions): Promise<Entered | Refused | Failed> {
		const { groupInfo, ticket, hostFingerprint, certificates, certificate, name, signature, hostLeaf } = options;
		return this.#call({
			kind: "enter",
			groupInfo,
			ticket,
			hostFingerprint,
			certificates,
			certificate,
			name,
			...(signature && { signature }),
			...(hostLeaf && { hostLeaf }),
		});
	}

	/** Judges a message in the host's order. */
	receive({ message, certificates = [], joiner, joinerLeaf }: ReceiveOptions): Promise<Received | Refused | Failed> {
		const who = { ...(joiner !== undefined && { joiner }), ...(joinerLeaf && { joinerLeaf }) };
		return this.#call({ kind: "receive", message, certificates, ...who });
	}

	/** Encrypts a line for everybody, in the current epoch only. */
	encrypt(plaintext: Uint8Array): Promise<Encrypted | Refused | Failed> {
		return this.#call({ kind: "encrypt", plaintext });
	}

	/** Removes a member. Only the host can. */
	remove(fingerprint: Fingerprint, reason: RemovalReason): Promise<Committed | Refused | Failed> {
		return this.#call({ kind: "remove", fingerprint, reason });
	}

	/** Renews our own keys and begins a new epoch. */
	refresh(): Promise<Committed | Refused | Failed> {
		return this.#call({ kind: "refresh" });
	}

	/**
	 * Returns everything that `restore` needs. To be of use it must be newer than the last commit: take it before `receive` of an entry or commit. One that is for a
	 * disk is for reading alone, and holds no leaf key where the room is off the record.
	 */
	snapshot({ isForDisk = false }: { readonly isForDisk?: boolean } = {}): Promise<Snapshot | Refused | Failed> {
		return this.#call({ kind: "snapshot", isForDisk });
	}

	/** Returns everybody in the group, in leaf order, as they were when the last call resolved. */
	members(): readonly GroupMember[] {
		return [...this.#members.values()].sort((left, right) => left.leafIndex - right.leafIndex);
	}

	/** Ends the group and its secrets in the worker. Calls under way fail with "closed". It may be called twice. */
	async close(): Promise<void> {
		await this.#threads.close(this.#tenant);
	}

	async #call<Asked extends Request>(request: Asked): Promise<Replies[Asked["kind"]] | Refused | Failed> {
		const reply = await this.#threads.ask(this.#tenant, copied(request));
		if (reply.kind !== "failed") this.#follow(reply);
		// Replies come in the order of the requests: the one that settles this call is of its kind.
		return reply as Replies[Asked["kind"]] | Refused | Failed;
	}

	#follow(reply: Reply): void {
		if (reply.kind === "created" || reply.kind === "entered" || reply.kind === "restored") {
			this.#members.clear();
			for (const member of reply.members) this.#members.set(member.leafIndex, member);
		}
		if (reply.kind === "committed" || reply.kind === "membership")
			for (const { leafIndex } of reply.left) this.#members.delete(leafIndex);
		if (reply.kind === "membership") for (const member of reply.joined) this.#members.set(member.leafIndex, member);
	}
}
