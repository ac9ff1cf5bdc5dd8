// Posts are asked for at one place after the other, until somebody gives what there is; hosts are played by hand, without a room.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { tagKeys } from "../../../../src/crypto/opening/knock.ts";
import { dialFeed, type FeedDial } from "../../../../src/engine/guest/feeds/dialled-feed.ts";
import type { FeedPlace } from "../../../../src/engine/posts/feed-link.ts";
import type { RouteGuest } from "../../../../src/engine/routes/route.ts";
import { decodeGetFeed, encodeFeedPart, maxFeedPartBody } from "../../../../src/engine/wire/feed-frames.ts";
import { frameType } from "../../../../src/engine/wire/frame.ts";
import { encodeRefusal } from "../../../../src/engine/wire/handshake.ts";
import type { WantedProof } from "../../../../src/engine/wire/host-proof.ts";
import type { DialOutcome, Link, Transport } from "../../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../../support/attackers/cheap-guest.ts";
import { greets, host, type Played, proves } from "../opening/played-host.ts";

const secret = randomBytes(16);
const { fingerprint } = host.signer;
const keys = tagKeys({ kind: "feed", secret }, fingerprint);
const post = Uint8Array.of(1, 2, 3);
const have = { rev: 4, hash: new Uint8Array(32).fill(6) };

const at = (...addresses: readonly string[]): FeedPlace => ({
	fingerprint,
	endpoints: addresses.map((address) => ({ address, port: 5 })),
	parts: new Map(),
});

type Answer = "nobody" | "otherProgram" | ((played: Played) => void | Promise<void>);

const gives = async ({ frames }: Pick<Played, "frames">) => {
	const asked = decodeGetFeed(await expectFrame(frames, frameType.getFeed));
	assert.deepEqual(asked.kind === "value" && [asked.value.rev, [...asked.value.hash]], [4, [...have.hash]]);
	frames.send(frameType.feed, encodeFeedPart({ left: 1, bytes: post }));
	frames.send(frameType.feed, encodeFeedPart({ left: 0, bytes: Uint8Array.of(4) }));
};
const givesNothingNew = async ({ frames }: Pick<Played, "frames">) => {
	await expectFrame(frames, frameType.getFeed);
	frames.send(frameType.feed, encodeFeedPart({ left: 0, bytes: new Uint8Array(0) }));
};
const isBusy = async ({ frames }: Pick<Played, "frames">) => {
	await expectFrame(frames, frameType.getFeed);
	frames.send(frameType.refused, encodeRefusal("busy"));
};

/** Dials for posts where each address, or "route", answers so; what was dialled, and which Links were left open. */
function asks(
	t: TestContext,
	answers: Readonly<Record<string, Answer>>,
	more: Partial<FeedDial> = {},
	way: WantedProof | "busy" = "feed",
) {
	const dialled: string[] = [];
	const links: Link[] = [];
	let closed = 0;
	const dialOf = (name: string): DialOutcome => {
		dialled.push(name);
		const answer = answers[name] ?? "nobody";
		if (answer === "nobody") return { kind: "failed", failure: "refused", detail: "" };
		const [near, far] = memoryLinkPair();
		links.push(near);
		t.after(() => far.stream.destroy());
		if (answer === "otherProgram") far.stream.write("SSH-2.0-OpenSSH_9.6\r\n");
		else if (way === "busy")
			void greets(far).then(({ frames }) => frames.send(frameType.refused, encodeRefusal("busy")));
		else
			void proves(far, keys, way)
				.then(answer)
				.catch(() => {});
		return { kind: "linked", link: near };
	};
	const transport: Transport = {
		name: "tcp",
		dial: async (target) => dialOf(target.host),
		listen: () => assert.fail("nobody listens here"),
	};
	const route: RouteGuest = {
		...{ name: "dht", transport: "dht", via: "somebody", timeoutMs: 1_000 },
		dial: async () => dialOf("route"),
		close: async () => {
			closed += 1;
		},
	};
	const dial: FeedDial = {
		...{ secret, have, transport, now: Date.now, signal: new AbortController().signal },
		routesTo: () => ("route" in answers ? [route] : []),
		...more,
	};
	return {
		answer: (...places: readonly FeedPlace[]) => dialFeed(places, dial),
		dialled,
		closed: () => closed,
		areLinksOver: () => links.every(({ stream }) => stream.destroyed),
	};
}

const given = { kind: "feed", from: fingerprint, bytes: Buffer.of(1, 2, 3, 4) };
const none = (why: string) => ({ kind: "none", why });

test("whoever gives is asked what is newer, its parts are put together, and nobody is dialled after that", async (t) => {
	const dial = asks(t, { "192.0.2.1": gives, "192.0.2.2": () => assert.fail("somebody else was asked") });
	const answer = await dial.answer(at("192.0.2.1"), at("192.0.2.2"));
	assert.deepEqual(answer.kind === "feed" && { ...answer, bytes: Buffer.from(answer.bytes) }, given);
	assert.deepEqual([dial.dialled, dial.areLinksOver()], [["192.0.2.1"], true]);
	const same = asks(t, { "192.0.2.1": givesNothingNew });
	assert.deepEqual(await same.answer(at("192.0.2.1")), { kind: "same", from: fingerprint });
});

test("somebody else at one address is not the end: the other addresses and the routes of the place are dialled, and then the next place", async (t) => {
	const dial = asks(t, {
		"192.0.2.1": "otherProgram",
		"192.0.2.2": "nobody",
		route: "otherProgram",
		"192.0.2.3": gives,
	});
	assert.equal((await dial.answer(at("192.0.2.1", "192.0.2.2"), at("192.0.2.3"))).kind, "feed");
	assert.equal(dial.dialled[0], "192.0.2.1");
	assert.deepEqual([...new Set(dial.dialled)], ["192.0.2.1", "192.0.2.2", "route", "192.0.2.3"]);
	assert.equal(
		dial.dialled.filter((one) => one === "192.0.2.1").length,
		1,
		"who is somebody else is not dialled again",
	);
	assert.deepEqual([dial.closed(), dial.areLinksOver()], [2, true], "the routes of each place are closed");
});

test("an answer of somebody counts for more than that nobody answers elsewhere", async (t) => {
	assert.deepEqual(await asks(t, {}).answer(), none("noWay"));
	assert.deepEqual(await asks(t, {}).answer(at()), none("noWay"));
	assert.deepEqual(await asks(t, {}).answer(at("192.0.2.1"), at()), none("noWay"));
	assert.deepEqual(await asks(t, {}).answer(at(), at("192.0.2.1")), none("unreachable"));
	assert.deepEqual(await asks(t, { route: "nobody" }).answer(at()), none("unreachable"));
	const busy = asks(t, { "192.0.2.1": isBusy });
	assert.deepEqual(await busy.answer(at("192.0.2.1"), at("192.0.2.2")), none("busy"));
	assert.deepEqual(busy.dialled, ["192.0.2.1", "192.0.2.2"]);
	const first = asks(t, { "192.0.2.1": isBusy });
	assert.deepEqual(await first.answer(at("192.0.2.1", "192.0.2.2")), none("busy"));
	assert.equal(first.dialled.at(-1), "192.0.2.1", "at this place the right one was there");
	const other = asks(t, { "192.0.2.1": "otherProgram" });
	assert.deepEqual(await other.answer(at("192.0.2.1", "192.0.2.2")), none("notKnown"));
});

test("attack: parts that don't follow on each other, garbage, too much, or another offer than posts are no feed", async (t) => {
	const says =
		(...bodies: readonly Uint8Array[]): Answer =>
		async ({ frames }) => {
			await expectFrame(frames, frameType.getFeed);
			for (const body of bodies) frames.send(frameType.feed, body);
			frames.stream.end();
		};
	const part = (left: number, bytes: Uint8Array = post) => encodeFeedPart({ left, bytes });
	const whole = asks(t, { "192.0.2.1": says(part(2), part(1), part(0)) });
	assert.equal((await whole.answer(at("192.0.2.1"))).kind, "feed");
	for (const bodies of [
		[part(2), part(0)],
		[part(1), part(1), part(0)],
		[part(1), Uint8Array.of(9)],
		[Uint8Array.of(9)],
		[new Uint8Array(maxFeedPartBody + 1)],
	])
		assert.deepEqual(await asks(t, { "192.0.2.1": says(...bodies) }).answer(at("192.0.2.1")), none("broken"));
	const refuses: Answer = async ({ frames }) => void frames.send(frameType.refused, encodeRefusal("busy"));
	const turnsAway = asks(t, { "192.0.2.1": refuses }, {});
	assert.deepEqual(await turnsAway.answer(at("192.0.2.1")), none("busy"));
	for (const way of ["password", "none"] as const) {
		const offers = asks(t, { "192.0.2.1": () => assert.fail("it is asked for posts") }, {}, way);
		assert.deepEqual(await offers.answer(at("192.0.2.1")), none("notKnown"));
	}
});

test("a host that is busy before it proves itself is told as busy", async (t) => {
	const busy = asks(t, { "192.0.2.1": gives }, {}, "busy");
	assert.deepEqual(await busy.answer(at("192.0.2.1")), none("busy"));
});

test("where the clocks differ too much that is said, and whoever is called off has no answer", async (t) => {
	const now = () => Date.now() + 30 * 24 * 60 * 60_000;
	assert.deepEqual(await asks(t, { "192.0.2.1": gives }, { now }).answer(at("192.0.2.1")), none("clocksDiffer"));
	const stop = new AbortController();
	const callsOff = async ({ frames }: Played) => {
		await expectFrame(frames, frameType.getFeed);
		stop.abort();
	};
	const hangs = asks(t, { "192.0.2.1": callsOff }, { signal: stop.signal });
	assert.deepEqual(await hangs.answer(at("192.0.2.1")), none("broken"));
});
