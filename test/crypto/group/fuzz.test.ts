// Whatever bytes arrive, a session answers with a refusal, soon, and is what it was before.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemberDirectory } from "../../../src/crypto/group/member-directory.ts";
import {
	done,
	encrypt,
	fullState,
	host,
	invite,
	makeMember,
	makePerson,
	makeRoom,
	receive,
	type TestMember,
} from "../../support/rooms/group-room.ts";

const room = await makeRoom("Hanna", "Bob", "Carol");
const [, bob, carol] = room.members as [TestMember, TestMember, TestMember];
const dave = await makeMember(await makePerson("Dave"), room.roomId);
const invitation = await invite(room, dave);
const { commit: entry } = await done(dave.session, { kind: "enter", ...invitation, ...dave.own });
const line = await encrypt(bob, "hello");
const { commit } = await done(bob.session, { kind: "refresh" });

/** The bytes with some of them changed, cut out, doubled or put in: never the bytes themselves. */
function altered(original: Uint8Array): fc.Arbitrary<Uint8Array> {
	const position = fc.nat({ max: original.length - 1 });
	const flipped = fc.tuple(position, fc.integer({ min: 1, max: 255 })).map(([at, difference]) => {
		const copy = new Uint8Array(original);
		copy[at]! ^= difference;
		return copy;
	});
	const spliced = fc.tuple(position, position, fc.uint8Array({ maxLength: 8 })).map(([from, to, middle]) => {
		return new Uint8Array(Buffer.concat([original.subarray(0, from), middle, original.subarray(to)]));
	});
	return fc.oneof(flipped, spliced).filter((bytes) => Buffer.compare(bytes, original) !== 0);
}

async function refusesAll(messages: fc.Arbitrary<Uint8Array>, numRuns: number): Promise<void> {
	const { session } = carol;
	const before = await fullState(session);
	await fc.assert(
		fc.asyncProperty(messages, async (message) => {
			const reply = await session.handle(receive(message, dave.certificate));
			assert.equal(reply.kind, "refused");
			assert.ok(reply.kind === "refused" && reply.detail.length <= 200);
			assert.equal(await fullState(session), before);
		}),
		{ numRuns },
	);
}

test("random bytes are refused and change nothing", () => refusesAll(fc.uint8Array({ maxLength: 2000 }), 200));
test("an altered line is refused and changes nothing", () => refusesAll(altered(line), 200));
test("an altered commit is refused and changes nothing", () => refusesAll(altered(commit), 200));
test("an altered entry is refused and changes nothing", () => refusesAll(altered(entry), 200));

test("after all the altered messages the true line and then the true commit are still taken", async () => {
	assert.equal((await done(carol.session, receive(line))).kind, "line");
	assert.equal((await done(carol.session, receive(commit))).kind, "membership");
});

test("after all the altered entries the true entry is still taken", async () => {
	const received = await done(host(room).session, receive(entry, dave.certificate));
	assert.equal(received.kind === "membership" && received.joined.length, 1);
});

test("an altered GroupInfo lets nobody in", async () => {
	const stranger = await makeMember(await makePerson("Erin"), room.roomId);
	await fc.assert(
		fc.asyncProperty(altered(invitation.groupInfo), async (groupInfo) => {
			const request = { kind: "enter", ...invitation, ...stranger.own, groupInfo } as const;
			const reply = await stranger.session.handle(request);
			assert.equal(reply.kind, "refused");
		}),
		{ numRuns: 60 },
	);
});

test("an altered snapshot is refused or restored, and never throws", async () => {
	const { bytes } = await done(carol.session, { kind: "snapshot" });
	await fc.assert(
		fc.asyncProperty(altered(bytes), async (snapshot) => {
			const other = await makeMember(dave, room.roomId);
			const request = { kind: "restore", snapshot, certificates: [], hostFingerprint: host(room).fingerprint } as const;
			await other.session.handle(request);
		}),
		{ numRuns: 20 },
	);
});

test("a directory keeps certificates only of those it is told to keep", async () => {
	const directory = new MemberDirectory(room.roomId);
	assert.equal(await directory.learnAll(room.members.map(({ certificate }) => certificate)), undefined);
	const identityOf = async (member: TestMember) => {
		const { encodeLeafCredential } = await import("../../../src/crypto/group/leaf-credential.ts");
		const identity = encodeLeafCredential({ ...member.own, fingerprint: member.fingerprint })!;
		return directory.validateCredential({ credentialType: "basic", identity }, member.leafPublicKey);
	};
	assert.deepEqual([await identityOf(bob), await identityOf(carol)], [true, true]);
	directory.keepOnly(new Set([bob.fingerprint]));
	assert.deepEqual([await identityOf(bob), await identityOf(carol)], [true, false]);
});
