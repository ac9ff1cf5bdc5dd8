// The bodies of the frames by which somebody enters and comes back: read as they were written, and refused one byte beyond what the protocol allows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import {
	type Admission,
	type CloseReason,
	closeCode,
	decodeAdmission,
	decodeClose,
	decodeCommit,
	decodeEntered,
	decodePage,
	decodePosition,
	decodeResumed,
	decodeTooLate,
	encodeAdmission,
	encodeClose,
	encodeCommit,
	encodeEntered,
	encodePage,
	encodePosition,
	encodeResumed,
	encodeTooLate,
	maxCommitBytes,
	maxGroupInfoBytes,
	maxLineBytes,
	maxMembers,
	readEcho,
	readLine,
	type TooLate,
	tooLateCode,
} from "../../../src/engine/wire/entering-frames.ts";
import { maxCertificateBytes } from "../../../src/engine/wire/handshake.ts";

const bytes = (size: number) => new Uint8Array(size).fill(7);
const admission: Omit<Admission, "v"> = { room: bytes(32), groupInfo: bytes(1), ticket: bytes(32), certificates: [] };
const isRead = (decoded: { readonly kind: string }) => decoded.kind === "value";

test("an admission is read as it was written, as large as it may be", () => {
	for (const one of [
		admission,
		{ ...admission, groupInfo: bytes(maxGroupInfoBytes) },
		{ ...admission, certificates: Array.from({ length: maxMembers }, () => bytes(1)) },
		{ ...admission, certificates: [bytes(maxCertificateBytes)] },
		{ ...admission, leaf: { key: bytes(32), tag: bytes(32) } },
	]) {
		const decoded = decodeAdmission(encodeAdmission(one));
		assert.ok(decoded.kind === "value");
		assert.deepEqual(decoded.value, { v: 1, ...one });
	}
});

test("attack: an admission with more, less or longer fields than the protocol has is refused", () => {
	for (const one of [
		{ ...admission, room: bytes(31) },
		{ ...admission, groupInfo: bytes(0) },
		{ ...admission, groupInfo: bytes(maxGroupInfoBytes + 1) },
		{ ...admission, ticket: bytes(33) },
		{ ...admission, certificates: [bytes(0)] },
		{ ...admission, certificates: [bytes(maxCertificateBytes + 1)] },
		{ ...admission, certificates: Array.from({ length: maxMembers + 1 }, () => bytes(1)) },
		{ ...admission, leaf: { key: bytes(31), tag: bytes(32) } },
		{ ...admission, leaf: { key: bytes(32), tag: bytes(31) } },
		{ ...admission, leaf: { key: bytes(32), tag: bytes(32), more: 1 } },
		{ ...admission, more: 1 },
		{ ...admission, v: 2 },
	])
		assert.equal(decodeAdmission(encodeBody({ v: 1, ...one })).kind, "refused");
});

test("places, transcripts and seats have one size each, and a place is counted from 1", () => {
	const [head, seat] = [bytes(32), bytes(32)];
	assert.ok(isRead(decodeEntered(encodeEntered({ seq: 1, head, seat }))));
	assert.ok(isRead(decodePosition(encodePosition({ seq: 1, head }))));
	assert.ok(isRead(decodeResumed(encodeResumed({ seq: 1, seat }))));
	assert.ok(isRead(decodePage(encodePage({ upTo: 1, newest: 1 }))));
	for (const wrong of [{ seq: 0 }, { head: bytes(31) }, { seat: bytes(33) }, { more: 1 }]) {
		assert.equal(decodeEntered(encodeBody({ seq: 1, head, seat, ...wrong })).kind, "refused");
		if (!("seat" in wrong)) assert.equal(decodePosition(encodeBody({ seq: 1, head, ...wrong })).kind, "refused");
		if (!("head" in wrong)) assert.equal(decodeResumed(encodeBody({ seq: 1, seat, ...wrong })).kind, "refused");
	}
	for (const wrong of [{ upTo: 0 }, { newest: 0 }, { newest: 1.5 }, { more: 1 }])
		assert.equal(decodePage(encodeBody({ upTo: 1, newest: 1, ...wrong })).kind, "refused");
});

test("a commit may have a certificate, and both have their limits", () => {
	const message = bytes(maxCommitBytes);
	const certificate = bytes(maxCertificateBytes);
	assert.ok(isRead(decodeCommit(encodeCommit({ seq: 1, message }))));
	assert.ok(isRead(decodeCommit(encodeCommit({ seq: 1, message, certificate }))));
	for (const wrong of [
		{ seq: 0 },
		{ message: bytes(0) },
		{ message: bytes(maxCommitBytes + 1) },
		{ certificate: bytes(0) },
		{ certificate: bytes(maxCertificateBytes + 1) },
		{ more: 1 },
	])
		assert.equal(decodeCommit(encodeBody({ seq: 1, message, ...wrong })).kind, "refused");
});

test("a line has a place and at least one byte, and no more than the longest line", () => {
	const body = bytes(9);
	body.set([0, 0, 0, 0, 0, 0, 1, 2]);
	assert.deepEqual(readLine(body), { kind: "line", seq: 258, message: bytes(1) });
	// A body is a view of a larger buffer.
	assert.deepEqual(readLine(Uint8Array.of(9, ...body).subarray(1)), { kind: "line", seq: 258, message: bytes(1) });
	assert.equal(readLine(bytes(8 + maxLineBytes)).kind, "line");
	assert.deepEqual(readLine(bytes(8)), { kind: "refused", detail: "a line was cut short" });
	assert.deepEqual(readLine(bytes(9 + maxLineBytes)), { kind: "refused", detail: "a line is too long" });
});

test("an echo has twelve bytes: the place, and the number under which the line was submitted", () => {
	const body = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4);
	assert.deepEqual(readEcho(body), { kind: "echo", seq: 258, number: 772 });
	assert.deepEqual(readEcho(Uint8Array.of(9, ...body).subarray(1)), { kind: "echo", seq: 258, number: 772 });
	for (const size of [0, 11, 13])
		assert.deepEqual(readEcho(bytes(size)), { kind: "refused", detail: "an echo has the wrong size" });
});

test("each reason to close has its own number, and what is none is not taken for one", () => {
	for (const reason of Object.keys(closeCode) as CloseReason[]) {
		assert.equal(decodeClose(encodeClose(reason)), reason);
		assert.equal(decodeClose(Uint8Array.of(closeCode[reason], 0)), undefined);
	}
	for (const body of [[], [0], [8], [255]]) assert.equal(decodeClose(Uint8Array.from(body)), undefined);
});

test("why nobody can read on is told by a number, and an unknown one means that it is gone", () => {
	for (const why of Object.keys(tooLateCode) as TooLate[]) assert.equal(decodeTooLate(encodeTooLate(why)), why);
	for (const body of [[], [0], [3]]) assert.equal(decodeTooLate(Uint8Array.from(body)), "gone");
});
