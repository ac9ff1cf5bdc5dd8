// An admission of a full room fits its frame, also where everybody has a large key.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { generateKey } from "openpgp";
import type { Certificate } from "../../../src/crypto/identity/certificate.ts";
import { importPrivateKey } from "../../../src/crypto/identity/local.ts";
import { encryptSignedTo } from "../../../src/crypto/identity/sealed-message.ts";
import { HostAuthority } from "../../../src/engine/host/authority.ts";
import {
	decodeAdmission,
	encodeAdmission,
	maxGroupInfoBytes,
	maxMembers,
} from "../../../src/engine/wire/entering-frames.ts";
import {
	encodeFrame,
	frameType,
	maxAdmissionBytes,
	maxSecureBodyBytes,
	takeFrame,
} from "../../../src/engine/wire/frame.ts";
import { maxCertificateBytes } from "../../../src/engine/wire/handshake.ts";
import { host, invite, makePerson, makeRoom, type TestRoom } from "../../support/rooms/group-room.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom } from "../../support/rooms/memory-room.ts";

const { signer: guest } = await newSelf("Gus");

/** Sends an admission for Gus through all that it goes through, and gives the size of the frame. */
async function sent(signer: typeof guest, groupInfo: Uint8Array, certificates: readonly Uint8Array[]): Promise<number> {
	const admission = { room: randomBytes(32), groupInfo, ticket: randomBytes(32), certificates: [...certificates] };
	const sealed = await encryptSignedTo(guest.certificate, signer, encodeAdmission(admission));
	const frame = encodeFrame(frameType.admission, sealed);
	const taken = takeFrame(frame, maxAdmissionBytes);
	assert.ok(taken.kind === "frame", taken.kind);
	const opened = await guest.decrypt(taken.frame.body, signer.certificate);
	assert.ok(opened.kind === "decrypted", opened.kind === "failed" ? opened.detail : "");
	const decoded = decodeAdmission(opened.data);
	assert.ok(decoded.kind === "value");
	assert.equal(decoded.value.certificates.length, certificates.length);
	return frame.length;
}

const groupInfoSize = async (room: TestRoom) => (await invite(room, await makePerson("Gus"))).groupInfo.length;

test("200 people with RSA keys of 4,096 bits can be joined by one more", async () => {
	const { privateKey } = await generateKey({
		type: "rsa",
		rsaBits: 4096,
		userIDs: [{ name: "Rosa" }],
		format: "armored",
	});
	const rosa = await importPrivateKey(privateKey);
	assert.ok(rosa.kind === "imported");
	const { certificate } = rosa.signer;
	// What each member adds to the tree, and what a leaf that such a key has certified adds to that.
	const one = await makeRoom("Hanna");
	const four = await makeRoom("Hanna", "Bob", "Carol", "Dave");
	const small = await host(one).certify(one.roomId, host(one).leafPublicKey);
	const large = await rosa.signer.sign("leaf", randomBytes(32));
	assert.ok(small.signature);
	const perMember =
		((await groupInfoSize(four)) - (await groupInfoSize(one))) / 3 + large.length - small.signature.length;
	assert.ok(perMember * maxMembers < maxGroupInfoBytes, `${perMember} bytes each`);
	const certificates = Array.from({ length: maxMembers }, () => certificate.bytes);
	const size = await sent(rosa.signer, randomBytes(Math.ceil(perMember * maxMembers)), certificates);
	assert.ok(size > maxSecureBodyBytes, `${size} bytes: more than any other frame may have`);
});

test("attack: 200 people with the longest certificates there may be keep nobody out: the admission is still taken", async () => {
	const certificates = Array.from({ length: maxMembers }, () => randomBytes(maxCertificateBytes));
	await sent(guest, randomBytes(maxGroupInfoBytes), certificates);
});

test("a guest reads an admission of any size there may be, over a real Link", async (t) => {
	const room = await openMemoryRoom(t);
	const certificates = Array.from({ length: maxMembers }, () => randomBytes(maxCertificateBytes));
	t.mock.method(HostAuthority.prototype, "admit", (certificate: Certificate) =>
		encryptSignedTo(
			certificate,
			room.host.signer,
			encodeAdmission({
				...{ room: room.hosted.roomId, ticket: randomBytes(32) },
				...{ groupInfo: randomBytes(maxGroupInfoBytes), certificates },
			}),
		),
	);
	const joined = await joinMemoryRoom(room, await newSelf("Bob"));
	// It was read, decrypted and decoded: what is wrong with it is that there is no group in it.
	assert.match((await joined.ended).detail, /^the group was refused/);
});
