// The admin panel on a real terminal emulator, at every size: it is whole, says what matters, and does what the host asks.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "../../../src/engine/api/api.ts";
import type { GateView } from "../../../src/engine/api/gate.ts";
import { widthOf } from "../../../src/ui/text/width.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { type AppScreen, openApp, sizes } from "../../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine, personNamed, self } from "../../support/views/fake-engine.ts";
import { blockView, gateView, knockView, plainSettings } from "../../support/views/gate-view.ts";

const berlin = { label: "Berlin, Germany", isSameNetwork: false, asn: 3320, networkOwner: "Deutsche Telekom" };
const house = { address: "203.0.113.9", network: "203.0.113.9", location: berlin };
const grace = personNamed("grace", "known", house);
const bob = personNamed("bob", "new", house);
const dana = personNamed("dana", "verified", { address: "2001:db8::7", network: "2001:db8::/64", isAway: true });
const people = [{ ...self, isHost: true }, grace, dana, bob];

const knocks = [
	knockView({ outcome: "blocked", guesses: 6 }),
	knockView({ outcome: "joined", guesses: 0, address: "203.0.113.9", who: grace }),
	knockView({ outcome: "wrong", guesses: 2_400, count: 812, addresses: 1_000 }),
];
const block = blockView({
	address: "81.2.69.160",
	note: "guessed all night",
	location: { label: "London, United Kingdom", isSameNetwork: false },
	goesWith: { strikes: 6, knocks: 12, names: [grace], alsoBlocked: ["AS20712"] },
});

const down = (count: number): readonly string[] => Array.from({ length: count }, () => keys.down);

function hostEngine(gate: Partial<GateView> = {}, more: Partial<Snapshot> = {}): FakeEngine {
	const view = gateView({ knocks, blocks: [block], ...gate });
	return new FakeEngine({
		phase: { kind: "inRoom", role: "host" },
		people,
		hosting: exampleHosting,
		gate: view,
		...more,
	});
}

// Opens the panel and presses keys.
async function openPanel(
	engine: FakeEngine,
	pressed: readonly string[] = [],
	size = sizes[0] as AppSize,
): Promise<AppScreen> {
	const screen = openApp(engine, { size });
	await screen.typeEach(keys.enter, keys.f3, ...pressed);
	return screen;
}

type AppSize = { readonly columns: number; readonly rows: number };

interface Scene {
	readonly name: string;
	readonly keys: readonly string[];
	readonly gate?: Partial<GateView>;
	/** Must be readable at every size. */
	readonly shows: readonly string[];
}

const scenes: readonly Scene[] = [
	{
		name: "people",
		keys: [],
		shows: [
			"[",
			"ada (you, host)",
			"2 people behind one address: 203",
			"bob first time",
			"dana reconnecting",
			"Esc back",
		],
	},
	{
		name: "one person",
		keys: [...down(1), keys.enter],
		shows: ["Key's words", "ocean velvet", "Fingerprint", "203.0.113.9", "k remove"],
	},
	{ name: "knocks", keys: ["2"], shows: ["[all]", "6 wrong", "grace joined", "2,400 wrong"] },
	{ name: "no knocks", keys: ["2"], gate: { knocks: [] }, shows: ["Nobody has tried to come in"] },
	{ name: "a burst", keys: ["2", ...down(2), keys.enter], shows: ["812 times from 1,000 or more addresses"] },
	{ name: "blocked", keys: ["3"], shows: ["› 81.2.69.160", "u unblock"] },
	{ name: "nobody blocked", keys: ["3"], gate: { blocks: [] }, shows: ["Nobody is blocked.", "a add"] },
	{ name: "unblocking", keys: ["3", "u"], shows: ["Unblock 81.2.69.160?", "Enter unblock"] },
	{ name: "settings", keys: ["4", ...down(2)], shows: ["› Place others see", "‹ country ›", "What the others learn"] },
	{
		name: "password",
		keys: ["4", ...down(6), keys.enter],
		shows: ["The new password of your room", "Enter change it"],
	},
	{ name: "number of people", keys: ["4", ...down(1), keys.enter], shows: ["› 50", "From 2 to 200"] },
	{
		name: "closing",
		keys: ["4", ...down(7), keys.enter],
		shows: ["3 people are told and must leave.", "y close it"],
	},
	{
		name: "removing",
		keys: [...down(1), "k"],
		shows: ["Remove grace from the room?", "bob, from the same address, can stay."],
	},
	{
		name: "verifying",
		keys: [...down(1), "v"],
		shows: ["Verify grace", "Read these aloud to each other", "They read the same words", "choose"],
	},
	{
		name: "blocking",
		keys: [...down(1), "b"],
		shows: ["address 203.0.113.9", "It hits 2 people: grace, bob.", "are removed"],
	},
	{ name: "typing a block", keys: ["3", "a", "81.2.69.0/24"], shows: ["Type it", "81.2.69.0/24", "Enter block"] },
	{ name: "help", keys: ["3", keys.f1], shows: ["let them try again", "a about"] },
];

for (const size of sizes) {
	for (const scene of scenes) {
		test(`The panel is whole at ${size.columns}×${size.rows}: ${scene.name}.`, async () => {
			const engine = hostEngine(scene.gate);
			engine.preview = { kind: "possible", block, hits: [grace, bob] };
			const screen = await openPanel(engine, scene.keys, size);
			for (const wanted of scene.shows) await screen.shows(wanted);
			const lines = await screen.lines();
			assert.notEqual(lines[0], "", "the title is in the first row");
			assert.notEqual(lines.at(-1), "", "the keys are in the last row");
			for (const line of lines) assert.ok(widthOf(line) <= size.columns, line);
			assert.equal(screen.overflow(), 0);
			screen.close();
		});
	}
}

test("A host alone is told what to do next.", async () => {
	const screen = await openPanel(hostEngine({}, { people: [people[0]!] }));
	await screen.shows("Nobody else is here. F2 shows what to tell friends.");
	await screen.type(keys.f2);
	await screen.shows("Server has been started.");
	screen.close();
});

test("People in one IPv6 network are marked as one, each with the address they come from.", async () => {
	const network = "2001:db8:1:2::/64";
	const home = ["::a", "::b"].map((end, index) =>
		personNamed(`person${index}`, "known", { address: `2001:db8:1:2${end}`, network }),
	);
	const screen = await openPanel(hostEngine({}, { people: [people[0]!, ...home] }));
	await screen.shows("2 people in one network: 2001:db8:1:2::/64");
	await screen.shows("2001:db8:1:2::a");
	await screen.shows("2001:db8:1:2::b");
	screen.close();
});

test("Two hundred people are scrolled through, and the chosen one is always in sight.", async () => {
	const crowd = Array.from({ length: 200 }, (_, index) => personNamed(`person${index}`));
	const screen = await openPanel(hostEngine({}, { people: crowd }), [], sizes[1]);
	await screen.shows("› ○ person0");
	await screen.typeEach(...down(30));
	await screen.shows("› ○ person30");
	await screen.type("\u001B[F");
	await screen.shows("› ○ person199");
	assert.equal(screen.overflow(), 0);
	screen.close();
});

test("/who and /admin open the panel for a host; a guest has a simple list, and no panel.", async () => {
	const host = openApp(hostEngine());
	await host.typeEach(keys.enter, "/admin\r");
	await host.shows("[1 People 4]");
	await host.typeEach(keys.escape, "/who\r");
	await host.shows("[1 People 4]");
	host.close();
	const guest = openApp(new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people }));
	await guest.type("/admin\r");
	await guest.shows("Only the host has the admin panel.");
	await guest.type(keys.f3);
	await guest.shows("People (4)");
	assert.ok(!(await guest.text()).includes("203.0.113.9"), "addresses are the host's business");
	await guest.type(keys.escape);
	await guest.shows("Say something");
	guest.close();
});

test("Slash commands open the panel where they belong.", async () => {
	const screen = openApp(hostEngine());
	await screen.type(keys.enter);
	for (const [typed, shown] of [
		["/knocks\r", "[2 Attempts]"],
		["/blocks\r", "[3 Blocked 1]"],
		["/password\r", "The new password of your room"],
	] as const) {
		await screen.type(typed);
		await screen.shows(shown);
		await screen.typeEach(keys.escape, keys.escape);
		await screen.shows("Say something");
	}
	screen.close();
});

test("New knocks come in while one looks, and a filter narrows them down by asking the engine.", async () => {
	const engine = hostEngine({ knocks: [] });
	const screen = await openPanel(engine, ["2"]);
	await screen.shows("Nobody has tried to come in");
	engine.set({ gate: gateView({ knocks }) });
	await screen.shows("6 wrong passwords, blocked");
	engine.knockViews = [knockView({ address: "198.51.100.1", outcome: "joined", guesses: 0 })];
	await screen.typeEach("f", "f");
	await screen.shows("[joined]");
	await screen.shows("198.51.100.1");
	assert.deepEqual(engine.lastQuery, { filter: "joined" });
	screen.close();
});

test("Unblocking shows everything that goes with it, asks, and can be undone by one key.", async () => {
	const engine = hostEngine();
	const screen = await openPanel(engine, ["3", "u"]);
	for (const wanted of [
		"guessed all night",
		"London, United Kingdom",
		"grace (",
		"6 wrong passwords, cleared with it",
		"12 attempts",
		"by AS20712: lift that too to let them in",
	])
		await screen.shows(wanted);
	assert.deepEqual(engine.commands, []);
	await screen.type("u");
	await screen.shows("81.2.69.160 may try again.");
	await screen.shows("z block 81.2.69.160 again");
	await screen.type("z");
	await screen.shows("81.2.69.160 is blocked again.");
	assert.deepEqual(engine.commands, [
		{ kind: "unblock", address: "81.2.69.160" },
		{ kind: "block", address: "81.2.69.160", note: "guessed all night" },
	]);
	screen.close();
});

test("What the engine refuses is told on the page that asked, and nothing is lost.", async () => {
	const engine = hostEngine();
	engine.answer = () => ({ kind: "refused", code: "bad_address", why: "thisComputer" });
	const screen = await openPanel(engine, ["3", "a", "127.0.0.1", keys.enter]);
	await screen.shows("That is this computer itself, so it was not blocked.");
	await screen.shows("127.0.0.1");
	screen.close();
});

test("A preview that the engine refuses is shown while typing.", async () => {
	const engine = hostEngine();
	engine.preview = { kind: "refused", code: "bad_address", why: "notBlockable" };
	const screen = await openPanel(engine, ["3", "a", "x"]);
	await screen.shows("That can't be blocked.");
	screen.close();
});

test("A paused room says so in the title.", async () => {
	const engine = hostEngine();
	engine.answer = (command) => {
		if (command.kind === "settings") engine.set({ gate: gateView({ settings: { ...plainSettings, isPaused: true } }) });
		return { kind: "done" };
	};
	const screen = await openPanel(engine, ["4", keys.enter]);
	await screen.shows("nobody new gets in");
	await screen.shows("‹ no ›");
	screen.close();
});

test("A new password is on the screen while it is chosen, and afterwards only where friends are told.", async () => {
	const engine = hostEngine();
	engine.answer = (command) => {
		if (command.kind === "setPassword") engine.set({ hosting: { ...exampleHosting, password: command.password } });
		return { kind: "done" };
	};
	const screen = await openPanel(engine, ["4", ...down(6), keys.enter, "another-good-one", keys.enter]);
	await screen.shows("The new password holds from now on.");
	assert.ok(!(await screen.text()).includes("another-good-one"));
	await screen.type(keys.f2);
	await screen.shows("The password is: another-good-one");
	screen.close();
});

test("Closing the room leaves it.", async () => {
	const engine = hostEngine();
	const screen = await openPanel(engine, ["4", ...down(7), keys.enter, "y"]);
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "leave" }]));
	screen.close();
});

test("With NO_COLOR the chosen line, the tab on show and everybody's trust can still be told apart.", async () => {
	const screen = openApp(hostEngine(), { env: { NO_COLOR: "1", TERM: "xterm-256color" } });
	await screen.typeEach(keys.enter, keys.f3, keys.down);
	await screen.shows("[1 People 4]");
	await screen.shows("› │ ○ grace");
	await screen.shows("bob first time");
	assert.doesNotMatch(screen.raw(), /\u001B\[(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/);
	screen.close();
});

test("F3 opens the panel at the people, wherever it was left: the next keys mean what fingers expect.", async () => {
	const screen = await openPanel(hostEngine(), ["4", ...down(5), keys.escape]);
	await screen.shows("Say something");
	await screen.typeEach(keys.f3, keys.down);
	await screen.shows("› │ ○ grace");
	screen.close();
});

test("A draft is still there after a look at the panel.", async () => {
	const screen = openApp(hostEngine());
	await screen.typeEach(keys.enter, "half a thought", keys.f3);
	await screen.shows("[1 People 4]");
	await screen.type(keys.escape);
	await screen.shows("› half a thought");
	screen.close();
});
