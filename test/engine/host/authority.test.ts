// The host's own member at work for the server, with a real group: when it judges, what it forgets, and what it tells the member whose group it shares.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { HostAuthority } from "../../../src/engine/host/authority.ts";
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
