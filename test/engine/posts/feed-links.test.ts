// Reading by a feed link with no room in common: real programs, each with a home of its own, on real sockets.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { FeedFetched } from "../../../src/engine/api/posts/posts.ts";
import { encodeFeedLink, readFeedLink } from "../../../src/engine/posts/feed-link.ts";
import { startRelay } from "../../../src/net/relay/server.ts";
import { hostRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { keyOf, password } from "./people.ts";

const textsOf = async (reader: TestEngine, author: string) =>
	(await reader.engine.posts(author)).posts?.map(({ text }) => text) ?? [];

/** Ann, who hosts a room, has posted, and lets whoever has the link read. */
async function author(t: TestContext, ...texts: readonly string[]): Promise<TestEngine> {
	const ann = await openTestEngine(t, "Ann");
	await hostRoom(ann, password);
	for (const text of texts) await ann.does({ kind: "post", text, understood: true });
	await ann.does({ kind: "setPostReaders", who: "link" });
	return ann;
}

async function linkOf(one: TestEngine, more: { readonly isNew?: boolean; readonly fingerprint?: string } = {}) {
	const outcome = await one.engine.perform({ kind: "postLink", ...more });
	assert.ok(outcome.kind === "done", JSON.stringify(outcome));
	assert.match(outcome.link ?? "", /^rt-posts:[\w-]+$/);
	return outcome.link ?? "";
}

async function follow(reader: TestEngine, link: string): Promise<FeedFetched | undefined> {
	const outcome = await reader.engine.perform({ kind: "followPosts", link });
	assert.ok(outcome.kind === "done", JSON.stringify(outcome));
	return outcome.fetched;
}

async function fetchAgain(reader: TestEngine, of: string): Promise<FeedFetched | undefined> {
	const outcome = await reader.engine.perform({ kind: "fetchPosts", fingerprint: of });
	assert.ok(outcome.kind === "done", JSON.stringify(outcome));
	return outcome.fetched;
}

test("Whoever has the link reads the posts without a room, hears of newer ones, and nobody in the author's room hears of them", async (t) => {
	const ann = await author(t, "one", "two");
	const link = await linkOf(ann);
	const bob = await openTestEngine(t, "Bob");
	assert.deepEqual(await follow(bob, link), { kind: "came", count: 2 });
	assert.deepEqual(await textsOf(bob, keyOf(ann)), ["two", "one"]);
	assert.equal(bob.engine.snapshot().unreadPosts, 2);
	assert.deepEqual(await fetchAgain(bob, keyOf(ann)), { kind: "same" });
	await ann.does({ kind: "post", text: "three" });
	assert.deepEqual(await fetchAgain(bob, keyOf(ann)), { kind: "came", count: 1 });
	assert.equal(ann.engine.snapshot().people.length, 1);
	assert.deepEqual(await ann.engine.knocks(), [], "reading is no knock at the room");
	assert.deepEqual((await ann.engine.posts()).own?.have, [], "the author does not learn who reads");
});

test("A feed of the greatest size comes whole over one Link", async (t) => {
	const ann = await author(t, ...Array.from({ length: 100 }, (_, index) => `${index} ${"é".repeat(2000)}`));
	const bob = await openTestEngine(t, "Bob");
	assert.deepEqual(await follow(bob, await linkOf(ann)), { kind: "came", count: 100 });
});

test("A link taken back, a renewed one and another choice lead to nothing any more, and what was read stays", async (t) => {
	const ann = await author(t, "one");
	const bob = await openTestEngine(t, "Bob");
	const first = await linkOf(ann);
	assert.equal(first, await linkOf(ann), "asked again it is the same");
	assert.deepEqual(await follow(bob, first), { kind: "came", count: 1 });
	const second = await linkOf(ann, { isNew: true });
	await ann.does({ kind: "post", text: "two" });
	assert.deepEqual(await fetchAgain(bob, keyOf(ann)), { kind: "none", why: "notKnown" });
	assert.deepEqual(await follow(bob, first), { kind: "none", why: "notKnown" });
	assert.deepEqual(await follow(bob, second), { kind: "came", count: 1 });
	await ann.does({ kind: "setPostReaders", who: "known" });
	await ann.does({ kind: "post", text: "three" });
	assert.deepEqual(await fetchAgain(bob, keyOf(ann)), { kind: "none", why: "notKnown" });
	await ann.does({ kind: "setPostReaders", who: "link" });
	assert.deepEqual(
		await follow(bob, second),
		{ kind: "none", why: "notKnown" },
		"the choice comes back, the link does not",
	);
	assert.deepEqual(await textsOf(bob, keyOf(ann)), ["two", "one"]);
});

test("Whoever has no room open has a link without a place, and one whose program is not there is said to be out of reach", async (t) => {
	const ann = await author(t, "one");
	const link = await linkOf(ann);
	const bob = await openTestEngine(t, "Bob");
	await ann.does({ kind: "leave" });
	const outcome = await ann.engine.perform({ kind: "postLink" });
	assert.ok(outcome.kind === "done" && outcome.isWithoutPlace);
	assert.deepEqual(await follow(bob, outcome.link ?? ""), { kind: "none", why: "noWay" });
	assert.deepEqual(await fetchAgain(bob, keyOf(ann)), { kind: "none", why: "noWay" });
	assert.deepEqual(await follow(bob, link), { kind: "none", why: "unreachable" });
	assert.equal((await bob.engine.posts()).feeds[0]?.canFetch, true);
});

test("Somebody who read by the link hands it on, and gives the posts while the author is away, also after a restart", async (t) => {
	const ann = await author(t, "one");
	const [bob, cat, dan] = await Promise.all(["Bob", "Cat", "Dan"].map((name) => openTestEngine(t, name)));
	assert.ok(bob && cat && dan);
	await follow(bob, await linkOf(ann));
	await hostRoom(bob, password);
	const notAsked = readFeedLink(await linkOf(ann));
	assert.ok(notAsked);
	const { port = 0 } = bob.engine.snapshot().hosting ?? {};
	const bobs = { fingerprint: notAsked.of, endpoints: [{ address: "127.0.0.1", port }], parts: new Map() };
	const guessed = encodeFeedLink({ ...notAsked, places: [bobs] });
	assert.deepEqual(
		await follow(dan, guessed),
		{ kind: "none", why: "notKnown" },
		"Bob gives nothing unless he chose to",
	);
	const link = await linkOf(bob, { fingerprint: keyOf(ann) });
	await ann.engine.close();
	assert.deepEqual(await follow(cat, link), { kind: "came", count: 1 });
	assert.deepEqual(await textsOf(cat, keyOf(ann)), ["one"]);
	assert.equal((await bob.engine.posts()).feeds[0]?.isLent, true);
	await bob.engine.close();
	const again = await openAgain(t, bob);
	await again.does({ kind: "host", password, wish: { bind: "127.0.0.1", port } });
	assert.deepEqual(await follow(dan, link), { kind: "came", count: 1 });
	await again.does({ kind: "forgetPosts", fingerprint: keyOf(ann) });
	assert.deepEqual(await fetchAgain(cat, keyOf(ann)), { kind: "none", why: "notKnown" });
});

test("Posts that somebody was given for themselves have no link to hand on", async (t) => {
	const ann = await openTestEngine(t, "Ann");
	const bob = await openTestEngine(t, "Bob");
	const port = await hostRoom(ann, password);
	await bob.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await bob.told("passwordRequired");
	await bob.does({ kind: "password", password });
	await bob.told("joined", (event) => event.self);
	await ann.does({ kind: "post", text: "one", understood: true });
	await ann.does({ kind: "setPostReader", fingerprint: keyOf(bob), may: "yes" });
	await bob.until(() => bob.engine.snapshot().unreadPosts === 1);
	assert.deepEqual(await bob.engine.perform({ kind: "postLink", fingerprint: keyOf(ann) }), {
		kind: "refused",
		code: "posts_refused",
		why: "notByLink",
	});
});

test("While a room hides where its people are, the link names no address and rooms that have one give nothing", async (t) => {
	const relay = await startRelay({ port: 0, bind: "127.0.0.1", names: [], page: "" });
	assert.ok(relay.kind === "running");
	t.after(() => relay.close());
	const choice = { relay: { relays: `ws://127.0.0.1:${relay.port}` } };
	const ann = await openTestEngine(t, "Ann", {}, choice);
	const bob = await openTestEngine(t, "Bob");
	await hostRoom(ann, password);
	await ann.does({ kind: "post", text: "one", understood: true });
	await ann.does({ kind: "setPostReaders", who: "link" });
	const plain = await linkOf(ann);
	assert.deepEqual(await follow(bob, plain), { kind: "came", count: 1 });
	await ann.does({ kind: "host", password, wish: { routes: ["relay"], isOnlyByRoutes: true }, beside: true });
	await ann.told("reachability", ({ ways }) => ways.some(({ way, state }) => way === "relay" && state === "open"));
	const hidden = await linkOf(ann);
	const places = readFeedLink(hidden)?.places ?? [];
	assert.deepEqual(
		places.map(({ endpoints, parts }) => [endpoints.length, parts.size]),
		[[0, 1]],
	);
	assert.deepEqual(await follow(bob, plain), { kind: "none", why: "notKnown" });
	await ann.does({ kind: "post", text: "two" });
	assert.deepEqual(await follow(bob, hidden), { kind: "came", count: 1 });
	const renewed = await linkOf(ann, { isNew: true });
	assert.equal((await follow(bob, hidden))?.kind, "none", "the relay lets nobody ring by the former link");
	await ann.does({ kind: "post", text: "three" });
	assert.deepEqual(await follow(bob, renewed), { kind: "came", count: 1 });
});

test("A room off the record gives no posts, and no link names it", async (t) => {
	const ann = await openTestEngine(t, "Ann");
	const bob = await openTestEngine(t, "Bob");
	await ann.does({ kind: "host", password, wish: { bind: "127.0.0.1", offRecordWith: keyOf(bob) } });
	await ann.does({ kind: "post", text: "one", understood: true });
	await ann.does({ kind: "setPostReaders", who: "link" });
	const outcome = await ann.engine.perform({ kind: "postLink" });
	assert.ok(outcome.kind === "done" && outcome.isWithoutPlace);
	const link = readFeedLink(outcome.link ?? "");
	assert.ok(link);
	const { port = 0 } = ann.engine.snapshot().hosting ?? {};
	const there = { fingerprint: link.of, endpoints: [{ address: "127.0.0.1", port }], parts: new Map() };
	assert.deepEqual(await follow(bob, encodeFeedLink({ ...link, places: [there] })), { kind: "none", why: "notKnown" });
});
