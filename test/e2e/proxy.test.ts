// The program behind a proxy: set in config.toml or on the command line, and what the list of processes has of it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { socksProxy } from "../support/net/proxies.ts";
import { cheapEnvironment, rtPath, runRt } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";

function start(t: { after(work: () => void): void }, words: readonly string[], home: string) {
	const program = spawn(rtPath, [...words, "--plain", "--name", "Gero", "--home", home], {
		env: cheapEnvironment(home),
	});
	let said = "";
	for (const output of [program.stdout, program.stderr]) {
		output.setEncoding("utf8").on("data", (text: string) => {
			said += text;
		});
	}
	t.after(() => program.kill("SIGKILL"));
	return { program, said: () => said };
}

test("the password of a proxy leaves the list of processes, and shows nowhere", async (t) => {
	// It never answers, so the program is still there to be looked at.
	const silent = createServer((socket) => socket.on("error", () => {}));
	silent.listen(0, "127.0.0.1");
	await once(silent, "listening");
	t.after(() => silent.close());
	const address = silent.address();
	assert.ok(typeof address === "object" && address !== null);
	const url = `socks5://ann:hunter2@127.0.0.1:${address.port}`;
	const { program, said } = start(t, ["127.0.0.1", "9", "--proxy", url], temporaryHome(t));
	await until(
		() => said().includes(`through the proxy socks5://127.0.0.1:${address.port}:`),
		"the proxy is said",
		said,
	);
	const args =
		process.platform === "linux"
			? readFileSync(`/proc/${program.pid}/cmdline`, "utf8")
			: spawnSync("ps", ["-o", "args=", "-p", `${program.pid}`], { encoding: "utf8" }).stdout;
	assert.match(args, /rt/);
	assert.doesNotMatch(args, /hunter2/);
	assert.doesNotMatch(said(), /hunter2/);
});

test("the proxy of config.toml is used in line mode too, and --no-proxy goes around it", async (t) => {
	const proxy = await socksProxy(t);
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), `proxy = "socks5://127.0.0.1:${proxy.port}"\n`);
	const run = (...words: readonly string[]) =>
		runRt(t, ["127.0.0.1", "9", ...words, "--plain", "--name", "Gero"], { home, isInputKept: true });
	await run();
	assert.deepEqual(proxy.asked, ["127.0.0.1:9"]);
	await run("--no-proxy");
	assert.deepEqual(proxy.asked, ["127.0.0.1:9"]);
	writeFileSync(join(home, "config.toml"), `proxy = "ftp://hunter2"\n`);
	const { code, output, errors } = await run();
	assert.equal(code, 2);
	assert.match(output + errors, /socks5:\/\/ and http:\/\//);
	assert.doesNotMatch(output + errors, /hunter2/);
});
