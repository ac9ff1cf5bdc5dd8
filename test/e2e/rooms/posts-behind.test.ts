// Posts where no window is open: the background process posts, reads and passes on, by JSON-RPC and from the shell; who attaches afterwards sees what came.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as v from "valibot";
import { openRt, runRt } from "../../support/program/rt.ts";
import { joinRoom, type RtRpc, startDaemon } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { until } from "../../support/until.ts";

const password = "four calm green words";

const membersSchema = v.array(v.object({ name: v.string(), fingerprint: v.string() }));
const linkSchema = v.object({ link: v.string() });
const postsSchema = v.object({
	posts: v.array(v.object({ text: v.string(), file: v.exactOptional(v.object({ id: v.string(), name: v.string() })) })),
});

async function keyOf(rpc: RtRpc, name: string): Promise<string> {
	const members = v.parse(membersSchema, await rpc.call("members"));
	return members.find((one) => one.name === name)?.fingerprint ?? assert.fail(`${name} is here`);
}
const postsOf = async (rpc: RtRpc, fingerprint: string) =>
	v.parse(postsSchema, await rpc.call("posts", { fingerprint })).posts;

/** Opens a room of Bob's background process, whose folder is `home`, and has Ann join it. */
async function annWithBob(t: TestContext) {
	const home = temporaryHome(t);
	const { rpc: bob } = await startDaemon(t, home, { name: "Bob" });
	await bob.call("host", { password, bind: "127.0.0.1" });
	const room = { port: (await bob.waitFor("listening")).port, password };
	const ann = await joinRoom(t, room, "Ann");
	return { home, bob, room, ann, annsKey: await keyOf(ann, "Ann"), bobsKey: await keyOf(ann, "Bob") };
}

test("Bob's background process gets Ann's posts and a file with no window open, passes both on while she is away, and shows them to who attaches", async (t) => {
	const { home, bob, room, ann, annsKey, bobsKey } = await annWithBob(t);
	const folder = temporaryHome(t);
	const content = randomBytes(1_500_000);
	const file = join(folder, "tulips.jpg");
	writeFileSync(file, content);
	await ann.call("post", { text: "The tulips are out", file, understood: true });
	await ann.call("setPostReaders", { who: "link" });
	await ann.call("setPostReader", { fingerprint: bobsKey, may: "yes" });
	const { link } = v.parse(linkSchema, await ann.call("postLink"));
	assert.deepEqual((await bob.waitFor("posts")).unread, 1);
	const status = await runRt(t, ["daemon", "status"], { home });
	assert.match(status.output, /unread messages: 0,.*\n1 unread post of others: \.\/rt posts reads them\./);

	const [post] = await postsOf(bob, annsKey);
	const { id } = post?.file ?? assert.fail("it has a file");
	const toBob = join(folder, "bob");
	mkdirSync(toBob);
	await bob.call("acceptFile", { id, to: toBob });
	await bob.waitFor("fileDone");
	assert.deepEqual(readFileSync(join(toBob, "tulips.jpg")), content);
	await ann.call("quit");
	await bob.waitFor("left", ({ member }) => member.name === "Ann");

	const cat = await joinRoom(t, room, "Cat");
	await cat.call("followPosts", { link });
	await cat.waitFor("posts");
	assert.deepEqual((await postsOf(cat, annsKey))[0]?.text, "The tulips are out");
	const toCat = join(folder, "cat");
	mkdirSync(toCat);
	await cat.call("acceptFile", { id, to: toCat });
	await cat.waitFor("fileDone");
	assert.deepEqual(readFileSync(join(toCat, "tulips.jpg")), content);

	const window = openRt(t, [], { home, columns: 100, rows: 30 });
	await window.waitFor("1 unread post of others");
	window.type(keys.down + keys.down);
	await window.waitFor("› 1 unread post of others");
	window.type(keys.enter);
	await window.waitFor("Ann +1");
	window.type(keys.enter);
	await window.waitFor("The tulips are out");
	await window.waitFor("tulips.jpg (1.5 MB)");
});

test("A post from the shell goes by the background process to everybody who may read it, and rt posts reads what that process has", async (t) => {
	const { home, bob, ann, annsKey, bobsKey } = await annWithBob(t);
	const untold = await runRt(t, ["posts", "add", "Soup at seven"], { home });
	assert.equal(untold.code, 74);
	assert.match(untold.errors, /It can't be unsaid\.[\s\S]*With --yes it is posted\./);
	const file = join(temporaryHome(t), "recipe.txt");
	writeFileSync(file, "tomatoes");
	const posted = await runRt(t, ["posts", "add", "--yes", "--file", file, "Soup", "at", "seven"], { home });
	assert.equal(posted.code, 0, posted.errors);
	await bob.call("setPostReader", { fingerprint: annsKey, may: "yes" });
	await ann.waitFor("posts");
	const [post] = await postsOf(ann, bobsKey);
	assert.deepEqual([post?.text, post?.file?.name], ["Soup at seven", "recipe.txt"]);

	await ann.call("post", { text: "I come", understood: true });
	await ann.call("setPostReader", { fingerprint: bobsKey, may: "yes" });
	await bob.waitFor("posts");
	const read = await runRt(t, ["posts", "Ann"], { home });
	assert.match(read.output, /\(new\) {2}I come/);
	await until(
		async () => !(await runRt(t, ["daemon", "status"], { home })).output.includes("unread post"),
		"it is read",
	);
});
