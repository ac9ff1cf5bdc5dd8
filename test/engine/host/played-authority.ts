// The host's own member as its server sees it, played without encryption, so that tests of who may do what take milliseconds. The real one is at work wherever tests
// open rooms. Messages have real headers, which is all of them that a server reads.

import type { RemovalReason } from "../../../src/crypto/group/messages.ts";
import type { Certificate } from "../../../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { Authority, Judgement, OffEntrance, Placeable } from "../../../src/engine/order/authority.ts";

/** Of version mls10: a line, and a commit by which somebody enters (RFC 9420 §6). */
const lineForm = [0, 1, 0, 2, 0] as const;
const entryForm = [0, 1, 0, 1, 0] as const;

function headed(form: readonly number[], epoch: number, rest: readonly number[], text = ""): Buffer {
	const number = Buffer.alloc(8);
	number.writeBigUInt64BE(BigInt(epoch));
	return Buffer.concat([Buffer.from(form), number, Buffer.from(rest), Buffer.from(text)]);
}

/** An encrypted line of this epoch, as far as a server can tell. */
export const lineOf = (epoch: number, text = ""): Buffer => headed(lineForm, epoch, [1], text);

/** A commit made in this epoch by which somebody enters under this name. */
export const entryOf = (epoch: number, name = "Gus"): Buffer => headed(entryForm, epoch, [4, 0, 3], name);

/** What a guest submits: its number, and the line. */
export function submitted(number: number, line: Uint8Array): Buffer {
	const head = Buffer.alloc(4);
	head.writeUInt32BE(number);
	return Buffer.concat([head, line]);
}

/** What an admission is in a test: everybody can read it. */
export const admissionText = "you may enter";

/** Takes everybody in whose commit comes here, and writes down what it was asked. */
export class PlayedAuthority implements Authority {
	readonly admitted: (readonly [Fingerprint, OffEntrance | undefined])[] = [];
	readonly judged: (readonly [Fingerprint, Parameters<Authority["judge"]>[3]])[] = [];
	readonly removed: (readonly [Fingerprint, RemovalReason])[] = [];
	/** The group can't be asked any more. */
	isBroken = false;
	/** No commit is good. */
	refusesEntries = false;
	readonly #members = new Set<Fingerprint>();
	#epoch = 0;

	get epoch(): number {
		return this.#epoch;
	}

	async admit({ fingerprint }: Certificate, off?: OffEntrance): Promise<Uint8Array | undefined> {
		this.admitted.push([fingerprint, off]);
		return this.isBroken ? undefined : Buffer.from(admissionText);
	}

	async judge(
		commit: Uint8Array,
		{ fingerprint }: Certificate,
		_afterSeq: number,
		off: Parameters<Authority["judge"]>[3],
	): Promise<Judgement> {
		this.judged.push([fingerprint, off]);
		if (this.refusesEntries) return { kind: "refused", detail: "the commit is not good" };
		this.#members.add(fingerprint);
		return {
			kind: "accepted",
			epoch: this.#next(),
			name: Buffer.from(commit.subarray(entryOf(0, "").length)).toString(),
		};
	}

	async remove(fingerprint: Fingerprint, reason: RemovalReason): Promise<Placeable | undefined> {
		if (!this.#members.delete(fingerprint)) return undefined;
		this.removed.push([fingerprint, reason]);
		return { commit: Buffer.from("a removal"), epoch: this.#next() };
	}

	async renew(): Promise<Placeable | undefined> {
		return { commit: Buffer.from("a renewal"), epoch: this.#next() };
	}

	#next(): number {
		this.#epoch += 1;
		return this.#epoch;
	}
}
