// The reading half of a member: takes messages in the order of the room, through the group, and tells what they say.
import { createHash } from "node:crypto";
import type { Group } from "../../crypto/group/group.ts";
import type { GroupMember, Line, Membership, Received, Refused } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { decodeContent } from "../wire/content.ts";
import { compareSeen, type Order, place } from "../wire/transcript.ts";
import type { MemberEnd, MemberEvent } from "./events.ts";
import type { OwnLines } from "./own-lines.ts";

/** At most this many messages may be on their way through the worker before reading stops. */
export const maxInFlight = 64;

/** Describes an own entry into the room, from which a reader goes on with the new group. */
export interface ReadersEntry {
	readonly commitHash: Uint8Array;
	readonly group: Group;
	readonly self: GroupMember;
}

export interface ReaderOptions {
	readonly group: Group;
	readonly self: Fingerprint;
	readonly order: Order;
	readonly own: OwnLines;
	readonly emit: (event: MemberEvent) => void;
	/** Lists the entries that the program has made, or was about to make. From the place of an entry's commit on, its group is ours. */
	readonly entries?: readonly ReadersEntry[];
	/** Is called when the group has gone on to this epoch. */
	readonly inEpoch?: (epoch: number) => void;
	/** Is called once, when reading is over. */
	readonly onEnd: (end: MemberEnd) => void;
}

function hashOf(message: Uint8Array): string {
	return createHash("sha256").update(message).digest("base64");
}

/** Messages are given in their order; what they say is told in the same order, once it is known. */
export class Reader {
	readonly #options: ReaderOptions;
	#group: Group;
	#order: Order;
	/** The commits that are in the group already, because they were judged for the server or made by the host itself. They are told when their place comes. */
	readonly #applied = new Map<string, Membership>();
	readonly #waitingForSeq: { readonly seq: number; readonly resolve: () => void }[] = [];
	/** Results are applied in the order of the messages. */
	#lastApplied: Promise<void> = Promise.resolve();
	#inFlight = 0;
	#isOver = false;

	constructor(options: ReaderOptions) {
		this.#options = options;
		this.#group = options.group;
		this.#order = options.order;
	}

	/** Tells how far we have come. */
	get order(): Order {
		return this.#order;
	}

	/** Returns the group that reads at the moment. */
	get group(): Group {
		return this.#group;
	}

	/** Counts the messages that are on their way through the group. */
	get inFlight(): number {
		return this.#inFlight;
	}

	/** Goes on with another group: a restored one, or the one that an own entry has made. */
	useGroup(group: Group): void {
		this.#group = group;
	}

	/** Is told of a commit that the group has taken in before its place was known, as the host's own member does for the server. */
	hasApplied(message: Uint8Array, membership: Membership): void {
		this.#applied.set(hashOf(message), membership);
	}

	/** Resolves when everything up to `seq` has been through the group. */
	async caughtUp(seq: number): Promise<void> {
		if (this.#order.seq < seq && !this.#isOver)
			await new Promise<void>((resolve) => this.#waitingForSeq.push({ seq, resolve }));
		await this.#lastApplied;
	}

	/** Resolves when everything that was given so far has been told. */
	async settled(): Promise<void> {
		await this.#lastApplied;
	}

	/** Ends the reading: nothing more comes, and whoever waits for it is told. */
	close(): void {
		this.#isOver = true;
		for (const { resolve } of this.#waitingForSeq.splice(0)) resolve();
	}

	/** Takes a line. Returns what the host did wrong, if it did. */
	line(seq: number, message: Uint8Array): string | undefined {
		const complaint = this.#place(seq, message);
		if (complaint) return complaint;
		this.#apply(this.#group.receive({ message }), (received) => {
			if (received.kind === "line") this.#content(seq, received);
			else if (received.kind === "failed") this.#finish({ kind: "outOfStep" });
			else if (received.kind === "refused" && received.code === "ownMessage") this.#ownLine(seq, message);
			else this.#options.emit({ kind: "problem", problem: "unreadableLine" });
		});
		return undefined;
	}

	/** Takes the place of an own line, which was submitted under this number. */
	echo(seq: number, number: number): string | undefined {
		const message = this.#options.own.submittedAs(number)?.submitted.message;
		if (message === undefined) return "the host placed a line that was never sent";
		const complaint = this.#place(seq, message);
		if (complaint) return complaint;
		const item = this.#options.own.placed(message);
		this.#apply(Promise.resolve(), () => item && this.#options.emit({ kind: "placed", item, seq }));
		return undefined;
	}

	/** Takes a commit, with the certificate of whoever comes in by it. */
	commit(seq: number, message: Uint8Array, certificate: Uint8Array | undefined): string | undefined {
		const complaint = this.#place(seq, message);
		if (complaint) return complaint;
		const hash = hashOf(message);
		const known = this.#ownEntry(hash) ?? this.#applied.get(hash);
		this.#applied.delete(hash);
		const certificates = certificate ? [certificate] : [];
		const result: Promise<Received | Refused | { readonly kind: "failed" }> = known
			? Promise.resolve(known)
			: this.#group.receive({ message, certificates });
		this.#apply(result, (received) => {
			// A commit that does not fit means that our group and the host's are no longer the same.
			if (received.kind === "membership") this.#membership(received, certificate);
			else this.#finish({ kind: "outOfStep" });
		});
		return undefined;
	}

	#ownEntry(hash: string): Membership | undefined {
		const { entries = [], self: by } = this.#options;
		const entry = entries.find(({ commitHash }) => hash === Buffer.from(commitHash).toString("base64"));
		if (!entry) return undefined;
		this.#group = entry.group;
		return { kind: "membership", joined: [entry.self], left: [entry.self], by, reason: "replaced", epoch: 0 };
	}

	/** Takes in a line of ours that came back whole, because whoever reads on has not submitted it on this Link. One that was shown before is not known any more. */
	#ownLine(seq: number, message: Uint8Array): void {
		const item = this.#options.own.placed(message);
		if (item) this.#options.emit({ kind: "placed", item, seq });
	}

	#content(seq: number, received: Line): void {
		const { emit } = this.#options;
		const decoded = decodeContent(received.plaintext);
		if (decoded.kind === "refused") {
			emit({ kind: "problem", problem: "unreadableLine" });
			return;
		}
		const { value } = decoded;
		if (compareSeen(this.#order, seq, value.seen) === "different") {
			emit({ kind: "problem", problem: "differentConversations" });
		}
		emit({ kind: "line", from: received.from, content: value, seq });
	}

	#membership({ joined, left, by, reason, epoch }: Membership, certificate: Uint8Array | undefined): void {
		const { self, emit, inEpoch } = this.#options;
		const isHere = (one: GroupMember): boolean => one.fingerprint === self;
		const change = { joined, left, by, reason: reason ?? "left", ...(certificate ? { certificate } : {}) } as const;
		emit({ kind: "membership", ...change });
		if (left.some(isHere) && !joined.some(isHere)) {
			this.#finish({ kind: "closed", reason: "kicked" });
			return;
		}
		inEpoch?.(epoch);
	}

	#finish(end: MemberEnd): void {
		this.#options.onEnd(end);
	}

	#place(seq: number, message: Uint8Array): string | undefined {
		const placed = place(this.#order, seq, message);
		if (placed.kind === "misordered") return `message ${placed.expected} was due, ${seq} came`;
		this.#order = placed.order;
		return undefined;
	}

	/** Does `then` with the result once all earlier results have been dealt with. */
	#apply<T>(result: Promise<T>, then: (value: T) => void): void {
		this.#inFlight += 1;
		this.#lastApplied = this.#lastApplied.then(async () => {
			const value = await result;
			this.#inFlight -= 1;
			then(value);
		});
		const due = this.#waitingForSeq.filter(({ seq }) => seq <= this.#order.seq);
		for (const waiting of due) {
			this.#waitingForSeq.splice(this.#waitingForSeq.indexOf(waiting), 1);
			waiting.resolve();
		}
	}
}
