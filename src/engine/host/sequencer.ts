// Gives every message of the room its place and passes it on. Sees only ciphertext; who may come in is judged by the Authority.
import { messageKind } from "../../crypto/group/header.ts";
import type { RemovalReason } from "../../crypto/group/messages.ts";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { Turns } from "../bounds/turns.ts";
import { encodeCommit, encodeEntered, encodeResumed } from "../wire/entering-frames.ts";
import { encodeFrame, frameType } from "../wire/frame.ts";
import type { Refusal } from "../wire/handshake.ts";
import { firstHead, nextHead } from "../wire/transcript.ts";
import { Backlog, type BacklogItem } from "./backlog.ts";

export type Judgement =
	/** The entry was accepted. `name` is the one that the guest's OpenPGP key has signed for this room. */
	| { readonly kind: "accepted"; readonly epoch: number; readonly name: string }
	/** Made for an epoch that is over: the guest needs a new admission. */
	| { readonly kind: "stale" }
	/** The entry was refused. With `repair` the group had to be restored, and this commit of the host's own must be placed before anything else. */
	| { readonly kind: "refused"; readonly detail: string; readonly repair?: Placeable };

/** Says that this person may not enter. It was asked again in the turn in which they would have, and nothing was done. */
export interface NotAllowed {
	readonly kind: "notAllowed";
	readonly why: Refusal;
}

/** A commit the authority's group has already applied, and the epoch it begins. */
export interface Placeable {
	readonly commit: Uint8Array;
	readonly epoch: number;
}

/** Does what only a member can do: the host's own, who has processed everything up to `afterSeq` before it answers. */
export interface Authority {
	/** Makes an admission for this guest in the current epoch, encrypted to their key. */
	admit(certificate: Certificate): Promise<Uint8Array | undefined>;
	judge(commit: Uint8Array, certificate: Certificate, afterSeq: number): Promise<Judgement>;
	/** Returns the commit that removes this member; `undefined` when there is no such member. */
	remove(fingerprint: Fingerprint, reason: RemovalReason, afterSeq: number): Promise<Placeable | undefined>;
}

/** Is a member's Link as the sequencer sees it. */
export interface Recipient {
	readonly fingerprint: Fingerprint;
	/** Sends bytes made by `encodeFrame`; deals itself with a Link that does not keep up. */
	deliver(frame: Uint8Array): void;
}

/** Is somebody who enters or comes back. */
export interface Entrant extends Recipient {
	/** Returns why they must not, as things are now. */
	judge(): Promise<Refusal | undefined>;
	/** Gives the seat by which they can come back the next time; called once they are in. */
	giveSeat(): Uint8Array;
}

function numbered(value: bigint, bytes: 4 | 8, rest: Uint8Array): Uint8Array {
	const body = Buffer.alloc(bytes + rest.length);
	if (bytes === 8) body.writeBigUInt64BE(value);
	else body.writeUInt32BE(Number(value));
	body.set(rest, bytes);
	return body;
}

/** Orders everything that is said in a room, on the host's machine. All is done in turns, so that "the current epoch" has one meaning. */
export class Sequencer {
	readonly #authority: Authority;
	readonly #recipients = new Map<Fingerprint, Recipient>();
	/** The place of each guest's entry: nobody is given what was said before. */
	readonly #entries = new Map<Fingerprint, number>();
	/** Members whose Link is gone for the moment. */
	readonly #away = new Set<Fingerprint>();
	/** Holds those who have not heard yet that they were removed. */
	readonly #kickedWhileAway = new Set<Fingerprint>();
	readonly #backlog = new Backlog();
	readonly #turns = new Turns();
	#seq = 0;
	#head: Uint8Array;
	#epoch: number;

	constructor(roomId: Uint8Array, epoch: number, authority: Authority) {
		this.#head = firstHead(roomId);
		this.#epoch = epoch;
		this.#authority = authority;
	}

	get seq(): number {
		return this.#seq;
	}

	has(recipient: Recipient): boolean {
		return this.#recipients.get(recipient.fingerprint) === recipient;
	}

	recipients(): readonly Recipient[] {
		return [...this.#recipients.values()];
	}

	/** Tells whether this person is in the room, or away for the moment. */
	isMember(fingerprint: Fingerprint): boolean {
		return this.#recipients.has(fingerprint) || this.#away.has(fingerprint);
	}

	/** Returns how many people are in the room or away for the moment, the host included. */
	get memberCount(): number {
		return this.#recipients.size + this.#away.size;
	}

	/** Does work that must not overlap with anybody's entering. */
	inTurn(work: () => void): Promise<void> {
		return this.#turns.run(async () => work());
	}

	/** Adds the founder, who needs no judgement: the group was made by them. */
	addFounder(recipient: Recipient): void {
		this.#recipients.set(recipient.fingerprint, recipient);
	}

	/**
	 * Places a line. One of another epoch than the current is dropped: its sender sees the commit that made it stale before
	 * anything else, and sends it again (outbox.ts).
	 */
	line(from: Recipient, number: number, message: Uint8Array): Promise<void> {
		return this.#turns.run(async () => {
			if (!this.has(from)) return;
			const header = messageKind(message);
			if (header?.kind !== "line" || header.epoch !== this.#epoch) return;
			const seq = this.#place(message);
			const frame = encodeFrame(frameType.line, numbered(BigInt(seq), 8, message));
			const place = numbered(BigInt(seq), 8, numbered(BigInt(number), 4, new Uint8Array(0)));
			const echo = encodeFrame(frameType.echo, place);
			this.#send({ seq, frame, own: { from: from.fingerprint, echo } });
		});
	}

	/** Judges the commit by which a guest enters. Who was there before with the same key is replaced: their Link is returned. */
	entry(
		guest: Entrant,
		certificate: Certificate,
		commit: Uint8Array,
	): Promise<NotAllowed | (Judgement & { readonly replaced?: Recipient })> {
		return this.#turns.run(async () => {
			const why = await guest.judge();
			if (why !== undefined) return { kind: "notAllowed", why };
			const header = messageKind(commit);
			if (header?.kind !== "enter") return { kind: "refused", detail: "not a commit to enter by" };
			if (header.epoch !== this.#epoch) return { kind: "stale" };
			const judgement = await this.#authority.judge(commit, certificate, this.#seq);
			if (judgement.kind === "refused" && judgement.repair) this.#advance(judgement.repair);
			if (judgement.kind !== "accepted") return judgement;
			this.#epoch = judgement.epoch;
			const replaced = this.#recipients.get(guest.fingerprint);
			this.#recipients.delete(guest.fingerprint);
			this.#away.delete(guest.fingerprint);
			this.#kickedWhileAway.delete(guest.fingerprint);
			const head = this.#head;
			const seq = this.#placeCommit(commit, certificate.bytes);
			this.#recipients.set(guest.fingerprint, guest);
			this.#entries.set(guest.fingerprint, seq);
			guest.deliver(encodeFrame(frameType.entered, encodeEntered({ seq, head, seat: guest.giveSeat() })));
			return replaced && replaced !== guest ? { ...judgement, replaced } : judgement;
		});
	}

	/** Takes a member out of the group and tells everybody, the removed one too. Not if the person is back on another Link. */
	removal(recipient: Pick<Recipient, "fingerprint">, reason: RemovalReason): Promise<void> {
		return this.#turns.run(async () => {
			const current = this.#recipients.get(recipient.fingerprint);
			if (current && current !== recipient) return;
			if (reason === "kicked" && this.#away.has(recipient.fingerprint))
				this.#kickedWhileAway.add(recipient.fingerprint);
			const removed = await this.#authority.remove(recipient.fingerprint, reason, this.#seq);
			if (removed) this.#advance(removed);
			this.#recipients.delete(recipient.fingerprint);
			this.#entries.delete(recipient.fingerprint);
			this.#away.delete(recipient.fingerprint);
		});
	}

	/** Keeps a member's place in the group while the Link is gone. It returns `false` when there is none, or when the member is back on another Link. */
	leaveOpen(recipient: Recipient): Promise<boolean> {
		return this.#turns.run(async () => {
			const { fingerprint } = recipient;
			if (this.has(recipient)) {
				this.#recipients.delete(fingerprint);
				this.#away.add(fingerprint);
			}
			return this.#away.has(fingerprint);
		});
	}

	/**
	 * Takes a member back who has come on another Link and has everything up to `seq`: it gets the rest and then what comes. `tooLate`: it has no place any
	 * more, the rest is not kept any more, or it begins before the member's own entry; it must enter again. The Link it was on, if it still stood, is returned.
	 */
	resume(
		recipient: Entrant,
		seq: number,
	): Promise<
		| NotAllowed
		| { readonly kind: "resumed"; readonly replaced?: Recipient }
		| { readonly kind: "tooLate" }
		/** It was removed while it was away. */
		| { readonly kind: "kicked" }
	> {
		return this.#turns.run(async () => {
			const { fingerprint } = recipient;
			if (this.#kickedWhileAway.delete(fingerprint)) return { kind: "kicked" };
			const replaced = this.#recipients.get(fingerprint);
			const entry = this.#entries.get(fingerprint);
			const missed = entry === undefined || seq < entry ? undefined : this.#backlog.since(seq, fingerprint);
			const why = await recipient.judge();
			if (why !== undefined) return { kind: "notAllowed", why };
			if (!missed || !(replaced || this.#away.has(fingerprint))) return { kind: "tooLate" };
			this.#away.delete(fingerprint);
			recipient.deliver(encodeFrame(frameType.resumed, encodeResumed({ seq: this.#seq, seat: recipient.giveSeat() })));
			for (const frame of missed) recipient.deliver(frame);
			this.#recipients.set(fingerprint, recipient);
			return replaced && replaced !== recipient ? { kind: "resumed", replaced } : { kind: "resumed" };
		});
	}

	#send(item: BacklogItem): void {
		this.#backlog.add(item);
		const { frame, own } = item;
		for (const recipient of this.#recipients.values()) {
			recipient.deliver(own?.from === recipient.fingerprint ? own.echo : frame);
		}
	}

	#place(message: Uint8Array): number {
		this.#seq += 1;
		this.#head = nextHead(this.#head, this.#seq, message);
		return this.#seq;
	}

	#advance({ commit, epoch }: Placeable): void {
		this.#epoch = epoch;
		this.#placeCommit(commit);
	}

	#placeCommit(message: Uint8Array, certificate?: Uint8Array): number {
		const seq = this.#place(message);
		const body = encodeCommit({ seq, message, ...(certificate ? { certificate } : {}) });
		this.#send({ seq, frame: encodeFrame(frameType.commit, body) });
		return seq;
	}
}
