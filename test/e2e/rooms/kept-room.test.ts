// A room that stays, with real programs that are killed at any moment: every line is heard once, in the same order, and nobody is asked for a password again.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { joinRoom, type RtRpc, startRpc } from "../../support/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const password = "open the door";
const rounds = 4;
const linesPerRound = 25;

/** Opens the room that stays, or goes on with it; resolves when guests can come in. */
async function openKept(t: TestContext, home: string, port: number): Promise<{ host: RtRpc; port: number }> {
	const wish = ["--keep", "Friends", "--bind", "127.0.0.1", "--port", String(port)];
	const host = startRpc(t, ["host", ...wish, "--name", "Hana"], { home });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	return { host, port: (await host.waitFor("listening")).port };
}

/** Collects what others said as one program tells it. */
const heard = (program: RtRpc): readonly string[] =>
	program.all("message").flatMap(({ own, text }) => (own ? [] : [text]));

test("host and guest are killed again and again while the host speaks: what the guest hears, over all its programs, is every line once and in order", async (t) => {
	const homes = { host: temporaryHome(t), guest: temporaryHome(t) };
	let { host, port } = await openKept(t, homes.host, 0);
	let guest = await joinRoom(t, { port, password }, "Gus", { home: homes.guest });
	await guest.waitFor("roomKept");
	const said: string[] = [];
	const lines: string[] = [];
	for (let round = 0; round < rounds; round++) {
		for (let count = 0; count < linesPerRound; count++) {
			said.push(`${round}-${count}`);
			await host.call("send", { text: said.at(-1) });
		}
		// The one that is killed has at that moment read some of what was said, and not all.
		await guest.waitFor("message", ({ text }) => text.startsWith(`${round}-`));
		const isHostKilled = round % 2 === 1;
		if (isHostKilled) {
			await guest.waitFor("message", ({ text }) => text === said.at(-1));
			host.kill("SIGKILL");
			await host.exit;
			({ host } = await openKept(t, homes.host, port));
			await host.waitFor("joined");
			await guest.waitFor("reconnected");
		} else {
			guest.kill("SIGKILL");
			await guest.exit;
			lines.push(...heard(guest));
			guest = startRpc(t, ["join", "Friends"], { home: homes.guest });
			await guest.waitFor("joined", ({ self }) => self === true, "the guest's own return");
			await guest.waitFor("caughtUp");
			assert.equal(guest.all("passwordRequired").length, 0);
		}
	}
	await host.call("send", { text: "the end" });
	await guest.waitFor("message", ({ text }) => text === "the end");
	lines.push(...heard(guest));
	// A killed program may have told of a line whose showing was not on the disk yet: that one is told again, and nothing else.
	assert.deepEqual([...new Set(lines)], [...said, "the end"]);
	assert.ok(
		lines.length - new Set(lines).size <= rounds,
		`${lines.length - new Set(lines).size} lines were told twice`,
	);
});
