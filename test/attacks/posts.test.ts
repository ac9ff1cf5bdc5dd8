// What somebody who may read a person's posts can do with them: give them on changed, cut, older or endlessly. They are refused or left alone, and told.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Signer } from "../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../src/crypto/identity/local.ts";
import { feedInRoom, newReadingKey, openNote, sealNote } from "../../src/crypto/posts/reading-key.ts";
import { Vault } from "../../src/crypto/vault/vault.ts";
import type { FeedNotice } from "../../src/engine/api/notices.ts";
import type { Person } from "../../src/engine/api/people.ts";
import { SharedFiles } from "../../src/engine/files/shared-files.ts";
import { differenceAfter, lastPost } from "../../src/engine/posts/difference.ts";
import { emptyFeed, type Feed, type SignedFeed, signFeed, withPost, withProfile } from "../../src/engine/posts/feed.ts";
import { mostFeeds } from "../../src/engine/posts/feed-book.ts";
import { paceOf } from "../../src/engine/posts/feed-pace.ts";
import { Posts } from "../../src/engine/posts/posts.ts";
import type { PostsRoom } from "../../src/engine/posts/posts-desk.ts";
import { decodeFeedNote, encodeFeedNote, type FeedNote, feedPartBytes } from "../../src/engine/wire/feed-note.ts";
import { openMemoryStore } from "../../src/store/db.ts";
import { manualClock } from "../support/manual-clock.ts";
import { until } from "../support/until.ts";

const signerOf = async (name: string): Promise<Signer> => (await createLocalIdentity({ name })).signer;
const [ann, bob, eve] = (await Promise.all(["Ann", "Bob", "Eve"].map(signerOf))) as [Signer, Signer, Signer];
const room = new Uint8Array(randomBytes(32));
const key = newReadingKey();
const now = Date.now();

const personOf = ({ fingerprint }: Signer, name: string, isSelf = false): Person => ({
	fingerprint,
	shortFingerprint: fingerprint.slice(-16),
	name,
	trust: "known",
	isSelf,
	isHost: false,
});
const people = { ann: personOf(ann, "Ann"), bob: personOf(bob, "Bob", true), eve: personOf(eve, "Eve") };
const signers = { ann, bob, eve } as const;

/** Bob's posts in a room with Ann, whose key he has, and Eve, who has it too. Time stands still until the test moves it. */
function bobsRoom() {
	const vault = new Vault(randomBytes(32));
	const clock = manualClock();
	const notices: FeedNotice[] = [];
	const lacking: string[] = [];
	const said: Parameters<PostsRoom["say"]>[0][] = [];
	const account = {
		sealer: () => vault,
		self: () => ({ signer: bob, name: "Bob" }),
		trustOf: () => "known" as const,
		nameOf: () => "Somebody",
	};
	const store = openMemoryStore();
	const posts = new Posts({
		store,
		account,
		now: () => now,
		clock,
		files: new SharedFiles(store, account.sealer, () => now, clock.now),
		emit: () => {},
		changed: () => {},
	});
	const inRoom = posts.inRoom({
		people: () => Object.values(people),
		say: (body) => {
			said.push(body);
			return { kind: "done" };
		},
		sendKey: async () => ({ kind: "done" }),
		files: () => ({ give: () => assert.fail("Bob has nothing"), posted: { lacks: (id) => lacking.push(id) } }),
		tell: (notice) => notices.push(notice),
	});
	inRoom.entered(room);
	posts.heardKey(people.ann, { what: "posts", key, since: now }, (notice) => notices.push(notice));
	const note = (from: "ann" | "eve", one: FeedNote, under = key) =>
		inRoom.heard(people[from], { kind: "quiet-posts", notes: [noteOf(from, one, under)] }, false);
	const give = (from: "ann" | "eve", bytes: Uint8Array, rev: number): void => {
		const count = Math.ceil(bytes.length / feedPartBytes);
		for (let index = 0; index < count; index += 1) {
			const part = bytes.slice(index * feedPartBytes, (index + 1) * feedPartBytes);
			note(from, { v: 1, what: "part", rev, left: count - 1 - index, bytes: part });
		}
	};
	/** All that Bob has said of Ann's feed. */
	const notes = (): readonly FeedNote[] =>
		said.flatMap((body) => {
			const sealed = body.kind === "quiet-posts" ? body.notes : [];
			return sealed.flatMap((one) => {
				const read = decodeFeedNote(openNote(feedInRoom(key, room), bob.fingerprint, one.sealed) ?? new Uint8Array());
				return read.kind === "value" ? read.value : [];
			});
		});
	const texts = () => posts.view(ann.fingerprint).posts?.map(({ text }) => text) ?? [];
	return { posts, inRoom, notices, lacking, said, clock, note, notes, give, texts, vault };
}

const noteOf = (from: "ann" | "eve", one: FeedNote, under = key) => {
	const feed = feedInRoom(under, room);
	return { feed: feed.name, sealed: sealNote(feed, signers[from].fingerprint, encodeFeedNote(one)) };
};
const annFeed = (...texts: readonly string[]): Feed =>
	texts.reduce((feed, text) => withPost(feed, text, now), emptyFeed(ann.fingerprint));
const sign = (feed: Feed, by: Signer = ann): Promise<SignedFeed> => signFeed(by, feed);

test("attack: what a reader gives as somebody's posts is refused and told, for each thing that can be wrong with it, and nothing changes", async () => {
	const { notices, give, texts, clock } = bobsRoom();
	const good = await sign(annFeed("one"));
	give("ann", good.bytes, 1);
	await until(() => texts().length === 1, "the posts are here");
	const two = annFeed("one", "two");
	const forged = await sign(two, eve);
	const bad: readonly (readonly [string, Uint8Array])[] = [
		["wrongKey", forged.bytes],
		["malformed", (await sign(two)).bytes.slice(0, -1)],
		["malformed", new Uint8Array(100)],
		["controls", (await sign(withPost(annFeed("one"), "\u001b]0;owned\u0007", now))).bytes],
		["controls", (await sign(withProfile(annFeed("one"), { name: "\u009b", about: "" }))).bytes],
		["controls", (await sign(withProfile(annFeed("one"), { name: "Ann", about: "\u0000" }))).bytes],
		["fromTheFuture", (await sign(withPost(annFeed("one"), "two", now + 3_600_000))).bytes],
		["brokenChain", (await sign({ ...two, posts: two.posts.toReversed() })).bytes],
		["tooMany", (await sign({ ...two, posts: Array.from({ length: 1000 }, () => two.posts[0]!) })).bytes],
	];
	for (const [why, bytes] of bad) {
		clock.advance(60_000);
		const told = notices.length;
		give("eve", bytes, 2);
		await until(() => notices.length > told, why);
		const notice = notices.at(-1);
		assert.equal(notice?.code, "postsRefused");
		if (notice?.code === "postsRefused")
			assert.deepEqual([notice.why, notice.by.name, notice.of.name], [why, "Eve", "Ann"]);
		assert.deepEqual(texts(), ["one"]);
	}
});

test("attack: 10 MB in parts are let go before they are put together, and parts out of their order make nothing", async () => {
	const { notices, note, give, texts } = bobsRoom();
	const part = new Uint8Array(feedPartBytes);
	for (let index = 0; index < 160; index += 1)
		note("eve", { v: 1, what: "part", rev: 1, left: 7 - (index % 8), bytes: part });
	const long = await sign(
		annFeed(
			"x".repeat(4000),
			..."y"
				.repeat(30)
				.split("")
				.map((one) => one.repeat(4000)),
		),
	);
	const parts = [long.bytes.slice(0, feedPartBytes), long.bytes.slice(feedPartBytes)];
	assert.equal(parts.length, 2);
	note("eve", { v: 1, what: "part", rev: 31, left: 1, bytes: parts[0]! });
	note("eve", { v: 1, what: "part", rev: 30, left: 0, bytes: parts[1]!.slice(0, feedPartBytes) });
	give("ann", long.bytes, 31);
	await until(() => texts().length === 31, "what comes whole is taken");
	assert.deepEqual(
		notices.map((notice) => notice.code === "postsRefused" && notice.why),
		["malformed"],
	);
});

test("attack: a person who goes back to older posts, or signs two lists, is found out; a friend who has only older ones is not blamed", async () => {
	const { posts, notices, give, texts, clock } = bobsRoom();
	const [one, two, other] = await Promise.all([
		sign(annFeed("one")),
		sign(annFeed("one", "two")),
		sign(annFeed("one", "not two")),
	]);
	give("ann", two.bytes, 2);
	await until(() => texts().length === 2, "the posts are here");
	clock.advance(120_000);
	give("eve", one.bytes, 1);
	give("ann", one.bytes, 1);
	await until(() => notices.length === 1, "going back is told");
	assert.equal(notices[0]?.code, "postsRolledBack");
	assert.equal(posts.view().feeds[0]?.trouble, "rolledBack");
	give("eve", other.bytes, 2);
	await until(() => notices.length === 2, "a fork is told");
	assert.equal(notices[1]?.code, "postsForked");
	assert.equal(posts.view().feeds[0]?.trouble, "forked");
	assert.deepEqual(texts(), ["two", "one"]);
});

test("attack: nobody without the key says anything of a feed, and nobody says again what another has said", async () => {
	const { inRoom, note, give, texts } = bobsRoom();
	const signed = await sign(annFeed("one"));
	const part: FeedNote = { v: 1, what: "part", rev: 1, left: 0, bytes: signed.bytes };
	note("eve", part, newReadingKey());
	inRoom.heard(people.eve, { kind: "quiet-posts", notes: [noteOf("ann", part)] }, false);
	const elsewhere = feedInRoom(key, new Uint8Array(randomBytes(32)));
	const sealed = sealNote(elsewhere, ann.fingerprint, encodeFeedNote(part));
	inRoom.heard(people.ann, { kind: "quiet-posts", notes: [{ feed: feedInRoom(key, room).name, sealed }] }, false);
	assert.equal(openNote(feedInRoom(key, room), ann.fingerprint, sealed), undefined);
	assert.deepEqual(texts(), []);
	give("ann", signed.bytes, 1);
	await until(() => texts().length === 1, "the same by its author is taken");
});

test("attack: nobody makes us judge feeds without end", async () => {
	const { notices, note, give, texts, clock } = bobsRoom();
	for (let index = 0; index < 50; index += 1)
		note("eve", { v: 1, what: "part", rev: 1, left: 0, bytes: Uint8Array.of(index) });
	give("ann", (await sign(annFeed("one"))).bytes, 1);
	await until(() => texts().length === 1, "others' are judged meanwhile");
	assert.equal(notices.length, 8);
	clock.advance(10_000);
	note("eve", { v: 1, what: "part", rev: 2, left: 0, bytes: Uint8Array.of(1) });
	await until(() => notices.length === 9, "after a while one more is");
});

test("attack: a reader who asks again and again is answered ever more seldom", () => {
	const clock = manualClock();
	const given: number[] = [];
	const pace = paceOf(clock, () => 0);
	const ask = (rev: number): void => pace.plan(ann.fingerprint, "give", rev, false, () => given.push(clock.now()));
	for (let seconds = 0; seconds < 3_600; seconds += 1) {
		ask(1);
		clock.advance(1000);
	}
	const pauses = given.map((ms, index) => ms - (given[index - 1] ?? 0));
	const [first, ...doubled] = pauses.slice(1, 8);
	assert.equal(first, 5_000);
	for (const [index, pause] of doubled.entries()) assert.equal(pause, Math.min(600_000, 10_000 * 2 ** index));
	assert.equal(pauses.at(-1), 600_000, "ten minutes at most");
	ask(2);
	clock.advance(200);
	assert.equal(given.at(-1), clock.now(), "a newer version is given at once");
	pace.close();
});

test("attack: as many feeds as may be are kept; one more is told, and makes nothing else go", () => {
	const { posts, notices } = bobsRoom();
	const tell = (notice: FeedNotice) => notices.push(notice);
	for (let index = 1; index <= mostFeeds; index += 1) {
		const fingerprint = index.toString(16).toUpperCase().padStart(40, "0") as Person["fingerprint"];
		posts.heardKey({ ...people.eve, fingerprint }, { what: "posts", key: newReadingKey(), since: now }, tell);
	}
	assert.deepEqual(
		notices.map(({ code }) => code),
		["postsFull"],
	);
	assert.equal(posts.view().feeds.length, mostFeeds);
});

test("attack: an older key takes no newer one's place, and who was forgotten does not come back by themselves", async () => {
	const { posts, notices, give, texts } = bobsRoom();
	const tell = (notice: FeedNotice) => notices.push(notice);
	posts.heardKey(people.ann, { what: "posts", key: newReadingKey(), since: now - 1 }, tell);
	give("ann", (await sign(annFeed("one"))).bytes, 1);
	await until(() => texts().length === 1, "the newer key opens what comes");
	assert.ok(posts.perform({ kind: "forgetPosts", fingerprint: ann.fingerprint }));
	posts.heardKey(people.ann, { what: "posts", key: newReadingKey(), since: now + 1 }, tell);
	assert.deepEqual(posts.view().feeds, []);
});

test("Whoever has an older version is given what they lack, and tells up to which post they have it; it is taken as the whole would be", async () => {
	const { note, give, texts, clock, notes } = bobsRoom();
	give("ann", (await sign(annFeed("one", "two"))).bytes, 2);
	await until(() => texts().length === 2, "two posts are here");
	const three = await sign(annFeed("one", "two", "three"));
	note("ann", { v: 1, what: "have", rev: 3, hash: three.hash });
	clock.advance(2_000);
	const [last, have] = notes().slice(-2);
	assert.deepEqual(last, { v: 1, what: "last", ...lastPost(annFeed("one", "two")) });
	assert.equal(have?.what === "have" && have.rev, 2);
	note("ann", { v: 1, what: "news", rev: 3, bytes: differenceAfter(three, 2)! });
	await until(() => texts().length === 3, "the third is here");
	note("eve", { v: 1, what: "last", ...lastPost(annFeed("one", "two"))! });
	note("eve", { v: 1, what: "have", rev: 2, hash: (await sign(annFeed("one", "two"))).hash });
	clock.advance(60_000);
	assert.ok(!notes().some(({ what }) => what === "news"), "her author is here, and gives it herself");
});

test("attack: a lying difference changes nothing, and makes us ask for all of it, from whoever has it", async () => {
	const { note, give, texts, clock, notes, notices } = bobsRoom();
	give("ann", (await sign(annFeed("one", "two"))).bytes, 2);
	await until(() => texts().length === 2, "two posts are here");
	const { bytes } = await sign(annFeed("one", "two", "three"));
	const lying = differenceAfter({ ...(await sign(annFeed("one", "two", "lies"))), bytes }, 2)!;
	// What is said on coming in is said.
	clock.advance(5_000);
	const before = notes().length;
	note("eve", { v: 1, what: "news", rev: 3, bytes: lying });
	const asked = (): boolean => {
		clock.advance(1_000);
		return notes().length > before;
	};
	await until(asked, "all of it is asked for");
	assert.deepEqual(
		notes()
			.slice(before)
			.map(({ what }) => what),
		["have"],
		"without what we have of it, so that nobody leaves anything out",
	);
	assert.deepEqual([texts(), notices], [["two", "one"], []]);
	give("ann", bytes, 3);
	await until(() => texts().length === 3, "the whole is taken");
});

test("attack: only its author says that what goes with a post is lost, and nobody without the key asks for it", async () => {
	const { note, lacking, notes, clock, give, texts } = bobsRoom();
	give("ann", (await sign(annFeed("one"))).bytes, 1);
	await until(() => texts().length === 1, "a post is here");
	clock.advance(5_000);
	const before = notes().length;
	const id = new Uint8Array(16).fill(1);
	note("eve", { v: 1, what: "lacks", id, why: "changed" });
	note("ann", { v: 1, what: "lacks", id, why: "changed" }, newReadingKey());
	assert.deepEqual(lacking, []);
	note("ann", { v: 1, what: "lacks", id, why: "changed" });
	assert.deepEqual(lacking, ["01".repeat(16)]);
	note("eve", { v: 1, what: "want", id, except: [] });
	clock.advance(60_000);
	assert.equal(notes().length, before, "what is in no post is answered by nobody");
});
