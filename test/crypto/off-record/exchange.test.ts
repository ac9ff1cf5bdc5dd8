// The exchange off the record: both sides come to the same keys, anything out of place gives other ones, and nobody learns why.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { createMessage, encrypt, PacketList, readMessage } from "openpgp";
import type { Certificate } from "../../../src/crypto/identity/certificate.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { gpgIdentity } from "../../../src/crypto/identity/gpg.ts";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import {
	newSecret,
	type OffKeys,
	type OffParties,
	offKeys,
	openSecret,
	type Side,
	sealSecret,
	secretPlaintext,
} from "../../../src/crypto/off-record/exchange.ts";
import {
	contextTag,
	encryptTaggedTo,
	isContextTag,
	isLeafTag,
	leafTag,
	openTagged,
} from "../../../src/crypto/off-record/tags.ts";
import { needs } from "../../support/needs.ts";
import { gnupgHome, makeKey } from "../../support/program/gnupg-home.ts";

const [ann, bob, eve] = (await Promise.all(["Ann", "Bob", "Eve"].map((name) => createLocalIdentity({ name })))).map(
	({ signer }) => signer,
) as [Signer, Signer, Signer];

const opening = randomBytes(32);
const between = (guest: Signer, host: Signer, T: Uint8Array = opening): OffParties => ({
	opening: T,
	guest: guest.fingerprint,
	host: host.fingerprint,
});

/** Both sides of an exchange between Ann, the guest, and Bob. `change` stands in between and may alter what the messages are. */
async function exchange(
	guest: Signer,
	host: Signer,
	change: (sealed: { guest: Uint8Array; host: Uint8Array }) => { guest: Uint8Array; host: Uint8Array } = (sealed) =>
		sealed,
): Promise<{ readonly guest: OffKeys; readonly host: OffKeys }> {
	const parties = between(guest, host);
	const guestSecret = newSecret();
	const hostSecret = newSecret();
	const sent = {
		guest: await sealSecret("guest", parties, host.certificate, guestSecret),
		host: await sealSecret("host", parties, guest.certificate, hostSecret),
	};
	const arrived = change(sent);
	const atGuest = { guest: guestSecret, host: await openSecret(arrived.host, "host", parties, guest) };
	const atHost = { guest: await openSecret(arrived.guest, "guest", parties, host), host: hostSecret };
	return {
		guest: offKeys(opening, { guest: sent.guest, host: arrived.host }, atGuest),
		host: offKeys(opening, { guest: arrived.guest, host: sent.host }, atHost),
	};
}

const agree = ({ guest, host }: { readonly guest: OffKeys; readonly host: OffKeys }): readonly boolean[] =>
	(["channel", "admission", "leaf"] as const).map((name) => guest[name].equals(host[name]));

test("both sides come to the same three keys, which differ from each other", async () => {
	const keys = await exchange(ann, bob);
	assert.deepEqual(agree(keys), [true, true, true]);
	const { channel, admission, leaf } = keys.guest;
	assert.equal(new Set([channel, admission, leaf].map((key) => key.export().toString("hex"))).size, 3);
});

for (const algorithm of ["future-default", "rsa3072"]) {
	test(`a key (${algorithm}) that stays in gpg-agent takes part in the exchange off the record, as either side`, async (t) => {
		if (!needs(t, "gpg")) return;
		const home = gnupgHome(t);
		const fingerprint = parseFingerprint(makeKey(home, "Gus", algorithm, "stays here"));
		assert.ok(fingerprint);
		const found = await gpgIdentity({ fingerprint, gnupgHome: home.path, passphrase: "stays here" });
		assert.ok(found.kind === "opened");
		assert.deepEqual(agree(await exchange(found.signer, ann)), [true, true, true]);
		assert.deepEqual(agree(await exchange(ann, found.signer)), [true, true, true]);
	});
}

/** What `openSecret` makes of a message twice: a secret that is read is the same both times, one that stands in is not. */
async function isRead(message: Uint8Array, from: Side, parties: OffParties, reader: Signer): Promise<boolean> {
	const [one, other] = [
		await openSecret(message, from, parties, reader),
		await openSecret(message, from, parties, reader),
	];
	assert.equal(one.length, 32);
	return Buffer.compare(one, other) === 0;
}

test("a secret for another channel, person or direction is not good: the keys differ, and nothing is told", async () => {
	const parties = between(ann, bob);
	const sealed = (from: Side, whose: OffParties, to: Certificate) => sealSecret(from, whose, to, randomBytes(32));
	const fine = await sealed("guest", parties, bob.certificate);
	assert.ok(await isRead(fine, "guest", parties, bob));
	const cases: Readonly<Record<string, Uint8Array>> = {
		"of another channel": await sealed("guest", between(ann, bob, randomBytes(32)), bob.certificate),
		"of another guest": await sealed("guest", between(eve, bob), bob.certificate),
		"for another host": await sealed("guest", between(ann, eve), bob.certificate),
		"our own direction": await sealed("host", parties, bob.certificate),
		"to a key that is not ours": await sealed("guest", parties, eve.certificate),
		"cut short": fine.subarray(0, fine.length - 1),
		"one bit changed": fine.map((byte, index) => (index === fine.length - 20 ? byte ^ 1 : byte)),
		nothing: new Uint8Array(0),
		noise: randomBytes(200),
	};
	for (const [name, message] of Object.entries(cases))
		assert.equal(await isRead(message, "guest", parties, bob), false, name);
});

async function encryptedTo(reader: Signer, plaintext: Uint8Array): Promise<Uint8Array> {
	return encrypt({
		message: await createMessage({ binary: plaintext }),
		encryptionKeys: reader.certificate.key,
		format: "binary",
	});
}

test("a secret of another length, or with something behind it, is refused", async () => {
	const parties = between(ann, bob);
	for (const sizeBytes of [0, 16, 31, 33, 64]) {
		const message = await encryptedTo(bob, secretPlaintext("guest", parties, randomBytes(sizeBytes)));
		assert.equal(await isRead(message, "guest", parties, bob), false, `${sizeBytes} bytes`);
	}
	const longer = Buffer.concat([secretPlaintext("guest", parties, randomBytes(32)), Uint8Array.of(0)]);
	assert.equal(await isRead(await encryptedTo(bob, longer), "guest", parties, bob), false);
});

test("our key is asked only about one session key for us: no passphrase, no second recipient, nothing long", async () => {
	const parties = between(ann, bob);
	const binary = secretPlaintext("guest", parties, randomBytes(32));
	const asked: Uint8Array[] = [];
	const watched: Signer = {
		certificate: bob.certificate,
		fingerprint: bob.fingerprint,
		sign: () => assert.fail("nothing is signed off the record"),
		decrypt: (message, from) => bob.decrypt(message, from),
		unseal: (message) => {
			asked.push(message);
			return bob.unseal(message);
		},
	};
	const make = async (options: object) =>
		encrypt({ message: await createMessage({ binary }), format: "binary", ...options } as never) as never as Uint8Array;
	const { key } = bob.certificate;
	const fine = await make({ encryptionKeys: key });
	const unwanted = [
		await make({ passwords: "a question for a passphrase" }),
		await make({ encryptionKeys: key, passwords: "a question for a passphrase" }),
		await make({ encryptionKeys: [key, eve.certificate.key] }),
		await make({ encryptionKeys: eve.certificate.key }),
		await make({ encryptionKeys: key, wildcard: true }),
		await encryptedTo(bob, new Uint8Array(4096)),
		Buffer.concat([fine, fine]),
	];
	for (const message of unwanted) assert.equal(await isRead(message, "guest", parties, watched), false);
	assert.equal(asked.length, 0, "the key was asked");
	assert.ok(await isRead(fine, "guest", parties, watched));
	assert.equal(asked.length, 2);
	const twice = new PacketList();
	for (const packet of (await readMessage({ binaryMessage: fine })).packets) twice.push(packet, packet);
	assert.equal(await isRead(twice.write(), "guest", parties, watched), false);
	assert.equal(asked.length, 2);
});

test("swapped, repeated and altered messages lead to keys that differ", async () => {
	const changes: readonly ((sealed: { guest: Uint8Array; host: Uint8Array }) => typeof sealed)[] = [
		({ guest, host }) => ({ guest: host, host: guest }),
		({ guest }) => ({ guest, host: guest }),
		({ host }) => ({ guest: host, host }),
		({ guest, host }) => ({ guest: guest.map((byte, index) => (index === 60 ? byte ^ 4 : byte)), host }),
	];
	for (const change of changes) assert.deepEqual(agree(await exchange(ann, bob, change)), [false, false, false]);
});

test("the keys hang on the channel, on the order of the secrets and on each message", () => {
	const [a, b, x, y] = [1, 2, 3, 4].map((fill) => new Uint8Array(32).fill(fill)) as [
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
	];
	const key = (T: Uint8Array, [cG, cH]: [Uint8Array, Uint8Array], [rG, rH]: [Uint8Array, Uint8Array]): string =>
		offKeys(T, { guest: cG, host: cH }, { guest: Uint8Array.from(rG), host: Uint8Array.from(rH) })
			.channel.export()
			.toString("hex");
	const all = [
		key(opening, [a, b], [x, y]),
		key(randomBytes(32), [a, b], [x, y]),
		key(opening, [b, a], [x, y]),
		key(opening, [a, b], [y, x]),
		key(opening, [a, a], [x, y]),
		key(opening, [a, b], [x, x]),
	];
	assert.equal(new Set(all).size, all.length);
});

test("the secrets are wiped once the keys are there", () => {
	const secrets = { guest: newSecret(), host: newSecret() };
	offKeys(opening, { guest: new Uint8Array(1), host: new Uint8Array(1) }, secrets);
	assert.ok([...secrets.guest, ...secrets.host].every((byte) => byte === 0));
});

test("a tag is of one key, one context and these fields, and of its own length only", async () => {
	const { guest: keys } = await exchange(ann, bob);
	const fields = [opening, new TextEncoder().encode("seat")];
	const tag = contextTag(keys.channel, "channel guest", fields);
	assert.ok(isContextTag(tag, keys.channel, "channel guest", fields));
	assert.equal(isContextTag(tag, keys.channel, "channel host", fields), false, "reflected");
	assert.equal(isContextTag(tag, keys.admission, "channel guest", fields), false);
	assert.equal(isContextTag(tag, keys.channel, "channel guest", [randomBytes(32), fields[1]!]), false, "another T");
	for (const wrong of [tag.subarray(1), new Uint8Array(0), Buffer.concat([tag, tag])])
		assert.equal(isContextTag(wrong, keys.channel, "channel guest", fields), false);
});

test("a leaf tag holds for one side, one room and one pair of leaf keys", async () => {
	const { guest: keys } = await exchange(ann, bob);
	const leaves = { roomId: randomBytes(32), guestLeaf: randomBytes(32), hostLeaf: randomBytes(32) };
	const tag = leafTag(keys.leaf, "guest", leaves);
	assert.ok(isLeafTag(tag, keys.leaf, "guest", leaves));
	assert.equal(isLeafTag(tag, keys.leaf, "host", leaves), false, "reflected");
	const { guestLeaf, hostLeaf } = leaves;
	const others = [
		{ roomId: randomBytes(32) },
		{ guestLeaf: hostLeaf, hostLeaf: guestLeaf },
		{ guestLeaf: randomBytes(32) },
	];
	for (const other of others) assert.equal(isLeafTag(tag, keys.leaf, "guest", { ...leaves, ...other }), false);
	assert.equal(isLeafTag(createHmac("sha256", keys.leaf).digest(), keys.leaf, "guest", leaves), false);
});

test("a message that is sealed with a tag is read by its recipient under that key, and never as one for somebody else", async () => {
	const { guest: keys } = await exchange(ann, bob);
	const data = new Uint8Array(randomBytes(300));
	const sealed = await encryptTaggedTo(ann.certificate, keys.admission, data);
	assert.deepEqual(await openTagged(sealed, keys.admission, ann), { kind: "decrypted", data });
	const isOpen = async (...given: Parameters<typeof openTagged>) => (await openTagged(...given)).kind === "decrypted";
	assert.equal(await isOpen(sealed, keys.channel, ann), false, "another key");
	assert.equal(await isOpen(sealed, keys.admission, bob), false, "another reader");
	const opened = await ann.unseal(sealed);
	assert.ok(opened.kind === "decrypted");
	assert.equal(await isOpen(await encryptedTo(bob, opened.data), keys.admission, bob), false, "passed on");
	assert.equal((await ann.decrypt(sealed, bob.certificate)).kind, "failed", "a tag is no signature");
	assert.equal(await isOpen(await encryptedTo(ann, randomBytes(20)), keys.admission, ann), false);
});
