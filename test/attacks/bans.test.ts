// Bans reach whoever is on the way in: a connection that was proven before somebody was kicked, blocked or locked out does not come in afterwards.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Group } from "../../src/crypto/group/group.ts";
import type { Self } from "../../src/engine/account/self.ts";
import { certifyLeaf } from "../../src/engine/member/certify-leaf.ts";
import { closeCode, decodeAdmission } from "../../src/engine/wire/entering-frames.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { type Refusal, readRefusal } from "../../src/engine/wire/handshake.ts";
import { refusalOf } from "../support/attackers/by-hand.ts";
import {
	expectFrame,
	type Greeting,
	guess,
	identify,
	knockEmpty,
	prsOf,
	throughPassword,
} from "../support/attackers/cheap-guest.ts";
import { nextFrame } from "../support/attackers/man-in-the-middle.ts";
import { callerAt } from "../support/net/caller-at.ts";
import { ChangingRules } from "../support/rooms/changing-rules.ts";
import {
	linkFrom,
	livePassword,
	livePerson,
	madeUpPlaces,
	openLiveRoom,
	publicAddress,
} from "../support/rooms/live-room.ts";
import {
	freshAddress,
	joinMemoryRoom,
	type MemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
} from "../support/rooms/memory-room.ts";

interface Staged {
	readonly room: MemoryRoom;
	readonly rules: ChangingRules;
	readonly mallory: Self;
	readonly address: string;
	/** Password and key are proven, nothing more. */
	readonly spare: Greeting;
}

async function stage(t: TestContext): Promise<Staged> {
	const rules = new ChangingRules();
	const room = await openMemoryRoom(t, {}, rules);
	const mallory = await newSelf("Mallory");
	const address = freshAddress();
	const spare = await throughPassword(room.link(address), roomPassword);
	await identify(spare, mallory);
	await room.arrived(mallory);
	return { room, rules, mallory, address, spare };
}

/** Each thing that a host may decide, without the room being told of it, and what the guest hears then. */
const decisions: Readonly<Record<string, readonly [Refusal, (staged: Staged) => void | Promise<void>]>> = {
	"its key was blocked": ["blocked", ({ rules, mallory }) => void rules.blockedKeys.add(mallory.signer.fingerprint)],
	"its address was blocked": ["blocked", ({ room, address }) => void room.gatekeeper.block(callerAt(address))],
	"its network's owner was blocked": [
		"blocked",
		({ rules }) => {
			rules.isOwnerUnwanted = true;
		},
	],
	"the room was paused": [
		"paused",
		({ rules }) => {
			rules.paused = true;
		},
	],
	"the room was made smaller": [
		"full",
		({ rules }) => {
			rules.cap = 1;
		},
	],
};

for (const [what, [refusal, decide]] of Object.entries(decisions)) {
	test(`attack p02: a connection that was proven before ${what} is closed at once, and told why`, async (t) => {
		const staged = await stage(t);
		await decide(staged);
		staged.rules.tell();
		assert.equal(await refusalOf(staged.spare), refusal);
		assert.ok(!staged.room.ears.has("membership"));
	});

	test(`attack p02: a connection that was proven before ${what} gets no admission, even if the room was not told`, async (t) => {
		const staged = await stage(t);
		await decide(staged);
		staged.spare.frames.send(frameType.admitMe);
		assert.equal(await refusalOf(staged.spare), refusal);
	});

	test(`attack p02: an admission that was given before ${what} opens nothing, even if the room was not told`, async (t) => {
		const staged = await stage(t);
		const { room, mallory, spare } = staged;
		const roomId = spare.hello.room;
		const group = await Group.open({ roomId });
		t.after(() => group.close());
		const own = await certifyLeaf(group, roomId, mallory.signer, mallory.name);
		assert.ok(own);
		spare.frames.send(frameType.admitMe);
		const sealed = await mallory.signer.decrypt(
			await expectFrame(spare.frames, frameType.admission),
			room.host.signer.certificate,
		);
		assert.ok(sealed.kind === "decrypted");
		const admission = decodeAdmission(sealed.data);
		assert.ok(admission.kind === "value");
		const { groupInfo, ticket, certificates } = admission.value;
		const hostFingerprint = room.host.signer.fingerprint;
		const entered = await group.enter({ groupInfo, ticket, certificates, hostFingerprint, ...own });
		assert.ok(entered.kind === "entered");
		await decide(staged);
		spare.frames.send(frameType.enter, entered.commit);
		assert.equal(await refusalOf(spare), refusal);
		assert.ok(!room.ears.has("membership"));
	});
}

test("attack p02: a block that became known while the place of a proven guest was looked up holds for them, although they ask for nothing", async (t) => {
	const rules = new ChangingRules();
	const room = await openMemoryRoom(t, {}, rules, () => {
		rules.isOwnerUnwanted = true;
	});
	const spare = await throughPassword(room.link(), roomPassword);
	await identify(spare, await newSelf("Mallory"));
	assert.equal(await refusalOf(spare), "blocked");
});

test("attack p02: a guest is told what the host decided while they typed the right password, before the host signs anything", async (t) => {
	const rules = new ChangingRules();
	const room = await openMemoryRoom(t, {}, rules);
	const greeting = await knockEmpty(room.link());
	rules.paused = true;
	const signing = t.mock.method(room.host.signer, "sign");
	const prs = await prsOf(roomPassword, greeting.hello);
	assert.equal((await guess(greeting, prs, 1)).kind, "right");
	assert.equal(await refusalOf(greeting), "paused");
	assert.equal(signing.mock.callCount(), 0);
});

test("attack p02: a connection that was proven by the former password is closed when the password is changed", async (t) => {
	const { room, spare } = await stage(t);
	await room.hosted.changePassword("another one entirely");
	assert.equal(await refusalOf(spare), "passwordChanged");
});

test("whoever types the right password at the moment when it is replaced is told so, and gets no strike", async (t) => {
	const looksUp = Promise.withResolvers<boolean>();
	let isSlow = false;
	const room = await openMemoryRoom(t, {}, { isOwnerBlocked: async () => isSlow && looksUp.promise });
	const greeting = await knockEmpty(room.link());
	const prs = await prsOf(roomPassword, greeting.hello);
	isSlow = true;
	await room.hosted.changePassword("another one entirely");
	const guessed = await guess(greeting, prs, 1);
	assert.ok(guessed.kind === "ended" && guessed.next.kind === "frame");
	assert.equal(readRefusal(guessed.next.frame.body), "passwordChanged");
	assert.deepEqual(room.alerts, []);
	looksUp.resolve(false);
});

test("attack p02: whoever is kicked is kicked on every connection, also on one that was proven and waits", async (t) => {
	const rules = new ChangingRules();
	const room = await openMemoryRoom(t, {}, rules);
	const mallory = await newSelf("Mallory");
	const inside = await joinMemoryRoom(room, mallory);
	const spare = await throughPassword(room.link(), roomPassword);
	await identify(spare, mallory);
	await room.arrived(mallory, 2);
	assert.equal(await room.hosted.server.kick(mallory.signer.fingerprint), true);
	assert.equal((await inside.ended).code, "kicked");
	const said: (readonly [number, number | undefined])[] = [];
	for (;;) {
		const frame = await nextFrame(spare.frames);
		if (!frame) break;
		if (frame.type !== frameType.ping) said.push([frame.type, frame.body[0]]);
	}
	const isTold = said.every(
		([type, code]) => (type === frameType.close && code === closeCode.kicked) || type === frameType.refused,
	);
	assert.ok(said.length > 0 && isTold, JSON.stringify(said));
});

test("attack p02: whoever is kicked while their place is looked up does not come in when that is known", async (t) => {
	const looksUp = Promise.withResolvers<void>();
	const room = await openMemoryRoom(t, {}, {}, () => looksUp.promise);
	const mallory = await newSelf("Mallory");
	const spare = await throughPassword(room.link(), roomPassword);
	await identify(spare, mallory);
	await room.arrived(mallory);
	await room.hosted.server.kick(mallory.signer.fingerprint);
	looksUp.resolve();
	assert.equal(await refusalOf(spare), "kicked");
});

/** The same through everything the host really has: commands, blocks of another process, six wrong passwords. */
const commands = {
	"its key is blocked": (key: string) => ({ kind: "block", address: key }) as const,
	"its address is blocked": () => ({ kind: "block", address: publicAddress(7) }) as const,
	"the owner of its network is blocked": () => ({ kind: "block", address: "AS3320" }) as const,
	"the room is paused": () => ({ kind: "settings", isPaused: true }) as const,
	"the room holds two": () => ({ kind: "settings", memberCap: 2 }) as const,
	"the password is changed": () => ({ kind: "setPassword", password: "another one entirely" }) as const,
};
for (const [what, command] of Object.entries(commands)) {
	test(`a guest who is proven and not in yet is sent away in the moment in which ${what} by the host's command`, async (t) => {
		const host = await livePerson(t, "Hana", 1, { locator: madeUpPlaces });
		const port = await openLiveRoom(host);
		const friend = await livePerson(t, "Ann", 8);
		if (what === "the room holds two") {
			await friend.does({ kind: "join", target: `127.0.0.1 ${port}` });
			await friend.told("passwordRequired");
			await friend.does({ kind: "password", password: livePassword });
			await friend.told("joined", ({ self }) => self);
		}
		const mallory = await newSelf("Mallory");
		const spare = await throughPassword(await linkFrom(7, port), livePassword);
		await identify(spare, mallory);
		await host.does(command(mallory.signer.fingerprint));
		assert.ok((await refusalOf(spare)) !== undefined);
		assert.equal(host.events.filter((event) => event.kind === "joined" && event.member.name === "Mallory").length, 0);
	});
}
