// The certificates that a guest keeps of the people in a room, as its host has passed them on.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { MemberCertificates } from "../../../src/engine/guest/member-certificates.ts";

const people = await Promise.all([createLocalIdentity({ name: "Ann" }), createLocalIdentity({ name: "Bob" })]);
const [ann, bob] = people.map(({ signer }) => signer);
assert.ok(ann && bob);
const asMember = ({ fingerprint }: Signer, name: string) => ({ fingerprint, name, leafIndex: 0 });
const [annInside, bobInside] = [asMember(ann, "Ann"), asMember(bob, "Bob")];
const kept = ({ fingerprint, certificate }: Signer, name: string) => ({
	fingerprint,
	name,
	certificate: Uint8Array.from(certificate.bytes),
	entry: 0,
});

test("a guest keeps the certificate of each person in the room, under the name they have there", async () => {
	const certificates = new MemberCertificates();
	certificates.learn(ann.certificate.bytes);
	assert.deepEqual(await certificates.of([annInside, bobInside]), [kept(ann, "Ann")], "Bob's never came");
	certificates.learn(bob.certificate.bytes);
	assert.deepEqual(await certificates.of([annInside, bobInside]), [kept(ann, "Ann"), kept(bob, "Bob")]);
});

test("a certificate is kept as it came, whatever becomes of the frame that it was in", async () => {
	const certificates = new MemberCertificates();
	const frame = Uint8Array.from(ann.certificate.bytes);
	certificates.learn(frame);
	frame.fill(0);
	assert.deepEqual(await certificates.of([annInside]), [kept(ann, "Ann")]);
});

test("attack: bytes that are no certificate, which a host passes on, are let go and cost nobody else theirs", async () => {
	const certificates = new MemberCertificates();
	certificates.learn(Buffer.from("no certificate"));
	certificates.learn(ann.certificate.bytes);
	assert.deepEqual(await certificates.of([annInside]), [kept(ann, "Ann")]);
});

test("the certificate of who has left is let go, so that a host can't fill a guest's memory with people who come and go", async () => {
	const certificates = new MemberCertificates();
	certificates.learn(ann.certificate.bytes);
	certificates.learn(bob.certificate.bytes);
	assert.deepEqual(await certificates.of([bobInside]), [kept(bob, "Bob")]);
	assert.deepEqual(await certificates.of([annInside, bobInside]), [kept(bob, "Bob")]);
});
