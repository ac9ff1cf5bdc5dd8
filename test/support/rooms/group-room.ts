// Rooms of real members for tests of the MLS group: real OpenPGP keys, real ts-mls, no threads (those are tested in group.test.ts).
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createMessage, generateKey, sign } from "openpgp";
import { type ClientState, decodeGroupState } from "ts-mls";
import { LEAF_SIGNATURE_CONTEXT, leafSignatureFields } from "../../../src/crypto/group/leaf-credential.ts";
import type { OwnCertification, Replies, Reply, Request, RequestKind } from "../../../src/crypto/group/messages.ts";
import { GroupSession } from "../../../src/crypto/group/session.ts";
import { clientConfig } from "../../../src/crypto/group/state.ts";
import { systemHpke } from "../../../src/crypto/group/suite/hpke.ts";
import { makeMlsSuite } from "../../../src/crypto/group/suite/mls-suite.ts";
import { certificateFromKey, toBeSigned } from "../../../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";

export const suite = makeMlsSuite(systemHpke);

/** Somebody with an OpenPGP key. */
export interface TestPerson {
	readonly name: string;
	readonly fingerprint: Fingerprint;
	readonly certificate: Uint8Array;
	/** Certifies a leaf key of theirs for a room. */
	certify(roomId: Uint8Array, leafPublicKey: Uint8Array, name?: string): Promise<OwnCertification>;
}

export async function makePerson(name: string): Promise<TestPerson> {
	const { privateKey } = await generateKey({
		type: "ecc",
		curve: "curve25519Legacy",
		userIDs: [{ name }],
		format: "object",
	});
	const read = await certificateFromKey(privateKey.toPublic());
	assert.equal(read.kind, "certificate");
	const { fingerprint, bytes: certificate } = read.certificate;
	return {
		name,
		fingerprint,
		certificate,
		async certify(roomId, leafPublicKey, asName = name) {
			const fields = leafSignatureFields(roomId, leafPublicKey, asName);
			const message = await createMessage({ binary: toBeSigned(LEAF_SIGNATURE_CONTEXT, fields) });
			const signature = await sign({ message, signingKeys: privateKey, detached: true, format: "binary" });
			return { certificate, name: asName, signature };
		},
	};
}

/** The reply, which must be of the kind that does what was asked. */
export async function done<Kind extends RequestKind>(
	session: GroupSession,
	request: Extract<Request, { readonly kind: Kind }>,
): Promise<Replies[Kind]> {
	const reply: Reply = await session.handle(request);
	if (reply.kind === "refused") assert.fail(`${request.kind} was refused: ${reply.code}, ${reply.detail}`);
	return reply as Replies[Kind];
}

/** The code a request is refused with. */
export async function refusal(session: GroupSession, request: Request): Promise<string> {
	const reply = await session.handle(request);
	assert.equal(reply.kind, "refused", `${request.kind} was done`);
	return reply.kind === "refused" ? reply.code : "";
}

/** Somebody with a group session of their own. */
export interface TestMember extends TestPerson {
	readonly session: GroupSession;
	readonly leafPublicKey: Uint8Array;
	readonly own: OwnCertification;
}

/** A new session of a person: outside of the room, with a certified leaf. */
export async function makeMember(person: TestPerson, roomId: Uint8Array): Promise<TestMember> {
	const session = GroupSession.make(systemHpke, roomId);
	const { publicKey } = await done(session, { kind: "newLeaf" });
	return { ...person, session, leafPublicKey: publicKey, own: await person.certify(roomId, publicKey) };
}

/** A room and the members in it, the host first. */
export interface TestRoom {
	readonly roomId: Uint8Array;
	readonly members: readonly [TestMember, ...TestMember[]];
}

export const host = (room: TestRoom): TestMember => room.members[0];

/** What the host gives a guest to enter with. */
export async function invite(room: TestRoom, guest: TestPerson) {
	const { groupInfo, ticket } = await done(host(room).session, { kind: "admission", guest: guest.fingerprint });
	const certificates = room.members.map((member) => member.certificate);
	return { groupInfo, ticket, certificates, hostFingerprint: host(room).fingerprint };
}

export const receive = (message: Uint8Array, ...certificates: Uint8Array[]) =>
	({ kind: "receive", message, certificates }) as const;

/** Lets a member in through the front door: everybody in the room receives the commit. */
export async function admit(room: TestRoom, newcomer: TestMember): Promise<TestRoom> {
	const invitation = await invite(room, newcomer);
	const { commit } = await done(newcomer.session, { kind: "enter", ...invitation, ...newcomer.own });
	const others = room.members.filter((member) => member.fingerprint !== newcomer.fingerprint);
	for (const member of others) {
		const received = await done(member.session, receive(commit, newcomer.certificate));
		assert.equal(received.kind, "membership");
	}
	return { ...room, members: [others[0]!, ...others.slice(1), newcomer] };
}

/** A room of new people, the host first. */
export async function makeRoom(...names: readonly [string, ...string[]]): Promise<TestRoom> {
	const roomId = new Uint8Array(randomBytes(32));
	const [first, ...others] = await Promise.all(names.map(async (name) => makeMember(await makePerson(name), roomId)));
	await done(first!.session, { kind: "create", ...first!.own });
	let room: TestRoom = { roomId, members: [first!] };
	for (const member of others) room = await admit(room, member);
	return room;
}

/** Hands a message to everybody but its sender; all must take it. */
export async function deliver(room: TestRoom, message: Uint8Array, sender: TestPerson): Promise<void> {
	for (const member of room.members)
		if (member.fingerprint !== sender.fingerprint) await done(member.session, receive(message));
}

export async function encrypt(member: TestMember, text: string): Promise<Uint8Array> {
	return (await done(member.session, { kind: "encrypt", plaintext: new TextEncoder().encode(text) })).message;
}

/** Epoch and all secrets: two snapshots are equal exactly if nothing has changed. */
export async function fullState(session: GroupSession): Promise<string> {
	return Buffer.from((await done(session, { kind: "snapshot" })).bytes).toString("base64");
}

/** Everybody is in the same epoch of the same group. */
export async function assertAgreement(room: TestRoom): Promise<void> {
	const seen = new Set<string>();
	for (const { session } of room.members)
		seen.add(epochAuthenticatorIn((await done(session, { kind: "snapshot" })).bytes));
	assert.equal(seen.size, 1, "the members do not agree");
}

/** Nobody takes the message, everybody gives this reason, and nothing changes for anybody. */
export async function assertRefusedByAll(
	room: TestRoom,
	message: Uint8Array,
	code: string,
	certificates: readonly Uint8Array[] = [],
): Promise<void> {
	for (const { name, session } of room.members) {
		const before = await fullState(session);
		assert.equal(await refusal(session, receive(message, ...certificates)), code, `refused by ${name}`);
		assert.equal(await fullState(session), before, `the state of ${name} changed`);
	}
}

/** The settings of a cheat's own program: it believes everything. */
export const cheatConfig = clientConfig({ validateCredential: async () => true });

function stateIn(snapshot: Uint8Array) {
	const decoded = decodeGroupState(snapshot, 0);
	assert.ok(decoded !== undefined);
	return decoded[0];
}

/** The epoch authenticator (RFC 9420 §8.7): it is equal for two members exactly if they are in the same epoch of the same group. */
export function epochAuthenticatorIn(snapshot: Uint8Array): string {
	return Buffer.from(stateIn(snapshot).keySchedule.epochAuthenticator).toString("base64");
}

/** What a member knows, in the hands of a cheat: a state for ts-mls without any of our checks. */
export async function insiderState(member: TestMember): Promise<ClientState> {
	const { bytes } = await done(member.session, { kind: "snapshot" });
	return { ...stateIn(bytes), clientConfig: cheatConfig };
}

/** Hanna and Carol, who must not be fooled, and Bob, who tries. */
export async function makeStage(): Promise<{ room: TestRoom; victims: TestRoom; bob: TestMember; state: ClientState }> {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	const bob = room.members[1]!;
	const victims: TestRoom = { ...room, members: [host(room), room.members[2]!] };
	return { room, victims, bob, state: await insiderState(bob) };
}
