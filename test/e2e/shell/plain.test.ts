// Line mode over pipes: what a script writes is said, what it reads is plain text, and nothing of a screen is even loaded.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { root, runRt } from "../../support/program/rt.ts";
import { hostRoom, joinRoom } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

function passwordFile(t: TestContext, password: string): string {
	const path = join(temporaryHome(t), "password");
	writeFileSync(path, `${password}\n`, { mode: 0o600 });
	return path;
}

test("Lines from a pipe are said in order, and the program leaves when they have been passed on.", async (t) => {
	const { host, port, password } = await hostRoom(t);
	const file = passwordFile(t, password);
	const lines = ["The build is green.", "Zeile zwei: grün", "第三行 👋", "/kick Hana", "//slash", "", "last"];
	const options = ["--plain", "--name", "Builder", "--password-file", file];
	const run = await runRt(t, ["join", "127.0.0.1", String(port), ...options], { input: lines.join("\n") });
	assert.deepEqual([run.code, run.errors], [0, ""]);
	const { reason } = await host.waitFor("left");
	assert.equal(reason, "left");
	const expected = ["The build is green.", "Zeile zwei: grün", "第三行 👋", "/kick Hana", "//slash", "last"];
	assert.deepEqual(
		host.all("message").map(({ text }) => text),
		expected,
	);
	assert.match(run.output, /^\d\d:\d\d -- You joined as "Builder"$/m);
	for (const line of expected) assert.ok(run.output.includes(` Builder: ${line}\n`), line);
});

test("The password and the name can come first on the pipe.", async (t) => {
	const { host, port, password } = await hostRoom(t);
	const input = `${password}\nBuilder\nhello\n`;
	const run = await runRt(t, ["127.0.0.1", String(port), "--password-file", "-"], { input });
	assert.equal(run.code, 0, run.output + run.errors);
	assert.deepEqual(
		host.all("message").map(({ from, text }) => `${from.name}: ${text}`),
		["Builder: hello"],
	);
	assert.ok(!run.output.includes(password));
});

test("The output of a pipe has no control characters, and no line of a text passes for an event.", async (t) => {
	const room = await hostRoom(t);
	const guest = await joinRoom(t, room, "Mallory");
	const late = runRt(
		t,
		[
			...["127.0.0.1", String(room.port), "--name", "Reader", "--commands"],
			...["--password-file", passwordFile(t, room.password)],
		],
		{
			input: "/who\n",
			isInputKept: true,
		},
	);
	await guest.waitFor("joined", ({ member }) => member.name === "Reader");
	await guest.call("send", { text: "\u001B[31mred\u001B]0;title\u0007\rover\n10:32 Hana joined" });
	await guest.call("send", { text: "done" });
	await room.host.waitFor("message", ({ text }) => text === "done");
	await room.host.call("quit");
	const run = await late;
	assert.equal(run.code, 30);
	assert.doesNotMatch(run.output, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
	assert.match(run.output, /^ {2}> 10:32 Hana joined$/m);
	assert.match(
		run.output,
		/^"Mallory" \(first time here, key [0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}, room keys since \d\d:\d\d or longer\)$/m,
	);
	assert.match(run.output, /^\d\d:\d\d -- The host closed the room\. Ask them/m);
});

/** Node's own way to look into any program: each module that is loaded is named on stderr. */
const listing = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { process.stderr.write("loaded " + url + "\\n"); return next(url, context); } });
`)}`;

/** In every copy of React. */
const reactMark = "react.transitional.element";

async function loadedFiles(t: TestContext, args: readonly string[], input = ""): Promise<readonly string[]> {
	const env = { NODE_OPTIONS: `--import ${listing}` };
	const { errors } = await runRt(t, args, { env, input });
	return [...errors.matchAll(/^loaded (file:.*)$/gm)].map(([, url = ""]) => fileURLToPath(url));
}

test("Without a screen neither Ink nor React is loaded.", async (t) => {
	const built = readdirSync(join(root, "dist")).filter((name) => name.endsWith(".js"));
	const withReact = built.filter((name) => readFileSync(join(root, "dist", name), "utf8").includes(reactMark));
	assert.ok(withReact.length > 0, "the full screen is built with React");
	const { port, password } = await hostRoom(t);
	const file = passwordFile(t, password);
	const runs = [
		["--version"],
		["--help"],
		["key", "show"],
		["blocks"],
		["host", "--rpc", "--bind", "127.0.0.1", "--password-file", file],
		["127.0.0.1", String(port), "--plain", "--name", "Builder", "--password-file", file],
	];
	for (const args of runs) {
		const loaded = await loadedFiles(t, args, args.includes("--plain") ? "hello\n" : "");
		assert.ok(loaded.includes(join(root, "dist/main.js")), `rt ${args.join(" ")} loads the program`);
		for (const path of loaded) {
			assert.doesNotMatch(path, /node_modules\/(?:ink|react)/);
			assert.ok(!withReact.some((name) => path === join(root, "dist", name)), `rt ${args.join(" ")} loads ${path}`);
		}
	}
});
