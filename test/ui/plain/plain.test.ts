// Line mode as somebody at a terminal, or a pipe, meets it.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import type { Hosting } from "../../../src/engine/api/hosting.ts";
import { type PlainOptions, runPlain } from "../../../src/ui/plain/plain.ts";
import { lineOf } from "../../../src/ui/plain/words.ts";
import { clockOf as clock } from "../../../src/ui/text/clock.ts";
import { exitCodeOf } from "../../../src/ui/words/exit-codes.ts";
import { forSameNetwork, hostLines, onlyHere, onThisComputer } from "../../../src/ui/words/host-sentences.ts";
import { Collected, FakeTerminalInput } from "../../support/terminal/streams.ts";
import { everyWish } from "../../support/views/every-wish.ts";
import { lineFrom, noon, personNamed } from "../../support/views/fake-engine.ts";
import { blockView } from "../../support/views/gate-view.ts";
import { person, rightPassphrase, rightPassword, ScriptedEngine } from "../../support/views/scripted-engine.ts";

const now = Date.UTC(2026, 0, 2, 10, 32);
const location = { label: "Berlin, Germany", isSameNetwork: false };
const guest = { kind: "join", target: "192.0.2.1 4000" } as const;

function start(engine: ScriptedEngine, more: Partial<PlainOptions> = {}) {
	const input = new PassThrough();
	const output = new Collected();
	const stop = new AbortController();
	const offerPassword = () => "four-easy-spoken-words";
	const exit = runPlain({
		engine,
		intent: guest,
		input,
		output,
		stop: stop.signal,
		now: () => now,
		offerPassword,
		...more,
	});
	return { input, output, stop, exit };
}

test("A pipe gives the password and its lines, and rt leaves when they were passed on", async () => {
	const engine = new ScriptedEngine();
	engine.deliversAtOnce = false;
	const { input, output, exit } = start(engine);
	input.end(`${rightPassword}\nfirst\n\nlast without a line end`);
	await output.until('You joined as "Ann"');
	while (engine.snapshot().timeline.length < 2) await new Promise((resolve) => setImmediate(resolve));
	engine.deliver();
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(engine.closeCount, 0, "one line is still on its way");
	engine.deliver();
	assert.equal(await exit, 0);
	assert.deepEqual(output.lines, [
		"Please enter the password of the room (3 attempts left).",
		`${clock(now)} -- You joined as "Ann"`,
		`${clock(noon)} Ann: first`,
		`${clock(noon)} Ann: last without a line end`,
		`${clock(now)} -- You have left the room.`,
	]);
});

test("Lines the host never passes on are told and give another exit code", async () => {
	const engine = new ScriptedEngine();
	engine.deliversAtOnce = false;
	const { input, output, exit } = start(engine, { deliveryTimeoutMs: 1 });
	input.end(`${rightPassword}\nlost\n`);
	assert.equal(await exit, 12);
	assert.match(output.text, /did not pass on everything/);
});

test("When too many lines are pending the next one waits and none is lost", async () => {
	const engine = new ScriptedEngine();
	let refusals = 3;
	engine.override = (command) => {
		if (command.kind !== "send" || refusals === 0) return undefined;
		refusals -= 1;
		setImmediate(() => engine.set({}));
		return { kind: "refused", code: "too_many_pending" };
	};
	const { input, output, exit } = start(engine);
	input.end(`${rightPassword}\none\ntwo\n`);
	assert.equal(await exit, 0);
	assert.deepEqual(
		output.lines.filter((line) => line.includes("Ann: ")).map((line) => line.slice(6)),
		["Ann: one", "Ann: two"],
	);
});

test("A password typed at a terminal is read with the echo off and appears nowhere", async () => {
	const engine = new ScriptedEngine();
	const input = new FakeTerminalInput();
	const { output, exit } = start(engine, { input });
	await output.until("Please enter the password");
	assert.ok(input.isRaw);
	// A typing mistake, the arrow keys, and a character of several bytes taken back.
	input.write("wromg\u0015correct horsé\u007f\x1b[De\r");
	await output.until("You joined");
	assert.equal(input.isRaw, false);
	assert.deepEqual(engine.commands.at(-1), { kind: "password", password: rightPassword });
	input.write("hello\n/quit\n");
	assert.equal(await exit, 0);
	assert.doesNotMatch(output.text, /horse|wromg/);
	assert.deepEqual(input.rawChanges, [true, false]);
});

test("Ctrl-C while a password is typed leaves and gives the terminal its echo back", async () => {
	const input = new FakeTerminalInput();
	const { output, exit } = start(new ScriptedEngine(), { input });
	await output.until("Please enter the password");
	input.write("half\x03");
	assert.equal(await exit, 0);
	assert.equal(input.isRaw, false);
});

test("The end of the room while a password is typed gives the terminal its echo back", async () => {
	const engine = new ScriptedEngine();
	const input = new FakeTerminalInput();
	const { output, exit } = start(engine, { input });
	await output.until("Please enter the password");
	engine.end("room_closed");
	assert.equal(await exit, 30);
	assert.equal(input.isRaw, false);
	assert.match(output.text, /The host closed the room\./);
});

test("A first start asks for a name until it can be used", async () => {
	const engine = new ScriptedEngine({ kind: "none" });
	const { input, output, exit } = start(engine);
	input.end(`\nBob\n${rightPassword}\n`);
	assert.equal(await exit, 0);
	assert.match(output.text, /What shall others call you\?[\s\S]*Please type a name[\s\S]*You joined as "Bob"/);
});

test("A locked key asks for its passphrase three times at most", async () => {
	const { shortFingerprint } = person("Ann", "A");
	const locked = { kind: "locked", name: "Ann", shortFingerprint } as const;
	const patient = start(new ScriptedEngine(locked));
	patient.input.end(`no\n${rightPassphrase}\n${rightPassword}\n`);
	assert.equal(await patient.exit, 0);
	const clueless = start(new ScriptedEngine(locked));
	clueless.input.end("no\nno\nno\nmeant for the room\n");
	assert.equal(await clueless.exit, 43);
});

test("The host reads the product's own sentences, with the password and a line for each address", async () => {
	const { input, output, exit } = start(new ScriptedEngine(), { intent: { kind: "home", wish: {} } });
	input.end("\n");
	assert.equal(await exit, 0);
	for (const sentence of [
		"Please enter a password that will be required to join this chat",
		"Server has been started.",
		"The password is: four-easy-spoken-words",
		"All users will be prompted for the password upon connecting.",
		"They have 3 password attempts. If they fail the first 3, they will get disconnected and you will be notified. They can reconnect a second time and enter 3 more passwords, but if those fail, they will be automatically blocked, and you will have to unblock them. You will be notified.",
		"For people on the same computer network (WiFi, cable, etc.), if they want to join, have them type",
		"./rt 192.168.1.5 40213",
		"For people outside of your computer network (remote locations on the Internet), if they want to join, have them type",
		"./rt Y.Y.Y.Y 40213",
	]) {
		assert.ok(output.lines.includes(sentence), sentence);
	}
});

test("A room that listens on this computer only names no way in from elsewhere", async () => {
	const command = "./rt 127.0.0.1 40213";
	const joinLines = [{ address: "127.0.0.1", port: 40213, scope: "loopback", interface: "lo" }] as const;
	const lines = hostLines({ password: "long enough", port: 40213, ways: [], joinLines, isOnlyHere: true });
	assert.deepEqual(lines.slice(-2), [onlyHere, command]);
	assert.doesNotMatch(lines.join("\n"), /remote locations|same computer network/);
});

test("Where no address can be typed by others, as on a cable with link-local IPv6 alone, loopback is told for this computer and not for the network", async () => {
	const joinLines = [{ address: "127.0.0.1", port: 40213, scope: "loopback", interface: "lo" }] as const;
	const lines = hostLines({ password: "long enough", port: 40213, ways: [], joinLines });
	assert.equal(lines[lines.indexOf(forSameNetwork) + 1], "./rt X.X.X.X 40213");
	assert.deepEqual(lines.slice(-2), [onThisComputer, "./rt 127.0.0.1 40213"]);
});

test("A way in from the Internet that becomes known later is told once", async () => {
	const engine = new ScriptedEngine();
	const { input, output, exit } = start(engine, { intent: { kind: "host", wish: { port: 4000 } } });
	input.write("long enough\n");
	await output.until("You joined");
	const { hosting } = engine.snapshot();
	const line = { address: "203.0.113.7", port: 4000, scope: "global", interface: "" } as const;
	engine.set({ hosting: { ...(hosting as Hosting), joinLines: [line] } });
	engine.set({});
	input.end();
	assert.equal(await exit, 0);
	assert.equal(output.lines.filter((text) => text === "./rt 203.0.113.7 4000").length, 1);
	assert.equal(output.lines.filter((text) => text === "Server has been started.").length, 1);
});

test("Everything a host wishes for reaches the engine", async () => {
	const engine = new ScriptedEngine();
	const { input, exit } = start(engine, { intent: { kind: "host", wish: everyWish } });
	input.end("long enough\n");
	assert.equal(await exit, 0);
	const asked = engine.commands.filter(({ kind }) => kind === "host");
	assert.deepEqual(asked, [{ kind: "host", password: "long enough", wish: everyWish }]);
});

test("A host password that is refused is asked for again", async () => {
	const engine = new ScriptedEngine();
	const { input, output, exit } = start(engine, { intent: { kind: "host", wish: {} } });
	input.end("x\nlong enough\n");
	assert.equal(await exit, 0);
	assert.match(output.text, /The password is empty[\s\S]*The password is: long enough/);
});

test("Three wrong passwords end with the code for that", async () => {
	const { input, output, exit } = start(new ScriptedEngine());
	input.end("a\nb\nc\n");
	assert.equal(await exit, 20);
	assert.match(output.text, /3 attempts left[\s\S]*2 attempts left[\s\S]*1 attempt left/);
});

test("When the password that came with the command line is wrong, lines meant for the room are not tried as passwords", async () => {
	const engine = new ScriptedEngine();
	const { input, exit } = start(engine, { passwordFile: "-" });
	input.end("wrong\nprivate words\n");
	assert.equal(await exit, 20);
	assert.deepEqual(
		engine.commands.filter((command) => command.kind === "password"),
		[{ kind: "password", password: "wrong" }],
	);
});

test("An input that ends before the password came is a usage error", async () => {
	const { input, exit } = start(new ScriptedEngine());
	input.end();
	assert.equal(await exit, 2);
});

test("Slash commands tell who is here and what is blocked, kick by name, and a double slash is said", async () => {
	const engine = new ScriptedEngine();
	engine.blockViews = [blockView({ address: "192.0.2.9", since: noon, reason: "strikes", location })];
	const { input, output, exit } = start(engine, { takesCommands: true });
	input.write(`${rightPassword}\n`);
	await output.until("You joined");
	const bob = person("Bob", "B", { trust: "changed" });
	engine.set({ people: [...engine.snapshot().people, bob] });
	input.end("/who\n/blocks\n/kick bob\n/unblock 192.0.2.9\n/nonsense\n//quit\n/help\n");
	assert.equal(await exit, 0);
	assert.match(output.text, /^"Ann" \(you, key AAAA AAAA AAAA AAAA\)$/m);
	assert.match(output.text, /^"Bob" \(WARNING: [^)]*, key BBBB BBBB BBBB BBBB, room keys from before you came in\)$/m);
	assert.match(output.text, /^192\.0\.2\.9 \(Berlin, Germany\) blocked since 2025-11-21 \(wrong passwords\)$/m);
	assert.match(output.text, /Ann: \/quit$/m);
	assert.match(output.text, /There is no command \/nonsense/);
	assert.deepEqual(engine.commands.slice(2, 4), [
		{ kind: "kick", fingerprint: bob.fingerprint },
		{ kind: "unblock", address: "192.0.2.9" },
	]);
});

test("Lines of a pipe are said as they are, whatever they begin with; blank ones are passed over", async () => {
	const engine = new ScriptedEngine();
	const { input, output, exit } = start(engine);
	const lines = ["/home/ann/report.txt is ready", "/kick Ann", "//two", " ", "/quit", "the end"];
	input.end([rightPassword, ...lines].join("\n"));
	assert.equal(await exit, 0);
	assert.deepEqual(
		engine.commands.flatMap((command) => (command.kind === "password" ? [] : [command])).slice(1),
		lines.filter((line) => line.trim() !== "").map((text) => ({ kind: "send", text })),
	);
	assert.match(output.text, /Ann: \/quit$/m);
});

test("Lines of a pipe that are too long, no text, or refused are told, and the exit code says that they were not said", async () => {
	for (const bad of [Buffer.alloc(65 * 1024, "x"), Buffer.from([0x63, 0xe9]), Buffer.from("refuse me")]) {
		const engine = new ScriptedEngine();
		engine.override = (command) =>
			command.kind === "send" && command.text === "refuse me"
				? { kind: "refused", code: "text_too_long", what: "message" }
				: undefined;
		const { input, output, exit } = start(engine);
		input.end(Buffer.concat([Buffer.from(`${rightPassword}\nfirst\n`), bad, Buffer.from("\nlast\n")]));
		assert.equal(await exit, exitCodeOf("bad_text"));
		assert.match(output.text, /Ann: last$/m);
		assert.match(output.text, /One line was not said\./);
	}
});

test("/quit waits until the host has passed on what was said before", async () => {
	const engine = new ScriptedEngine();
	engine.deliversAtOnce = false;
	const { input, output, exit } = start(engine, { takesCommands: true });
	input.write(`${rightPassword}\nbefore\n/quit\n`);
	await output.until('You joined as "Ann"');
	while (engine.snapshot().timeline.length < 1) await new Promise((resolve) => setImmediate(resolve));
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(engine.closeCount, 0);
	engine.deliver();
	assert.equal(await exit, 0);
	assert.match(output.text, /Ann: before$/m);
});

test("Joins, leavings, strikes and blocks are one line each, in words", () => {
	const bob = person("Bob", "B", { address: "192.0.2.9", location });
	const words = (event: Parameters<typeof lineOf>[0]) => lineOf(event, now)?.slice(6);
	assert.equal(
		words({ kind: "joined", self: false, member: bob }),
		'-- "Bob" joined (first time here, key BBBB BBBB BBBB BBBB) from 192.0.2.9, Berlin, Germany',
	);
	assert.equal(words({ kind: "left", member: bob, reason: "connectionLost" }), '-- "Bob" lost the connection');
	assert.equal(
		words({ kind: "strike", address: "192.0.2.9", location, attempts: 3, disconnected: true }),
		"-- 192.0.2.9 (Berlin, Germany) entered 3 wrong passwords and was disconnected",
	);
	assert.match(
		words({ kind: "blocked", about: "address", address: "192.0.2.9", location }) ?? "",
		/\/unblock 192\.0\.2\.9$/,
	);
});

test("A text of several lines cannot pass for another event", () => {
	const from = person("Mallory", "C");
	const breaks = fc.constantFrom("\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029");
	fc.assert(
		fc.property(fc.string(), breaks, (text, lineBreak) => {
			const line = lineOf(
				{ kind: "message", id: "1", from, at: 0, text: `${text}${lineBreak}10:32 Bob: I agree`, own: false },
				now,
			);
			const [, ...others] = (line ?? "").split(/\r\n|[\n\r\u0085\u2028\u2029]/);
			assert.ok(others.length > 0 && others.every((other) => other.startsWith("  > ")));
		}),
	);
});

test("A stop signal, and an output that goes away, leave the room", async () => {
	for (const act of [
		(run: ReturnType<typeof start>) => run.stop.abort(),
		(run: ReturnType<typeof start>) => run.output.destroy(),
	]) {
		const engine = new ScriptedEngine();
		const run = start(engine);
		run.input.write(`${rightPassword}\n`);
		await run.output.until("You joined");
		act(run);
		assert.equal(await run.exit, 0);
		assert.ok(engine.closeCount > 0);
	}
});

test("Whoever pastes a friend's line where a password is asked for is offered to join, and may say that it is the password.", async () => {
	for (const [answer, wanted] of [
		["", "join"],
		["password", "host"],
	] as const) {
		const engine = new ScriptedEngine();
		const { input, output, exit } = start(engine, { intent: { kind: "home", wish: {} } });
		input.end(`$ ./rt 192.0.2.2 47003\n${answer}\n${rightPassword}\n`);
		await exit;
		assert.match(output.text, /Press Enter to join 192\.0\.2\.2 47003/);
		assert.equal(engine.commands.find(({ kind }) => kind === "join" || kind === "host")?.kind, wanted);
	}
});

test("Whoever gives up before they are in is not told that they have left the room.", async () => {
	const engine = new ScriptedEngine();
	const { input, output, exit } = start(engine);
	input.end();
	await exit;
	assert.doesNotMatch(output.text, /have left/);
	assert.match(output.text, /Nothing was joined/);
});

test("A search of all rooms tells with each line in which room it was said", async () => {
	const engine = new ScriptedEngine();
	const said = (room: string, text: string) => {
		const line = lineFrom(personNamed("Bob", "known"), text);
		return line.kind === "line" ? [{ room, line }] : [];
	};
	engine.history = async ({ room, words }) => {
		assert.deepEqual({ room, words }, { room: undefined, words: "dinner" });
		return { lines: [...said("friendsx", "dinner at eight"), ...said("unknownx", "no dinner")], isMore: false };
	};
	const friends = { room: "friendsx", name: "Friends", kind: "standing", role: "guest" } as const;
	engine.set({ keptRooms: [friends] });
	const { input, output, exit } = start(engine, { takesCommands: true });
	input.end(`${rightPassword}\n/search --all dinner\n/search --all\n`);
	assert.equal(await exit, 0);
	assert.match(output.text, /"Friends" \d\d:\d\d Bob: dinner at eight\n.*a room that is gone \d\d:\d\d Bob: no dinner/);
	assert.match(output.text, /Please say more: \/search --all TEXT/);
});
