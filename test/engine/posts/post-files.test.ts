// What goes with a post: it comes only when somebody takes it, from its author or from whoever else has it, in a room both are in, and is what was posted.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FileView } from "../../../src/engine/api/files/files.ts";
import { joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";
import { keyOf, password, threeFriends } from "./people.ts";

/** Ann is a guest of Bob's, and Cat too; both may read what Ann posts. */
async function friends(t: TestContext) {
	const { ann, bob, cat, port } = await threeFriends(t);
	const folder = temporaryHome(t);
	const path = join(folder, "tulips.jpg");
	const content = randomBytes(3 * 1024 * 1024 + 17);
	writeFileSync(path, content);
	await ann.does({ kind: "post", text: "The tulips are out", file: path, understood: true });
	for (const friend of [bob, cat]) {
		await ann.does({ kind: "setPostReader", fingerprint: keyOf(friend), may: "yes" });
		await friend.until(() => friend.engine.snapshot().unreadPosts === 1, "the post is here");
	}
	const [post] = (await bob.engine.posts(keyOf(ann))).posts ?? [];
	assert.ok(post?.file);
	return { ann, bob, cat, port, path, content, post: { ...post, file: post.file } };
}

const fileOf = (reader: TestEngine): FileView | undefined => reader.engine.snapshot().files?.[0];

/** Takes it into a folder of its own, which is returned. */
async function accept(t: TestContext, reader: TestEngine, id: string): Promise<string> {
	const to = join(temporaryHome(t), "taken");
	mkdirSync(to);
	await reader.does({ kind: "acceptFile", id, to });
	return to;
}

async function comes(reader: TestEngine, to: string, content: Uint8Array, name = "tulips.jpg"): Promise<void> {
	await reader.until(() => fileOf(reader)?.state.kind === "done", "the file is here");
	assert.deepEqual(readFileSync(join(to, name)), content);
}

test("A file that goes with a post is named, comes only when it is taken, and comes to a host and to a guest, while nobody else hears of it", async (t) => {
	const { ann, bob, cat, port, content, post } = await friends(t);
	const dan = await openTestEngine(t, "Dan");
	await joinRoom(dan, port, password);
	assert.deepEqual(
		[post.text, post.file.name, post.file.sizeBytes],
		["The tulips are out", "tulips.jpg", content.length],
	);
	for (const friend of [bob, cat]) {
		assert.equal(friend.engine.snapshot().files, undefined);
		const to = await accept(t, friend, post.file.id);
		await comes(friend, to, content);
		assert.equal(fileOf(friend)?.from.name, "Ann");
		assert.equal(fileOf(friend)?.isPosted, true);
	}
	assert.equal(ann.engine.snapshot().files, undefined, "it was offered to nobody in the room");
	assert.equal(dan.engine.snapshot().files, undefined);
	assert.deepEqual(await dan.engine.perform({ kind: "acceptFile", id: post.file.id }), {
		kind: "refused",
		code: "no_such_file",
		why: "unknown",
	});
	assert.equal((await ann.engine.perform({ kind: "acceptFile", id: post.file.id })).kind, "refused");
});

test("While the author is away a posted file comes from somebody who has taken it, as long as it lies there unchanged", async (t) => {
	const { ann, bob, cat, content, post } = await friends(t);
	const toCat = await accept(t, cat, post.file.id);
	await comes(cat, toCat, content);
	await ann.does({ kind: "leave" });
	await bob.until(() => bob.engine.snapshot().people.length === 2);
	const toBob = await accept(t, bob, post.file.id);
	await comes(bob, toBob, content);
});

test("Where nobody has a posted file that is told, and it comes when the author is there again", async (t) => {
	const { ann, bob, port, content, post } = await friends(t);
	await ann.does({ kind: "leave" });
	await bob.until(() => bob.engine.snapshot().people.length === 2);
	const to = await accept(t, bob, post.file.id);
	await bob.until(() => {
		const state = fileOf(bob)?.state;
		return state?.kind === "waiting" && state.why === "holder";
	});
	await ann.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await ann.until(() => ann.engine.snapshot().phase.kind === "passwordNeeded");
	await ann.does({ kind: "password", password });
	await comes(bob, to, content);
});

test("A posted file that was changed since, or is gone, is not given: both its author and whoever wants it are told", async (t) => {
	for (const [change, why] of [
		[(path: string) => writeFileSync(path, randomBytes(3 * 1024 * 1024 + 17)), "changed"],
		[(path: string) => rmSync(path), "unreadable"],
	] as const) {
		const { ann, bob, path, post } = await friends(t);
		change(path);
		const to = await accept(t, bob, post.file.id);
		const { notice } = await ann.told("notice", (one) => one.notice.code === "postFileLost");
		assert.deepEqual(notice, { code: "postFileLost", name: "tulips.jpg", why });
		const failed = await bob.told("fileFailed");
		assert.equal(failed.code, why);
		await until(() => readdirSync(to).length === 0, "nothing of it stays");
	}
});

test("A file that can't be read is not posted, and nothing is posted without it", async (t) => {
	const ann = await openTestEngine(t, "Ann");
	const file = join(temporaryHome(t), "nowhere");
	const first = await ann.engine.perform({ kind: "post", text: "", file });
	assert.deepEqual(first, { kind: "refused", code: "posts_refused", why: "notTold" });
	const outcome = await ann.engine.perform({ kind: "post", text: "", file, understood: true });
	assert.deepEqual(outcome, { kind: "refused", code: "bad_file", why: "notFound", path: file });
	assert.equal((await ann.engine.posts()).own, undefined);
});

test("A folder goes with a post too, and is had when its author's program was started again", async (t) => {
	const { ann, bob, port } = await friends(t);
	const folder = join(temporaryHome(t), "garden");
	mkdirSync(join(folder, "roses"), { recursive: true });
	writeFileSync(join(folder, "plan.txt"), "a plan");
	writeFileSync(join(folder, "roses", "red.txt"), "red");
	await ann.does({ kind: "post", text: "The garden", file: folder });
	await bob.until(() => bob.engine.snapshot().unreadPosts === 2, "the second post is here");
	const file = (await bob.engine.posts(keyOf(ann))).posts?.[0]?.file ?? assert.fail();
	assert.deepEqual([file.name, file.files], ["garden", 2]);
	await ann.engine.close();
	const again = await openAgain(t, ann);
	await joinRoom(again, port, password);
	const to = await accept(t, bob, file.id);
	await bob.until(() => fileOf(bob)?.state.kind === "done", "the folder is here");
	assert.equal(readFileSync(join(to, "garden", "roses", "red.txt"), "utf8"), "red");
	assert.equal(readFileSync(join(to, "garden", "plan.txt"), "utf8"), "a plan");
});

test("A posted file that was taken and had not come goes on by itself, into the same folder, when the program of whoever took it is started again", async (t) => {
	const { ann, cat, port, content, post } = await friends(t);
	await ann.does({ kind: "leave" });
	await cat.until(() => cat.engine.snapshot().people.length === 2);
	const to = await accept(t, cat, post.file.id);
	await cat.engine.close();
	const again = await openAgain(t, cat);
	await joinRoom(again, port, password);
	await again.until(() => fileOf(again)?.state.kind === "waiting", "it is asked for again");
	await ann.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await ann.until(() => ann.engine.snapshot().phase.kind === "passwordNeeded");
	await ann.does({ kind: "password", password });
	await comes(again, to, content);
});
