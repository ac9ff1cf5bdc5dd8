// A guest on its way to its host over several addresses, where hosts and others are played by hand: whom it believes, where it goes on, and what it says in the end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { tagKeys } from "../../../src/crypto/opening/knock.ts";
import { Attempts } from "../../../src/engine/guest/attempts.ts";
import type { GuestKeeping } from "../../../src/engine/guest/guest-keeping.ts";
import type { JoinOptions } from "../../../src/engine/guest/join-options.ts";
import { giveUpAfterMs, giveUpRefusedAfterMs, joinRoom } from "../../../src/engine/guest/joining.ts";
import { dialForFiles, guestSide } from "../../../src/engine/guest/reaching.ts";
import { ResumeState } from "../../../src/engine/guest/resume-state.ts";
import type { RouteGuest } from "../../../src/engine/routes/route.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import { encodeRefusal, type Refusal } from "../../../src/engine/wire/handshake.ts";
import { encodeHostProof } from "../../../src/engine/wire/host-proof.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import type { Link, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { greets, guest, host, proofKey, proves, provesNothing, roomId, stranger } from "./opening/played-host.ts";

const secret = randomBytes(16);
const invite = tagKeys({ kind: "invite", secret }, host.signer.fingerprint);

/** Somebody at an address. */
type Person = (far: Link) => Promise<unknown>;

const refuses = async ({ frames }: Awaited<ReturnType<typeof greets>>, why: Refusal): Promise<void> => {
	frames.send(frameType.refused, encodeRefusal(why));
};
/** The host, who proves it and lets nobody in. */
const pausedHost: Person = async (far) => refuses(await proves(far, invite, "password"), "paused");
/** The host, who has blocked us: that does not pass. */
const blockingHost: Person = async (far) => refuses(await proves(far, invite, "password"), "blocked");
/** Somebody who says that they are busy, and may be the host or not. */
const busy: Person = async (far) => refuses(await greets(far), "busy");
/** Another host, at what was the host's address once. */
const anotherHost: Person = async (far) => {
	const played = await greets(far);
	const keys = tagKeys({ kind: "invite", secret }, stranger.signer.fingerprint);
	played.frames.send(
		frameType.hostProof,
		encodeHostProof(played, stranger.signer.certificate, proofKey, keys, "password"),
	);
};
const anotherProgram: Person = async ({ stream }) => void stream.end("SSH-2.0-OpenSSH_9.6\r\n");
const hangsUp: Person = async ({ stream }) => void stream.destroy();

/** A network of these people; where nobody is, a dial is refused. */
function network(t: TestContext, people: Readonly<Record<string, Person>>) {
	const dialled: string[] = [];
	const transport: Transport = {
		name: "memory",
		dial: async ({ host: address }) => {
			const person = people[address];
			dialled.push(address);
			if (!person) return { kind: "failed", failure: "refused", detail: "nobody is there" };
			const [near, far] = memoryLinkPair();
			t.after(() => far.stream.destroy());
			void person(far).catch(() => {});
			return { kind: "linked", link: near };
		},
		listen: async () => ({ kind: "failed", failure: "other", detail: "not here" }),
	};
	return { dialled, transport };
}

/** Somebody joins; with whom they want to meet, if with anybody in particular. */
function joins(
	t: TestContext,
	people: Readonly<Record<string, Person>>,
	target: Partial<JoinOptions["target"]> = { pin: host.signer.fingerprint, inviteSecret: secret },
	more: Partial<JoinOptions> = {},
) {
	const { dialled, transport } = network(t, people);
	const told: string[] = [];
	const attempts = new Attempts(({ state, why, target: at }) => {
		const where = at.kind === "address" ? at.address : at.via;
		told.push(`${where} ${why?.kind === "answered" ? why.code : state}`);
	});
	const stop = new AbortController();
	const options: JoinOptions = {
		self: guest,
		target: { endpoints: Object.keys(people).map((address) => ({ host: address, port: 1 })), ...target },
		transport,
		askPassword: async () => {
			told.push("asked");
			return undefined;
		},
		attempts,
		onStep: () => {},
		onEntered: () => {},
		onReconnecting: () => void told.push("tries again"),
		onResumed: () => {},
		onOutOfStep: () => {},
		emit: () => {},
		signal: stop.signal,
		uptime,
		...more,
	};
	return { dialled, told, stop, options, outcome: joinRoom(options) };
}

const codeOf = async ({ outcome }: ReturnType<typeof joins>): Promise<string> => (await outcome).code;

test("a guest goes on past everybody who can't be the host, until the host has said that nobody is let in", async (t) => {
	const way = joins(t, { one: anotherHost, two: anotherProgram, three: hangsUp, four: pausedHost, five: busy });
	assert.equal(await codeOf(way), "paused");
	assert.deepEqual(way.dialled, ["one", "two", "three", "four"]);
	assert.deepEqual(
		way.told.filter((one) => !/trying|answered|asked/.test(one)),
		["one wrong_host", "two not_real_talk", "three refused"],
	);
});

test("a dial that leads nowhere starts no encryption worker, and one that leads to strangers leaves none", async (t) => {
	const opening = t.mock.method(Group, "open");
	const closing = t.mock.method(Group.prototype, "close");
	const { pin, endpoints } = { pin: host.signer.fingerprint, endpoints: [{ host: "nobody", port: 1 }] };
	assert.equal(await codeOf(joins(t, {}, { pin, endpoints })), "refused");
	assert.equal(opening.mock.callCount(), 0);
	assert.equal(await codeOf(joins(t, { one: anotherHost, two: anotherProgram })), "not_real_talk");
	assert.deepEqual([opening.mock.callCount(), closing.mock.callCount()], [1, 1]);
});

test("where nobody proves to be the host, what somebody said who may have been it counts more than that others were strangers", async (t) => {
	const way = joins(t, { one: busy, two: anotherHost });
	assert.equal(await codeOf(way), "busy");
	assert.deepEqual(way.dialled, ["one", "two"]);
	assert.equal(await codeOf(joins(t, { one: anotherHost, two: anotherProgram })), "not_real_talk");
	assert.equal(await codeOf(joins(t, { one: busy, two: anotherProgram, three: anotherHost })), "busy");
	assert.equal(await codeOf(joins(t, {})), "left", "nothing was dialled");
});

test("a guest who looks for nobody in particular takes the first who answers for the host, and goes no further", async (t) => {
	const way = joins(t, { one: busy, two: pausedHost }, {});
	assert.equal(await codeOf(way), "busy");
	assert.deepEqual(way.dialled, ["one"]);
	const asked = joins(t, { one: provesNothing, two: provesNothing }, {});
	assert.equal(await codeOf(asked), "left");
	assert.deepEqual([asked.dialled, asked.told.filter((one) => one === "asked")], [["one"], ["asked"]]);
	const other = joins(t, { one: anotherProgram, two: busy }, {});
	assert.equal(await codeOf(other), "busy", "a program of another kind is nobody's host");
});

test("nobody is tried again who has never let us in, and nobody is dialled for an invite of our own", async (t) => {
	const steps: string[] = [];
	const way = joins(t, { one: hangsUp }, undefined, { onStep: (step) => steps.push(step) });
	assert.deepEqual([await codeOf(way), steps], ["refused", ["dialling"]]);
	assert.deepEqual([way.dialled, way.told.includes("tries again")], [["one"], false]);
	const own = joins(t, { one: pausedHost }, { pin: guest.signer.fingerprint, inviteSecret: secret });
	assert.deepEqual([(await own.outcome).kind, await codeOf(own)], ["ended", "own_room"]);
	assert.deepEqual(own.dialled, []);
});

test("a guest who gives up while somebody is asked has left, whatever was said before", async (t) => {
	const way = joins(t, {
		one: busy,
		two: async () => {
			way.stop.abort();
		},
		three: pausedHost,
	});
	assert.equal(await codeOf(way), "left");
	assert.deepEqual(way.dialled, ["one", "two"]);
});

/** What a guest has of a room it was in, which is kept or not: enough to look for its host, and nothing to read. */
const hasBeenIn = (isKept: boolean, more: object = {}): GuestKeeping =>
	({
		...{ isKept, isPair: false, proven() {}, restore: async () => undefined, waiting: () => undefined },
		known: () => ({ host: host.signer.fingerprint, roomId, newestSeat: randomBytes(32), provenFrom: 0 }),
		...more,
	}) as unknown as GuestKeeping;
/** Another network calls for each next try at once. */
const calledOn = { watchNetwork: (_signal: AbortSignal, onChange: () => void) => void setImmediate(onChange) };

test("a guest who was in a room gives up a minute after its program has ended, and ten minutes after its host was lost otherwise; each try is told, and none as a first one", async (t) => {
	for (const [person, patienceMs] of [
		[hangsUp, giveUpRefusedAfterMs],
		[busy, giveUpAfterMs],
	] as const) {
		const times = [5_000, 5_000, 5_000 + patienceMs, 5_001 + patienceMs];
		let dialForMore: (signal: AbortSignal) => Promise<unknown> = () => assert.fail();
		const way = joins(t, { one: person }, undefined, {
			...{ ...calledOn, keeping: hasBeenIn(false), uptime: () => times.shift() ?? assert.fail() },
			onStep: assert.fail,
			onFilesDialer: (dial) => {
				dialForMore = dial;
			},
		});
		assert.equal(await codeOf(way), "connection_lost");
		assert.deepEqual([way.told, way.dialled.length], [["tries again", "tries again"], 3]);
		assert.equal(await dialForMore(way.options.signal), undefined);
		assert.equal(way.dialled.length, 4, "files go by the way of the talk");
	}
});

test("a kept room is looked for past strangers at its address, a room of two past other rooms of the same host, and no other is", async (t) => {
	const ofTwo = { isPair: true };
	const another = {
		known: () => ({ host: host.signer.fingerprint, roomId: randomBytes(32), newestSeat: randomBytes(32) }),
	};
	for (const [person, keeping, code] of [
		[anotherProgram, hasBeenIn(false), "not_real_talk"],
		[anotherProgram, hasBeenIn(true), "left"],
		[pausedHost, hasBeenIn(false, another), "room_closed"],
		[pausedHost, hasBeenIn(true, another), "left"],
		[anotherHost, hasBeenIn(true), "another_room"],
		[anotherHost, hasBeenIn(true, ofTwo), "left"],
		[blockingHost, hasBeenIn(true), "blocked"],
		[blockingHost, hasBeenIn(true, ofTwo), "blocked"],
	] as const) {
		// Who gives up as soon as it is tried again has left.
		const way = joins(t, { one: person }, undefined, { keeping, onReconnecting: () => way.stop.abort() });
		assert.equal(await codeOf(way), code);
	}
});

test("a kept room is shown as it was before anybody is dialled, and of a room that is not kept nothing is shown", async (t) => {
	const [waiting, members] = [{}, [{}]];
	for (const [keeping, shown] of [
		[hasBeenIn(false), []],
		[hasBeenIn(true, { waiting: () => waiting }), [[[], waiting, roomId, []]]],
		[hasBeenIn(true, { restore: async () => ({ members, waiting }) }), [[members, waiting, roomId, []]]],
	] as const) {
		const seen: unknown[] = [];
		const way = joins(t, { one: async () => way.stop.abort() }, undefined, {
			keeping,
			onKept: (people, lines, room) => seen.push([people, lines, room.roomId, [...way.dialled]]),
		});
		assert.equal(await codeOf(way), "left");
		assert.deepEqual(seen, shown);
	}
	const silent = joins(t, { one: blockingHost }, undefined, { keeping: hasBeenIn(true) });
	assert.equal(await codeOf(silent), "blocked", "nobody need be told");
});

test("where a kept room's host is not at its address, those nearby are asked, and believed where they prove to be the host", async (t) => {
	const proofs: number[] = [];
	const keeping = hasBeenIn(true, { proven: (from: number) => proofs.push(from) });
	const endpoints = [{ host: "usual", port: 1 }];
	const passing = hasBeenIn(false);
	const [{ fingerprint }, asks] = [host.signer, [{ host: host.signer.fingerprint, former: endpoints }]];
	for (const [usual, near, kept, code, asked] of [
		[anotherProgram, blockingHost, keeping, "blocked", asks],
		[undefined, blockingHost, keeping, "blocked", asks],
		[anotherProgram, anotherHost, keeping, "left", asks],
		[blockingHost, anotherHost, keeping, "blocked", []],
		[anotherProgram, blockingHost, passing, "not_real_talk", []],
		["gives up", blockingHost, keeping, "left", []],
	] as const) {
		const looked: unknown[] = [];
		const people = { ...(usual && { usual: usual === "gives up" ? async () => way.stop.abort() : usual }), near };
		const way = joins(
			t,
			people,
			{ pin: fingerprint, inviteSecret: secret, endpoints },
			{
				keeping: kept,
				lookNearby: async ({ signal, ...what }) => {
					assert.equal(signal.aborted, false);
					looked.push(what);
					return [{ host: "near", port: 1 }];
				},
				onReconnecting: () => way.stop.abort(),
			},
		);
		assert.deepEqual([await codeOf(way), looked], [code, asked]);
	}
	assert.deepEqual(proofs.length, 3, "each proof of the host is remembered, so that no older one is taken");
});

test("by routes, too, a guest goes on past who can't be the host, and asks each of them once", async (t) => {
	const { dialled, transport } = network(t, { one: anotherProgram, two: pausedHost });
	const routes = ["one", "two"].map((via): RouteGuest => {
		const named = { name: "dht", transport: "dht", via, timeoutMs: 1_000, close: async () => {} } as const;
		return { ...named, dial: (how) => transport.dial({ host: via, port: 1 }, how) };
	});
	assert.equal(await codeOf(joins(t, {}, undefined, { routes })), "paused");
	assert.equal(dialled.filter((one) => one === "one").length, 1);
});

/** The room we are in, as a guest remembers it. */
function isIn(): ResumeState {
	const seats = { newestSeat: randomBytes(32), previousSeat: randomBytes(32) };
	return new ResumeState({ host: host.signer.fingerprint, roomId, ...seats, provenFrom: 7 });
}

test("a guest brings what it holds of the host: seats first, the invite, and the bare fingerprint only where there is nothing better", (t) => {
	const { options } = joins(t, {});
	const held = (state: ResumeState, target: Partial<JoinOptions["target"]>) => {
		const { wanted } = guestSide({ ...options, target: { endpoints: [], ...target } }, state);
		return wanted && { ...wanted, secrets: Object.keys(wanted.secrets).sort() };
	};
	const pin = host.signer.fingerprint;
	const nothing = {
		roomId: undefined,
		roomName: undefined,
		isKept: false,
		notBefore: undefined,
		isOffRecord: undefined,
	};
	assert.equal(held(new ResumeState(), {}), undefined);
	assert.deepEqual(held(new ResumeState(), { pin }), { ...nothing, fingerprint: pin, secrets: ["pin"] });
	const name = randomBytes(8);
	assert.deepEqual(held(new ResumeState(), { pin, inviteSecret: secret, roomName: name, isOffRecord: true }), {
		...nothing,
		fingerprint: pin,
		secrets: ["invite"],
		roomName: name,
		isOffRecord: true,
	});
	assert.deepEqual(held(isIn(), { pin: stranger.signer.fingerprint, inviteSecret: secret }), {
		...nothing,
		fingerprint: pin,
		secrets: ["invite", "newestSeat", "previousSeat"],
		roomId,
		notBefore: 7,
	});
	const seen = isIn();
	guestSide(options, seen).onProven(9);
	assert.equal(held(seen, {})?.notBefore, 9);
});

test("a Link for files is dialled by the way of the talk, by the seat alone: nobody is asked for a password, and without a seat nothing is said", async (t) => {
	const asked: string[] = [];
	const way = joins(t, { one: pausedHost }, undefined, { askPassword: async () => void asked.push("password") });
	await way.outcome;
	way.dialled.length = 0;
	asked.length = 0;
	const state = isIn();
	assert.equal(await dialForFiles(way.options, state), undefined, "there is no talk");
	assert.deepEqual(way.dialled, []);
	const heard = Promise.withResolvers<number>();
	const { transport, dialled } = network(t, {
		one: (far) => proves(far, invite, "password"),
		two: async ({ stream }) => {
			let bytes = 0;
			stream.on("data", (chunk: Buffer) => {
				bytes += chunk.length;
				stream.destroy();
			});
			stream.on("end", () => stream.destroy()).on("close", () => heard.resolve(bytes));
		},
	});
	const options = { ...way.options, transport };
	state.by = { host: "one", port: 1 };
	assert.equal(await dialForFiles(options, state), undefined);
	assert.deepEqual([dialled, asked], [["one"], []]);
	const seatless = new ResumeState();
	seatless.by = { host: "two", port: 1 };
	assert.deepEqual([await dialForFiles(options, seatless), await heard.promise], [undefined, 0]);
});
