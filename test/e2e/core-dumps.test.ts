// What a crash leaves behind: a core dump would hold the password, the key and what was said.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { cleanEnvironment, rtPath } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const mayDump = process.platform === "linux" && spawnSync("sh", ["-c", "ulimit -H -c"]).stdout.toString() !== "0\n";

test("attack: the program leaves no core dump, also where its user's limits would let it", {
	skip: mayDump ? false : "core dumps are not possible here",
}, async (t) => {
	const home = temporaryHome(t);
	const script = 'ulimit -S -c "$(ulimit -H -c)"; exec "$0" --rpc --home "$1" host';
	const child = spawn("sh", ["-c", script, rtPath, home], {
		env: cleanEnvironment(home),
		stdio: ["pipe", "pipe", "ignore"],
	});
	t.after(() => child.kill("SIGKILL"));
	// The launcher has become the program when the first notification comes.
	await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
	assert.match(readFileSync(`/proc/${child.pid}/limits`, "utf8"), /^Max core file size +0 +0 /m);
});
