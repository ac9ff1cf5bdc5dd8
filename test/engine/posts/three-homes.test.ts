// Three people with homes of their own: what Ann posts comes to those whom she chose, and goes on from one to another while she is away.
import assert from "node:assert/strict";
import { copyFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
	joinRoom,
	openAgain,
	openMemoryEngine,
	openTestEngine,
	type TestEngine,
} from "../../support/rooms/real-engine.ts";
import { keyOf, password, threeFriends } from "./people.ts";

const textsOf = async (reader: TestEngine, author: TestEngine) =>
	(await reader.engine.posts(keyOf(author))).posts?.map(({ text }) => text) ?? [];
/** Waits until so many posts of the author are unread by the reader. */
const hasUnread = (reader: TestEngine, count: number) =>
	reader.until(() => reader.engine.snapshot().unreadPosts === count, `${count} unread posts`);

test("Ann's posts are read by the people she chose, also from somebody who has them while she is away, and by nobody else", async (t) => {
	const { ann, bob, cat, port } = await threeFriends(t);
	const refused = await ann.engine.perform({ kind: "post", text: "The tulips are out" });
	assert.deepEqual(refused, { kind: "refused", code: "posts_refused", why: "notTold" });
	await ann.does({ kind: "post", text: "The tulips are out", understood: true });
	for (const friend of [bob, cat]) await ann.does({ kind: "setPostReader", fingerprint: keyOf(friend), may: "yes" });
	await hasUnread(bob, 1);
	await hasUnread(cat, 1);
	assert.deepEqual(await textsOf(cat, ann), ["The tulips are out"]);
	// They are no messages.
	assert.equal(cat.engine.snapshot().rooms[0]?.unread, 0);
	await cat.does({ kind: "readPosts", fingerprint: keyOf(ann) });
	assert.equal(cat.engine.snapshot().unreadPosts, undefined);

	await cat.does({ kind: "leave" });
	await ann.until(() => ann.engine.snapshot().people.length === 2);
	await ann.does({ kind: "post", text: "The birds are back" });
	await hasUnread(bob, 2);
	await ann.does({ kind: "leave" });
	await bob.until(() => bob.engine.snapshot().people.length === 1);
	const dan = await openTestEngine(t, "Dan");
	await joinRoom(dan, port, password);
	await cat.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await cat.until(() => cat.engine.snapshot().phase.kind === "passwordNeeded");
	await cat.does({ kind: "password", password });
	await hasUnread(cat, 1);
	assert.deepEqual(await textsOf(cat, ann), ["The birds are back", "The tulips are out"]);
	assert.deepEqual(await textsOf(dan, ann), [], "Dan was given no key, and hears of nothing");
	assert.deepEqual((await dan.engine.posts()).feeds, []);
});

test("Whoever may not read any more reads nothing new, and the others go on", async (t) => {
	const { ann, bob, cat } = await threeFriends(t);
	await ann.does({ kind: "post", text: "one", understood: true });
	for (const friend of [bob, cat]) await ann.does({ kind: "setPostReader", fingerprint: keyOf(friend), may: "yes" });
	await hasUnread(bob, 1);
	await hasUnread(cat, 1);
	await ann.does({ kind: "setPostReader", fingerprint: keyOf(cat), may: "no" });
	await ann.does({ kind: "post", text: "two" });
	await hasUnread(bob, 2);
	assert.deepEqual(await textsOf(cat, ann), ["one"]);
	assert.deepEqual(
		(await ann.engine.posts()).own?.people.map(({ name, may }) => [name, may]),
		[
			["Cat", false],
			["Bob", true],
		],
	);
});

test("Whoever has the feed link reads the posts, and a link taken back leads to nothing new", async (t) => {
	const { ann, bob, cat } = await threeFriends(t);
	await ann.does({ kind: "post", text: "one", understood: true });
	const none = await ann.engine.perform({ kind: "postLink" });
	assert.deepEqual(none, { kind: "refused", code: "posts_refused", why: "noLink" });
	await ann.does({ kind: "setPostReaders", who: "link" });
	const made = await ann.engine.perform({ kind: "postLink" });
	const link = made.kind === "done" ? (made.link ?? "") : "";
	assert.match(link, /^rt-posts:/);
	await cat.does({ kind: "followPosts", link });
	await hasUnread(cat, 1);
	assert.deepEqual(await textsOf(bob, ann), [], "Bob has no link and was not met before");
	await ann.does({ kind: "setPostReaders", who: "verified" });
	await ann.does({ kind: "verify", fingerprint: keyOf(bob) });
	await ann.does({ kind: "post", text: "two" });
	await hasUnread(bob, 2);
	assert.deepEqual(await textsOf(cat, ann), ["one"]);
	await cat.does({ kind: "forgetPosts", fingerprint: keyOf(ann) });
	assert.deepEqual((await cat.engine.posts()).feeds, []);
	assert.equal(cat.engine.snapshot().unreadPosts, undefined);
	for (const bad of ["", "rt-posts:", `${link}A`, link.slice(0, -2), "rt://abc"])
		assert.equal((await cat.engine.perform({ kind: "followPosts", link: bad })).kind, "refused");
});

test("Posts and who may read them are there again when the programs are started again, and what others have of one's own comes back", async (t) => {
	const { ann, bob } = await threeFriends(t);
	await ann.does({ kind: "post", text: "one", understood: true });
	await ann.does({ kind: "setPostReader", fingerprint: keyOf(bob), may: "yes" });
	await hasUnread(bob, 1);
	const files = ["rt.db", "rt.db-wal"] as const;
	for (const file of files) copyFileSync(join(ann.home, file), join(ann.home, `${file}.backup`));
	await ann.does({ kind: "post", text: "two" });
	await hasUnread(bob, 2);
	await ann.engine.close();
	for (const file of files) renameSync(join(ann.home, `${file}.backup`), join(ann.home, file));
	rmSync(join(ann.home, "rt.db-shm"), { force: true });
	const again = await openAgain(t, ann);
	assert.equal((await again.engine.posts()).own?.feed.newest?.text, "one", "even when it is the first that is asked");
	assert.deepEqual(await textsOf(again, ann), ["one"]);
	const port = bob.engine.snapshot().hosting?.port ?? 0;
	await joinRoom(again, port, password);
	await again.told("notice", ({ notice }) => notice.code === "postsRestored");
	assert.deepEqual(await textsOf(again, ann), ["two", "one"]);
	await again.does({ kind: "post", text: "three" });
	await hasUnread(bob, 3);
});

test("Nobody is shown a post unless the person chose so, and what can't be a post is refused", async (t) => {
	const ann = await openMemoryEngine(t, "Ann");
	const perform = (text: string) => ann.engine.perform({ kind: "post", text, understood: true });
	assert.deepEqual(await perform(" \u200b\n"), { kind: "refused", code: "bad_text", why: "empty" });
	assert.deepEqual(await perform("é".repeat(2049)), { kind: "refused", code: "text_too_long", what: "post" });
	await ann.does({ kind: "post", text: "a\u0007b\u001b[31m\tc\r\nd", understood: true });
	const { own, feeds } = await ann.engine.posts();
	assert.equal(own?.readers, "nobody");
	assert.deepEqual(feeds, []);
	assert.doesNotMatch(own?.feed.newest?.text ?? "\u0007", /[^\P{Cc}\n]/u);
	const unmet = await ann.engine.perform({ kind: "setPostReader", fingerprint: "A".repeat(40), may: "yes" });
	assert.deepEqual(unmet, { kind: "refused", code: "no_such_member", why: "neverMet" });
});
