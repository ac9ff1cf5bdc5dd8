// Signals that must not end or open the program: a hang-up that nohup ignores, and the one that opens Node's debugger.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { type TestContext, test } from "node:test";
import { cheapEnvironment, root, rtPath } from "../../support/program/rt.ts";
import { RtRpc } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

/** A host in a shell that has done `before`. */
async function hostAfter(t: TestContext, before: string): Promise<RtRpc> {
	const home = temporaryHome(t);
	const args = ["host", "--rpc", "--bind", "127.0.0.1", "--name", "Hana", "--home", home];
	const child = spawn("sh", ["-c", `${before}; exec "$@"`, "sh", rtPath, ...args], {
		cwd: root,
		env: cheapEnvironment(home),
	});
	t.after(() => child.kill("SIGKILL"));
	const host = new RtRpc(child, home);
	await host.waitFor("passwordRequired");
	await host.call("password", { password: "quiet morning rain 42" });
	await host.waitFor("listening");
	return host;
}

/** Still answers, and ends well when it is asked to. */
async function assertAlive(host: RtRpc): Promise<void> {
	await host.call("send", { text: "still here" });
	await host.waitFor("message", ({ text }) => text === "still here");
	process.kill(host.pid, "SIGTERM");
	const { code, errors } = await host.exit;
	assert.deepEqual({ code, errors }, { code: 0, errors: "" });
}

test("A room that was opened with nohup stays open at a hang-up.", async (t) => {
	const host = await hostAfter(t, "trap '' HUP");
	process.kill(host.pid, "SIGHUP");
	await assertAlive(host);
});

test("Without nohup a hang-up closes the room.", async (t) => {
	const host = await hostAfter(t, "true");
	process.kill(host.pid, "SIGHUP");
	assert.equal((await host.exit).code, 0);
});

test("attack: SIGUSR1 opens no debugger, and does not end the program", async (t) => {
	const host = await hostAfter(t, "true");
	process.kill(host.pid, "SIGUSR1");
	await assertAlive(host);
});
