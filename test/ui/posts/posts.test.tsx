// Posts as a person meets them: what is told before the first one, who may read, whose there are and what they say, on the screen, in lines and from the shell.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { FeedFetched } from "../../../src/engine/api/posts/posts.ts";
import { parsePosts } from "../../../src/ui/cli/arguments/buddies-arguments.ts";
import { runPostsCommand } from "../../../src/ui/cli/tools/posts-command.ts";
import { tellDesktop } from "../../../src/ui/daemon/desktop-notices.ts";
import { meaningOf } from "../../../src/ui/plain/commands.ts";
import { outcomeLines } from "../../../src/ui/plain/messages.ts";
import { standardSettings } from "../../../src/ui/settings/settings.ts";
import { parseLine } from "../../../src/ui/slash/slash.ts";
import { alertCallOf, callOf } from "../../../src/ui/start/call-words.ts";
import { roomLines } from "../../../src/ui/words/rooms/room-list.ts";
import { statusLines } from "../../../src/ui/words/tools/daemon-words.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, noon, personNamed, self } from "../../support/views/fake-engine.ts";
import { postsEngine } from "../../support/views/post-scenes.ts";

const grace = personNamed("grace", "verified");
const mallory = personNamed("mallory", "known");
const notTold = { kind: "refused", code: "posts_refused", why: "notTold" } as const;
const sentBy = (engine: FakeEngine, kind: Command["kind"]) => engine.commands.filter((one) => one.kind === kind);

/** Lays the meaning of a typed line out as far as it can be, asking the engine. */
async function meant(text: string, engine: FakeEngine) {
	const meaning = meaningOf(text, engine, noon);
	return meaning.kind === "later" ? meaning.meaning : meaning;
}

test("Before the first post the screen says that it is signed and can't be unsaid; the line comes back, and Enter posts it.", async () => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self, grace] });
	engine.answer = (command) => (command.kind === "post" && command.understood !== true ? notTold : { kind: "done" });
	const screen = openApp(engine);
	await screen.type("/post The tulips are out\r");
	await screen.shows("It can't be unsaid.");
	await screen.shows("› /post The tulips are out");
	await screen.type(keys.enter);
	await screen.shows("Posted: whoever may read it");
	assert.deepEqual(sentBy(engine, "post"), [
		{ kind: "post", text: "The tulips are out" },
		{ kind: "post", text: "The tulips are out", understood: true },
	]);
	screen.close();
});

test("/posts lists one's own and others', Enter reads somebody's, what was new stays marked, and it is read then.", async () => {
	const engine = postsEngine();
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.type("/posts\r");
	await screen.shows("You have 3 posts. May read them:");
	await screen.shows("grace +2");
	await screen.shows("WARNING: they have signed two lists");
	await screen.type(keys.down);
	await screen.type(keys.enter);
	await screen.shows("Three of them sit on the roof.");
	await screen.shows("(new)");
	await screen.shows("Gardens");
	await screen.eventually(() =>
		assert.deepEqual(sentBy(engine, "readPosts").at(-1), { kind: "readPosts", fingerprint: grace.fingerprint }),
	);
	await screen.type(keys.escape);
	await screen.shows("You have 3 posts.");
	await screen.type(keys.escape);
	await screen.shows("Say something");
	screen.close();
});

test("Where somebody's posts are read, a takes the file that is marked, Tab marks the next one, and what came of it is told", async () => {
	const engine = postsEngine();
	const drawing = { id: "02".repeat(16), name: "drawing.png", sizeBytes: 1_000 };
	const newest = { seq: 5, at: noon, text: "", isUnread: false, file: drawing };
	engine.postsView = { ...engine.postsView, posts: [newest, ...(engine.postsView.posts ?? [])] };
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.type("/posts\r");
	await screen.shows("grace +2");
	await screen.type(keys.down + keys.enter);
	await screen.shows("› a takes it, in a room with somebody who has it.");
	await screen.shows("Tab comes to it, then a takes it.");
	await screen.type("a");
	await screen.shows("drawing.png is being taken: /files shows how far it is.");
	engine.answer = () => ({ kind: "refused", code: "not_in_room" });
	await screen.type("\t");
	await screen.type("a");
	await screen.shows("You are not in a room.");
	assert.deepEqual(
		sentBy(engine, "acceptFile"),
		["02", "01"].map((id) => ({ kind: "acceptFile", id: id.repeat(16) })),
	);
	screen.close();
});

test("A file that goes with one's own posts is not taken, nor one with a name that no file should have", async () => {
	const engine = postsEngine();
	const posts = engine.postsView.posts ?? [];
	const named = posts.map((one) => (one.file ? { ...one, file: { ...one.file, isBadName: true as const } } : one));
	for (const [others, moves] of [
		[posts, ""],
		[named, keys.down],
	] as const) {
		engine.postsView = { ...engine.postsView, posts: others };
		const screen = openApp(engine);
		await screen.type(keys.enter);
		await screen.type("/posts\r");
		await screen.shows("grace +2");
		await screen.type(moves + keys.enter);
		await screen.shows("As promised:");
		await screen.type("a");
		await screen.type(keys.escape);
		await screen.shows("grace +2");
		screen.close();
	}
	assert.deepEqual(sentBy(engine, "acceptFile"), []);
});

test("The words behind /posts say who may read, for all or for one person, and the answer says what is wrong with them.", async () => {
	const of = (text: string) => parseLine(text, noon);
	const command = (one: Command) => ({ kind: "command", command: one });
	assert.deepEqual(of("/posts readers verified"), command({ kind: "setPostReaders", who: "verified" }));
	assert.deepEqual(of("/posts link"), command({ kind: "postLink" }));
	assert.deepEqual(of("/posts link new"), command({ kind: "postLink", isNew: true }));
	assert.deepEqual(of("/posts follow rt-posts:abc"), command({ kind: "followPosts", link: "rt-posts:abc" }));
	assert.deepEqual(of("/posts about Gardens and birds"), { kind: "sign", what: "setAbout", text: "Gardens and birds" });
	for (const bad of ["/posts readers everybody", "/posts allow", "/posts follow", "/post"])
		assert.equal(of(bad).kind, "wrong", bad);
	const engine = postsEngine();
	const { fingerprint } = mallory;
	const performed = async (text: string) => {
		const meaning = await meant(text, engine);
		return meaning.kind === "perform" ? meaning.commands : meaning;
	};
	assert.deepEqual(await performed("/posts allow mallory"), [{ kind: "setPostReader", fingerprint, may: "yes" }]);
	assert.deepEqual(await performed("/posts deny mal"), [{ kind: "setPostReader", fingerprint, may: "no" }]);
	assert.deepEqual(await performed("/posts usual mallory"), [{ kind: "setPostReader", fingerprint, may: "usual" }]);
	assert.deepEqual(await performed("/posts forget mallory"), [{ kind: "forgetPosts", fingerprint }]);
	assert.deepEqual(await performed("/posts fetch mallory"), [{ kind: "fetchPosts", fingerprint }]);
	assert.deepEqual(await performed("/posts link mallory"), [{ kind: "postLink", fingerprint }]);
	assert.equal((await meant("/posts allow nobody", engine)).kind, "tell");
});

test("Line mode asks before the first post, and reads posts line by line: a post of several lines can't pass for a line of the program.", async () => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self, grace] });
	const first = await meant("/post hello", engine);
	assert.equal(first.kind, "confirm");
	if (first.kind === "confirm") assert.deepEqual(first.commands, [{ kind: "post", text: "hello", understood: true }]);
	const again = await meant("/post hello", postsEngine());
	assert.equal(again.kind === "perform" && again.commands[0]?.kind, "post");
	const list = await meant("/posts", postsEngine());
	assert.match(
		list.kind === "tell" ? list.lines.join("\n") : "",
		/"grace" \(verified, .*2 unread.*\): As promised: \[roof with three birds\.jpg\]/,
	);
	const read = await meant("/posts grace", postsEngine());
	assert.ok(read.kind === "perform");
	assert.ok(read.lines?.includes("  Three of them sit on the roof."));
	assert.deepEqual(read.commands, [{ kind: "readPosts", fingerprint: grace.fingerprint }]);
});

test("rt posts lists whose posts there are and reads somebody's, for people and for programs.", async () => {
	const said: string[] = [];
	const complained: string[] = [];
	const run = (of?: string, isJson = false) => {
		said.length = 0;
		const work = { isJson, ...(of === undefined ? {} : { of }) };
		return runPostsCommand({ engine, work, say: (line) => said.push(line), complain: (line) => complained.push(line) });
	};
	const engine = postsEngine();
	assert.equal(await run(), 0);
	assert.match(said.join("\n"), /"mallory" \(known, .*WARNING: they have signed two lists that exclude each other\)/);
	assert.equal(await run("grace"), 0);
	assert.match(
		said.join("\n"),
		/\(new\) {2}As promised:\n {2}File: roof with three birds\.jpg \(3\.4 MB\)\n {2}\/accept roof with three birds\.jpg takes it/,
	);
	assert.match(said.join("\n"), /\(only a newer version of Real Talk can show this post\)/);
	assert.equal(engine.commands.at(-1)?.kind, "readPosts");
	await run("grace", true);
	assert.equal(JSON.parse(said[0] ?? "").posts.length, 4);
	assert.equal(await run("nobody"), 74);
	assert.equal(complained.length, 1);
});

test("The start screen counts unread posts apart from messages, and reads them there: nothing that was typed is lost.", async () => {
	const engine = postsEngine();
	engine.set({ phase: { kind: "idle" }, people: [], unreadPosts: 2 });
	const screen = openApp(engine);
	await screen.shows("2 unread posts of others");
	await screen.type("tulip garden");
	await screen.type(keys.down);
	await screen.shows("Enter read them");
	await screen.type(keys.enter);
	await screen.shows("grace +2");
	await screen.type(keys.down + keys.enter);
	await screen.shows("Three of them sit on the roof.");
	engine.set({ unreadPosts: 0 });
	await screen.shows("Three of them sit on the roof.");
	await screen.type(keys.escape);
	await screen.type(keys.escape);
	await screen.eventually(async () => {
		const text = await screen.text();
		assert.match(text, /tulip garden/);
		assert.doesNotMatch(text, /unread posts/);
	});
	assert.deepEqual(sentBy(engine, "host"), [], "Enter there opens no room");
	screen.close();
});

test("Posts that come call nobody unless the person asked for it: no bell, no notification, nothing on the desktop, and they are never counted as lines", () => {
	const { fingerprint, shortFingerprint, name, trust } = grace;
	const event = { kind: "posts", of: { fingerprint, shortFingerprint, name, trust }, count: 3, unread: 3 } as const;
	assert.equal(callOf(event, true)?.cause, "posts");
	assert.equal(standardSettings.calls.posts, "off");
	assert.equal(alertCallOf(event, true), undefined);
	const engine = postsEngine();
	const shown: unknown[] = [];
	const show = (notice: unknown): void => void shown.push(notice);
	const stop = tellDesktop({ engine, detail: "text", hasWindow: () => false, show, uptime: () => 0 });
	engine.emit(event);
	stop();
	assert.deepEqual(shown, []);
});

test("/rooms and rt daemon status count unread posts apart from messages", () => {
	const { rooms, keptRooms = [], buddies = [] } = postsEngine().snapshot();
	const lines = roomLines({ ...postsEngine().snapshot(), rooms, keptRooms, buddies, unreadPosts: 2 });
	assert.equal(lines.at(-1), "2 unread posts of others: /posts");
	const status = { pid: 1, build: "x", since: 0, clients: 1, identity: "ready", rooms: [{ unread: 3 }] } as const;
	assert.match(statusLines(status).join("\n"), /unread messages: 3/);
	assert.doesNotMatch(statusLines(status).join("\n"), /posts/);
	assert.match(
		statusLines({ ...status, unreadPosts: 1 }).join("\n"),
		/unread messages: 3,.*\n1 unread post of others: \.\/rt posts reads them\./,
	);
});

test("A file goes with a post by --file, whose path is read as behind /send, and what can't be meant is told", async () => {
	const of = (text: string) => parseLine(text, noon);
	const post = (text: string, file: string) => ({ kind: "sign", what: "post", text, file });
	assert.deepEqual(of("/post --file photo.jpg The roof"), post("The roof", "photo.jpg"));
	assert.deepEqual(of('/post --file "my photo.jpg" two\nlines'), post("two\nlines", "my photo.jpg"));
	assert.deepEqual(of("/post --file my\\ photo.jpg"), post("", "my photo.jpg"));
	assert.deepEqual(of("/post --files are fine"), { kind: "sign", what: "post", text: "--files are fine" });
	for (const bad of ["/post --file", '/post --file "photo.jpg']) assert.equal(of(bad).kind, "wrong", bad);
	const engine = postsEngine();
	const meaning = await meant("/post --file /tmp/photo.jpg The roof", engine);
	assert.deepEqual(meaning.kind === "perform" && meaning.commands, [
		{ kind: "post", text: "The roof", file: "/tmp/photo.jpg" },
	]);
});

test("/accept takes what goes with a post where no file of the room is called so, on the screen and in lines; without a name nothing of posts is meant", async () => {
	const id = "01".repeat(16);
	const inLines = await meant("/accept roof to /tmp/photos", postsEngine());
	assert.deepEqual(inLines.kind === "perform" && inLines.commands, [{ kind: "acceptFile", id, to: "/tmp/photos" }]);
	assert.equal((await meant("/accept", postsEngine())).kind, "tell");
	assert.equal((await meant("/accept unknown", postsEngine())).kind, "tell");
	const engine = postsEngine();
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.type("/accept roof with three birds.jpg\r");
	await screen.shows("It comes as soon as it can");
	assert.deepEqual(sentBy(engine, "acceptFile"), [{ kind: "acceptFile", id }]);
	screen.close();
});

test("rt posts add posts a text and a file, and says what a post is before the first one", async () => {
	const engine = postsEngine();
	engine.answer = (command) => (command.kind === "post" && command.understood !== true ? notTold : { kind: "done" });
	const said: string[] = [];
	const complained: string[] = [];
	const run = (add: { readonly text: string; readonly file?: string; readonly understood: boolean }) =>
		runPostsCommand({
			...{ engine, work: { isJson: false, add } },
			say: (line) => said.push(line),
			complain: (line) => complained.push(line),
		});
	assert.equal(await run({ text: "The roof", file: "/tmp/photo.jpg", understood: false }), 74);
	assert.match(complained.join("\n"), /It can't be unsaid\.\nWith --yes it is posted\./);
	assert.equal(await run({ text: "The roof", file: "/tmp/photo.jpg", understood: true }), 0);
	assert.match(said.join("\n"), /^Posted/);
	assert.deepEqual(sentBy(engine, "post").at(-1), {
		kind: "post",
		text: "The roof",
		file: "/tmp/photo.jpg",
		understood: true,
	});
});

test("Following a link says whom it asks, and then in words what came of it, on the screen and in lines.", async () => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self, grace] });
	const answer = Promise.withResolvers<Outcome>();
	engine.answer = (command) => (command.kind === "followPosts" ? answer.promise : { kind: "done" });
	const screen = openApp(engine);
	await screen.type("/posts follow rt-posts:abc\r");
	await screen.shows("Whoever is there sees where you are, and not who.");
	answer.resolve({ kind: "done", fetched: { kind: "none", why: "unreachable" } });
	await screen.shows("They are not reachable now.");
	screen.close();
	const said = (fetched: FeedFetched) => outcomeLines({ kind: "done", fetched }).join("");
	assert.match(said({ kind: "came", count: 2 }), /^2 new posts came\.$/);
	assert.match(said({ kind: "none", why: "notKnown" }), /taken back or renewed/);
	assert.match(said({ kind: "refused", why: "badSignature" }), /they have not signed it/);
	const link = (more: object) => outcomeLines({ kind: "done", link: "rt-posts:abc", ...more }).join(" ");
	assert.match(link({}), /^rt-posts:abc .*\/posts link new makes another one/);
	assert.match(link({ isWithoutPlace: true }), /^rt-posts:abc .*No room of yours is open/);
});

for (const [columns, rows] of [
	[80, 24],
	[40, 12],
] as const) {
	test(`A feed link, which is longer than a row, is on a screen of ${columns}×${rows} from its first to its last letter.`, async () => {
		const engine = new FakeEngine({ phase: { kind: "inRoom", role: "host" }, people: [self, grace] });
		const link = `rt-posts:${"abcdefgh".repeat(20)}LAST`;
		engine.answer = (command) => (command.kind === "postLink" ? { kind: "done", link } : { kind: "done" });
		const screen = openApp(engine, { size: { columns, rows } });
		await screen.type("/posts link\r");
		await screen.shows("LAST");
		const rowsNow = await screen.lines();
		assert.ok(
			rowsNow
				.map((row) => row.trim())
				.join("")
				.includes(link),
		);
		screen.close();
	});
}

test("rt posts LINK asks where the link leads, says what came of it, and shows what is here all the same.", async () => {
	const engine = postsEngine();
	const run = async (fetched: FeedFetched, isJson = false) => {
		const said: string[] = [];
		const complained: string[] = [];
		engine.answer = () => ({ kind: "done", author: grace.fingerprint, fetched });
		const work = { link: "rt-posts:abc", isJson };
		const voice = { say: (line: string) => said.push(line), complain: (line: string) => complained.push(line) };
		return { code: await runPostsCommand({ engine, work, ...voice }), said, complained };
	};
	const came = await run({ kind: "came", count: 1 });
	assert.equal(came.code, 0);
	assert.match(came.said.join("\n"), /^Asking for the posts.*\n1 new post came\.\n"grace"/);
	const away = await run({ kind: "none", why: "unreachable" });
	assert.equal(away.code, 74);
	assert.match(away.complained.join(), /not reachable now/);
	assert.match(away.said.join("\n"), /The birds are back/);
	const json = await run({ kind: "same" }, true);
	assert.equal(JSON.parse(json.said.join("")).posts.length, 4);
	assert.deepEqual(parsePosts({ words: ["rt-posts:abc"], options: new Map() }), {
		link: "rt-posts:abc",
		isJson: false,
	});
});

test("In the list f asks for newer posts where a link leads, and says what came of it, or why nobody can be asked.", async () => {
	const engine = postsEngine();
	const answer = Promise.withResolvers<Outcome>();
	engine.answer = (command) => (command.kind === "fetchPosts" ? answer.promise : { kind: "done" });
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.type("/posts\r");
	await screen.shows("A link is out");
	await screen.shows("can be fetched");
	await screen.type(`${keys.down}${keys.down}f`);
	await screen.shows("No link says where these posts are given");
	await screen.type(`${keys.up}f`);
	await screen.shows("Asking for the posts where the link leads");
	answer.resolve({ kind: "done", author: grace.fingerprint, fetched: { kind: "came", count: 2 } });
	await screen.shows("grace: 2 new posts came.");
	assert.deepEqual(sentBy(engine, "fetchPosts"), [{ kind: "fetchPosts", fingerprint: grace.fingerprint }]);
	screen.close();
});
