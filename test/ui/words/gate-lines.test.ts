// The gate for those who read lines and those who read JSON: blocks, knocks, settings, another password.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { KnockView } from "../../../src/engine/api/gate.ts";
import { runBlocksCommand } from "../../../src/ui/cli/block-commands.ts";
import { runPlain } from "../../../src/ui/plain/plain.ts";
import { lineOf } from "../../../src/ui/plain/words.ts";
import { blockLines, hitLines, knockLines } from "../../../src/ui/words/gate-lines.ts";
import { blockWarnings, shortWhen, whenWords } from "../../../src/ui/words/gate-words.ts";
import { Collected } from "../../support/terminal/streams.ts";
import { blockView } from "../../support/views/gate-view.ts";
import { rpcInRoom } from "../../support/views/rpc-session.ts";
import { person, ScriptedEngine } from "../../support/views/scripted-engine.ts";

const location = { label: "Bonn, Germany", isSameNetwork: false };
const at = new Date(2026, 10, 21, 10, 32).getTime();
const ann = person("Ann", "A");
const who = { name: "Ann", fingerprint: ann.fingerprint, shortFingerprint: ann.shortFingerprint };
const knock: KnockView = {
	id: "1",
	at,
	lastAt: at,
	address: "81.2.69.7",
	location,
	outcome: "wrong",
	guesses: 2,
	count: 1,
	addresses: 1,
};

test("A block is told with its end, its note, what goes with it and why it has no effect", () => {
	const goesWith = {
		strikes: 6,
		knocks: 3,
		names: [{ ...who, trust: "known" as const }],
		alsoBlocked: ["81.2.0.0/16"],
	};
	assert.deepEqual(
		blockLines([
			blockView({
				address: "81.2.69.7",
				location,
				since: at,
				until: at,
				note: "rude",
				warning: "noOwnerData",
				goesWith,
			}),
		]),
		[
			"81.2.69.7 (Bonn, Germany) blocked since 2026-11-21 (wrong passwords), until 2026-11-21 10:32, note: rude",
			'  with it: 3 attempts; 6 wrong passwords; joined from there before: "Ann" (key AAAA AAAA AAAA AAAA); also kept out by: 81.2.0.0/16',
			`  ${blockWarnings.noOwnerData}`,
		],
	);
	assert.deepEqual(blockLines([]), ["Nobody is blocked."]);
	const never = { since: Number.MAX_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER };
	assert.match(
		blockLines([blockView({ address: "81.2.69.7", location, ...never })]).join(),
		/until \+?275760-/,
		"whatever is stored",
	);
	assert.match(whenWords(Number.MAX_SAFE_INTEGER, at), /275760/);
	assert.equal(typeof shortWhen(Number.NaN, at), "string");
});

test("The day since when somebody is blocked is that of this computer's own time zone", (t) => {
	const { TZ } = process.env;
	t.after(() => (TZ === undefined ? Reflect.deleteProperty(process.env, "TZ") : Object.assign(process.env, { TZ })));
	Object.assign(process.env, { TZ: "Pacific/Kiritimati" });
	const since = Date.UTC(2026, 10, 20, 22, 0);
	assert.match(blockLines([blockView({ address: "81.2.69.7", location, since })]).join(), /blocked since 2026-11-21 /);
});

test("Knocks are listed with the newest last, and bursts with their number", () => {
	const burst: KnockView = { ...knock, count: 312, addresses: 47, guesses: 400 };
	const joined: KnockView = { ...knock, outcome: "joined", guesses: 0, who: { ...who, trust: "new" } };
	assert.deepEqual(knockLines([joined, burst]), [
		"2026-11-21 10:32 81.2.69.7 (Bonn, Germany) 400 wrong passwords, then went away (312 times from 47 addresses)",
		'2026-11-21 10:32 81.2.69.7 (Bonn, Germany) joined, "Ann" (key AAAA AAAA AAAA AAAA)',
	]);
	assert.deepEqual(knockLines([]), ["Nobody has tried to come in."]);
	const trail = { invite: "Bob", addresses: 3, countries: ["Japan", "Brazil", "Kenya"], hasNoAddress: false };
	assert.deepEqual(knockLines([{ ...joined, invite: "Bob" }], [trail]), [
		'2026-11-21 10:32 81.2.69.7 (Bonn, Germany) joined, "Ann" (key AAAA AAAA AAAA AAAA), by the invite for Bob',
		"The invite for Bob was tried from 3 countries (Brazil, Japan, Kenya).",
	]);
});

test("People whom a block leaves in the room are named", () => {
	const block = { kind: "address", address: "81.2.69.7", label: "81.2.69.7", location } as const;
	assert.deepEqual(hitLines({ kind: "possible", block, hits: [ann] }), [
		'In the room, and not removed by this: "Ann". /kick NAME removes somebody.',
	]);
	assert.deepEqual(hitLines({ kind: "possible", block: { ...block, warning: "noOwnerData" }, hits: [] }), [
		`Warning: ${blockWarnings.noOwnerData}`,
	]);
	assert.deepEqual(hitLines({ kind: "refused", code: "bad_address", why: "notBlocked" }), []);
});

test("An event that is part of a burst is no line of its own, and a knock is none either", () => {
	const strike = { kind: "strike", address: "81.2.69.7", location, attempts: 1, disconnected: false } as const;
	assert.notEqual(lineOf(strike, at), undefined);
	assert.equal(lineOf({ ...strike, folded: true }, at), undefined);
	assert.equal(
		lineOf({ kind: "blocked", about: "address", address: "81.2.69.7", location, folded: true }, at),
		undefined,
	);
	assert.equal(lineOf({ kind: "knock", ...knock }, at), undefined);
});

test("In line mode a host blocks for a time, pauses, sets the size of the room, and changes the password unseen", async () => {
	const engine = new ScriptedEngine();
	const input = new PassThrough();
	const output = new Collected();
	const intent = { kind: "host", wish: {} } as const;
	const exit = runPlain({
		engine,
		intent,
		input,
		takesCommands: true,
		output,
		stop: new AbortController().signal,
		now: () => at,
	});
	input.write("long enough\n");
	await output.until("You joined");
	engine.set({ people: [...engine.snapshot().people, person("Bob", "B")] });
	input.end(
		"/block AS3320 for 2h too loud\n/pause\n/resume\n/cap 5\n/cap many\n/verified bob\n/password secret\n/password\nanother one\n/knocks\n",
	);
	assert.equal(await exit, 0);
	assert.deepEqual(engine.commands.slice(1), [
		{ kind: "block", address: "AS3320", until: at + 7_200_000, note: "too loud" },
		{ kind: "settings", isPaused: true },
		{ kind: "settings", isPaused: false },
		{ kind: "settings", memberCap: 5 },
		{ kind: "verify", fingerprint: "B".repeat(40) },
		{ kind: "setPassword", password: "another one" },
	]);
	assert.match(output.text, /Please type a number/);
	assert.match(
		output.text,
		/Not here, where it can be seen[\s\S]*new password of the room[\s\S]*The password is: another one/,
	);
	assert.match(output.text, /Nobody has tried to come in/);
	assert.deepEqual(engine.lastQuery, { limit: 50 });
});

test("A client reads and changes the gate by methods", async () => {
	const { engine, call, told, exit } = await rpcInRoom();
	engine.knockViews = [knock];
	const block = { kind: "asn", address: "AS3320", label: "AS3320", location } as const;
	engine.preview = { kind: "possible", block, hits: [ann] };
	assert.deepEqual((await call("knocks", { filter: "wrong", limit: 5 })).result, [knock]);
	assert.deepEqual(engine.lastQuery, { filter: "wrong", limit: 5 });
	assert.equal((await call("knocks", { limit: 0 })).error?.data.code, "invalid_params");
	assert.deepEqual((await call("previewBlock", { address: "AS3320" })).result, {
		block,
		hits: [{ name: "Ann", fingerprint: "A".repeat(40), trust: "new" }],
	});
	engine.preview = { kind: "refused", code: "bad_address", why: "notBlocked" };
	assert.equal((await call("previewBlock", { address: "?" })).error?.data.code, "bad_address");
	const settings = {
		placeDetail: "nothing",
		isPaused: true,
		memberCap: 9,
		visibleOnLan: false,
	} as const;
	engine.set({ gate: { settings, knocks: [], blocks: [], invites: [] } });
	assert.deepEqual((await call("settings", { memberCap: 9 })).result, settings);
	assert.equal((await call("settings", { placeDetail: "street" })).error?.data.code, "invalid_params");
	await call("block", { address: "AS3320", until: at, note: "loud", isRemoving: true });
	await call("setPassword", { password: "another one" });
	await call("verify", { fingerprint: "a".repeat(40), isVerified: false });
	assert.deepEqual(engine.commands.slice(-4), [
		{ kind: "settings", memberCap: 9 },
		{ kind: "block", address: "AS3320", until: at, note: "loud", isRemoving: true },
		{ kind: "setPassword", password: "another one" },
		{ kind: "verify", fingerprint: "a".repeat(40), isVerified: false },
	]);
	engine.emit({ kind: "knock", ...knock });
	assert.deepEqual(told("knock").at(-1)?.params, knock);
	await call("quit");
	await exit;
});

test("rt blocks lists, adds with a time and a note, removes, and leaves the code of a refusal", async () => {
	const engine = new ScriptedEngine();
	engine.blockViews = [blockView({ location })];
	const said: string[] = [];
	const run = (work: Parameters<typeof runBlocksCommand>[1]) =>
		runBlocksCommand(engine, work, (line) => said.push(line), 1_000);
	assert.equal(await run({}), 0);
	assert.match(said[0] ?? "", /^192\.0\.2\.9 \(Bonn, Germany\) blocked since/);
	engine.override = (command) =>
		command.kind === "unblock" ? { kind: "refused", code: "bad_address", why: "notBlocked" } : { kind: "done" };
	assert.equal(await run({ add: { address: "AS3320", forMs: 500, note: "loud" } }), 0);
	assert.deepEqual(engine.commands.at(-1), { kind: "block", address: "AS3320", until: 1_500, note: "loud" });
	assert.equal(await run({ unblock: "AS9" }), 2);
	assert.equal(said.at(-1), "That is not blocked.");
});
