// Forgetting and limits: what a session no longer needs is overwritten, and a room has an end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { ClientState, PublicMessage, RatchetTree } from "ts-mls";
import { decodeMlsMessage } from "ts-mls";
import { allSecretTreeValues } from "ts-mls/secretTree.js";
import { encodeLeafCredential } from "../../../src/crypto/group/leaf-credential.ts";
import { MAXIMUM_MEMBERS } from "../../../src/crypto/group/messages.ts";
import { judgeEntry } from "../../../src/crypto/group/rules.ts";
import { forget, forgetConsumed, withoutHistory } from "../../../src/crypto/group/state.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { done, host, insiderState, invite, makeMember, makePerson, makeRoom } from "../../support/rooms/group-room.ts";

function secretsOf(state: ClientState): readonly Uint8Array[] {
	const tree = allSecretTreeValues(state.secretTree).filter((secret) => secret !== undefined);
	const paths = Object.values(state.privatePath.privateKeys);
	return [...Object.values(state.keySchedule), ...tree, ...paths, state.signaturePrivateKey];
}

const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

test("a state that is no longer used is overwritten, key by key", async () => {
	const state = await insiderState(host(await makeRoom("Hanna", "Bob")));
	assert.ok(!secretsOf(state).some(isBlank));
	forget(state);
	assert.ok(secretsOf(state).every(isBlank));
});

test("what the next state or the leaf still needs is not overwritten", async () => {
	const state = await insiderState(host(await makeRoom("Hanna", "Bob")));
	const keySchedule = { ...state.keySchedule, exporterSecret: randomBytes(32) };
	const next: ClientState = { ...state, keySchedule, signaturePrivateKey: randomBytes(32) };
	forgetConsumed([state.keySchedule.initSecret], next);
	forget(state, next, state.signaturePrivateKey);
	assert.ok(isBlank(state.keySchedule.exporterSecret));
	assert.ok(!isBlank(state.signaturePrivateKey));
	assert.ok(!secretsOf(next).some(isBlank));
	forgetConsumed([state.keySchedule.initSecret]);
	assert.ok(isBlank(next.keySchedule.initSecret));
	assert.equal(withoutHistory(next).historicalReceiverData.size, 0);
});

/** A tree of so many made-up people beside the first leaf of `tree`. */
function crowd(tree: RatchetTree, people: number): RatchetTree {
	const [first] = tree;
	assert.ok(first?.nodeType === "leaf");
	const { leaf } = first;
	return Array.from({ length: 2 * people - 1 }, (_, index) => {
		if (index === 0) return first;
		if (index % 2 === 1) return undefined;
		const fingerprint = parseFingerprint(randomBytes(20).toString("hex"))!;
		const identity = encodeLeafCredential({ fingerprint, name: "x", signature: Uint8Array.of(1) })!;
		const keys = { signaturePublicKey: randomBytes(32), hpkePublicKey: randomBytes(32) };
		return { nodeType: "leaf", leaf: { ...leaf, ...keys, credential: { credentialType: "basic", identity } } };
	});
}

test("a full room takes nobody more", async () => {
	const room = await makeRoom("Hanna");
	const bob = await makeMember(await makePerson("Bob"), room.roomId);
	const { commit } = await done(bob.session, { kind: "enter", ...(await invite(room, bob)), ...bob.own });
	const message = decodeMlsMessage(commit, 0)?.[0];
	assert.ok(message?.wireformat === "mls_public_message");
	const entry: PublicMessage = message.publicMessage;
	const { ratchetTree } = await insiderState(host(room));
	assert.equal(judgeEntry(entry, crowd(ratchetTree, MAXIMUM_MEMBERS - 1)).kind, "entry");
	const verdict = judgeEntry(entry, crowd(ratchetTree, MAXIMUM_MEMBERS));
	assert.equal(verdict.kind === "refused" && verdict.code, "full");
});
