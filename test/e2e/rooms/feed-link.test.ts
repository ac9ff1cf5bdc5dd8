// A feed link as two people meet it who share no room: real programs, from the shell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runRt } from "../../support/program/rt.ts";
import { startRpc } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

test("rt posts LINK reads the posts of somebody with whom there is no room, and says plainly when they are not there", async (t) => {
	const ann = startRpc(t, ["host", "--bind", "127.0.0.1", "--name", "Ann"]);
	await ann.waitFor("passwordRequired");
	await ann.call("password", { password: "four calm green words" });
	await ann.waitFor("listening");
	await ann.call("post", { text: "The tulips are out", understood: true });
	await ann.call("setPostReaders", { who: "link" });
	const { link } = (await ann.call("postLink")) as { link: string };
	const home = temporaryHome(t);
	const bob = startRpc(t, ["host", "--bind", "127.0.0.1", "--name", "Bob"], { home });
	await bob.waitFor("passwordRequired");
	await bob.call("quit");
	await bob.exit;
	const read = await runRt(t, ["posts", link], { home });
	assert.equal(read.code, 0, read.output);
	assert.match(read.output, /1 new post came\.\n"Ann" \(.*can be fetched\)/);
	assert.match(read.output, /\(new\) {2}The tulips are out/);
	await ann.call("quit");
	await ann.exit;
	const away = await runRt(t, ["posts", link], { home });
	assert.equal(away.code, 74);
	assert.match(away.errors, /They are not reachable now\./);
	assert.match(away.output, /The tulips are out/, "what was read is still here");
});
