// The host's server without encryption: who is let in from the door on, whose place is kept, who is told what, and what Links for files are for.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { makeProofKey } from "../../../src/crypto/opening/delegation.ts";
import { type KnockSecrets, makeKnock } from "../../../src/crypto/opening/knock.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { Invites } from "../../../src/engine/gate/invites.ts";
import { turnTimeoutMs } from "../../../src/engine/host/guest-session.ts";
import { awayTimeoutMs, RoomServer, type ServerOptions } from "../../../src/engine/host/server.ts";
import type { RoomKeeper } from "../../../src/engine/order/room-keeper.ts";
import { newStart } from "../../../src/engine/order/sequencer.ts";
import {
	type CloseReason,
	decodeClose,
	decodeCommit,
	decodeEntered,
	encodeClose,
	encodePosition,
} from "../../../src/engine/wire/entering-frames.ts";
import { maxFileBodyBytes } from "../../../src/engine/wire/files/file-frames.ts";
import { type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { enteringTimeoutMs, type Refusal, readRefusal } from "../../../src/engine/wire/handshake.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { comeBack, knockWith, seatKeys } from "../../support/attackers/by-hand.ts";
import {
	expectFrame,
	type Greeting,
	guess,
	hostIdentity,
	readGreeting,
	showCertificate,
	sign,
} from "../../support/attackers/cheap-guest.ts";
import { lastFrame } from "../../support/attackers/man-in-the-middle.ts";
import { ChangingRules } from "../../support/rooms/changing-rules.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import { Watch } from "../../support/until.ts";
import { entryOf, lineOf, PlayedAuthority, submitted } from "./played-authority.ts";
import { stopTime, turns } from "./stopped-time.ts";

const [host, gus, ann] = await Promise.all([newSelf("Hana"), newSelf("Gus"), newSelf("Ann")]);
const hosted = { roomId: randomBytes(32) };
const proofKey = await makeProofKey(host.signer, hosted.roomId, Date.now());
const known = { host, hosted };

/** A room with its host in it. */
function opensRoom(t: TestContext, more: Partial<ServerOptions> = {}) {
	const store = openMemoryStore();
	const rules = new ChangingRules();
	const authority = new PlayedAuthority();
	const watch = new Watch();
	const told: string[] = [];
	const arrived: unknown[] = [];
	const away = new Set<Fingerprint>();
	const prs = randomBytes(32);
	const server = new RoomServer({
		host: { roomId: hosted.roomId, salt: randomBytes(16), prs, ...host, proofKey: () => proofKey },
		invites: new Invites(host.signer.fingerprint, randomBytes(16)),
		gatekeeper: new Gatekeeper({ store, onAlert: () => {} }),
		authority,
		start: newStart(hosted.roomId, 0),
		uptime,
		rules,
		onCaller: (fingerprint, { caller, isInBrowser }, name) => {
			arrived.push([fingerprint, caller.key, isInBrowser, name]);
			watch.changed();
		},
		onAway: (fingerprint, isAway) => {
			if (isAway) away.add(fingerprint);
			else away.delete(fingerprint);
			told.push(`${fingerprint === gus.signer.fingerprint ? "Gus" : "Ann"} is ${isAway ? "away" : "back"}`);
			watch.changed();
		},
		...more,
	});
	const [hostEnd, serverEnd] = memoryLinkPair();
	server.attachHost(serverEnd);
	const inside = new FrameStream(hostEnd.stream, { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 });
	const ends = [hostEnd];
	const comes = () => {
		const [near, far] = memoryLinkPair(["192.0.2.1", "host"]);
		server.take(far);
		ends.push(near);
		return near;
	};
	t.after(async () => {
		for (const { stream } of ends) stream.destroy();
		await server.close();
		store.close();
	});
	const logs = rules.onKnock.bind(rules);
	rules.onKnock = (knock) => {
		logs(knock);
		watch.changed();
	};
	const removals = () =>
		authority.removed.map(([who, why]) => `${who === gus.signer.fingerprint ? "Gus" : "Ann"} ${why}`);
	return { server, rules, authority, watch, told, arrived, away, prs, inside, comes, removals };
}

type Room = ReturnType<typeof opensRoom>;

/** Proves the key by a seat, a new one if there is none yet. */
async function isProven(room: Room, self = gus, seat?: Uint8Array): Promise<Greeting> {
	const shown = seat ?? (await room.server.seatFor(self.signer.fingerprint));
	assert.ok(shown);
	return comeBack(known, room.comes(), self, shown);
}

/** Enters, and says that the seat is safe; the seat, and the place of the entry. */
async function enters(room: Room, { frames }: Pick<Greeting, "frames">) {
	frames.send(frameType.admitMe);
	await expectFrame(frames, frameType.admission);
	frames.send(frameType.enter, entryOf(room.authority.epoch));
	const entered = decodeEntered(await expectFrame(frames, frameType.entered));
	assert.ok(entered.kind === "value");
	frames.send(frameType.kept);
	return { seat: Uint8Array.from(entered.value.seat), seq: entered.value.seq };
}

async function isIn(room: Room, self = gus) {
	const greeting = await isProven(room, self);
	return { frames: greeting.frames, ...(await enters(room, greeting)) };
}

async function closedFor(guest: Pick<Greeting, "frames">): Promise<CloseReason | undefined> {
	const last = await lastFrame(guest);
	return last?.type === frameType.close ? decodeClose(last.body) : undefined;
}

async function refusedFor(guest: Pick<Greeting, "frames">): Promise<Refusal | undefined> {
	const last = await lastFrame(guest);
	return last?.type === frameType.refused ? readRefusal(last.body) : undefined;
}

/** The next frame that the host's own member gets, which must be of this type. */
const hostHears = ({ inside }: Room, type: FrameType): Promise<Uint8Array> => expectFrame(inside, type);

const loggedAs = ({ rules, watch }: Room, count: number) =>
	watch.until(() => rules.knocks.length >= count, `${count} knocks in the log`);
const isAway = ({ away, watch }: Room, self: Self) => watch.until(() => away.has(self.signer.fingerprint), "away");

/** What a knock with this seat is worth. */
async function seatIs(room: Room, seat: Uint8Array, self = gus): Promise<string> {
	const secrets = { newestSeat: seatKeys(known, seat, self.signer.fingerprint) };
	const link = room.comes();
	const { proof } = await knockWith(known, link, secrets);
	link.stream.destroy();
	if (proof.kind !== "proven") return "unknown";
	return proof.way === "none" ? "revoked" : proof.way;
}

test("a guest comes in by a seat: the host is told from where before it enters, everybody hears of it, and the log has it as joined", async (t) => {
	const told = Promise.withResolvers<void>();
	const room = opensRoom(t, { onCaller: () => told.promise });
	const greeting = await isProven(room);
	greeting.frames.send(frameType.admitMe);
	await turns(50);
	assert.deepEqual(room.authority.admitted, [], "nobody enters before the others have been told");
	told.resolve();
	await expectFrame(greeting.frames, frameType.admission);
	greeting.frames.send(frameType.enter, entryOf(0));
	await expectFrame(greeting.frames, frameType.entered);
	const commit = decodeCommit(await hostHears(room, frameType.commit));
	assert.deepEqual(
		commit.kind === "value" && Buffer.from(commit.value.certificate ?? []),
		Buffer.from(gus.signer.certificate.bytes),
	);
	await loggedAs(room, 1);
	assert.deepEqual(
		room.rules.knocks.map(({ outcome }) => outcome),
		["joined"],
	);
	greeting.frames.send(frameType.submit, submitted(1, lineOf(1)));
	await hostHears(room, frameType.line);
	const other = opensRoom(t);
	await isIn(other, ann);
	assert.deepEqual(other.arrived, [[ann.signer.fingerprint, "192.0.2.1", false, "Ann"]]);
});

test("a guest who is proven and goes, or never enters, has failed to come in, and leaves no place behind", async (t) => {
	const room = opensRoom(t);
	const { frames } = await isProven(room);
	frames.send(frameType.admitMe);
	await expectFrame(frames, frameType.admission);
	frames.stream.destroy();
	await loggedAs(room, 1);
	assert.deepEqual([room.rules.knocks[0]?.outcome, room.told, room.removals()], ["failed", [], []]);
});

test("attack: one person has one connection that waits to enter: the next one takes its place", async (t) => {
	const room = opensRoom(t);
	const seat = await room.server.seatFor(gus.signer.fingerprint);
	const first = await isProven(room, gus, seat);
	first.frames.send(frameType.admitMe);
	await expectFrame(first.frames, frameType.admission);
	const next = await isProven(room, gus, seat);
	next.frames.send(frameType.admitMe);
	assert.equal(await closedFor(first), "replaced");
	await turns(20);
	const second = await isProven(room, gus, seat);
	second.frames.send(frameType.admitMe);
	assert.equal(await closedFor(next), "replaced", "the end of the first has not made room for a second one");
	await expectFrame(second.frames, frameType.admission);
	second.frames.send(frameType.enter, entryOf(0));
	await expectFrame(second.frames, frameType.entered);
	// Who is in already is not sent away by somebody who only waits.
	const third = await isProven(room, gus, seat);
	third.frames.send(frameType.admitMe);
	await expectFrame(third.frames, frameType.admission);
	second.frames.send(frameType.submit, submitted(1, lineOf(1)));
	await expectFrame(second.frames, frameType.echo);
});

test("attack: a guest who is blocked, or kept out by a pause, between the proof of the key and the entry is sent away and told why", async (t) => {
	for (const [why, decide] of [
		["paused", ({ rules }: Room) => Object.assign(rules, { paused: true })],
		["blocked", ({ rules }: Room) => rules.blockedKeys.add(gus.signer.fingerprint)],
	] as const) {
		const untold = Promise.withResolvers<void>();
		const room = opensRoom(t, { onCaller: () => untold.promise });
		const early = await isProven(room);
		early.frames.send(frameType.admitMe);
		await turns(50);
		decide(room);
		untold.resolve();
		assert.equal(await refusedFor(early), why, "decided while the others were told");
		Object.assign(room.rules, { paused: false });
		room.rules.blockedKeys.clear();
		const late = await isProven(room);
		late.frames.send(frameType.admitMe);
		await expectFrame(late.frames, frameType.admission);
		decide(room);
		room.rules.tell();
		assert.equal(await refusedFor(late), why, "decided while they had an admission");
		await loggedAs(room, 2);
		assert.deepEqual(
			room.rules.knocks.map(({ outcome }) => outcome),
			Array(2).fill(why === "paused" ? "paused" : "turnedAway"),
		);
	}
});

test("attack: somebody whose key is blocked has no good seat any more, also when the block is lifted", async (t) => {
	const room = opensRoom(t);
	const { seat } = await isIn(room, gus);
	const other = await isIn(room, ann);
	room.rules.blockedKeys.add(gus.signer.fingerprint);
	room.rules.tell();
	await turns(10);
	room.rules.blockedKeys.clear();
	assert.deepEqual([await seatIs(room, seat), await seatIs(room, other.seat, ann)], ["revoked", "seat"]);
});

test("a guest whose connection breaks is away and takes their place again; the host is told of both, and nobody is removed", async (t) => {
	const room = opensRoom(t);
	const guest = await isIn(room);
	await hostHears(room, frameType.commit);
	guest.frames.stream.destroy();
	await isAway(room, gus);
	const back = await comeBack(known, room.comes(), gus, guest.seat);
	back.frames.send(frameType.resume, encodePosition({ seq: 1, head: randomBytes(32) }));
	await expectFrame(back.frames, frameType.tooLate);
	await enters(room, back);
	assert.deepEqual([room.told, room.removals()], [["Gus is away", "Gus is back"], []]);
});

test("a member who comes back and goes again before they have entered is away as before, and not removed", async (t) => {
	const room = opensRoom(t);
	const guest = await isIn(room);
	guest.frames.stream.destroy();
	await isAway(room, gus);
	const back = await isProven(room, gus, guest.seat);
	back.frames.send(frameType.admitMe);
	await expectFrame(back.frames, frameType.admission);
	back.frames.stream.destroy();
	await loggedAs(room, 2);
	await turns(50);
	assert.deepEqual([room.told, room.removals(), room.away.size], [["Gus is away"], [], 1]);
});

test("a guest who was in when the host's program ended is away from the start, and given up after five minutes as well, but not once the room is closed", async (t) => {
	stopTime(t);
	const start = { ...newStart(hosted.roomId, 0), away: new Map([[gus.signer.fingerprint, { entry: 1 }]]) };
	const [room, closed] = [opensRoom(t, { start }), opensRoom(t, { start })];
	closed.inside.stream.destroy();
	await closed.server.close();
	t.mock.timers.tick(awayTimeoutMs - 1);
	assert.deepEqual(room.told, []);
	t.mock.timers.tick(1);
	assert.deepEqual([room.told, closed.told], [["Gus is back"], []]);
});

test("a guest who does not come back within five minutes is removed, and whoever has come back stays", async (t) => {
	stopTime(t);
	const room = opensRoom(t);
	const [first, second] = [await isIn(room, gus), await isIn(room, ann)];
	for (const { frames } of [first, second]) frames.stream.destroy();
	await isAway(room, gus);
	await isAway(room, ann);
	t.mock.timers.tick(awayTimeoutMs - 1);
	const back = await comeBack(known, room.comes(), ann, second.seat);
	const backIn = await enters(room, back);
	await turns(20);
	assert.deepEqual(room.removals(), []);
	t.mock.timers.tick(1);
	while (room.removals().length === 0) await turns(1);
	await turns(20);
	assert.deepEqual([room.removals(), room.away.size], [["Gus connectionLost"], 0]);
	// Three entries and a removal: the host itself has not been sent away meanwhile for having said nothing.
	for (let heard = 0; heard < 4; heard += 1) await hostHears(room, frameType.commit);
	back.frames.stream.destroy();
	await isAway(room, ann);
	t.mock.timers.tick(1);
	const again = await isProven(room, ann, backIn.seat);
	await enters(room, again);
	again.frames.stream.destroy();
	await isAway(room, ann);
	t.mock.timers.tick(awayTimeoutMs - 1);
	await turns(20);
	assert.deepEqual([room.removals(), room.away.size], [["Gus connectionLost"], 1], "the time counts anew");
});

test("a guest who says goodbye is removed at once, and comes in by no seat any more", async (t) => {
	const room = opensRoom(t);
	const guest = await isIn(room);
	guest.frames.send(frameType.close, encodeClose("left"));
	await lastFrame(guest);
	assert.deepEqual([room.removals(), room.told], [["Gus left"], []]);
	assert.equal(await seatIs(room, guest.seat), "unknown");
});

test("a guest whom the host sends away for what they did is removed as lost, and may come back by their seat", async (t) => {
	const room = opensRoom(t);
	const guest = await isIn(room);
	guest.frames.send(frameType.hello);
	assert.equal(await closedFor(guest), "refused");
	assert.deepEqual([room.removals(), await seatIs(room, guest.seat)], [["Gus connectionLost"], "seat"]);
});

test("a member who is removed hears of it, wherever they are: inside, away, or on the way back; and their seat with them", async (t) => {
	const room = opensRoom(t);
	const inside = await isIn(room, gus);
	assert.equal(await room.server.kick(gus.signer.fingerprint), true);
	assert.equal(await closedFor(inside), "kicked");
	assert.deepEqual([await seatIs(room, inside.seat), room.removals()], ["revoked", ["Gus kicked"]]);
	assert.equal(await room.server.kick(gus.signer.fingerprint), false, "nobody is here with this key");

	const away = await isIn(room, ann);
	away.frames.stream.destroy();
	await isAway(room, ann);
	// The session that has just ended is closed by then.
	await turns(50);
	assert.equal(await room.server.kick(ann.signer.fingerprint), true);
	assert.deepEqual([room.told, room.away.size], [["Ann is away", "Ann is back"], 0]);
	assert.deepEqual(room.removals(), ["Gus kicked", "Ann kicked"]);

	const returning = await isProven(room, gus);
	returning.frames.send(frameType.admitMe);
	await expectFrame(returning.frames, frameType.admission);
	assert.equal(await room.server.kick(gus.signer.fingerprint), true);
	assert.equal(await refusedFor(returning), "kicked");
});

test("when the room closes everybody is told, who is on the way in too, the password is wiped, and rules are not listened to any more", async (t) => {
	const room = opensRoom(t);
	const inside = await isIn(room, gus);
	const waiting = await isProven(room, ann);
	waiting.frames.send(frameType.admitMe);
	await expectFrame(waiting.frames, frameType.admission);
	const knocking = await readGreeting(room.comes());
	const closing = room.server.close("hostAway");
	assert.deepEqual([await closedFor(inside), await closedFor(waiting)], ["hostAway", "hostAway"]);
	assert.equal(await lastFrame(knocking), undefined);
	room.inside.stream.destroy();
	await closing;
	assert.deepEqual([room.removals(), [...room.prs]], [[], Array(32).fill(0)]);
	assert.equal(room.rules.isWatched, false);
});

test("a guest who is proven as the room closes is told that it is closed", async (t) => {
	const untold = Promise.withResolvers<void>();
	const room = opensRoom(t, { onCaller: () => untold.promise });
	const late = await isProven(room);
	late.frames.send(frameType.admitMe);
	await turns(50);
	let isClosed = false;
	const closing = room.server.close().then(() => {
		isClosed = true;
	});
	const heard = decodeClose(await hostHears(room, frameType.close));
	assert.equal(heard, "roomClosed", "who is in hears of it at once");
	room.inside.stream.destroy();
	await turns(50);
	assert.equal(isClosed, false, "the room waits for who is on the way in");
	untold.resolve();
	assert.equal(await closedFor(late), "roomClosed");
	await closing;
});

test("a guest who shows a seat and then says nothing for two minutes is given up", async (t) => {
	stopTime(t);
	const room = opensRoom(t);
	const silent = await isProven(room);
	// A ping says nothing of what the Link is for.
	silent.frames.send(frameType.ping);
	await turns(20);
	t.mock.timers.tick(enteringTimeoutMs - 1);
	await turns(20);
	assert.equal(room.arrived.length, 0);
	t.mock.timers.tick(1);
	await room.watch.until(() => room.arrived.length === 1, "the Link is taken for one to come in by");
});

test("attack: a guest who shows a seat, says nothing and is blocked meanwhile is sent away at once", async (t) => {
	const room = opensRoom(t);
	const silent = await isProven(room);
	await turns(20);
	room.rules.blockedKeys.add(gus.signer.fingerprint);
	room.rules.tell();
	assert.equal(await refusedFor(silent), "blocked");
});

test("a guest who does not answer an admission holds up the next one for three seconds and no longer", async (t) => {
	stopTime(t);
	const room = opensRoom(t);
	const [first, second] = [await isProven(room, gus), await isProven(room, ann)];
	first.frames.send(frameType.admitMe);
	await expectFrame(first.frames, frameType.admission);
	second.frames.send(frameType.admitMe);
	await turns(100);
	t.mock.timers.tick(turnTimeoutMs - 1);
	await turns(100);
	assert.equal(room.authority.admitted.length, 1);
	t.mock.timers.tick(1);
	await expectFrame(second.frames, frameType.admission);
	first.frames.send(frameType.enter, entryOf(0));
	await expectFrame(first.frames, frameType.entered);
});

/** A room through which files pass; each Link for them is served until the test, or the room, ends it. */
function opensRoomForFiles(t: TestContext) {
	const served: { readonly frames: FrameStream; readonly who: Fingerprint; readonly signal: AbortSignal }[] = [];
	const ends: (() => void)[] = [];
	const room: Room = opensRoom(t, {
		onFiles: (frames, who, signal) => {
			served.push({ frames, who, signal });
			room.watch.changed();
			return new Promise<void>((resolve) => {
				ends.push(resolve);
				signal.addEventListener("abort", () => resolve());
			});
		},
	});
	const opensLink = async (self = gus, seat?: Uint8Array) => {
		const guest = await isProven(room, self, seat);
		guest.frames.send(frameType.files);
		return guest;
	};
	const isServed = (count: number) => room.watch.until(() => served.length === count, `${count} Links for files`);
	return { ...room, room, served, ends, opensLink, isServed };
}

test("a member has Links for files beside the one they talk by, three at once, which are no arrivals", async (t) => {
	const { room, served, ends, opensLink, isServed } = opensRoomForFiles(t);
	await isIn(room);
	await opensLink();
	await isServed(1);
	assert.equal(served[0]?.who, gus.signer.fingerprint);
	await opensLink();
	await opensLink();
	await isServed(3);
	assert.equal(await lastFrame(await opensLink()), undefined, "a fourth is closed");
	ends[0]?.();
	await turns(50);
	await opensLink();
	await isServed(4);
	assert.deepEqual([room.arrived.length, room.rules.knocks.length], [1, 1]);
	await isIn(room, ann);
	await opensLink(ann);
	await isServed(5);
});

test("attack: Links for files are for who is in: nobody else has one, and they end with the membership", async (t) => {
	const { room, served, opensLink, isServed } = opensRoomForFiles(t);
	assert.equal(await lastFrame(await opensLink()), undefined, "who is not in passes no files");
	const guest = await isIn(room, gus);
	const other = await isIn(room, ann);
	const [mine, theirs] = [await opensLink(gus), await opensLink(ann)];
	await isServed(2);
	guest.frames.send(frameType.close, encodeClose("left"));
	assert.equal(await lastFrame(mine), undefined);
	const isEnded = () => served.map(({ signal }) => signal.aborted);
	const first = served[0]?.who === gus.signer.fingerprint ? [true, false] : [false, true];
	assert.deepEqual(isEnded(), first);
	await room.server.kick(ann.signer.fingerprint);
	assert.equal(await lastFrame(theirs), undefined);
	assert.deepEqual(isEnded(), [true, true]);
	assert.equal(await closedFor(other), "kicked");
	const none = opensRoom(t);
	await isIn(none, gus);
	const unserved = await isProven(none, gus);
	unserved.frames.send(frameType.files);
	assert.equal(await lastFrame(unserved), undefined, "where no files pass the Link is closed");
});

test("a Link for files of a member who has not come back in time ends with their place, and at once for who is removed while away", async (t) => {
	stopTime(t);
	const { room, opensLink, isServed, served } = opensRoomForFiles(t);
	const guest = await isIn(room, gus);
	await opensLink(gus);
	await isServed(1);
	guest.frames.stream.destroy();
	await isAway(room, gus);
	t.mock.timers.tick(awayTimeoutMs);
	while (room.removals().length === 0) await turns(1);
	assert.equal(served[0]?.signal.aborted, true);
	const other = await isIn(room, ann);
	await opensLink(ann);
	await isServed(2);
	other.frames.stream.destroy();
	await isAway(room, ann);
	await turns(50);
	assert.equal(await room.server.kick(ann.signer.fingerprint), true);
	assert.equal(served[1]?.signal.aborted, true);
});

test("blocks of files may be as large as the frames for them", async (t) => {
	const { room, opensLink, isServed, served } = opensRoomForFiles(t);
	await isIn(room);
	const { frames } = await opensLink();
	await isServed(1);
	const body = new Uint8Array(maxFileBodyBytes);
	const hears = async () => {
		const next = await served[0]?.frames.next(new AbortController().signal);
		return next?.kind;
	};
	frames.send(frameType.block, body);
	assert.equal(await hears(), "frame");
	frames.send(frameType.block, new Uint8Array(maxFileBodyBytes + 1));
	assert.equal(await hears(), "refused");
});

test("a password that is changed lets in who knows the new one, and the host's renewal is heard by everybody", async (t) => {
	const room = opensRoom(t);
	const inside = await isIn(room, gus);
	const fresh = { salt: randomBytes(16), prs: randomBytes(32) };
	room.server.changePassword(fresh.salt, fresh.prs);
	const knocked = await knockWith(known, room.comes(), {} satisfies KnockSecrets);
	assert.deepEqual(await guess(knocked, fresh.prs, 1), { kind: "right" });
	showCertificate(knocked, ann);
	await hostIdentity(knocked);
	await sign(knocked, ann, host.signer.fingerprint);
	await enters(room, knocked);
	await expectFrame(inside.frames, frameType.commit);
	assert.equal(await room.server.renew(), true);
	await expectFrame(inside.frames, frameType.commit);
});

test("a full room refuses newcomers at the knock, but while a member is away only once their key is known, and the member comes back", async (t) => {
	const room = opensRoom(t);
	const { frames, seat } = await isIn(room, gus);
	room.rules.cap = 2;
	const knocks = async () => {
		const greeting = await readGreeting(room.comes());
		greeting.frames.send(frameType.knock, makeKnock({}, greeting.channel));
		return greeting;
	};
	assert.equal(await refusedFor(await knocks()), "full");
	frames.stream.destroy();
	await isAway(room, gus);
	await expectFrame((await knocks()).frames, frameType.hostProof);
	await enters(room, await isProven(room, gus, seat));
	assert.equal(await refusedFor(await knocks()), "full");
});

/** What a kept room has on disk, of which a test says whether it fails and who has been away for too long. */
class PlayedKeeper {
	readonly told: string[] = [];
	readonly tooLong: Fingerprint[] = [];
	fails = false;
	readonly #name = (one: Fingerprint): string => (one === gus.signer.fingerprint ? "Gus" : "Ann");

	setSeats(guest: Fingerprint, record: unknown): void {
		this.told.push(`seats of ${this.#name(guest)}${record ? "" : " gone"}`);
	}

	setAway(guest: Fingerprint, isAway: boolean): void {
		this.told.push(`${this.#name(guest)} ${isAway ? "away" : "here"}`);
	}

	async keep({ seq }: { readonly seq: number }): Promise<void> {
		if (this.fails) throw new Error("the disk is full");
		this.told.push(`message ${seq}`);
	}

	async saveState(seq: number): Promise<void> {
		if (this.fails) throw new Error("the disk is full");
		this.told.push(`group at ${seq}`);
	}

	expire(): readonly Fingerprint[] {
		return this.tooLong.splice(0);
	}
}

test("a room that begins to be kept has its seats, who is away, each message and the group on disk, and gives up who was away too long", async (t) => {
	stopTime(t);
	const room = opensRoom(t);
	const [first, second] = [await isIn(room, gus), await isIn(room, ann)];
	first.frames.stream.destroy();
	await isAway(room, gus);
	await turns(50);
	const keeper = new PlayedKeeper();
	const keeps = async () => keeper as unknown as RoomKeeper;
	assert.equal(
		await room.server.keepBy(
			async () => undefined,
			() => {},
		),
		false,
	);
	assert.equal(await room.server.keepBy(keeps, () => {}), true);
	assert.deepEqual(keeper.told.splice(0), ["seats of Gus", "seats of Ann", "Gus away"]);
	second.frames.send(frameType.submit, submitted(1, lineOf(room.authority.epoch)));
	await expectFrame(second.frames, frameType.echo);
	await room.server.saveState();
	assert.deepEqual(keeper.told.splice(0), ["message 3", "group at 3"]);
	t.mock.timers.tick(awayTimeoutMs);
	await turns(50);
	assert.deepEqual(room.removals(), [], "in a kept room five minutes are nothing");
	await enters(room, await isProven(room, gus, first.seat));
	await turns(50);
	assert.ok(keeper.told.includes("Gus here"));
	const [third] = [await isProven(room, ann, second.seat)];
	third.frames.stream.destroy();
	second.frames.stream.destroy();
	await isAway(room, ann);
	assert.ok(keeper.told.includes("Ann away"));
	keeper.tooLong.push(ann.signer.fingerprint);
	await room.server.keepBy(keeps, () => {});
	while (room.removals().length === 0) await turns(1);
	assert.deepEqual(room.removals(), ["Ann connectionLost"]);
});

test("where the disk fails nothing has a place any more, and nobody hears of what could not be kept", async (t) => {
	const room = opensRoom(t);
	const { frames } = await isIn(room, gus);
	const keeper = new PlayedKeeper();
	const failures: unknown[] = [];
	await room.server.keepBy(
		async () => keeper as unknown as RoomKeeper,
		(error) => {
			failures.push(error);
			room.watch.changed();
		},
	);
	keeper.fails = true;
	frames.send(frameType.submit, submitted(1, lineOf(room.authority.epoch)));
	await room.watch.until(() => failures.length === 1, "the failure is told");
	assert.equal(await room.server.renew(), false);
	await room.server.saveState();
	assert.equal(failures.length, 2);
});
