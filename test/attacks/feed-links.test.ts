// Feed links that dial: what strangers, old links and readers can make a host do, and what a host who has the link can make a reader believe.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, type TestContext, test } from "node:test";
import { type Fingerprint, fingerprintBytes } from "../../src/crypto/identity/fingerprint.ts";
import type { Signer } from "../../src/crypto/identity/identity.ts";
import { openingBinding } from "../../src/crypto/opening/binding.ts";
import { makeProofKey } from "../../src/crypto/opening/delegation.ts";
import { KNOCK_BYTES, makeKnock, tagKeys } from "../../src/crypto/opening/knock.ts";
import { feedLinkSecret, newReadingKey } from "../../src/crypto/posts/reading-key.ts";
import { Vault } from "../../src/crypto/vault/vault.ts";
import type { FeedFetched } from "../../src/engine/api/posts/posts.ts";
import { SharedFiles } from "../../src/engine/files/shared-files.ts";
import { dialFeed } from "../../src/engine/guest/feeds/dialled-feed.ts";
import {
	emptyFeed,
	type Feed,
	maxFeedBytes,
	type SignedFeed,
	signFeed,
	withPost,
} from "../../src/engine/posts/feed.ts";
import { type FeedDoor, FeedDoors, mostOfOneCaller, mostReadersAtOnce } from "../../src/engine/posts/feed-doors.ts";
import { encodeFeedLink, mostPlaces, readFeedLink } from "../../src/engine/posts/feed-link.ts";
import type { AskForFeed } from "../../src/engine/posts/fetched-feeds.ts";
import { Posts } from "../../src/engine/posts/posts.ts";
import { encodeBody } from "../../src/engine/wire/codec.ts";
import { encodeFeedPart, encodeGetFeed } from "../../src/engine/wire/feed-frames.ts";
import { feedPartBytes } from "../../src/engine/wire/feed-note.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import type { FrameStream } from "../../src/engine/wire/frame-stream.ts";
import { encodeHello, stepTimeoutMs } from "../../src/engine/wire/handshake.ts";
import { encodeHostProof, type WantedProof } from "../../src/engine/wire/host-proof.ts";
import { encodeInviteContent } from "../../src/engine/wire/invite.ts";
import { realClock } from "../../src/net/link/clock.ts";
import type { Transport } from "../../src/net/link/link.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../src/store/db.ts";
import { knockWith } from "../support/attackers/by-hand.ts";
import { expectFrame, readGreeting } from "../support/attackers/cheap-guest.ts";
import { hostChannel, nextFrame } from "../support/attackers/man-in-the-middle.ts";
import { callerAt } from "../support/net/caller-at.ts";
import {
	assertStillWorks,
	freshAddress,
	type MemoryRoom,
	newSelf,
	openMemoryRoom,
	transportOf,
} from "../support/rooms/memory-room.ts";
import { until } from "../support/until.ts";

const now = Date.now();
const nothing = { rev: 0, hash: new Uint8Array() };
const ann = await newSelf("Ann");
const eve = await newSelf("Eve");
const bob = await newSelf("Bob");
const key = newReadingKey();
const secret = feedLinkSecret(key);
const annFeed = (...texts: readonly string[]): Feed =>
	texts.reduce((feed, text) => withPost(feed, text, now), emptyFeed(ann.signer.fingerprint));
const sign = (feed: Feed, by: Signer = ann.signer) => signFeed(by, feed);

/** The doors as the program has them, to a feed that the test changes. */
class AnnsDoors {
	readers: "link" | "known" = "link";
	hasLink = true;
	signed: SignedFeed;
	constructor(signed: SignedFeed) {
		this.signed = signed;
	}
	readonly #doors = new FeedDoors({
		book: {
			heads: () => new Map([[ann.signer.fingerprint, this.#head()]]),
			signed: () => this.signed,
		},
		self: () => ann.signer.fingerprint,
		isHiding: () => false,
	});
	readonly all = (): readonly FeedDoor[] => this.#doors.all(false);
	#head() {
		const { feed, hash } = this.signed;
		const common = { name: "Ann", key, since: now, people: [], have: [], readers: this.readers, hasLink: this.hasLink };
		return { role: "own", of: ann.signer.fingerprint, rev: feed.rev, hash, ...common } as const;
	}
}

/** Ann's room, which gives her posts. */
async function annsRoom(t: { after(work: () => Promise<void>): void }, feed = annFeed("one")) {
	const doors = new AnnsDoors(await sign(feed));
	const feedDoors = doors.all;
	const room = await openMemoryRoom(t, {}, {}, undefined, undefined, { self: ann, feedDoors });
	return { room, doors };
}

const shownFeed = (of: Fingerprint = ann.signer.fingerprint, by = secret) => ({
	invite: tagKeys({ kind: "feed", secret: by }, of),
});

/** Dials this transport for Ann's posts, as the program does. */
const ask = (transport: Transport, more: { readonly signal?: AbortSignal; readonly secret?: Uint8Array } = {}) =>
	dialFeed([{ fingerprint: ann.signer.fingerprint, endpoints: [{ address: "10.0.0.1", port: 1 }], parts: new Map() }], {
		...{ secret, have: nothing, transport, routesTo: () => [], now: Date.now, signal: new AbortController().signal },
		...more,
	});

/** Bob's posts; whatever he asks for is answered by `answers`. */
function bobsPosts(answers: AskForFeed) {
	const vault = new Vault(randomBytes(32));
	const account = { sealer: () => vault, self: () => bob, trustOf: () => "known" as const, nameOf: () => "Somebody" };
	const store = openMemoryStore();
	const posts = new Posts({
		files: new SharedFiles(store, account.sealer, () => now, realClock.now),
		...{ store, account, now: () => now, clock: realClock, emit: () => {}, changed: () => {} },
		ask: answers,
	});
	const of = ann.signer.fingerprint;
	const place = { fingerprint: of, endpoints: [{ address: "10.0.0.1", port: 1 }], parts: new Map() };
	const link = encodeFeedLink({ of, key, since: now, places: [place] });
	const follow = async (): Promise<FeedFetched | undefined> => {
		const outcome = await posts.perform({ kind: "followPosts", link });
		assert.ok(outcome.kind === "done");
		return outcome.fetched;
	};
	return { posts, follow, texts: () => posts.view(of).posts?.map(({ text }) => text) ?? [] };
}

/** Somebody who has Ann's link and answers by hand, as she would until the posts are asked for. `signer` is whose key proves them. */
function answering(
	work: (frames: FrameStream) => void | Promise<void>,
	signer = ann.signer,
	way: WantedProof = "feed",
): Transport {
	return transportOf(() => {
		const [near, far] = memoryLinkPair();
		void (async () => {
			const { frames, channel } = await hostChannel(far);
			const room = new Uint8Array(32).fill(4);
			const hello = encodeHello({ room, salt: new Uint8Array(16) });
			frames.send(frameType.hello, hello);
			const knock = await expectFrame(frames, frameType.knock);
			const proofKey = await makeProofKey(signer, room, Date.now());
			const opening = openingBinding(channel, hello);
			const keys = tagKeys({ kind: "feed", secret }, ann.signer.fingerprint);
			frames.send(frameType.hostProof, encodeHostProof({ opening, knock }, signer.certificate, proofKey, keys, way));
			await expectFrame(frames, frameType.getFeed).then(
				() => work(frames),
				() => {},
			);
		})().catch(() => {});
		return near;
	});
}

const shared = await annsRoom({ after });

test("attack: whoever has no link, a wrong secret or that of another kind is answered as one who shows nothing", async () => {
	const { fingerprint } = ann.signer;
	for (const invite of [
		tagKeys({ kind: "feed", secret: randomBytes(16) }, fingerprint),
		tagKeys({ kind: "invite", secret }, fingerprint),
		tagKeys({ kind: "feed", secret }, eve.signer.fingerprint),
	]) {
		const { proof, frames } = await knockWith(shared.room, shared.room.link(), { invite });
		assert.equal(proof.kind, "none");
		frames.stream.destroy();
	}
	// Nor does the reading key's own tag, nor the right one in the place of a seat or the pin.
	for (const slot of ["newestSeat", "previousSeat", "pin"] as const) {
		const { proof, frames } = await knockWith(shared.room, shared.room.link(), { [slot]: shownFeed().invite });
		assert.equal(proof.kind, "none", slot);
		frames.stream.destroy();
	}
});

test("attack: a knock with the link that was heard in one channel is worth nothing in another", async () => {
	const first = await readGreeting(shared.room.link());
	const recorded = makeKnock(shownFeed(), first.channel);
	first.frames.send(frameType.knock, recorded);
	assert.ok((await expectFrame(first.frames, frameType.hostProof)).length > 0);
	const second = await readGreeting(shared.room.link());
	second.frames.send(frameType.knock, recorded);
	assert.equal((await expectFrame(second.frames, frameType.hostProof)).length, 0);
	for (const { frames } of [first, second]) frames.stream.destroy();
});

test("attack: the link opens nothing but the posts: no guess, no certificate and no entry is heard after it, and no key of the host signs", async (t) => {
	const signing = t.mock.method(ann.signer, "sign");
	for (const type of [
		frameType.shareA,
		frameType.guestCertificate,
		frameType.admitMe,
		frameType.resume,
		frameType.files,
	]) {
		const { proof, frames } = await knockWith(shared.room, shared.room.link(), shownFeed());
		assert.ok(proof.kind === "proven" && proof.way === "feed");
		frames.send(type, new Uint8Array(32));
		assert.equal(await nextFrame(frames), undefined, `frame type ${type}`);
	}
	for (const body of [new Uint8Array(), encodeBody({ rev: 0 }), encodeBody({ v: 2, rev: 0, hash: new Uint8Array() })]) {
		const { frames } = await knockWith(shared.room, shared.room.link(), shownFeed());
		frames.send(frameType.getFeed, body);
		assert.equal(await nextFrame(frames), undefined);
	}
	assert.equal(signing.mock.callCount(), 0);
	assert.equal(shared.room.hosted.members.length, 1);
});

test("attack: an old link shows nothing any more, neither before the knock nor between the knock and the question", async (t) => {
	const { room, doors } = await annsRoom(t);
	const between = await knockWith(room, room.link(), shownFeed());
	assert.equal(between.proof.kind, "proven");
	doors.hasLink = false;
	between.frames.send(frameType.getFeed, encodeGetFeed(nothing));
	assert.equal(await nextFrame(between.frames), undefined);
	const { proof, frames } = await knockWith(room, room.link(), shownFeed());
	assert.equal(proof.kind, "none");
	frames.stream.destroy();
	assert.deepEqual(await ask(room.transport()), { kind: "none", why: "notKnown" });
});

test("attack: whoever was given the key for themselves gets nothing by dialling, where the author has given out no link", async (t) => {
	const { room, doors } = await annsRoom(t);
	for (const [readers, hasLink] of [
		["known", true],
		["link", false],
	] as const) {
		doors.readers = readers;
		doors.hasLink = hasLink;
		assert.deepEqual(await ask(room.transport()), { kind: "none", why: "notKnown" });
	}
});

test("attack: only a feed that came by a link is handed on by it: a newer key that was given to us alone ends that", async (t) => {
	const { room } = await annsRoom(t);
	const { posts, follow } = bobsPosts((_, wish) => ask(room.transport(), wish));
	await follow();
	const of = ann.signer.fingerprint;
	assert.equal((await posts.perform({ kind: "postLink", fingerprint: of })).kind, "done");
	assert.equal(posts.doors.all(false).length, 1);
	const from = {
		name: "Ann",
		fingerprint: of,
		shortFingerprint: "",
		trust: "known",
		isSelf: false,
		isHost: true,
	} as const;
	posts.heardKey(from, { what: "posts", key: newReadingKey(), since: now + 1 }, () => {});
	assert.equal(posts.doors.all(false).length, 0);
	const refused = { kind: "refused", code: "posts_refused", why: "notByLink" };
	assert.deepEqual(await posts.perform({ kind: "postLink", fingerprint: of }), refused);
});

test("attack: a room of two gives the posts and says nothing to others as before, and one off the record gives none", async (t) => {
	const doors = new AnnsDoors(await sign(annFeed("one")));
	const only = { self: ann, onlyGuest: bob.signer.fingerprint, feedDoors: doors.all };
	const two = await openMemoryRoom(t, {}, {}, undefined, undefined, only);
	assert.equal((await ask(two.transport())).kind, "feed");
	const stranger = await readGreeting(two.link());
	stranger.frames.send(frameType.knock, randomBytes(KNOCK_BYTES));
	assert.equal(await nextFrame(stranger.frames), undefined);
	const off = await openMemoryRoom(
		t,
		{},
		{},
		undefined,
		{ host: ann, with: bob.signer.fingerprint },
		{ feedDoors: doors.all },
	);
	assert.deepEqual(await ask(off.transport()), { kind: "none", why: "notKnown" });
	const { proof, frames } = await knockWith(off, off.link(), shownFeed());
	assert.equal(proof.kind, "none", "as to a stranger");
	frames.stream.destroy();
});

test("attack: whoever is blocked gets no posts by a link", async (t) => {
	const { room } = await annsRoom(t);
	const address = freshAddress();
	const transport = room.transport(address);
	assert.equal((await ask(transport)).kind, "feed");
	room.gatekeeper.block(callerAt(address));
	assert.deepEqual(await ask(transport), { kind: "none", why: "notKnown" });
});

/** Asks, and never reads what comes. */
async function hang(room: MemoryRoom, address: string): Promise<FrameStream> {
	const { frames } = await knockWith(room, room.link(address), shownFeed());
	frames.send(frameType.getFeed, encodeGetFeed(nothing));
	return frames;
}

test("attack: readers who never read keep a few places, two for one caller, and no more; the room goes on and closes at once", async (t) => {
	const big = annFeed(...Array.from({ length: 100 }, () => "é".repeat(2000)));
	const { room, doors } = await annsRoom(t, big);
	const [door] = doors.all();
	assert.ok(door);
	const address = freshAddress();
	const readers: FrameStream[] = [];
	for (let count = 0; count < mostOfOneCaller; count += 1) readers.push(await hang(room, address));
	const isFull = (caller: string): boolean => {
		const over = door.begin(caller);
		over?.();
		return over === undefined;
	};
	await until(() => isFull(address), "both are being given to");
	assert.deepEqual(await ask(room.transport(address)), { kind: "none", why: "busy" });
	while (readers.length < mostReadersAtOnce) readers.push(await hang(room, freshAddress()));
	await until(() => isFull("nobody in particular"), "all places are taken");
	assert.deepEqual(await ask(room.transport()), { kind: "none", why: "busy" });
	await assertStillWorks(room);
	await room.hosted.close();
	assert.equal(isFull("nobody in particular"), false);
});

test("attack: fifty at once get the posts whole or are told to come again, and a guest comes in meanwhile", async (t) => {
	const { room } = await annsRoom(t, annFeed(...Array.from({ length: 20 }, () => "é".repeat(1000))));
	// On a slow computer the steps of so many take longer than a step may: who has waited for that long asks again. Whoever is let fall sooner fails.
	const asksUntilInTime = async (): ReturnType<typeof ask> => {
		for (;;) {
			const begun = performance.now();
			const answer = await ask(room.transport());
			const isInTime = performance.now() - begun < stepTimeoutMs;
			if (isInTime || answer.kind !== "none" || answer.why === "busy") return answer;
		}
	};
	const asking = Array.from({ length: 50 }, asksUntilInTime);
	await assertStillWorks(room);
	const answers = await Promise.all(asking);
	const whole = answers.filter(({ kind }) => kind === "feed").length;
	const told = answers.filter((one) => one.kind === "none" && one.why === "busy").length;
	assert.equal(whole + told, 50, JSON.stringify(answers.map((one) => ("why" in one ? one.why : one.kind))));
	assert.ok(whole >= mostReadersAtOnce);
});

test("attack: a feed that is forged, cut, somebody else's or from the future is refused, and the one that is here stays", async (t) => {
	const { room, doors } = await annsRoom(t);
	const { posts, follow, texts } = bobsPosts((_, wish) => ask(room.transport(), wish));
	assert.deepEqual(await follow(), { kind: "came", count: 1 });
	const two = annFeed("one", "two");
	const good = await sign(two);
	const bad = [
		["badSignature", { ...good, bytes: await forgedBy(good) }],
		["wrongKey", await sign(withPost(emptyFeed(eve.signer.fingerprint), "two", now), eve.signer)],
		["malformed", { ...good, bytes: good.bytes.slice(0, -1) }],
		["malformed", { ...good, bytes: new Uint8Array(100) }],
		["tooLarge", { ...good, bytes: new Uint8Array(maxFeedBytes + 1) }],
		["fromTheFuture", await sign(withPost(annFeed("one"), "two", now + 3_600_000))],
		["controls", await sign(withPost(annFeed("one"), "\u001b]0;owned\u0007", now))],
	] as const;
	for (const [why, signed] of bad) {
		doors.signed = signed;
		assert.deepEqual(await follow(), { kind: "refused", why });
		assert.deepEqual(texts(), ["one"]);
	}
	doors.signed = await sign(annFeed("another"));
	assert.deepEqual(await follow(), { kind: "forked" });
	assert.equal(posts.view().feeds[0]?.trouble, "forked");
	doors.signed = good;
	assert.deepEqual(await follow(), { kind: "came", count: 1 });
});

/** The feed with a signature over something else. */
async function forgedBy({ feed }: SignedFeed): Promise<Uint8Array> {
	const signature = await ann.signer.sign("posts", encodeBody({ ...feed, rev: 1 }));
	return encodeBody({ v: 1, feed: encodeBody(feed), signature, certificate: ann.signer.certificate.bytes });
}

test("attack: a host with another key, or one that offers something else, is not asked, although it has the link", async () => {
	let wasAsked = false;
	const eves = answering(() => {
		wasAsked = true;
	}, eve.signer);
	assert.deepEqual(await ask(eves), { kind: "none", why: "notKnown" });
	const otherwise = answering(
		() => {
			wasAsked = true;
		},
		ann.signer,
		"password",
	);
	assert.deepEqual(await ask(otherwise), { kind: "none", why: "notKnown" });
	assert.equal(wasAsked, false);
});

test("attack: an answer counts as broken off when its parts do not follow on each other, are too many, or do not come to an end", async (t: TestContext) => {
	const part = new Uint8Array(feedPartBytes);
	const giving = (...lefts: readonly number[]) =>
		answering(async (frames) => {
			for (const left of lefts) frames.send(frameType.feed, encodeFeedPart({ left, bytes: part }));
			frames.stream.end();
		});
	for (const lefts of [[2, 0], [3, 3, 3], [1, 2], [1], []])
		assert.deepEqual(await ask(giving(...lefts)), { kind: "none", why: "broken" }, JSON.stringify(lefts));
	const tooMany = answering((frames) => {
		for (let left = 200; left >= 0; left -= 1) frames.send(frameType.feed, encodeBody({ v: 1, left, bytes: part }));
	});
	assert.deepEqual(await ask(tooMany), { kind: "none", why: "broken" });
	const tooLong = answering((frames) => {
		frames.send(frameType.feed, encodeBody({ v: 1, left: 0, bytes: new Uint8Array(1024 * 1024) }));
	});
	assert.deepEqual(await ask(tooLong), { kind: "none", why: "broken" });
	const otherwise = answering((frames) => void frames.send(frameType.admission, part));
	assert.deepEqual(await ask(otherwise), { kind: "none", why: "broken" });
	const closing = new AbortController();
	const silent = answering(() => closing.abort());
	assert.deepEqual(await ask(silent, { signal: closing.signal }), { kind: "none", why: "broken" });
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const never = answering(() => t.mock.timers.tick(10_000));
	assert.deepEqual(await ask(never), { kind: "none", why: "broken" });
});

test("attack: a feed link with a secret or a room in it, without a way or with too many is refused, and so is any other text", () => {
	const of = ann.signer.fingerprint;
	const place = { fingerprint: of, endpoints: [{ address: "10.0.0.1", port: 1 }], parts: new Map() };
	const link = encodeFeedLink({ of, key, since: now, places: Array.from({ length: mostPlaces }, () => place) });
	assert.equal(readFeedLink(link)?.places.length, mostPlaces);
	const many = encodeFeedLink({ of, key, since: now, places: Array.from({ length: mostPlaces + 1 }, () => place) });
	assert.equal(readFeedLink(many), undefined);
	for (let cut = 1; cut < link.length; cut += 7) assert.equal(readFeedLink(link.slice(0, -cut)), undefined);
	const withSecret = encodeInviteContent({ ...place, secret: randomBytes(16) });
	const withRoom = encodeInviteContent({ ...place, room: randomBytes(16) });
	for (const bytes of [withSecret, withRoom, new Uint8Array(), randomBytes(40), new Uint8Array([0xa0])]) {
		const body = encodeBody({ v: 2, of: fingerprintBytes(of), key, since: now, places: [bytes] });
		const checksum = createHash("sha256").update(body).digest().subarray(0, 4);
		const typed = `rt-posts:${Buffer.concat([body, checksum]).toString("base64url")}`;
		assert.equal(readFeedLink(typed), undefined);
	}
	assert.equal(readFeedLink(`rt-posts:${"A".repeat(10_000)}`), undefined);
});
