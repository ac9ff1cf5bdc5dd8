// What calls a person who looks elsewhere: the title of the window, the bell, a desktop notification; for guests as for hosts.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Event } from "../../../src/engine/api/events.ts";
import { standardCalls } from "../../../src/ui/actions/calls.ts";
import { readSettings } from "../../../src/ui/settings/settings.ts";
import { alertCallOf, callOf, titleWords } from "../../../src/ui/start/call-words.ts";
import { titleOf } from "../../../src/ui/terminal/words.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp, sizes } from "../../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine, lineFrom, personNamed, self } from "../../support/views/fake-engine.ts";
import { gateView } from "../../support/views/gate-view.ts";

const grace = personNamed("grace", "known", { isHost: true });
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace] } as const;
const away = "\u001B[O";
const back = "\u001B[I";
const secret = "the secret of grace";

let nextId = 0;
function message(more: { readonly mentionsMe?: true } = {}): Event {
	nextId += 1;
	return { kind: "message", id: `m${nextId}`, from: grace, at: 0, text: secret, own: false, ...more };
}

function offer(more: { readonly own?: true; readonly files?: number } = {}): Event {
	const { fingerprint, name, trust } = grace;
	const from = { fingerprint, name, trust, isSelf: false };
	return { kind: "fileOffered", id: "f1", from, name: secret, size: 3, own: false, ...more };
}

function open(calls: Partial<typeof standardCalls> = {}) {
	const engine = new FakeEngine(inRoom);
	const env = { VTE_VERSION: "7000", TERM: "xterm-256color" };
	const screen = openApp(engine, { env, settings: { calls: { ...standardCalls, ...calls } } });
	const written = async (what: string) => screen.eventually(() => assert.ok(screen.raw().includes(what), what));
	return { engine, screen, written };
}

test("While a guest looks elsewhere the title counts what is unread, a mention rings and notifies, and no word of it is told.", async () => {
	const { engine, screen, written } = open();
	await screen.type(away);
	engine.emit(message());
	await written("\u001B]2;(1) Real Talk\u001B\\");
	assert.ok(!screen.raw().includes("]777;"), "a message alone calls nobody who has not asked for it");
	engine.emit(message({ mentionsMe: true }));
	await written("\u001B]2;(2 @) Real Talk\u001B\\");
	await written("\u0007\u001B]777;notify;Real Talk;Somebody says your name\u0007");
	assert.ok(!screen.raw().includes(secret) && !/\][^\u0007]*grace/.test(screen.raw()));
	await screen.type(back);
	await screen.eventually(() =>
		assert.ok(screen.raw().lastIndexOf("]2;Real Talk\u001B\\") > screen.raw().lastIndexOf("(2 @)")),
	);
	screen.close();
	assert.ok(
		screen.raw().includes("\u001B[22;2t") && screen.raw().lastIndexOf("\u001B[23;2t") > 0,
		"the person's own title is back",
	);
});

test("A file that is offered while somebody looks elsewhere rings and counts, one's own does not, and what it is called is never told.", async () => {
	const { engine, screen, written } = open();
	await screen.type(away);
	engine.emit(offer({ own: true }));
	engine.emit(offer());
	await written("\u001B]2;(1) Real Talk\u001B\\");
	await written("\u0007");
	assert.ok(!screen.raw().includes("]777;") && !screen.raw().includes(secret));
	screen.close();
	const other = open({ files: "desktop" });
	await other.screen.type(away);
	other.engine.emit(offer({ files: 2 }));
	await other.written("\u001B]777;notify;Real Talk;Somebody offers a folder\u0007");
	assert.ok(!other.screen.raw().includes(secret));
	other.screen.close();
	assert.equal(callOf(offer(), true)?.words, '"grace" offers a file');
});

test("Nothing rings, notifies or counts while the window has the focus.", async () => {
	const { engine, screen, written } = open({ messages: "both" });
	await screen.type(away + back);
	engine.emit(message({ mentionsMe: true }));
	engine.emit(message());
	await screen.type(away);
	engine.emit(message());
	await written("]777;");
	assert.equal(screen.raw().split("]777;").length, 2);
	await written("]2;(1) Real Talk\u001B\\");
	assert.ok(!screen.raw().includes("(2"));
	screen.close();
});

test("What calls can be chosen for each cause, also while in the room, and names only when they are wanted.", async () => {
	const { engine, screen, written } = open({ mentions: "off", names: true, title: false });
	await screen.type(`/calls joins desktop${keys.enter}`);
	await screen.shows("People who join somebody else's room show a desktop notification.");
	await screen.type(away);
	engine.emit(message({ mentionsMe: true }));
	engine.emit({ kind: "joined", self: false, member: personNamed("bob\u0007\u001B]52;c;eA==\u0007") });
	await written('\u001B]777;notify;Real Talk;"bob');
	assert.ok(!screen.raw().includes("\u001B]52") && !screen.raw().includes("\u001B]2;"));
	await screen.type(`/calls everything${keys.enter}`);
	await screen.shows("Please type what calls you and how");
	screen.close();
});

test("No title and no call ever has a word of what was said, whatever it was.", () => {
	fc.assert(
		fc.property(fc.string({ minLength: 12, unit: "grapheme" }), fc.boolean(), (text, names) => {
			const call = callOf({ kind: "message", id: "1", from: grace, at: 0, text, own: false }, names);
			assert.ok(
				call !== undefined && (call.words === "Somebody said something" || call.words === '"grace" said something'),
			);
		}),
	);
	assert.equal(titleWords(1000, false), "(99+) Real Talk");
});

test("A title is one sequence whatever stands in it, and none where the terminal would show it.", () => {
	fc.assert(
		fc.property(fc.string({ unit: anyCharacter }), (text) => {
			assert.match(titleOf(text, {}) ?? "", /^\u001B\]2;[^\p{C};]{0,60}\u001B\\$/u);
		}),
	);
	assert.equal(titleOf("x", { TERM: "linux" }), undefined);
});

test("The table in config.toml sets each of it, and what is wrong in it is told with its name.", () => {
	const read = readSettings('[calls]\nmessages = "bell"\nnames = true\n');
	assert.ok(read.kind === "settings");
	assert.deepEqual(read.settings.calls, { ...standardCalls, messages: "bell", names: true });
	const refused = readSettings('[calls]\nmessages = "loud"\n');
	assert.match(refused.kind === "refused" ? refused.message : "", /calls\.messages must be/);
});

const own = {
	phase: { kind: "inRoom", role: "host" },
	people: [{ ...self, isHost: true }, grace],
	hosting: exampleHosting,
	gate: gateView(),
} as const;

for (const size of sizes) {
	test(`At ${size.columns}×${size.rows} one page has all that calls, for a guest by /calls, for a host from F3 too, and what is changed there holds.`, async () => {
		const guest = openApp(new FakeEngine(inRoom), { size });
		await guest.type(`/calls${keys.enter}`);
		await guest.shows("What calls you");
		await guest.shows("› mentions ‹ both ›");
		await guest.typeEach(keys.down, keys.right);
		await guest.shows("› messages ‹ bell ›");
		await guest.shows("Other messages ring the bell.");
		await guest.typeEach(keys.escape, `/calls${keys.enter}`);
		await guest.shows("messages bell");
		assert.equal(guest.overflow(), 0);
		guest.close();

		const engine = new FakeEngine(own);
		const host = openApp(engine, { size });
		await host.typeEach(keys.enter, keys.f3, "4", keys.down, keys.down, keys.down, keys.enter);
		await host.shows("What calls you");
		await host.typeEach(keys.down, keys.down, keys.down, keys.down, keys.down, keys.left);
		await host.shows("› alerts ‹ off ›");
		await host.type("q");
		await host.shows("Say something");
		await host.type(away);
		const before = host.raw().length;
		engine.emit({ kind: "joined", self: false, member: personNamed("bob") });
		engine.add(lineFrom(self, "nothing rang"));
		await host.shows("nothing rang");
		assert.ok(!host.raw().slice(before).includes("\u0007"));
		assert.deepEqual(
			engine.commands.filter(({ kind }) => kind === "settings"),
			[],
			"the engine has no part in it",
		);
		host.close();
	});
}

test("A host's notification names nobody until names are wanted, and every alert has words without a name.", () => {
	const location = { label: "London, United Kingdom", isSameNetwork: false };
	const alerts: readonly Event[] = [
		{ kind: "joined", self: false, member: { ...grace, location } },
		{ kind: "strike", address: "81.2.69.160", location, attempts: 2, disconnected: false },
		{ kind: "blocked", about: "address", address: "81.2.69.160", location },
	];
	for (const event of alerts) {
		const nameless = alertCallOf(event, false);
		assert.equal(nameless?.cause, "alerts");
		assert.match(nameless?.words ?? "", /^[A-Z]/);
		assert.doesNotMatch(nameless?.words ?? "", /grace|81\.2|London/);
		assert.match(alertCallOf(event, true)?.words ?? "", /grace|81\.2/);
	}
	assert.equal(alertCallOf(message(), true), undefined);
});
