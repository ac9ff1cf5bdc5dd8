// The DHT on the start screen: off until it is wanted, and whom it contacts is read before it is.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { runPlain } from "../../src/ui/plain/plain.ts";
import { hostingNews } from "../../src/ui/words/host-sentences.ts";
import { attemptWords } from "../../src/ui/words/room-words.ts";
import { termsWords } from "../../src/ui/words/ways/way-words.ts";
import { Collected } from "../support/terminal/streams.ts";
import { keys } from "../support/terminal/terminal.ts";
import { openApp } from "../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine, self } from "../support/views/fake-engine.ts";
import { gateView } from "../support/views/gate-view.ts";
import { ScriptedEngine } from "../support/views/scripted-engine.ts";

const terms = { nodes: "node1.example:49737", hasRelay: false };
const ctrlT = "\u0014";

test("A room is not found through the DHT unless that is turned on, and then it is said whom that contacts.", async () => {
	const engine = new FakeEngine({ routeTerms: { dht: terms } });
	const screen = openApp(engine);
	await screen.shows("Ctrl-T: help them find you");
	assert.ok(!(await screen.text()).includes("node1.example"));
	await screen.type(ctrlT);
	await screen.shows("node1.example:49737");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.equal(engine.commands.length, 1));
	const [command] = engine.commands;
	assert.deepEqual(command?.kind === "host" && command.wish?.routes, ["dht"]);
	screen.close();
});

test("Where a relay is named the start screen offers it, and says before what it learns.", async () => {
	const engine = new FakeEngine({ routeTerms: { relay: { nodes: "wss://relay.example", hasRelay: true } } });
	const screen = openApp(engine);
	await screen.shows("Ctrl-T: let them come by your relay too");
	await screen.type(ctrlT);
	await screen.shows("wss://relay.example");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.equal(engine.commands.length, 1));
	const [command] = engine.commands;
	assert.deepEqual(command?.kind === "host" && command.wish, { routes: ["relay"] });
	screen.close();
});

test("Where the DHT is turned off again, or never on, nothing of it goes to the engine.", async () => {
	const engine = new FakeEngine({ routeTerms: { dht: terms } });
	const screen = openApp(engine);
	await screen.type(ctrlT);
	await screen.shows("no open port needed");
	await screen.type(ctrlT);
	await screen.shows("Friends come in directly only");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.equal(engine.commands.length, 1));
	const [command] = engine.commands;
	assert.deepEqual(command?.kind === "host" && command.wish?.routes, []);
	screen.close();
});

test("A guest reads whom the DHT contacts and what they learn as it is tried, and the reason when it fails.", () => {
	const target = { kind: "route", route: "dht", via: "node1.example:49737" } as const;
	const attempt = { transport: "dht", target } as const;
	assert.match(attemptWords({ ...attempt, state: "trying" }), /by node1\.example:49737: they learn.*not the room/);
	assert.equal(
		attemptWords({ ...attempt, state: "failed", why: { kind: "dial", failure: "refused", detail: "No way." } }),
		"From anywhere (DHT): No way.",
	);
});

test("Where the DHT cannot be used, the start screen does not speak of it.", async () => {
	const screen = openApp(new FakeEngine());
	await screen.shows("Start a room");
	assert.ok(!(await screen.text()).includes("DHT"));
	screen.close();
});

test("Line mode tells the invite when the room is found through the DHT, once, and why when it is not.", () => {
	const news = hostingNews();
	const standing = (state: "checking" | "open" | "blocked") => ({
		...exampleHosting,
		ways: [{ way: "dht", state, facts: { kind: "notAnnounced", detail: "None of them answers." } } as const],
		invite: "rt://abc",
	});
	assert.ok(!news(standing("checking")).join("\n").includes("rt://"));
	assert.deepEqual(news(standing("blocked")), [
		"From anywhere (DHT): None of them answers. It is tried again every minute.",
	]);
	assert.deepEqual(news(standing("open")).slice(-1), ["./rt rt://abc"]);
	assert.deepEqual(news(standing("open")), []);
});

test("The host screen says of the invite that it finds the room from anywhere.", async () => {
	const ways = [{ way: "dht", state: "open", facts: { kind: "announced", route: "dht" } } as const];
	const engine = new FakeEngine({
		phase: { kind: "inRoom", role: "host" },
		hosting: { ...exampleHosting, ways, invite: "rt://abc" },
	});
	const screen = openApp(engine);
	await screen.shows("finds you from anywhere");
	screen.close();
});

test("In line mode it is said whom the DHT contacts before the room is opened.", async () => {
	const engine = new ScriptedEngine();
	engine.set({ routeTerms: { dht: terms } });
	const [input, output, stop] = [new PassThrough(), new Collected(), new AbortController()];
	const intent = { kind: "host", wish: { routes: ["dht"] } } as const;
	const exit = runPlain({ engine, intent, input, output, stop: stop.signal, now: () => 0 });
	input.write("long enough\n");
	await output.until("Server has been started.");
	const [said, started] = [
		output.lines.indexOf(termsWords("dht", terms)),
		output.lines.indexOf("Server has been started."),
	];
	assert.ok(said !== -1 && said < started, output.lines.join("\n"));
	stop.abort();
	await exit;
});

test("Where nothing leads in from outside, the host screen offers at once to let friends find the room anyway, with whom that contacts, and F3 and /ways lead there.", async () => {
	const hosting = { ...exampleHosting, joinLines: exampleHosting.joinLines.slice(0, 1) };
	const phase = { kind: "inRoom", role: "host" } as const;
	const people = [{ ...self, isHost: true }];
	const engine = new FakeEngine({ phase, people, hosting, gate: gateView({}), routeTerms: { dht: terms } });
	const screen = openApp(engine, { size: { columns: 80, rows: 40 } });
	await screen.shows("f lets friends find you anyway");
	await screen.shows("node1.example:49737");
	await screen.type("f");
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "setRoute", route: "dht", isOn: true }]));
	const ways = [{ way: "dht", state: "open", facts: { kind: "announced", route: "dht" } } as const];
	engine.set({ hosting: { ...hosting, ways, invite: "rt://abc" } });
	await screen.shows("finds you from anywhere");
	assert.ok(!(await screen.text()).includes("also where no port is open"), "how that is called is behind a key");
	await screen.type("?");
	await screen.shows("also where no port is open");
	await screen.typeEach("f", keys.escape, `/ways${keys.enter}`);
	await screen.shows("f stops letting friends find you anyway");
	assert.deepEqual(engine.commands.at(-1), { kind: "setRoute", route: "dht", isOn: false });
	assert.ok(!(await screen.text()).includes(hosting.password), "who asks for the ways is not shown the password");
	await screen.typeEach(keys.escape, keys.f3, "4");
	await screen.shows("How friends find you");
	screen.close();
});

test("Whoever has let friends find the room anyway reads on the host screen what keeps it, without asking what was tried.", async () => {
	const way = {
		way: "dht",
		state: "blocked",
		facts: { kind: "notAnnounced", detail: "None of them answers." },
	} as const;
	const engine = new FakeEngine({
		phase: { kind: "inRoom", role: "host" },
		people: [self],
		routeTerms: { dht: terms },
		hosting: { ...exampleHosting, joinLines: [], ways: [way] },
		gate: gateView(),
	});
	const screen = openApp(engine, { size: { columns: 80, rows: 40 } });
	await screen.shows("None of them answers.");
	await screen.shows("? shows what was tried");
	screen.close();
});
