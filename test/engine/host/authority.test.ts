// The host's own member at work for the server, with a real group or a played one: when it judges, what it forgets, and what it tells the member whose group
// it shares.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { offKeys } from "../../../src/crypto/off-record/exchange.ts";
import { leafTag, openTagged } from "../../../src/crypto/off-record/tags.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { HostAuthority, type HostAuthorityOptions } from "../../../src/engine/host/authority.ts";
import { certifyLeaf } from "../../../src/engine/member/certify-leaf.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import { foundGroup } from "../../../src/engine/order/reopening.ts";
import { decodeAdmission } from "../../../src/engine/wire/entering-frames.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";

const roomId = randomBytes(32);
const [host, gus, ann] = await Promise.all([newSelf("Hana"), newSelf("Gus"), newSelf("Ann")]);

/** A room's authority, whose member says when it has caught up, and writes down what it is told. */
async function opens(t: TestContext) {
	const founded = await foundGroup(roomId, host, false);
	assert.ok(founded);
	const authority = new HostAuthority({ roomId, signer: host.signer, group: founded.group, onGroupReplaced: () => {} });
	t.after(() => authority.close());
	const told: unknown[] = [];
	const member = {
		async caughtUp(seq: number) {
			// Whatever the group does before this is seen, because its worker has answered by then.
			await founded.group.snapshot();
			told.push(`caught up with ${seq} with ${authority.members.length} in`);
		},
		hasApplied: (commit: Uint8Array) => void told.push(Buffer.from(commit)),
	};
	authority.bind(member as unknown as Member);
	return { authority, told };
}

/** A guest's entry, made from an admission. */
async function entryOf(t: TestContext, authority: HostAuthority, self: Self): Promise<Uint8Array> {
	const sealed = await authority.admit(self.signer.certificate);
	assert.ok(sealed);
	const opened = await self.signer.decrypt(sealed, host.signer.certificate);
	assert.ok(opened.kind === "decrypted", opened.kind);
	const admission = decodeAdmission(opened.data);
	assert.ok(admission.kind === "value");
	const { groupInfo, ticket, certificates } = admission.value;
	const group = await Group.open({ roomId });
	t.after(() => group.close());
	const own = await certifyLeaf(group, roomId, self.signer, self.name);
	assert.ok(own);
	const { fingerprint: hostFingerprint } = host.signer;
	const entered = await group.enter({ groupInfo, ticket, certificates, hostFingerprint, ...own });
	assert.ok(entered.kind === "entered");
	return entered.commit;
}

test("before anybody is judged, removed or renewed, the host's member has seen all that was placed, and it hears of each commit", async (t) => {
	const { authority, told } = await opens(t);
	const commit = await entryOf(t, authority, gus);
	const judged = await authority.judge(commit, gus.signer.certificate, 4);
	assert.deepEqual(judged, { kind: "accepted", epoch: 1, name: "Gus" });
	const removed = await authority.remove(gus.signer.fingerprint, "kicked", 5);
	const renewed = await authority.renew(6);
	assert.ok(removed && renewed);
	assert.deepEqual(told, [
		"caught up with 4 with 1 in",
		Buffer.from(commit),
		"caught up with 5 with 2 in",
		Buffer.from(removed.commit),
		"caught up with 6 with 1 in",
		Buffer.from(renewed.commit),
	]);
	await authority.snapshot(7);
	assert.equal(told.at(-1), "caught up with 7 with 1 in");
});

test("a newcomer is given the certificates of those who are in, and of nobody who has left or was refused", async (t) => {
	const { authority } = await opens(t);
	const known = () => [...authority.certificates.keys()].sort();
	const all = (...people: readonly Self[]) => people.map(({ signer }) => signer.fingerprint).sort();
	assert.deepEqual(known(), all(host));
	const commit = await entryOf(t, authority, gus);
	assert.equal((await authority.judge(commit, ann.signer.certificate, 0)).kind, "refused");
	assert.equal((await authority.judge(Buffer.from("no commit"), ann.signer.certificate, 0)).kind, "refused");
	assert.deepEqual(known(), all(host));
	assert.equal((await authority.judge(commit, gus.signer.certificate, 0)).kind, "accepted");
	assert.deepEqual(known(), all(host, gus));
	assert.deepEqual(
		authority.members.map(({ name }) => name),
		["Hana", "Gus"],
	);
	await authority.remove(gus.signer.fingerprint, "left", 0);
	assert.deepEqual(known(), all(host));
	assert.equal(await authority.remove(gus.signer.fingerprint, "left", 0), undefined, "who is not in can't be removed");
});

/** An authority over a group that answers as the test says; what it is asked, and what the host's member is told, is written down in order. */
function plays(answers: object, more: Partial<HostAuthorityOptions> = {}) {
	const asked: unknown[] = [];
	const group = new Proxy(answers, {
		get: (given, name) =>
			Reflect.get(given, name) ??
			(async (...what: unknown[]) => {
				asked.push([name, ...what]);
				return { kind: "failed", detail: "the worker is gone" };
			}),
	}) as unknown as Group;
	const replaced: Group[] = [];
	const authority = new HostAuthority({
		...{ roomId, signer: host.signer, group, onGroupReplaced: (by) => replaced.push(by) },
		...more,
	});
	const member = {
		caughtUp: async (seq: number) => void asked.push(["caught up", seq]),
		hasApplied: (...what: unknown[]) => void asked.push(["told", ...what]),
	};
	authority.bind(member as unknown as Member);
	return { authority, asked, replaced };
}

const admissionOf = (more: object = {}) => ({
	...{ kind: "admission", groupInfo: new Uint8Array(9), ticket: randomBytes(32), epoch: 1, hostLeaf: randomBytes(32) },
	...more,
});
const commit = Buffer.from("a commit");

test("an admission that fails because an entry is being judged is made when that is over, once, and its ticket is wiped", async () => {
	const { promise: received, resolve } = Promise.withResolvers<object>();
	const admission = admissionOf();
	const outcomes: object[] = [{ kind: "failed" }, admission];
	const given = { admission: async () => outcomes.shift(), receive: () => received };
	const { authority } = plays(given);
	const judging = authority.judge(commit, gus.signer.certificate, 0);
	const admitting = authority.admit(ann.signer.certificate);
	await new Promise((settled) => setImmediate(settled));
	assert.equal(outcomes.length, 1);
	resolve({ kind: "refused", detail: "no" });
	const sealed = await admitting;
	assert.ok(sealed);
	assert.deepEqual(await judging, { kind: "refused", detail: "no" });
	const opened = await ann.signer.decrypt(sealed, host.signer.certificate);
	assert.ok(opened.kind === "decrypted");
	assert.ok(decodeAdmission(opened.data).kind === "value");
	assert.deepEqual(admission.ticket, Buffer.alloc(32));
	outcomes.push({ kind: "failed" }, { kind: "failed" }, admission);
	assert.equal(await authority.admit(ann.signer.certificate), undefined);
	assert.equal(outcomes.length, 1, "it is tried no third time");
});

test("nobody is admitted with more than a guest takes, nor where the host's key can't sign", async () => {
	const admitted = (groupInfoBytes: number, signer = host.signer) =>
		plays(
			{ admission: async () => admissionOf({ groupInfo: new Uint8Array(groupInfoBytes) }) },
			{ signer },
		).authority.admit(gus.signer.certificate);
	assert.ok(await admitted(9));
	assert.equal(await admitted(8 * 1024 * 1024 - 64 * 1024), undefined);
	const { certificate, fingerprint } = host.signer;
	const sign = () => Promise.reject(new Error("the card was pulled out"));
	assert.equal(await admitted(9, { certificate, fingerprint, sign } as unknown as Self["signer"]), undefined);
});

test("attack: a commit that hangs the worker costs the room nothing: it goes on from before, in an epoch of its own, and no key is left behind", async (t) => {
	const taken = randomBytes(32);
	const before = Uint8Array.from(taken);
	const refreshed = { kind: "committed", commit: Buffer.from("a new epoch"), epoch: 8 };
	const next = { refresh: async () => refreshed, members: () => [{ name: "Hana" }] } as unknown as Group;
	const restored: unknown[] = [];
	t.mock.method(Group, "restore", async ({ snapshot, ...how }: { snapshot: Uint8Array }) => {
		restored.push({ ...how, snapshot: Uint8Array.from(snapshot) });
		return { kind: "restored", group: next };
	});
	const given = { snapshot: async () => ({ kind: "snapshot", bytes: before }), members: () => [] };
	const { authority, asked, replaced } = plays(given);
	const { fingerprint, certificate } = gus.signer;
	const { fingerprint: by } = host.signer;
	assert.deepEqual(await authority.judge(commit, certificate, 4), {
		kind: "refused",
		detail: "the worker is gone",
		repair: { commit: refreshed.commit, epoch: 8 },
	});
	const certificates = [host.signer.certificate.bytes];
	assert.deepEqual(restored, [
		{ roomId, isOffRecord: false, snapshot: Uint8Array.from(taken), certificates, hostFingerprint: by },
	]);
	assert.deepEqual(before, new Uint8Array(32));
	assert.deepEqual([replaced, authority.members], [[next], [{ name: "Hana" }]]);
	const message = { message: commit, certificates: [certificate.bytes], joiner: fingerprint, joinerLeaf: undefined };
	assert.deepEqual(asked, [
		["caught up", 4],
		["receive", message],
		["told", refreshed.commit, { kind: "membership", joined: [], left: [], by, epoch: 8 }],
	]);
});

test("where the group can't be restored or goes on in no new epoch, or nothing was taken before, the entry is refused and nothing is placed", async (t) => {
	const refused = { kind: "refused", detail: "the worker is gone" };
	const outcomes: object[] = [
		{ kind: "failed" },
		{ kind: "restored", group: { refresh: async () => ({ kind: "failed" }) } },
	];
	t.mock.method(Group, "restore", async () => outcomes.shift());
	const snapshot = async () => ({ kind: "snapshot", bytes: new Uint8Array(9) });
	for (const given of [{ snapshot }, { snapshot }, {}]) {
		const { authority } = plays(given);
		assert.deepEqual(await authority.judge(commit, gus.signer.certificate, 0), refused);
	}
	assert.equal(outcomes.length, 0);
});

test("a line in the place of a commit is no entry, and what a judged commit needed is wiped", async () => {
	for (const [received, judged] of [
		[{ kind: "line" }, { kind: "refused", detail: "not a commit" }],
		[
			{ kind: "refused", detail: "stale" },
			{ kind: "refused", detail: "stale" },
		],
		[
			{ kind: "membership", joined: [], epoch: 3 },
			{ kind: "accepted", epoch: 3, name: "" },
		],
	] as const) {
		const bytes = randomBytes(9);
		const given = { snapshot: async () => ({ kind: "snapshot", bytes }), receive: async () => received };
		const { authority } = plays(given);
		assert.deepEqual(await authority.judge(commit, gus.signer.certificate, 0), judged);
		assert.deepEqual(bytes, Buffer.alloc(9));
	}
});

test("the host's member hears who was removed, by whom and why; where the group is gone nothing is removed, renewed or kept on a disk", async () => {
	const left = [{ name: "Gus" }];
	const kept = [[gus.signer.fingerprint, gus.signer.certificate.bytes]] as const;
	const snapshot = { kind: "snapshot", bytes: new Uint8Array(9) };
	const works = plays(
		{
			remove: async () => ({ kind: "committed", commit, left, epoch: 5 }),
			snapshot: async ({ isForDisk = false } = {}) => (isForDisk ? snapshot : { kind: "failed" }),
		},
		{ certificates: kept },
	);
	assert.deepEqual(await works.authority.remove(gus.signer.fingerprint, "kicked", 7), { commit, epoch: 5 });
	const { fingerprint: by } = host.signer;
	const told = { kind: "membership", joined: [], left, by, reason: "kicked", epoch: 5 };
	assert.deepEqual(works.asked, [
		["caught up", 7],
		["told", commit, told],
	]);
	assert.equal(await works.authority.snapshot(9), snapshot);
	const gone = plays({}, { certificates: kept });
	assert.equal(await gone.authority.remove(gus.signer.fingerprint, "kicked", 7), undefined);
	assert.ok(gone.authority.certificates.has(gus.signer.fingerprint));
	assert.deepEqual([await gone.authority.renew(8), await gone.authority.snapshot(9)], [undefined, undefined]);
	await gone.authority.close();
	assert.deepEqual(gone.asked.at(-1), ["close"]);
});

test("attack: off the record a leaf is judged only with the guest's own tag over it and the host's; no room lets in as the other kind does", async () => {
	const received = { kind: "refused", detail: "judged" };
	const admission = admissionOf();
	const given = { admission: async () => ({ ...admission }), receive: async () => received };
	const { authority } = plays(given, { isOffRecord: true });
	const secrets = { guest: randomBytes(32), host: randomBytes(32) };
	const keys = offKeys(randomBytes(32), { guest: randomBytes(9), host: randomBytes(9) }, secrets);
	const leafKey = randomBytes(32);
	const { certificate } = gus.signer;
	const leaves = { roomId, guestLeaf: leafKey, hostLeaf: admission.hostLeaf };
	const tag = leafTag(keys.leaf, "guest", leaves);
	const judges = (who: HostAuthority, off?: Parameters<HostAuthority["judge"]>[3]) =>
		who.judge(commit, certificate, 0, off);
	const notTheirs = { kind: "refused", detail: "the leaf is not the guest's" };
	assert.deepEqual(await judges(authority, { keys, leafKey, tag }), notTheirs, "nobody was admitted");
	const sealed = await authority.admit(certificate, { keys, leafKey });
	assert.ok(sealed);
	const opened = await openTagged(sealed, keys.admission, gus.signer);
	assert.ok(opened.kind === "decrypted");
	const read = decodeAdmission(opened.data);
	assert.ok(read.kind === "value");
	const { leaf } = read.value;
	assert.deepEqual(leaf && [Buffer.from(leaf.key), Buffer.from(leaf.tag)], [
		admission.hostLeaf,
		Buffer.from(leafTag(keys.leaf, "host", leaves)),
	]);
	assert.deepEqual(await judges(authority, { keys, leafKey, tag }), received);
	assert.deepEqual(await judges(authority, { keys, leafKey, tag: leafTag(keys.leaf, "host", leaves) }), notTheirs);
	assert.deepEqual(await judges(authority, { keys, leafKey: randomBytes(32), tag }), notTheirs);
	assert.deepEqual(await judges(authority), notTheirs);
	assert.equal(await authority.admit(certificate), undefined);
	const signed = plays(given).authority;
	assert.equal(await signed.admit(certificate, { keys, leafKey }), undefined);
	assert.deepEqual(await judges(signed, { keys, leafKey, tag }), notTheirs);
	assert.deepEqual(await judges(signed), received);
});
