// From a new Link to a proven guest: what each kind of guest is told, by whom they are counted, when they are judged, and what the log says. Nobody enters here.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { makeProofKey } from "../../../src/crypto/opening/delegation.ts";
import { type KnockSecrets, makeKnock, tagKeys } from "../../../src/crypto/opening/knock.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { Gatekeeper, type GateLimits } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { Invites } from "../../../src/engine/gate/invites.ts";
import { AccessControl, type AccessControlOptions, type Arrival } from "../../../src/engine/host/access-control.ts";
import { waitingPerCaller } from "../../../src/engine/host/entry-judge.ts";
import type { HostSide } from "../../../src/engine/host/greeting.ts";
import { Seats } from "../../../src/engine/order/seats.ts";
import type { FeedDoor } from "../../../src/engine/posts/feed-doors.ts";
import { decodeFeedPart, encodeGetFeed } from "../../../src/engine/wire/feed-frames.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import { type Refusal, readRefusal } from "../../../src/engine/wire/handshake.ts";
import type { FarEnd, Link } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { comeBack, type Knocked, knockWith, refusalOf, seatKeys } from "../../support/attackers/by-hand.ts";
import {
	expectFrame,
	type Greeting,
	guess,
	guestChannel,
	hostIdentity,
	readGreeting,
	showCertificate,
	sign,
} from "../../support/attackers/cheap-guest.ts";
import { nextFrame } from "../../support/attackers/man-in-the-middle.ts";
import { proveAsGuest } from "../../support/attackers/off-by-hand.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { ChangingRules } from "../../support/rooms/changing-rules.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";

const [host, gus, ann] = await Promise.all([newSelf("Hana"), newSelf("Gus"), newSelf("Ann")]);
const hosted = { roomId: randomBytes(32) };
const proofKey = await makeProofKey(host.signer, hosted.roomId, Date.now());
const known = { host, hosted };
const passwordOf = () => ({ salt: randomBytes(16), prs: randomBytes(32) });
const from = "192.0.2.1";
/** A Transport on which nothing tells one stranger from another. */
const unnamed: FarEnd = { transport: "tor" };

class OwnerRules extends ChangingRules {
	/** How many more questions about the owner of an address are answered with no. */
	ownerIsFineFor = Number.POSITIVE_INFINITY;

	override async isOwnerBlocked(): Promise<boolean> {
		this.ownerIsFineFor -= 1;
		return this.ownerIsFineFor < 0;
	}
}

type Changes = Partial<Pick<AccessControlOptions, "onlyGuest" | "feedDoors">> & {
	readonly limits?: Partial<GateLimits>;
	readonly offRecordWith?: Fingerprint;
};

/** The door of a room in which nobody is yet. */
function opensDoor(t: TestContext, { limits = {}, offRecordWith, ...more }: Changes = {}) {
	const store = openMemoryStore();
	t.after(() => store.close());
	const gatekeeper = new Gatekeeper({ store, onAlert: () => {}, limits });
	const rules = new OwnerRules();
	const members = new Set<Fingerprint>([host.signer.fingerprint]);
	const census = { count: () => members.size, has: (one: Fingerprint) => members.has(one), isAnyoneAway: () => false };
	const seats = new Seats(hosted.roomId, host.signer.fingerprint);
	const invites = new Invites(host.signer.fingerprint, randomBytes(16));
	const secrets = passwordOf();
	const form = offRecordWith === undefined ? { proofKey: () => proofKey } : { offRecordWith };
	const side: HostSide = { roomId: hosted.roomId, ...secrets, ...host, ...form };
	const access = new AccessControl({ gatekeeper, rules, census, host: side, seats, invites, ...more });
	const closing = new AbortController();
	t.after(() => closing.abort());
	/** Somebody comes; `arrives` is what the host has of them once they are proven. */
	const comes = (far: string | FarEnd = from, signal: AbortSignal = closing.signal) => {
		const [near, end] = memoryLinkPair([typeof far === "string" ? far : "nobody", "host"]);
		const link: Link = typeof far === "string" ? end : { stream: end.stream, far };
		t.after(() => near.stream.destroy());
		return { link: near, arrives: access.receive(link, signal) };
	};
	const outcomes = () => rules.knocks.map(({ outcome }) => outcome);
	return { gatekeeper, rules, members, census, seats, invites, access, comes, secrets, outcomes };
}

type Door = ReturnType<typeof opensDoor>;

/** Knocks, and proves the password. */
async function guesses(door: Door, link: Pick<Link, "stream">, secrets: KnockSecrets = {}): Promise<Knocked> {
	const knocked = await knockWith(known, link, secrets);
	const pinned = knocked.proof.kind === "proven" ? host.signer.fingerprint : undefined;
	assert.deepEqual(await guess(knocked, door.secrets.prs, 1, pinned), { kind: "right" });
	return knocked;
}

/** Proves the key, as somebody who has proven the password. */
async function identifies(knocked: Knocked, self: Self): Promise<Knocked> {
	const isHostFirst = knocked.proof.kind !== "proven";
	showCertificate(knocked, self);
	if (isHostFirst) await hostIdentity(knocked);
	await sign(knocked, self, host.signer.fingerprint);
	return knocked;
}

interface Come {
	readonly greeting: Greeting;
	readonly arrival: Arrival;
}

/** Comes by the password, and is proven. */
async function comesByPassword(
	door: Door,
	self: Self = gus,
	secrets: KnockSecrets = {},
	far: string | FarEnd = from,
): Promise<Come> {
	const { link, arrives } = door.comes(far);
	const greeting = await identifies(await guesses(door, link, secrets), self);
	if (greeting.proof.kind === "proven") await hostIdentity(greeting);
	return { greeting, arrival: arrivedOf(await arrives) };
}

/** Comes back by a seat, and is proven. */
async function comesBySeat(
	door: Door,
	secret: Uint8Array,
	self: Self = gus,
	far: string | FarEnd = from,
): Promise<Come> {
	const { link, arrives } = door.comes(far);
	const greeting = await comeBack(known, link, self, secret);
	return { greeting, arrival: arrivedOf(await arrives) };
}

function arrivedOf(arrival: Arrival | undefined): Arrival {
	assert.ok(arrival);
	return arrival;
}

/** Why the host sends this guest away, who hangs up then; the door has nothing of them. */
async function sentAway(
	greeting: Pick<Greeting, "frames">,
	arrives: Promise<Arrival | undefined>,
): Promise<Refusal | undefined> {
	const why = await refusalOf(greeting);
	greeting.frames.stream.destroy();
	assert.equal(await arrives, undefined);
	return why;
}

const giveSeat = ({ seats }: Door, self: Self = gus): Uint8Array =>
	seats.entered(self.signer.fingerprint, undefined).secret;
const inviteOf = ({ invites }: Door, label?: string): KnockSecrets => {
	const invite = label === undefined ? invites.all()[0] : invites.for(label);
	assert.ok(invite);
	return { invite: invite.keys };
};
const pin = { pin: tagKeys({ kind: "pin" }, host.signer.fingerprint) };
const named = (self: Self, name = self.name) => ({ fingerprint: self.signer.fingerprint, name, isProven: true });

test("whoever knows the password arrives with their key, name and address, and the log has one line of how it ended", async (t) => {
	const door = opensDoor(t);
	const { arrival } = await comesByPassword(door);
	const { caller } = arrival;
	assert.deepEqual([arrival.name, caller.key, arrival.hasSeat, arrival.isInBrowser], ["Gus", from, false, false]);
	assert.deepEqual([arrival.certificate.fingerprint, arrival.offKeys], [gus.signer.fingerprint, undefined]);
	assert.deepEqual(door.rules.knocks, []);
	arrival.entrance.entered("Gustav");
	arrival.settle("joined");
	arrival.settle("failed");
	assert.deepEqual(door.rules.knocks, [{ caller, outcome: "joined", guesses: 0, who: named(gus, "Gustav") }]);
	const second = await comesByPassword(door);
	second.arrival.release();
	second.arrival.settle("failed");
	assert.equal(door.rules.knocks.length, 1, "nothing is told of a Link that was for something else");
});

test("whoever has a seat arrives without a password; the seat that is given for it takes its place once it is kept", async (t) => {
	const door = opensDoor(t);
	const first = giveSeat(door);
	const { arrival } = await comesBySeat(door, first);
	assert.deepEqual([arrival.hasSeat, arrival.entrance.seatKept()], [true, undefined]);
	const second = arrival.entrance.giveSeat();
	await comesBySeat(door, second);
	await comesBySeat(door, first);
	arrival.entrance.seatKept();
	await comesBySeat(door, second);
	assert.deepEqual(door.rules.alarms, []);
	const knocked = await knockWith(known, door.comes().link, {
		newestSeat: seatKeys(known, first, gus.signer.fingerprint),
	});
	assert.equal(knocked.proof.kind === "proven" && knocked.proof.way, "password", "a copy of the disk lets nobody in");
	assert.deepEqual(door.rules.alarms, [[gus.signer.fingerprint, "retired"]]);
});

test("the newest seat that is good counts, whatever else is shown with it; of one that was taken back the guest is told, and of one that was never given nothing", async (t) => {
	const door = opensDoor(t);
	const { fingerprint } = gus.signer;
	const old = giveSeat(door);
	const next = giveSeat(door);
	const both = { newestSeat: seatKeys(known, next, fingerprint), previousSeat: seatKeys(known, old, fingerprint) };
	const wayOf = async (secrets: KnockSecrets) => {
		const { proof } = await knockWith(known, door.comes().link, secrets);
		return proof.kind === "proven" ? proof.way : proof.kind;
	};
	assert.equal(await wayOf({ ...both, ...inviteOf(door) }), "seat");
	assert.deepEqual(door.rules.alarms, [], "the older one is good no more, and that is no news from its owner");
	assert.equal(
		await wayOf({ newestSeat: seatKeys(known, randomBytes(32), fingerprint), ...inviteOf(door) }),
		"password",
	);
	door.seats.revoke(fingerprint);
	const { link, arrives } = door.comes();
	const knocked = await knockWith(known, link, both);
	assert.equal(knocked.proof.kind === "proven" && knocked.proof.way, "none");
	assert.equal(await sentAway(knocked, arrives), "kicked");
	assert.equal(door.outcomes().at(-1), "failed");
});

test("attack: whoever shows a seat and has another key is told of to the host, once", async (t) => {
	const door = opensDoor(t);
	const { link, arrives } = door.comes();
	const knocked = await knockWith(known, link, { newestSeat: seatKeys(known, giveSeat(door), gus.signer.fingerprint) });
	showCertificate(knocked, ann);
	assert.equal(await sentAway(knocked, arrives), undefined);
	assert.deepEqual(door.rules.alarms, [[gus.signer.fingerprint, "stolen"]]);
	assert.deepEqual([door.outcomes(), door.rules.knocks[0]?.who], [["gaveUp"], undefined]);
});

test("attack: whoever knows only the fingerprint learns that the host is there while people may come in, and else nothing", async (t) => {
	const door = opensDoor(t);
	const isProven = async (far?: FarEnd) => (await knockWith(known, door.comes(far).link, pin)).proof.kind === "proven";
	assert.equal(await isProven(), true);
	door.rules.paused = true;
	const { frames, channel } = await readGreeting(door.comes().link);
	frames.send(frameType.knock, makeKnock(pin, channel));
	assert.equal(await refusalOf({ frames }), "paused", "as everybody else is told");
	door.rules.paused = false;
	const silent = await readGreeting(door.comes(unnamed).link);
	silent.frames.send(frameType.knock, makeKnock(pin, silent.channel));
	assert.equal(await nextFrame(silent.frames), undefined);
	const off = opensDoor(t, { offRecordWith: gus.signer.fingerprint });
	const hidden = await readGreeting(off.comes().link);
	hidden.frames.send(frameType.knock, makeKnock(pin, hidden.channel));
	assert.equal((await expectFrame(hidden.frames, frameType.hostProof)).length, 0);
});

test("where nothing tells strangers apart, only who shows something is heard, and is counted by what they have shown", async (t) => {
	const door = opensDoor(t, { limits: { pendingUnnamed: 1 } });
	const { link, arrives } = door.comes(unnamed);
	const nobody = await readGreeting(link);
	nobody.frames.send(frameType.knock, makeKnock({}, nobody.channel));
	assert.equal(await sentAway(nobody, arrives), undefined);
	assert.deepEqual(door.outcomes(), ["gaveUp"]);

	const invite = door.invites.for("Ann");
	assert.ok(invite);
	const typing = door.comes(unnamed);
	const byInvite = await guesses(door, typing.link, { invite: invite.keys });
	// The only place for those who have shown nothing is free again: the next one takes it from nobody.
	await readGreeting(door.comes(unnamed).link);
	await identifies(byInvite, ann);
	const arrival = arrivedOf(await typing.arrives);
	assert.equal(arrival.caller.key, invite.caller.key);

	const retired = giveSeat(door);
	giveSeat(door);
	const copy = await comesByPassword(
		door,
		gus,
		{ newestSeat: seatKeys(known, retired, gus.signer.fingerprint) },
		unnamed,
	);
	assert.deepEqual([copy.arrival.caller.key, copy.arrival.hasSeat], [`seat ${gus.signer.fingerprint}`, false]);
	const bySeat = await comesBySeat(door, giveSeat(door, ann), ann, unnamed);
	assert.equal(bySeat.arrival.hasSeat, true);
});

test("a guest who is blocked by their invite is told so where they have no address, and goes at once where it is not their turn", async (t) => {
	const door = opensDoor(t);
	const invite = door.invites.for("Ann");
	assert.ok(invite);
	const late = door.comes(unnamed);
	const typing = await knockWith(known, late.link, { invite: invite.keys });
	door.gatekeeper.block(invite.caller);
	assert.equal(await sentAway(typing, late.arrives), "blocked", "also while they think about the password");
	const { link, arrives } = door.comes(unnamed);
	const greeting = await readGreeting(link);
	greeting.frames.send(frameType.knock, makeKnock({ invite: invite.keys }, greeting.channel));
	assert.equal(await sentAway(greeting, arrives), "blocked");
	assert.deepEqual(door.outcomes(), ["turnedAway", "turnedAway"]);
});

test("attack: a friend's invite lets in the first who came by it and nobody else, of whom the host is told; one that was taken back lets in nobody", async (t) => {
	const door = opensDoor(t);
	const secrets = inviteOf(door, "Ann");
	const first = await comesByPassword(door, ann, secrets);
	first.arrival.entrance.entered("Ann");
	first.arrival.settle("joined");
	assert.equal(door.rules.knocks[0]?.invite, "Ann");
	const { link, arrives } = door.comes();
	const second = await identifies(await guesses(door, link, secrets), gus);
	assert.equal(await sentAway(second, arrives), "blocked");
	assert.deepEqual(door.rules.inviteAlarms, [["Ann", gus.signer.fingerprint]]);
	const again = await comesByPassword(door, ann, secrets);
	door.invites.takeBack("Ann");
	assert.equal(await again.arrival.entrance.judge(false), "blocked");
	const shared = await comesByPassword(door, gus, inviteOf(door));
	shared.arrival.entrance.entered("Gus");
	assert.equal(await (await comesByPassword(door, ann, inviteOf(door))).arrival.entrance.judge(false), undefined);
	shared.arrival.settle("joined");
	assert.equal(door.rules.knocks.at(-1)?.invite, "");
	assert.equal(door.rules.inviteAlarms.length, 1);
	// Who has a seat needs no invite: another's does no harm.
	const seated = giveSeat(door, ann);
	const others = inviteOf(door, "Bob");
	(await comesByPassword(door, gus, others)).arrival.entrance.entered("Gus");
	const both = { newestSeat: seatKeys(known, seated, ann.signer.fingerprint), ...others };
	const { link: last, arrives: arrivesToo } = door.comes();
	const knocked = await knockWith(known, last, both);
	showCertificate(knocked, ann);
	await sign(knocked, ann, host.signer.fingerprint, "seat");
	assert.equal(arrivedOf(await arrivesToo).hasSeat, true);
});

test("attack: a decision of the host while somebody is on the way in holds for them at every further step", async (t) => {
	const decisions: readonly (readonly [Refusal, (door: Door) => void])[] = [
		["blocked", ({ gatekeeper }) => void gatekeeper.blockOther("cidr", "192.0.2.0/24")],
		["blocked", ({ rules }) => Object.assign(rules, { ownerIsFineFor: 0 })],
		["blocked", ({ rules }) => void rules.blockedKeys.add(gus.signer.fingerprint)],
		["paused", ({ rules }) => Object.assign(rules, { paused: true })],
		["full", ({ rules }) => Object.assign(rules, { cap: 1 })],
	];
	for (const [why, decide] of decisions) {
		const door = opensDoor(t);
		const { link, arrives } = door.comes();
		const knocked = await guesses(door, link);
		decide(door);
		await identifies(knocked, gus);
		assert.equal(await sentAway(knocked, arrives), why);

		const proven = opensDoor(t);
		const { arrival } = await comesByPassword(proven);
		assert.equal(await arrival.entrance.judge(false), undefined);
		decide(proven);
		assert.equal(await arrival.entrance.judge(false), why);
		assert.equal(await arrival.entrance.judge(true), undefined, "who was in on this connection is not judged again");
		assert.equal(arrival.dismissed.aborted, false, "nobody has told the door yet");
		proven.access.recheck();
		if (!arrival.dismissed.aborted)
			await new Promise((resolve) => arrival.dismissed.addEventListener("abort", resolve));
		assert.equal(arrival.dismissed.reason, why);
	}
});

test("whoever is in comes back although the room is full and paused, and a newcomer does not; while somebody is away nobody is refused before their key is known", async (t) => {
	const door = opensDoor(t);
	const secret = giveSeat(door);
	Object.assign(door.rules, { paused: true, cap: 1 });
	const knock = async (secrets: KnockSecrets = {}) => {
		const { link, arrives } = door.comes();
		const greeting = await readGreeting(link);
		greeting.frames.send(frameType.knock, makeKnock(secrets, greeting.channel));
		return { greeting, arrives };
	};
	const early = await knock();
	assert.equal(await sentAway(early.greeting, early.arrives), "paused");
	const { link, arrives } = door.comes();
	const seated = await knockWith(known, link, { newestSeat: seatKeys(known, secret, gus.signer.fingerprint) });
	showCertificate(seated, gus);
	await sign(seated, gus, host.signer.fingerprint, "seat");
	assert.equal(await sentAway(seated, arrives), "paused", "a seat is no place in the room");
	door.members.add(gus.signer.fingerprint);
	await comesBySeat(door, secret);
	door.census.isAnyoneAway = () => true;
	await comesByPassword(door, gus);
	const stranger = door.comes();
	const greeting = await guesses(door, stranger.link);
	await identifies(greeting, ann);
	assert.equal(await sentAway(greeting, stranger.arrives), "paused");
	assert.deepEqual(door.rules.knocks.at(-1)?.who, named(ann));
});

test("a seat that was taken back or replaced since it was shown lets nobody in", async (t) => {
	for (const [why, change] of [
		["kicked", ({ seats }: Door) => seats.revoke(gus.signer.fingerprint)],
		["busy", (door: Door) => giveSeat(door)],
	] as const) {
		const door = opensDoor(t);
		const { arrival } = await comesBySeat(door, giveSeat(door));
		change(door);
		assert.equal(await arrival.entrance.judge(false), why);
	}
});

test("whoever is told to go while they wait is told why, by their key, and whoever has settled is left alone", async (t) => {
	const door = opensDoor(t);
	const [first, second] = [await comesByPassword(door, gus), await comesByPassword(door, ann)];
	door.access.dismiss(gus.signer.fingerprint, "kicked");
	assert.deepEqual([first.arrival.dismissed.reason, second.arrival.dismissed.aborted], ["kicked", false]);
	second.arrival.settle("joined");
	const third = await comesByPassword(door, ann);
	third.arrival.release();
	door.access.dismiss(ann.signer.fingerprint, "kicked");
	door.rules.paused = true;
	door.access.recheck();
	await third.arrival.entrance.judge(false);
	assert.deepEqual([second.arrival.dismissed.aborted, third.arrival.dismissed.aborted], [false, false]);
});

test("a new password holds at once: who is on the way by the old one begins again, but not who is in or has a seat", async (t) => {
	const door = opensDoor(t);
	const typing = door.comes();
	const greeting = await guesses(door, typing.link);
	const waiting = await comesByPassword(door, ann);
	const seated = await comesBySeat(door, giveSeat(door), gus);
	const inside = await comesByPassword(door, gus);
	door.members.add(gus.signer.fingerprint);
	const former = Buffer.from(door.secrets.prs);
	const fresh = passwordOf();
	door.access.changePassword(fresh.salt, fresh.prs);
	assert.deepEqual([...door.secrets.prs], Array(32).fill(0), "the old password is wiped");
	assert.equal(await sentAway(greeting, typing.arrives), "passwordChanged");
	if (!waiting.arrival.dismissed.aborted)
		await new Promise((resolve) => waiting.arrival.dismissed.addEventListener("abort", resolve));
	assert.equal(waiting.arrival.dismissed.reason, "passwordChanged");
	for (const { arrival } of [seated, inside]) {
		assert.equal(await arrival.entrance.judge(false), undefined);
		assert.equal(arrival.dismissed.aborted, false);
	}
	const knocked = await knockWith(known, door.comes().link, {});
	assert.deepEqual(Buffer.from(knocked.hello.salt), fresh.salt);
	assert.deepEqual(await guess(knocked, former, 1), { kind: "wrong", left: 2 });
	assert.deepEqual(await guess(knocked, fresh.prs, 2), { kind: "right" });
	door.access.close();
	assert.deepEqual([...fresh.prs], Array(32).fill(0), "and the new one, once the room is closed");
});

test("a room for one guest is silent for everybody without a good seat, and closed for any other key", async (t) => {
	const door = opensDoor(t, { onlyGuest: gus.signer.fingerprint });
	const retired = giveSeat(door);
	giveSeat(door);
	const old = { newestSeat: seatKeys(known, retired, gus.signer.fingerprint) };
	for (const secrets of [{}, pin, inviteOf(door), old]) {
		const { link, arrives } = door.comes();
		const greeting = await readGreeting(link);
		greeting.frames.send(frameType.knock, makeKnock(secrets, greeting.channel));
		assert.equal(await sentAway(greeting, arrives), undefined);
	}
	assert.deepEqual(door.rules.alarms, [[gus.signer.fingerprint, "retired"]]);
	const other = giveSeat(door, ann);
	const { link, arrives } = door.comes();
	const knocked = await knockWith(known, link, { newestSeat: seatKeys(known, other, ann.signer.fingerprint) });
	showCertificate(knocked, ann);
	await sign(knocked, ann, host.signer.fingerprint, "seat");
	assert.equal(await sentAway(knocked, arrives), "full");
	assert.equal((await comesBySeat(door, giveSeat(door))).arrival.name, "Gus");
});

test("off the record nobody but the one other comes in, whatever they can prove", async (t) => {
	const door = opensDoor(t, { offRecordWith: gus.signer.fingerprint });
	const comes = async (self: Self) => {
		const { link, arrives } = door.comes();
		const greeting = await readGreeting(link);
		greeting.frames.send(frameType.knock, makeKnock(inviteOf(door), greeting.channel));
		await expectFrame(greeting.frames, frameType.hostProof);
		assert.deepEqual(await guess(greeting, door.secrets.prs, 1, host.signer.fingerprint), { kind: "right" });
		const { answer } = await proveAsGuest(greeting, self, host);
		return { greeting, arrives, answer };
	};
	const right = await comes(gus);
	assert.ok(arrivedOf(await right.arrives).offKeys);
	const wrong = await comes(ann);
	assert.equal(wrong.answer && readRefusal(wrong.answer.body), "notForYou");
	assert.equal(await sentAway(wrong.greeting, wrong.arrives), undefined);
});

test("whoever has a feed link is given the posts and nothing else: nobody has knocked, and no address is needed", async (t) => {
	const secret = randomBytes(32);
	const begun: unknown[] = [];
	const door: FeedDoor = {
		keys: tagKeys({ kind: "feed", secret }, host.signer.fingerprint),
		secret,
		begin: (caller) => {
			begun.push(caller);
			return () => void begun.push("over");
		},
		read: () => ({ rev: 1, hash: randomBytes(32), bytes: Buffer.from("posts") }),
	};
	const opened = opensDoor(t, { feedDoors: () => [door] });
	for (const far of [from, unnamed]) {
		const { link, arrives } = opened.comes(far);
		const knocked = await knockWith(known, link, { invite: door.keys });
		assert.equal(knocked.proof.kind === "proven" && knocked.proof.way, "feed");
		knocked.frames.send(frameType.getFeed, encodeGetFeed({ rev: 0, hash: new Uint8Array(0) }));
		const part = decodeFeedPart(await expectFrame(knocked.frames, frameType.feed));
		assert.equal(part.kind === "value" && Buffer.from(part.value.bytes).toString(), "posts");
		knocked.frames.stream.destroy();
		assert.equal(await arrives, undefined);
	}
	assert.deepEqual(begun, [from, "over", undefined, "over"]);
	assert.deepEqual(opened.rules.knocks, []);
});

/** In a channel in which nothing else is said: why the guest is turned away; `undefined` when it is just disconnected. */
async function toldBeforeAll(link: Pick<Link, "stream">): Promise<Refusal | undefined> {
	try {
		const { frames } = await guestChannel(link);
		const why = await refusalOf({ frames });
		frames.stream.destroy();
		return why;
	} catch {
		return undefined;
	}
}

test("whoever is turned away is told why, a few of each address at a time, and all are in the log", async (t) => {
	const door = opensDoor(t);
	const caller = callerAt(from);
	door.gatekeeper.block(caller);
	const stuck = Array.from({ length: 4 }, () => door.comes());
	// These have a place each until they have read what they are told.
	const channels = await Promise.all(stuck.map(({ link }) => guestChannel(link)));
	assert.equal(await toldBeforeAll(door.comes().link), undefined);
	door.gatekeeper.block(callerAt("192.0.2.2"));
	assert.equal(await toldBeforeAll(door.comes("192.0.2.2").link), "blocked", "another address has its own places");
	for (const { frames } of channels) {
		assert.equal(await refusalOf({ frames }), "blocked");
		frames.stream.destroy();
	}
	for (const { arrives } of stuck) assert.equal(await arrives, undefined);
	assert.equal(await toldBeforeAll(door.comes().link), "blocked");
	assert.deepEqual(
		door.rules.knocks.filter((knock) => knock.caller.key === from),
		Array(6).fill({ caller, outcome: "turnedAway", guesses: 0 }),
	);
});

test("whoever is turned away by the owner of their network, has arrived or shown a seat leaves no place taken, and neither does whoever comes as the room closes", async (t) => {
	const door = opensDoor(t, { limits: { pendingPerCaller: 1 } });
	door.rules.ownerIsFineFor = 0;
	assert.equal(await toldBeforeAll(door.comes().link), "blocked");
	door.rules.ownerIsFineFor = Number.POSITIVE_INFINITY;
	await comesByPassword(door);
	assert.equal(await door.comes("192.0.2.7", AbortSignal.abort()).arrives, undefined);
	await comesByPassword(door, gus, {}, "192.0.2.7");
	assert.deepEqual(door.outcomes(), ["turnedAway", "full"]);
	// Only who may still guess takes a place, and neither the proven nor those with a seat do.
	await knockWith(known, door.comes().link, { newestSeat: seatKeys(known, giveSeat(door), gus.signer.fingerprint) });
	const typing = door.comes();
	const knocked = await knockWith(known, typing.link, {});
	assert.equal(await toldBeforeAll(door.comes().link), "busy");
	door.gatekeeper.block(callerAt(from));
	assert.equal(await sentAway(knocked, typing.arrives), "blocked", "also while they think about the password");
});

test("whoever is blocked before their channel is made costs none", async (t) => {
	const door = opensDoor(t, { limits: { channels: { perSecond: 0.001, burst: 1 } } });
	await readGreeting(door.comes("192.0.2.77").link);
	const { arrives } = door.comes();
	await new Promise((resolve) => setImmediate(resolve));
	door.gatekeeper.block(callerAt(from));
	assert.equal(await arrives, undefined);
	assert.deepEqual(door.outcomes(), ["turnedAway"]);
});

test("attack: as many of one address as may be proven at once keep out the next of it, but not those of others", async (t) => {
	const door = opensDoor(t);
	const secret = giveSeat(door);
	const waiting: Come[] = [];
	for (let count = 0; count < waitingPerCaller; count += 1) waiting.push(await comesBySeat(door, secret));
	assert.equal(await waiting.at(-1)?.arrival.entrance.judge(false), undefined, "who waits already may go on");
	const { link, arrives } = door.comes();
	const next = await knockWith(known, link, { newestSeat: seatKeys(known, secret, gus.signer.fingerprint) });
	showCertificate(next, gus);
	await sign(next, gus, host.signer.fingerprint, "seat");
	assert.equal(await sentAway(next, arrives), "busy");
	await comesBySeat(door, secret, gus, "192.0.2.2");
	waiting[0]?.arrival.settle("joined");
	await comesBySeat(door, secret);
});
