// Whose leaf a leaf is: by the OpenPGP signature in it, or, off the record, by what was said beside the group. Each kind of room refuses the other's leaves.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Credential } from "ts-mls";
import {
	encodeLeafCredential,
	LEAF_SIGNATURE_CONTEXT,
	leafSignatureFields,
} from "../../../src/crypto/group/leaf-credential.ts";
import { MemberDirectory } from "../../../src/crypto/group/member-directory.ts";
import { createLocalIdentity, type LocalIdentity } from "../../../src/crypto/identity/local.ts";

const roomId = randomBytes(32);
const leafKey = randomBytes(32);
const { signer: ann } = await createLocalIdentity({ name: "Ann" });
const { signer: bob } = await createLocalIdentity({ name: "Bob" });

const basic = (identity: Uint8Array): Credential => ({ credentialType: "basic", identity });

/** The credential of Ann's leaf, or one that is wrong in one place. */
async function credentialOf({
	signer = ann,
	fingerprint = ann.fingerprint,
	room = roomId as Uint8Array,
	key = leafKey as Uint8Array,
	signedName = "Ann",
	name = "Ann",
	context = LEAF_SIGNATURE_CONTEXT,
}: {
	readonly signer?: LocalIdentity["signer"];
	readonly fingerprint?: LocalIdentity["signer"]["fingerprint"];
	readonly room?: Uint8Array;
	readonly key?: Uint8Array;
	readonly signedName?: string;
	readonly name?: string;
	readonly context?: string;
} = {}): Promise<Credential> {
	const signature = await signer.sign(context, ...leafSignatureFields(room, key, signedName));
	return basic(encodeLeafCredential({ fingerprint, name, signature })!);
}

const unsigned = (name = "Ann"): Credential => basic(encodeLeafCredential({ fingerprint: ann.fingerprint, name })!);

async function directoryOf(...people: readonly LocalIdentity["signer"][]): Promise<MemberDirectory> {
	const directory = new MemberDirectory(roomId);
	assert.equal(await directory.learnAll(people.map(({ certificate }) => certificate.bytes)), undefined);
	return directory;
}

test("a leaf is somebody's when their key has signed this leaf key, under this name, for this room, as a leaf", async () => {
	const directory = await directoryOf(ann, bob);
	const isTheirs = async (credential: Credential, key: Uint8Array = leafKey) =>
		directory.validateCredential(credential, key);
	assert.equal(await isTheirs(await credentialOf()), true);
	const wrong: Readonly<Record<string, Credential>> = {
		"another room": await credentialOf({ room: randomBytes(32) }),
		"another leaf key": await credentialOf({ key: randomBytes(32) }),
		"another name": await credentialOf({ signedName: "Eve" }),
		"another purpose": await credentialOf({ context: "admission" }),
		"somebody else's signature": await credentialOf({ signer: bob }),
		"somebody else's key": await credentialOf({ fingerprint: bob.fingerprint }),
		"no signature": unsigned(),
		"no credential": basic(randomBytes(40)),
		"another kind": { credentialType: "x509", certificates: [] },
	};
	for (const [what, credential] of Object.entries(wrong)) assert.equal(await isTheirs(credential), false, what);
	assert.equal(await isTheirs(await credentialOf(), randomBytes(32)), false, "the right credential with another key");
});

test("a leaf whose key is not known is nobody's, and one that was verified counts only as long as its person is a member", async () => {
	const directory = await directoryOf(bob);
	const credential = await credentialOf();
	assert.equal(await directory.validateCredential(credential, leafKey), false);
	await directory.learn(ann.certificate.bytes);
	assert.equal(await directory.validateCredential(credential, leafKey), true);
	directory.keepOnly(new Set([ann.fingerprint]));
	assert.equal(await directory.validateCredential(credential, leafKey), true);
	assert.deepEqual(directory.certificates, [ann.certificate.bytes]);
	directory.keepOnly(new Set([bob.fingerprint]));
	assert.equal(await directory.validateCredential(credential, leafKey), false);
	assert.deepEqual(directory.certificates, []);
});

test("a leaf that was verified once is verified again without the certificate being asked, for the same leaf key only", async () => {
	const directory = await directoryOf(ann);
	const credential = await credentialOf();
	for (const _ of [1, 2]) assert.equal(await directory.validateCredential(credential, leafKey), true);
	assert.equal(await directory.validateCredential(credential, randomBytes(32)), false);
});

test("certificates that can't be read, and more than a room has members, are refused", async () => {
	const directory = new MemberDirectory(roomId);
	const learnt = await directory.learn(ann.certificate.bytes);
	assert.deepEqual(learnt, { kind: "learnt", fingerprint: ann.fingerprint });
	const garbage = await directory.learn(randomBytes(100));
	assert.equal(garbage.kind === "refused" && garbage.code, "badCredential");
	assert.equal((await directory.learnAll([bob.certificate.bytes, randomBytes(100)]))?.code, "badCredential");
	const tooMany = await directory.learnAll(new Array(257).fill(ann.certificate.bytes));
	assert.deepEqual([tooMany?.code, tooMany?.detail], ["badCredential", "too many certificates"]);
	assert.equal(await directory.learnAll(new Array(256).fill(ann.certificate.bytes)), undefined);
});

test("off the record a leaf belongs to the person for whom this very leaf key was vouched, and a signed leaf belongs to nobody", async () => {
	const directory = new MemberDirectory(roomId, true);
	await directory.learnAll([ann.certificate.bytes]);
	assert.equal(await directory.validateCredential(unsigned(), leafKey), false);
	directory.vouch(bob.fingerprint, leafKey);
	directory.vouch(ann.fingerprint, randomBytes(32));
	assert.equal(await directory.validateCredential(unsigned(), leafKey), false, "somebody else's key");
	directory.vouch(ann.fingerprint, leafKey);
	assert.equal(await directory.validateCredential(unsigned(), leafKey), true);
	assert.equal(await directory.validateCredential(unsigned(), randomBytes(32)), false);
	assert.equal(await directory.validateCredential(await credentialOf(), leafKey), false, "a signed leaf");
	directory.keepOnly(new Set([ann.fingerprint]));
	assert.equal(await directory.validateCredential(unsigned(), leafKey), false, "it was vouched for that leaf alone");
});

test("in a room on the record nobody can be vouched for", async () => {
	const directory = await directoryOf(ann);
	directory.vouch(ann.fingerprint, leafKey);
	assert.equal(await directory.validateCredential(unsigned(), leafKey), false);
});
