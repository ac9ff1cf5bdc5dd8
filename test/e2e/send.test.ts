// `rt send` by the program itself: what is printed is enough for a friend to come in and have the file, and then it ends.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cheapEnvironment, root, rtPath, runRt } from "../support/program/rt.ts";
import { joinRoom } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { Watch } from "../support/until.ts";

/** Starts `rt send` and collects what it says. */
function startSend(t: TestContext, path: string) {
	const home = temporaryHome(t);
	const args = ["send", path, "--bind", "127.0.0.1", "--name", "Ann", "--home", home];
	const child = spawn(rtPath, args, { cwd: root, env: cheapEnvironment(home) });
	t.after(() => void child.kill("SIGKILL"));
	let output = "";
	const watch = new Watch(() => output);
	for (const stream of [child.stdout, child.stderr]) {
		stream.on("data", (chunk: Buffer) => {
			output += chunk.toString();
			watch.changed();
		});
	}
	return {
		ended: once(child, "exit"),
		async said(words: RegExp): Promise<readonly string[]> {
			await watch.until(() => words.test(output), String(words));
			return words.exec(output) ?? [];
		},
	};
}

test("a file is sent to a friend who types what was printed, who may start again before taking it, and the command ends when it has arrived", async (t) => {
	const path = join(temporaryHome(t), "holiday.jpg");
	const bytes = randomBytes(2_500_000);
	await writeFile(path, bytes);
	const sending = startSend(t, path);
	const [, port] = await sending.said(/127\.0\.0\.1 (\d+)/);
	const [, password] = await sending.said(/password is: (\S+)/);
	await sending.said(/"holiday\.jpg" \(2\.5 MB\)/);
	const room = { port: Number(port), password: password ?? "" };
	const home = temporaryHome(t);
	const before = await joinRoom(t, room, "Bob", { home });
	await before.waitFor("fileOffered");
	before.kill("SIGKILL");
	await before.exit;
	const friend = await joinRoom(t, room, "Bob", { home });
	const { id, name, size } = await friend.waitFor("fileOffered");
	assert.deepEqual([name, size], ["holiday.jpg", bytes.length]);
	const to = temporaryHome(t);
	await friend.call("acceptFile", { id, to });
	const done = await friend.waitFor("fileDone");
	assert.deepEqual(await readFile(done.path), bytes);
	await sending.said(/"Bob" has all of "holiday\.jpg"/);
	const [code] = await sending.ended;
	assert.equal(code, 0);
});

test("a file that is not there is not sent, and no room is opened", async (t) => {
	const { code, output, errors } = await runRt(t, ["send", "/nowhere/at/all"]);
	assert.equal(code, 71);
	assert.match(output + errors, /There is no file/);
	assert.doesNotMatch(output, /password/);
});
