// `rt help-tor`: nobody is contacted before the person agrees, what is carried is told, and nothing goes on after it. The program is Debian's own where a
// broker can be had (a double in a network namespace); people who are helped cannot be had here, so what it tells of them comes from a program that tells it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { openTorHelper } from "../../src/engine/tools/snowflake.ts";
import { carriedIn } from "../../src/net/tor/snowflake.ts";
import { anyCharacter } from "../support/any-character.ts";
import { needs, needsNamespaces } from "../support/needs.ts";
import { cleanEnvironment, openRt, root, rtPath, runRt } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";

const summary = (words: string) => `2026/11/30 07:36:29 In the last 10s, there ${words}`;

/** A folder that comes first in PATH, with a snowflake-proxy in it that does what `script` says. */
function withProgram(t: TestContext, script: string) {
	const folder = temporaryHome(t);
	const started = join(folder, "started");
	const program = join(folder, "snowflake-proxy");
	writeFileSync(program, `#!/bin/sh\necho "$$ $*" > '${started}'\n${script}\n`);
	chmodSync(program, 0o700);
	const { PATH = "" } = process.env;
	return {
		env: { PATH: `${folder}:${PATH}` },
		/** The number of its process and what it was started with. */
		started: () => (existsSync(started) ? readFileSync(started, "utf8").trim().split(" ") : []),
	};
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/\) Z /.test(readStat(pid));

function readStat(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/stat`, "utf8");
	} catch {
		return ") Z ";
	}
}

test("At a terminal rt help-tor says whom it contacts and waits; another key than Enter begins nothing; q ends what was begun.", async (t) => {
	const { env, started } = withProgram(
		t,
		`echo "${summary("were 2 connections. Traffic Relayed ↑ 700 KB, ↓ 8000 KB.")}" >&2\nexec sleep 1000`,
	);
	const script = `exec '${rtPath}' help-tor --capacity 3`;
	const left = openRt(t, [], { env, script });
	await left.waitFor("Press Enter to begin");
	assert.match(left.text(), /up to 3 people at a time/);
	for (const who of ["snowflake-broker.torproject.net", "stun.l.google.com:19302"]) {
		assert.ok(left.text().includes(who), who);
	}
	left.type("x");
	assert.equal((await left.exit).code, 0);
	assert.match(left.text(), /nobody was contacted/);
	assert.deepEqual(started(), []);
	const helping = openRt(t, [], { env, script });
	await helping.waitFor("Press Enter to begin");
	helping.type("\r");
	await helping.waitFor("Helped so far: 2 connections, 8.7 MB passed on.");
	const [pid, ...args] = started();
	assert.deepEqual(args.slice(0, 2), ["-capacity", "3"]);
	helping.type("q");
	assert.equal((await helping.exit).code, 0);
	assert.equal(isRunning(Number(pid)), false);
});

test("Without a terminal rt help-tor begins by --yes alone, and a program that ends by itself is told with its last words.", async (t) => {
	const { env, started } = withProgram(t, "echo 'no such option' >&2; exit 2");
	const asked = await runRt(t, ["help-tor"], { env });
	assert.deepEqual([asked.code, asked.output, started()], [2, "", []]);
	assert.match(asked.errors, /without a terminal, say --yes/i);
	const run = await runRt(t, ["help-tor", "--yes"], { env });
	assert.equal(run.code, 1);
	assert.match(run.errors, /snowflake-proxy has ended by itself: no such option/);
});

test("Without snowflake-proxy one sentence says how it is installed.", async (t) => {
	const { PATH = "" } = process.env;
	t.after(() => Object.assign(process.env, { PATH }));
	Object.assign(process.env, { PATH: temporaryHome(t) });
	assert.equal(openTorHelper({}), undefined);
	const { snowflakeMissing } = await import("../../src/ui/words/tools/help-tor-words.ts");
	assert.match(snowflakeMissing, /apt install snowflake-proxy/);
});

test("Debian's snowflake-proxy asks the broker that was named, for as many people as were said, and ends with rt, also when rt is killed.", async (t) => {
	if (!needsNamespaces(t) || !needs(t, "snowflake-proxy")) return;
	const namespace = `rt-snow-${randomBytes(3).toString("hex")}`;
	execFileSync("ip", ["netns", "add", namespace]);
	t.after(() => execFileSync("ip", ["netns", "del", namespace]));
	execFileSync("ip", ["netns", "exec", namespace, "ip", "link", "set", "lo", "up"]);
	const within = (...words: readonly string[]) => {
		const child = spawn("ip", ["netns", "exec", namespace, ...words], {
			cwd: root,
			env: cleanEnvironment(temporaryHome(t)),
		});
		t.after(() => void child.kill("SIGKILL"));
		return child;
	};
	const asked: string[] = [];
	const broker = within(process.execPath, fileURLToPath(new URL("./snowflake-broker.ts", import.meta.url)), "8080");
	createInterface({ input: broker.stdout }).on("line", (line) => void asked.push(line));
	await until(() => asked.includes("ready"), "the broker listens");
	const named = ["--broker", "http://127.0.0.1:8080/", "--stun", "127.0.0.1:3478"];
	const rt = within(rtPath, "help-tor", "--yes", "--capacity", "3", ...named);
	let output = "";
	rt.stdout.on("data", (bytes: Buffer) => {
		output += String(bytes);
	});
	await until(
		() => asked.some((line) => line.includes("standalone")),
		"the program asks whom to help",
		() => output,
	);
	assert.match(output, /It contacts 127\.0\.0\.1:8080 .*127\.0\.0\.1:3478/);
	const [pid] = runningIn(namespace);
	assert.ok(pid !== undefined);
	assert.ok(readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("-capacity\u00003\u0000"));
	assert.equal(readFileSync(`/proc/${pid}/environ`, "utf8"), "", "nothing of the person's environment");
	process.kill(rt.pid ?? 0, "SIGKILL");
	await until(() => !isRunning(pid), "what rt began has ended with it");
});

/** The processes of the program in a namespace. */
function runningIn(namespace: string): readonly number[] {
	return execFileSync("ip", ["netns", "pids", namespace], { encoding: "utf8" })
		.split(/\s+/)
		.filter(Boolean)
		.map(Number)
		.filter((pid) => readdirSync("/proc").includes(String(pid)))
		.filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("snowflake"));
}

test("How much was carried is read from the summaries of several versions, and no other line is taken for one.", () => {
	const read = (words: string) => carriedIn(summary(words));
	assert.deepEqual(read("were 3 connections. Traffic Relayed ↑ 5 KB, ↓ 7 KB."), {
		connections: 3,
		bytesDown: 7_000,
		bytesUp: 5_000,
	});
	assert.deepEqual(
		read("are 1 completed successful connections. Traffic Relayed ↓ 2 MB (0.02 MB/s), ↑ 1 GB (1.00 GB/s)."),
		{ connections: 1, bytesDown: 2e6, bytesUp: 1e9 },
	);
	assert.equal(read("were 3 connections. Traffic Relayed ↑ 5 XB, ↓ 7 KB."), undefined);
	assert.equal(read(`were ${"9".repeat(30)} connections. Traffic Relayed ↑ 5 KB, ↓ 7 KB.`), undefined);
	assert.equal(carriedIn("NAT type: unknown"), undefined);
	fc.assert(
		fc.property(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter }), (one, two) => {
			const found = carriedIn(`${one}, there were 1 ${two}`);
			assert.ok(found === undefined || Number.isSafeInteger(found.bytesDown));
		}),
	);
});
