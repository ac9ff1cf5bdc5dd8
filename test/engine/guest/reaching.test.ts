// What a guest dials, what is said when nobody is reached, and what of what it holds it shows to whom, without a room.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { tagKeys } from "../../../src/crypto/opening/knock.ts";
import { Attempts } from "../../../src/engine/guest/attempts.ts";
import type { JoinOptions } from "../../../src/engine/guest/join-options.ts";
import { dialAny, dialForFiles, dialTimeoutMs, guestSide } from "../../../src/engine/guest/reaching.ts";
import { ResumeState } from "../../../src/engine/guest/resume-state.ts";
import type { RouteGuest } from "../../../src/engine/routes/route.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import type { DialFailure, DialOutcome, Link, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../support/attackers/cheap-guest.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import * as played from "./opening/played-host.ts";

const [host, gus] = await Promise.all([newSelf("Hana"), newSelf("Gus")]);
const { fingerprint } = host.signer;
const guest = gus.signer.fingerprint;
const bytes = (byte: number, size = 32) => new Uint8Array(size).fill(byte);
const at = (address: string) => ({ host: address, port: 5 });

const failedAs = (failure: DialFailure, detail: string): DialOutcome => ({ kind: "failed", failure, detail });

/** A guest's options, where each address that is dialled comes to this. */
function dialling(outcomes: Readonly<Record<string, DialOutcome>>, more: Partial<JoinOptions> = {}) {
	const dialled: { readonly address: string; readonly timeoutMs: number }[] = [];
	const transport: Transport = {
		name: "tcp",
		async dial({ host: address }, { timeoutMs }) {
			dialled.push({ address, timeoutMs });
			return outcomes[address] ?? assert.fail(`${address} was dialled`);
		},
		listen: () => assert.fail("nobody listens here"),
	};
	const options = {
		...{ self: gus, target: { endpoints: [] }, transport, signal: new AbortController().signal },
		...more,
	} as unknown as JoinOptions;
	return { options, dialled };
}

function routeTo(outcome: DialOutcome): RouteGuest {
	return {
		name: "dht",
		transport: "dht",
		via: "somebody",
		timeoutMs: 77,
		dial: async () => outcome,
		close: async () => {},
	};
}

test("addresses are dialled by both families in turns, and a route with its own patience; who answers is told with the way there", async () => {
	const [link] = memoryLinkPair();
	const route = routeTo({ kind: "linked", link });
	const nobody = failedAs("refused", "nobody");
	const { options, dialled } = dialling({ "192.0.2.1": nobody, "192.0.2.2": nobody, "2001:db8::1": nobody });
	const asked: number[] = [];
	const dial: RouteGuest["dial"] = async (how) => {
		asked.push(how.timeoutMs);
		return { kind: "linked", link };
	};
	const by = { ...route, dial };
	const outcome = await dialAny(options, [at("192.0.2.1"), at("192.0.2.2"), at("2001:db8::1")], [by], true);
	assert.deepEqual(outcome, { kind: "linked", link, by });
	assert.deepEqual(
		dialled.map(({ address }) => address),
		["192.0.2.1", "2001:db8::1", "192.0.2.2"],
	);
	assert.deepEqual([dialled[0]?.timeoutMs, asked], [dialTimeoutMs, [77]]);
});

test("a person is told what is dialled on the way in, and not while they come back", async () => {
	const attempts = new Attempts(() => {});
	const nobody = failedAs("refused", "nobody");
	const { options } = dialling({ "192.0.2.1": nobody }, { attempts });
	await dialAny(options, [at("192.0.2.1")], [routeTo(nobody)], true);
	assert.deepEqual(attempts.list(), []);
	await dialAny(options, [at("192.0.2.1")], [routeTo(nobody)], false);
	assert.deepEqual(
		attempts.list().map(({ transport }) => transport),
		["tcp", "dht"],
	);
});

test("of several failures the last that is not UDP's counts, each reason is said once, and where nothing was dialled nothing has failed", async () => {
	const endOf = async (outcomes: Readonly<Record<string, DialOutcome>>, parts?: readonly ("tcp" | "udp")[]) => {
		const { options } = dialling(outcomes);
		const { transport } = options;
		const split = parts?.map((name) => ({
			...{ name, listen: transport.listen },
			dial: async (): Promise<DialOutcome> => failedAs(name === "udp" ? "timedOut" : "refused", `by ${name}`),
		}));
		const used = split === undefined ? options : { ...options, transport: { ...transport, parts: split } };
		return dialAny(used, Object.keys(outcomes).map(at), [], true);
	};
	const same = failedAs("refused", "nobody there.");
	const both = await endOf({ "192.0.2.1": same, "192.0.2.2": same, "192.0.2.3": failedAs("unreachable", "no way.") });
	assert.deepEqual(both, { kind: "ended", code: "unreachable", detail: "nobody there. no way." });
	const first = failedAs("timedOut", "");
	assert.deepEqual(await endOf({ "192.0.2.1": first }, ["tcp", "udp"]), {
		...{ kind: "ended", code: "refused", detail: "by tcp by udp" },
	});
	assert.deepEqual(await endOf({ "192.0.2.1": first }, ["udp"]), {
		kind: "ended",
		code: "timed_out",
		detail: "by udp",
	});
	const nothing = await endOf({});
	assert.equal(nothing.kind === "ended" && nothing.code, "left");
});

const room = { host: fingerprint, roomId: bytes(1), newestSeat: bytes(2), previousSeat: bytes(3) };
const seatOf = (secret: Uint8Array) => tagKeys({ kind: "seat", secret, roomId: bytes(1), guest }, fingerprint);
const wantedBy = (target: object, state = new ResumeState(), more: Partial<JoinOptions> = {}) =>
	guestSide(dialling({}, { target: { endpoints: [], ...target }, ...more }).options, state).wanted;

test("attack: a guest who knows nothing of a host looks for nobody; one who has an invite or a fingerprint shows that and nothing else", () => {
	assert.equal(wantedBy({}), undefined);
	const plain = { fingerprint, roomName: undefined, roomId: undefined, isKept: false, notBefore: undefined };
	const byPin = { ...plain, secrets: { pin: tagKeys({ kind: "pin" }, fingerprint) }, isOffRecord: undefined };
	assert.deepEqual(wantedBy({ pin: fingerprint }), byPin);
	const secret = bytes(7, 16);
	const roomName = bytes(8, 16);
	const byInvite = { secrets: { invite: tagKeys({ kind: "invite", secret }, fingerprint) }, roomName };
	assert.deepEqual(wantedBy({ pin: fingerprint, inviteSecret: secret, roomName, isOffRecord: true }), {
		...{ ...plain, ...byInvite, isOffRecord: true },
	});
});

test("a guest who comes back shows both seats to the host they were with, looks for that room, and takes no older certificate of it", () => {
	const state = new ResumeState({ ...room, provenFrom: 77 });
	const seats = { newestSeat: seatOf(bytes(2)), previousSeat: seatOf(bytes(3)) };
	const expected = {
		...{ fingerprint, secrets: seats, roomName: undefined, roomId: room.roomId, isKept: true, notBefore: 77 },
		isOffRecord: undefined,
	};
	const keeping = { isKept: true } as JoinOptions["keeping"];
	assert.deepEqual(wantedBy({}, state, { keeping }), expected);
	const once = new ResumeState({ ...room, previousSeat: undefined });
	assert.deepEqual(wantedBy({}, once)?.secrets, { newestSeat: seats.newestSeat });
	assert.equal(wantedBy({}, once)?.isKept, false);
});

test("that the host is proven is remembered, and a newcomer alone sees that the password is checked", () => {
	const steps: string[] = [];
	const proven: number[] = [];
	const sideOf = (state: ResumeState) => {
		const keeping = { proven: (from: number) => proven.push(from) } as unknown as JoinOptions["keeping"];
		return guestSide(dialling({}, { onStep: (step) => steps.push(step), keeping }).options, state);
	};
	const state = new ResumeState();
	const side = sideOf(state);
	side.onProven(99);
	assert.deepEqual([state.proofSeen, proven], [99, [99]]);
	side.onChecking();
	assert.deepEqual(steps, ["checkingPassword"]);
	const back = sideOf(new ResumeState(room));
	back.onChecking();
	assert.deepEqual(steps, ["checkingPassword"]);
});

test("a Link for files is dialled by the way of the talk alone, and who has no seat shows nothing of themselves for it", async (t: TestContext) => {
	const links: Link[] = [];
	const nears: Link[] = [];
	const linked = (): DialOutcome => {
		const [near, far] = memoryLinkPair();
		links.push(far);
		nears.push(near);
		t.after(() => far.stream.destroy());
		return { kind: "linked", link: near };
	};
	const { options, dialled } = dialling({ "192.0.2.1": linked(), "192.0.2.2": failedAs("refused", "") });
	const state = new ResumeState();
	assert.equal(await dialForFiles(options, state), undefined);
	assert.deepEqual(dialled, []);
	state.by = at("192.0.2.2");
	assert.equal(await dialForFiles(options, state), undefined);
	state.by = at("192.0.2.1");
	assert.equal(await dialForFiles(options, state), undefined);
	assert.deepEqual(
		dialled.map(({ address }) => address),
		["192.0.2.2", "192.0.2.1"],
	);
	assert.equal(links[0]?.stream.readableLength, 0, "no knock was sent");
	state.by = routeTo(linked());
	assert.equal(await dialForFiles(options, state), undefined);
	assert.equal(dialled.length, 2);
	assert.deepEqual(
		nears.map(({ stream }) => stream.destroyed),
		[true, true],
		"both were dialled, and let go",
	);
});

test("a Link for files is good once the host has proven itself by the seat, and one of somebody else, or with a password, is let go", async (t) => {
	const known = { host: played.host.signer.fingerprint, roomId: played.roomId, newestSeat: randomBytes(32) };
	const held = {
		kind: "seat",
		secret: known.newestSeat,
		roomId: known.roomId,
		guest: played.guest.signer.fingerprint,
	} as const;
	const seat = tagKeys(held, known.host);
	const dialsFor = (answers: (far: Link) => Promise<void>) => {
		const [near, far] = memoryLinkPair();
		t.after(() => far.stream.destroy());
		const attempts = new Attempts(() => {});
		const askPassword = () => assert.fail("nobody is asked for a password");
		const more = { self: played.guest, attempts, askPassword, onStep: () => assert.fail("nothing is shown of it") };
		const { options } = dialling({ "192.0.2.1": { kind: "linked", link: near } }, more);
		const state = new ResumeState(known);
		state.by = at("192.0.2.1");
		const outcome = dialForFiles(options, state);
		void answers(far).catch(() => {});
		return { outcome, near, attempts };
	};
	const good = dialsFor(async (far) => {
		const greeted = await played.proves(far, seat, "seat");
		await expectFrame(greeted.frames, frameType.guestCertificate);
		await expectFrame(greeted.frames, frameType.guestSignature);
		greeted.frames.send(frameType.hostIdentity, await played.identityOf(greeted, "seat"));
	});
	const frames = await good.outcome;
	assert.deepEqual([frames?.stream.destroyed, good.attempts.list()], [false, []]);
	for (const answers of [
		async (far: Link) => void (await played.proves(far, played.seat, "seat")),
		async (far: Link) => void (await played.proves(far, seat, "password")),
	]) {
		const bad = dialsFor(answers);
		assert.equal(await bad.outcome, undefined);
		assert.equal(bad.near.stream.destroyed, true);
	}
});
