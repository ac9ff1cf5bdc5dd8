// A host whose program lies: what goes out to one of its guests is another thing than what goes out to the others.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Fingerprint } from "../../src/crypto/identity/fingerprint.ts";
import { GuestSession } from "../../src/engine/host/guest-session.ts";
import { decodeCommit, encodeCommit } from "../../src/engine/wire/entering-frames.ts";
import { encodeFrame, frameType, maxSecureBodyBytes, takeFrame } from "../../src/engine/wire/frame.ts";

/** What has a place in the order, as it goes out to one guest. */
export type Placed =
	| { readonly kind: "line"; readonly seq: number; readonly message: Uint8Array }
	| { readonly kind: "echo"; readonly seq: number; readonly number: number }
	| { readonly kind: "commit"; readonly seq: number; readonly message: Uint8Array; readonly certificate?: Uint8Array };

/** `undefined` for frames without a place. */
export function placedIn(bytes: Uint8Array): Placed | undefined {
	const taken = takeFrame(bytes, maxSecureBodyBytes);
	assert.ok(taken.kind === "frame");
	const { type, body } = taken.frame;
	const view = Buffer.from(body);
	if (type === frameType.line) return { kind: "line", seq: Number(view.readBigUInt64BE()), message: view.subarray(8) };
	if (type === frameType.echo)
		return { kind: "echo", seq: Number(view.readBigUInt64BE()), number: view.readUInt32BE(8) };
	if (type !== frameType.commit) return undefined;
	const commit = decodeCommit(body);
	assert.ok(commit.kind === "value");
	const { seq, message, certificate } = commit.value;
	return { kind: "commit", seq, message, ...(certificate ? { certificate } : {}) };
}

function encodePlaced(placed: Placed): Uint8Array {
	if (placed.kind === "commit") {
		const { kind: _, ...commit } = placed;
		return encodeFrame(frameType.commit, encodeCommit(commit));
	}
	const head = Buffer.alloc(placed.kind === "line" ? 8 : 12);
	head.writeBigUInt64BE(BigInt(placed.seq));
	if (placed.kind === "line") return encodeFrame(frameType.line, Buffer.concat([head, placed.message]));
	head.writeUInt32BE(placed.number, 8);
	return encodeFrame(frameType.echo, head);
}

/** Until the test ends, `victim` gets what `lie` makes of everything that has a place. */
export function lieTo(t: TestContext, victim: Fingerprint, lie: (placed: Placed) => readonly Placed[]): void {
	const { deliver } = GuestSession.prototype;
	t.mock.method(GuestSession.prototype, "deliver", function (this: GuestSession, frame: Uint8Array) {
		const placed = this.fingerprint === victim ? placedIn(frame) : undefined;
		const frames = placed ? lie(placed).map(encodePlaced) : [frame];
		for (const one of frames) deliver.call(this, one);
	});
}
