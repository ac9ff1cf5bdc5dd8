// The order of the room: the transcript everybody keeps, and the member's machine that watches over it (drawn in docs/architecture.md).
import { hash } from "node:crypto";
import type { Seen } from "./content.ts";

/** A member can compare this many places back with what somebody else says they have seen. */
export const rememberedHeads = 1024;

/** Makes a hash at once: one that is made in steps takes twice as long, and each line has two. */
const sha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");

/** Returns head(0), from which the transcript of every room starts. */
export function firstHead(roomId: Uint8Array): Uint8Array {
	return sha256(Buffer.concat([Buffer.from("real-talk/1 transcript"), roomId]));
}

/** Returns head(seq) = SHA-256(head(seq-1) ‖ u64 seq ‖ SHA-256(MLS message)). */
export function nextHead(head: Uint8Array, seq: number, message: Uint8Array): Uint8Array {
	const place = Buffer.alloc(8);
	place.writeBigUInt64BE(BigInt(seq));
	return sha256(Buffer.concat([head, place, sha256(message)]));
}

/** Holds what a member knows of the order: the newest place and the transcript at the newest `rememberedHeads` places. */
export interface Order {
	readonly seq: number;
	readonly head: Uint8Array;
	/** Maps each place to its head, oldest first. One Map is handed on from state to state, since copying it for each line would cost more than the line. */
	readonly heads: ReadonlyMap<number, Uint8Array>;
}

/** Starts at the place at which one came in. */
export function startOrder(seq: number, head: Uint8Array): Order {
	return { seq, head, heads: new Map([[seq, head]]) };
}

export type Placed =
	| { readonly kind: "placed"; readonly order: Order }
	| { readonly kind: "misordered"; readonly expected: number };

/** Puts the message at place `seq`. Places have no gaps: anything else is the host's fault. */
export function place(order: Order, seq: number, message: Uint8Array): Placed {
	if (seq !== order.seq + 1) return { kind: "misordered", expected: order.seq + 1 };
	const head = nextHead(order.head, seq, message);
	const heads = order.heads as Map<number, Uint8Array>;
	heads.set(seq, head);
	if (heads.size > rememberedHeads) {
		const oldest = heads.keys().next();
		if (!oldest.done) heads.delete(oldest.value);
	}
	return { kind: "placed", order: { seq, head, heads } };
}

/**
 * Compares what the sender of the line at `lineSeq` had seen with our own transcript.
 * `unknown`: from before our time or further back than is remembered.
 */
export function compareSeen(order: Order, lineSeq: number, seen: Seen): "same" | "different" | "unknown" {
	if (seen.seq >= lineSeq) return "different";
	const head = order.heads.get(seen.seq);
	if (!head) return "unknown";
	return Buffer.compare(head, seen.head) === 0 ? "same" : "different";
}
