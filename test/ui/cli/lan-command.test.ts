// `rt lan`, `rt join` without saying where in line mode, and how attempts are told there.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { AttemptFailure } from "../../../src/engine/api/attempt.ts";
import type { LanRoom } from "../../../src/engine/api/lan.ts";
import { runLanCommand } from "../../../src/ui/cli/lan-command.ts";
import { Dialogue } from "../../../src/ui/lines/dialogue.ts";
import { joinChosenRoom } from "../../../src/ui/plain/questions.ts";
import { lineOf } from "../../../src/ui/plain/words.ts";
import { hostingNews } from "../../../src/ui/words/host-sentences.ts";
import { refusalWords } from "../../../src/ui/words/refusals.ts";
import { exampleHosting, FakeEngine, noon, personNamed } from "../../support/views/fake-engine.ts";
import { readsTargets } from "../../support/views/reads-targets.ts";

const words = ["spoon", "uphold", "stick", "spice", "use", "traffic"] as const;
const stop = new AbortController().signal;

function roomOf(name: string, trust: LanRoom["trust"]): LanRoom {
	const { fingerprint, shortFingerprint } = personNamed(name);
	return { target: `rt://${name}`, name, fingerprint, shortFingerprint, words, trust, address: "10.0.0.5", port: 7 };
}

const rooms = [roomOf("stranger", "new"), roomOf("grace", "verified")];

async function listed(engine: FakeEngine): Promise<{ readonly said: string; readonly code: number }> {
	const output = new PassThrough();
	const said = text(output);
	const code = await runLanCommand({ engine, output, stop, lookMs: 1 });
	output.end();
	return { said: await said, code };
}

test("rt lan prints each room with its words and the line that joins it, and stops asking", async () => {
	const engine = new FakeEngine({ lanRooms: rooms });
	const { said, code } = await listed(engine);
	assert.equal(code, 0);
	assert.match(said, /"grace" \(verified\), 10\.0\.0\.5 7\nwords: spoon uphold .*\n {2}to join: \.\/rt rt:\/\/grace\n/);
	assert.ok(said.indexOf("grace") < said.indexOf("stranger"));
	assert.match(said, /only their room has them/);
	assert.deepEqual(engine.commands, [
		{ kind: "browseLan", isOn: true },
		{ kind: "browseLan", isOn: false },
	]);
});

test("rt lan says what to do where there is no room, no network, or no leave to ask", async () => {
	assert.match((await listed(new FakeEngine({ lanRooms: [] }))).said, /None shows itself/);
	assert.match((await listed(new FakeEngine({ lanRooms: [], hasNoLan: true }))).said, /on no network/);
	const engine = new FakeEngine();
	engine.answer = () => ({ kind: "refused", code: "lan_off" });
	assert.deepEqual(await listed(engine), { said: `${refusalWords({ code: "lan_off" })}\n`, code: 53 });
});

async function chosen(
	engine: FakeEngine,
	typed: string,
): Promise<{ readonly target: string | undefined; readonly said: string }> {
	const [input, output] = [new PassThrough(), new PassThrough()];
	const said = text(output);
	const dialogue = new Dialogue(input, output, () => {});
	input.end(typed);
	const before = engine.commands.length;
	const outcome = await joinChosenRoom({ engine, dialogue, stop, lookMs: 1 });
	const joined = engine.commands.slice(before).findLast((command) => command.kind === "join");
	const target = outcome && joined?.kind === "join" ? joined.target : undefined;
	await dialogue.close();
	output.end();
	return { target, said: await said };
}

test("In line mode a room is chosen by its number, looked for again with Enter, or said in so many words", async () => {
	const engine = new FakeEngine({ lanRooms: rooms });
	engine.answer = readsTargets;
	assert.equal((await chosen(engine, "1\n")).target, "rt://grace");
	assert.equal((await chosen(engine, "\n2\n")).target, "rt://stranger");
	assert.equal(engine.commands.filter((command) => command.kind === "browseLan" && command.isOn).length, 3);
	assert.equal((await chosen(engine, "192.0.2.1 4000\n")).target, "192.0.2.1 4000");
	const { target, said } = await chosen(engine, "3\nnonsense\n");
	assert.equal(target, undefined, "the input ended");
	assert.match(said, /no room with that number/);
	assert.match(said, /The port is missing/);
	assert.match(said, /1\. "grace" \(verified\)/);
});

test("Where nobody may be asked, a room can still be said in so many words", async () => {
	const engine = new FakeEngine();
	engine.answer = (command) => (command.kind === "join" ? { kind: "done" } : { kind: "refused", code: "lan_off" });
	const { target, said } = await chosen(engine, "rt://abc\n");
	assert.equal(target, "rt://abc");
	assert.match(said, /started with --no-lan/);
});

test("In line mode a host is told once that the room is shown, with the words, and when it is not any more", () => {
	const news = hostingNews();
	const lan = { interfaces: [{ name: "eth0", kind: "cable" } as const], words };
	assert.doesNotMatch(news({ ...exampleHosting, lan: { interfaces: [] } }).join("\n"), /network \(cable\)/);
	assert.deepEqual(news(exampleHosting), []);
	const [told, ...more] = news({ ...exampleHosting, lan });
	assert.match(told ?? "", /Everyone on this network \(cable\).*spoon uphold stick spice use traffic/);
	assert.deepEqual([...more, ...news({ ...exampleHosting, lan })], []);
	assert.deepEqual(news(exampleHosting), ["This room is not shown on this network any more."]);
});

test("In line mode every attempt is a line with its outcome", () => {
	const target = { kind: "address", address: "192.0.2.1", port: 4000 } as const;
	const attempt = { kind: "attempt", transport: "tcp", target } as const;
	const line = (more: { state: "trying" | "answered" | "failed" | "calledOff"; why?: AttemptFailure }) =>
		lineOf({ ...attempt, ...more }, noon)?.slice("14:02 -- ".length);
	assert.equal(line({ state: "trying" }), "192.0.2.1 4000 (TCP): trying …");
	assert.equal(line({ state: "answered" }), "192.0.2.1 4000 (TCP): somebody answers");
	assert.equal(
		line({
			state: "failed",
			why: { kind: "dial", failure: "timedOut", detail: "192.0.2.1 port 4000 did not answer." },
		}),
		"TCP: 192.0.2.1 port 4000 did not answer.",
	);
	assert.equal(
		line({ state: "failed", why: { kind: "answered", code: "wrong_host" } }),
		"TCP: 192.0.2.1 port 4000 did not prove to be the host we look for.",
	);
	assert.equal(line({ state: "calledOff" }), "192.0.2.1 4000 (TCP): not needed any more");
	const route = { kind: "route", route: "dht", via: "the public nodes" } as const;
	const dht = { kind: "attempt", transport: "dht", target: route, state: "trying" } as const;
	assert.match(lineOf(dht, noon) ?? "", /directory on the Internet.*the public nodes/);
});
