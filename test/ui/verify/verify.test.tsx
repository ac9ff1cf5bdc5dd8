// Comparing keys on the screen: the words, the secret, whoever asks while one writes, and the warning when a key has changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, Snapshot } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { TalkView, VerificationView } from "../../../src/engine/api/content.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { widthOf } from "../../../src/ui/text/width.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { type AppScreen, openApp, sizes } from "../../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine, lineFrom, personNamed, self } from "../../support/views/fake-engine.ts";
import { gateView } from "../../support/views/gate-view.ts";

const words = ["ocean", "velvet", "tiger", "maple", "orbit", "candle"];
const grace = personNamed("grace", "new", { isHost: true });
const old = personNamed("old grace");
const formerKeys = [
	{
		fingerprint: old.fingerprint,
		shortFingerprint: old.shortFingerprint,
		lastSeenAt: Date.UTC(2024, 1, 3),
		isVerified: true,
	},
];
const impostor = personNamed("bob", "changed", { formerKeys });
const f4 = "\u001BOS";

const talkWith = (verification?: VerificationView): TalkView => ({
	typing: [],
	isTellingTyping: true,
	...(verification === undefined ? {} : { verification }),
});

function inRoom(people: readonly Person[], more: Partial<Snapshot> = {}): FakeEngine {
	const engine = new FakeEngine({
		phase: { kind: "inRoom", role: "guest" },
		people: [self, ...people],
		talk: talkWith(),
		...more,
	});
	engine.answer = (command: Command): Outcome =>
		command.kind === "verifyWords" ? { kind: "done", words } : { kind: "done" };
	return engine;
}

async function assertWhole(screen: AppScreen, columns: number): Promise<void> {
	const lines = await screen.lines();
	assert.notEqual(lines[0], "", "the title stands in the first row");
	assert.notEqual(lines.at(-1), "", "the keys stand in the last row");
	for (const line of lines) assert.ok(widthOf(line) <= columns, line);
}

const verifications = (engine: FakeEngine) => engine.commands.filter(({ kind }) => kind.startsWith("verify"));

for (const size of sizes) {
	test(`At ${size.columns}×${size.rows}, /verify shows the six words whole, and the same words verify.`, async () => {
		const engine = inRoom([grace]);
		const screen = openApp(engine, { size });
		await screen.type("/verify gra\r");
		await screen.shows("Verify grace");
		for (const [place, word] of words.entries()) await screen.shows(`${place + 1}. ${word}`);
		await screen.shows("They read the same words");
		await screen.shows("Ask both for a secret only you two know");
		await assertWhole(screen, size.columns);
		await screen.typeEach(keys.enter, keys.down, keys.enter);
		await screen.shows("✓ grace is verified.");
		await assertWhole(screen, size.columns);
		const { fingerprint } = grace;
		assert.deepEqual(verifications(engine), [
			{ kind: "verifyWords", fingerprint },
			{ kind: "verify", fingerprint, isVerified: true },
		]);
		await screen.type(keys.enter);
		await screen.shows("Say something");
		screen.close();
	});

	test(`At ${size.columns}×${size.rows}, a changed key interrupts with both keys, and only a choice leads on.`, async () => {
		const engine = inRoom([grace]);
		const screen = openApp(engine, { size });
		await screen.type("half a sentence");
		engine.set({ people: [self, grace, impostor] });
		await screen.shows("A KEY HAS CHANGED");
		await screen.shows(`before ${old.shortFingerprint}`);
		await screen.shows(`now ${impostor.shortFingerprint}`);
		if (size.rows > 12) {
			await screen.shows((await engine.keyWords(impostor.fingerprint)).join(" "));
			await screen.shows((await engine.keyWords(old.fingerprint)).join(" "));
		}
		await assertWhole(screen, size.columns);
		await screen.typeEach(keys.enter, keys.escape, "3", keys.enter, "hello\r", keys.paste("3\r"), keys.escape);
		await screen.shows("A KEY HAS CHANGED");
		await screen.shows("This is not closed by Esc");
		assert.deepEqual(
			engine.commands.filter(({ kind }) => kind !== "typing"),
			[],
		);
		await screen.typeEach(keys.down, keys.down, keys.down);
		await screen.shows("› 3 I know why: go on");
		await screen.type(keys.enter);
		await screen.shows("half a sentence");
		engine.set({ people: [self, grace] });
		engine.set({ people: [self, grace, { ...impostor }] });
		await screen.shows("half a sentence");
		assert.ok(!(await screen.text()).includes("A KEY HAS CHANGED"), "once for a person in a room");
		screen.close();
	});
}

test("A secret is asked for with a question, never shown, and how it ended is told.", async () => {
	const engine = inRoom([grace]);
	const screen = openApp(engine);
	await screen.type("/verify grace\r");
	await screen.shows("1. ocean");
	await screen.typeEach("3", keys.enter);
	await screen.shows("A question for grace");
	await screen.typeEach("Where did we meet?", keys.enter, "At the lake");
	await screen.shows("•••••••••••");
	engine.answer = (command: Command): Outcome => {
		if (command.kind === "verifyAsk") engine.set({ talk: talkWith({ person: grace, state: "asking" }) });
		return { kind: "done" };
	};
	await screen.type(keys.enter);
	await screen.shows("Waiting for grace to type the secret");
	assert.ok(!screen.raw().includes("At the lake"));
	assert.deepEqual(engine.commands.at(-1), {
		kind: "verifyAsk",
		fingerprint: grace.fingerprint,
		secret: "At the lake",
		question: "Where did we meet?",
	});
	const ends = [
		["checking", "Comparing"],
		["mismatched", "!! Not the same secret."],
		["declined", "grace did not answer"],
		["timedOut", "Five minutes are over."],
		["left", "grace left before the check was over."],
		["matched", "It is the same secret: grace is verified."],
	] as const;
	for (const [state, told] of ends) {
		engine.set({ talk: talkWith({ person: grace, state }) });
		await screen.shows(told);
	}
	await screen.type(keys.escape);
	await screen.shows("Say something");
	screen.close();
});

test("Whoever is asked goes on writing under a note, answers with F4, and finds the draft again.", async () => {
	const engine = inRoom([grace]);
	const screen = openApp(engine);
	await screen.type("half a ");
	engine.set({ talk: talkWith({ person: grace, state: "asked", question: "Where did we meet?" }) });
	await screen.shows("grace wants to make sure it is you: F4 answers");
	await screen.type("sentence");
	await screen.shows("half a sentence");
	await screen.type(f4);
	await screen.shows("They wrote: Where did we meet?");
	await screen.type("At the lake");
	await screen.shows("•••••••••••");
	await screen.type(keys.enter);
	await screen.eventually(() =>
		assert.deepEqual(verifications(engine), [{ kind: "verifyAnswer", secret: "At the lake" }]),
	);
	engine.set({ talk: talkWith({ person: grace, state: "mismatched" }) });
	await screen.shows("!! Not the same secret.");
	await screen.type(keys.escape);
	await screen.shows("half a sentence");
	assert.ok(!screen.raw().includes("At the lake"));
	screen.close();
});

test("Declining is one key away, and Escape leaves the question for later.", async () => {
	const engine = inRoom([grace], { talk: talkWith({ person: grace, state: "asked" }) });
	const screen = openApp(engine);
	await screen.type(f4);
	await screen.shows("grace wants to make sure it is you, and asks");
	await screen.type(keys.escape);
	await screen.shows("F4 answers");
	assert.deepEqual(verifications(engine), []);
	await screen.typeEach(f4, keys.tab, keys.enter);
	await screen.eventually(() => assert.deepEqual(verifications(engine), [{ kind: "verifyAbort" }]));
	screen.close();
});

test("Without anybody asking, F4 compares keys with the only other person at once; in the list of people v does it.", async () => {
	const engine = inRoom([grace]);
	const screen = openApp(engine);
	await screen.type(f4);
	await screen.shows("1. ocean");
	await screen.typeEach(keys.escape, keys.f3);
	await screen.shows("› grace (host)");
	await screen.type("v");
	await screen.shows("1. ocean");
	await screen.type(keys.escape);
	await screen.shows("People (2)");
	screen.close();
});

test("With several others, or none, F4 begins /verify, where Tab completes the name.", async () => {
	for (const others of [[grace, personNamed("joan")], []]) {
		const screen = openApp(inRoom(others));
		await screen.type(f4);
		await screen.shows("› /verify");
		screen.close();
	}
});

test("The host removes or blocks whoever comes with another's name, from the warning itself.", async () => {
	const hosting = { ...exampleHosting };
	for (const [steps, command] of [
		[2, { kind: "kick", fingerprint: impostor.fingerprint }],
		[3, { kind: "block", address: impostor.fingerprint, isRemoving: true }],
	] as const) {
		const engine = inRoom([impostor], { phase: { kind: "inRoom", role: "host" }, hosting, gate: gateView() });
		const screen = openApp(engine);
		await screen.shows("bob comes with another key than before.");
		await screen.typeEach(...Array.from({ length: steps }, () => keys.down), keys.enter);
		await screen.eventually(() => assert.deepEqual(engine.commands, [command]));
		engine.set({ people: [self] });
		await screen.shows("Server has been started.");
		screen.close();
	}
});

test("Verifying from the warning leads back to it until the person is verified; then every place shows it.", async () => {
	const engine = inRoom([impostor]);
	engine.add(lineFrom(impostor, "it is me"));
	const screen = openApp(engine, { size: { columns: 100, rows: 24 } });
	await screen.shows("bob comes with another key than before.");
	await screen.typeEach(keys.down, keys.enter);
	await screen.shows("This name had another key before.");
	await screen.type(keys.escape);
	await screen.shows("A KEY HAS CHANGED");
	await screen.typeEach(keys.down, keys.enter);
	await screen.shows("1. ocean");
	const bob = personNamed("bob", "verified");
	engine.answer = (command: Command): Outcome => {
		if (command.kind === "verify") {
			engine.entries[0] = lineFrom(bob, "it is me");
			engine.set({ people: [self, bob] });
		}
		return { kind: "done" };
	};
	await screen.typeEach("1", keys.enter);
	await screen.shows("✓ bob is verified.");
	await screen.type(keys.enter);
	await screen.shows("● bob");
	await screen.shows("bob ●");
	assert.ok(!(await screen.text()).includes("KEY CHANGED"));
	screen.close();
});

test("Two people with changed keys are told one after the other.", async () => {
	const second = personNamed("eve", "changed");
	const engine = inRoom([impostor, second]);
	const screen = openApp(engine);
	await screen.shows("bob comes with another key");
	await screen.typeEach(keys.down, keys.down, keys.down, keys.enter);
	await screen.shows("eve comes with another key");
	await screen.typeEach(keys.down, keys.down, keys.down, keys.enter);
	await screen.shows("Say something");
	screen.close();
});

test("/secret goes straight to the secret, and /answer to the answer.", async () => {
	const engine = inRoom([grace]);
	const screen = openApp(engine);
	await screen.type("/answer\r");
	await screen.shows("Nobody asks for a secret at the moment.");
	await screen.typeEach(keys.ctrlC, "/secret grace\r");
	await screen.shows("A question for grace");
	await screen.type(keys.escape);
	await screen.shows("1. ocean");
	await screen.type(keys.escape);
	engine.set({ talk: talkWith({ person: grace, state: "asked" }) });
	await screen.shows("F4 answers");
	await screen.type("/answer\r");
	await screen.shows("grace wants to make sure it is you, and asks");
	screen.close();
});
