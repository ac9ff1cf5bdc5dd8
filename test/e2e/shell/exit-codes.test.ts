// The code each run ends with is the one that `rt help exit-codes` promises, and the words say what to do.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import { homeWithKey } from "../../support/program/home-with-key.ts";
import { cheapEnvironment, openRt, type RunResult, rtPath, runRt } from "../../support/program/rt.ts";
import { hostRoom } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

let documented: Promise<ReadonlyMap<string, number>> | undefined;

/** What the help says: name to number. The program is asked once. */
function documentedCodes(t: TestContext): Promise<ReadonlyMap<string, number>> {
	documented ??= readCodes(t);
	return documented;
}

async function readCodes(t: TestContext): Promise<ReadonlyMap<string, number>> {
	const { output } = await runRt(t, ["help", "exit-codes"]);
	return new Map(
		[...output.matchAll(/^ *(\d+) {2}(\w+) /gm)].map(([, code, name = ""]) => [name, Number(code)] as const),
	);
}

async function assertEnds(t: TestContext, run: RunResult, name: string, words: RegExp): Promise<void> {
	const expected = (await documentedCodes(t)).get(name);
	assert.notEqual(expected, undefined, `${name} is in the help`);
	assert.equal(run.code, expected, `${name}: ${run.output}${run.errors}`);
	assert.match(run.output + run.errors, words);
}

/** A program on loopback that is not Real Talk. */
async function stranger(
	t: TestContext,
	onSocket: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
	const server = createServer((socket) => {
		socket.on("error", () => {});
		t.after(() => socket.destroy());
		onSocket(socket);
	});
	t.after(() => server.close());
	const port = await new Promise<number>((resolve) => {
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			resolve(typeof address === "object" && address ? address.port : 0);
		});
	});
	return { server, port };
}

/** `./rt ARGS` with a standard output that takes nothing: a full disk, or a pipe whose other end is closed. */
async function runUnheard(home: string, args: readonly string[], where: "full" | "closed") {
	const full = where === "full" ? openSync("/dev/full", "w") : undefined;
	const child = spawn(rtPath, args, {
		env: cheapEnvironment(home, { RT_HOME: home }),
		stdio: ["ignore", full ?? "pipe", "pipe"],
	});
	if (full !== undefined) closeSync(full);
	child.stdout?.destroy();
	const [errors, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "exit")]);
	return { code: code as number | null, errors };
}

const join = (t: TestContext, port: number, input = ""): Promise<RunResult> =>
	runRt(t, ["join", "127.0.0.1", String(port), "--plain", "--name", "Gabi"], { input });

// Most of this is waiting, so several run side by side.
describe("Every end has its code:", { concurrency: 3 }, () => {
	test("help and version end with code 0", async (t) => {
		const version = await runRt(t, ["--version"]);
		assert.deepEqual([version.code, version.errors], [0, ""]);
		assert.match(version.output, /^Real Talk \d+\.\d+\.\d+\n$/);
		const help = await runRt(t, ["--help"]);
		assert.equal(help.code, 0);
		const topics = /topics: ([a-z -]+)/.exec(help.output)?.[1]?.trim().split(" ") ?? [];
		assert.ok(topics.length >= 9, help.output);
		for (const topic of topics) {
			const { code, output, errors } = await runRt(t, ["help", topic]);
			assert.deepEqual([code, errors], [0, ""], topic);
			assert.ok(output.split("\n").length > 5, topic);
		}
	});

	test("usage: the command line cannot be understood", async (t) => {
		for (const [args, words] of [
			[["--rcp"], /Did you mean --rpc\?/],
			[["127.0.0.1"], /The port is missing/],
			[["127.0.0.1", "70000"], /from 1 to 65535/],
			[["hots"], /Did you mean host\?/],
			[["host", "extra"], /takes no "extra"/],
			[["host", "--rpc", "--plain"], /exclude each other/],
			[["help", "nonsense"], /There is no help on "nonsense"/],
			[["key", "shwo"], /Did you mean show\?/],
			[["host", "--plain", "--interface", "wlan77"], /There is no interface "wlan77"/],
			[["127.0.0.1", "4000", "--bind", "192.0.2.77"], /192\.0\.2\.77 is not an address of this computer/],
		] as const) {
			const run = await runRt(t, args);
			await assertEnds(t, run, "usage", words);
			assert.equal(run.output, "");
		}
	});

	test("refused: nobody listens there", async (t) => {
		const { server, port } = await stranger(t, () => {});
		await new Promise((closed) => server.close(closed));
		await assertEnds(t, await join(t, port), "refused", /There is no room open at this address/);
	});

	test("unreachable: no way leads there", async (t) => {
		// A broadcast address: the system itself refuses to connect there, on every network and without one.
		const run = await runRt(t, ["255.255.255.255", "40213", "--name", "Gabi"]);
		await assertEnds(t, run, "unreachable", /could not be reached/);
	});

	test("timed_out: somebody accepts and says nothing", async (t) => {
		const { port } = await stranger(t, () => {});
		await assertEnds(t, await join(t, port), "timed_out", /Nobody answered in time/);
	});

	test("not_real_talk: something else answers", async (t) => {
		const { port } = await stranger(t, (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
		await assertEnds(t, await join(t, port), "not_real_talk", /is not Real Talk\. Check the address/);
	});

	test("output: what is printed reaches nobody, because the disk is full or the reader has gone", async (t) => {
		const home = await homeWithKey(t, "Hana");
		const expected = (await documentedCodes(t)).get("output");
		for (const args of [["--version"], ["help", "rpc"], ["key", "export"], ["blocks"]]) {
			for (const [where, words] of [
				["full", /Not everything could be written to the standard output: the disk is full\./],
				["closed", /Not everything could be written to the standard output: whoever read it has stopped reading\./],
			] as const) {
				const run = await runUnheard(home, args, where);
				assert.equal(run.code, expected, `${args.join(" ")} > ${where}: ${run.errors}`);
				assert.match(run.errors, words);
			}
		}
	});

	test("cannot_listen: the port is taken", async (t) => {
		const { port } = await stranger(t, () => {});
		const args = ["host", "--plain", "--name", "Hana", "--bind", "127.0.0.1", "--port", String(port)];
		await assertEnds(
			t,
			await runRt(t, args, { input: "some password\n" }),
			"cannot_listen",
			/in use by another program/,
		);
	});

	test("no_identity: there is no key to show yet", async (t) => {
		await assertEnds(t, await runRt(t, ["key", "show"]), "no_identity", /There is no identity yet/);
	});

	test("wrong_password, then blocked, until the host unblocks", async (t) => {
		const { host, port, password } = await hostRoom(t);
		const wrong = "wrong one\nwrong two\nwrong three\n";
		for (const attempts of [3, 6]) {
			await assertEnds(t, await join(t, port, wrong), "wrong_password", /no tries are left/);
			const strike = await host.waitFor("strike", ({ attempts: count }) => count === attempts);
			assert.equal(strike.disconnected, true);
		}
		assert.equal((await host.waitFor("blocked")).address, "127.0.0.1");
		await assertEnds(t, await join(t, port, `${password}\n`), "blocked", /You are blocked at this room/);
		const listed = await runRt(t, ["blocks"], { home: host.home });
		assert.match(listed.output, /^127\.0\.0\.1 .*blocked since/m);
		const unblocked = await runRt(t, ["blocks", "unblock", "127.0.0.1"], { home: host.home });
		assert.equal(unblocked.code, 0, unblocked.errors);
		const run = await join(t, port, `${password}\nback again\n`);
		assert.equal(run.code, 0, run.output);
		await host.waitFor("message", ({ text }) => text === "back again");
	});

	test("wrong_password: a pipe's lines are not tried as passwords after one from a file", async (t) => {
		const { host, port } = await hostRoom(t);
		const args = ["127.0.0.1", String(port), "--name", "Gabi", "--password-file", "-"];
		const run = await runRt(t, args, { home: temporaryHome(t), input: "wrong one\nmeant for the room\n" });
		await assertEnds(t, run, "wrong_password", /is wrong/);
		assert.deepEqual(
			host
				.all("strike")
				.map(({ attempts }) => attempts)
				.filter((attempts) => attempts > 1),
			[],
		);
	});

	test("room_closed: the host closes the room, and a person leaves the full screen with its code", async (t) => {
		const { host, port, password } = await hostRoom(t);
		const guest = openRt(t, ["127.0.0.1", String(port), "--name", "Gabi"]);
		await guest.waitFor("What should others call you?");
		guest.type(keys.enter);
		await guest.waitFor("Please enter the password of this room");
		guest.type(`${password}${keys.enter}`);
		await guest.waitFor("2 people · connected");
		await host.call("quit");
		await guest.waitFor("The host closed the room.");
		guest.type(keys.ctrlC);
		assert.equal((await guest.exit).code, (await documentedCodes(t)).get("room_closed"));
	});

	test("kicked: what was said before it is still shown", async (t) => {
		const { host, port, password } = await hostRoom(t);
		const args = ["127.0.0.1", String(port), "--name", "Gabi", "--password-file", "-"];
		const run = runRt(t, args, { input: `${password}\nhello\n`, isInputKept: true });
		const { from } = await host.waitFor("message", ({ text }) => text === "hello");
		await host.call("kick", { fingerprint: from.fingerprint });
		await assertEnds(t, await run, "kicked", /removed you from the room/);
	});
});
