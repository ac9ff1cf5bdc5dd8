// A wrong turn is one Escape from safety: every screen, what Escape leads to, and that it costs nothing that was written.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, Snapshot } from "../../src/engine/api/api.ts";
import type { Outcome } from "../../src/engine/api/codes.ts";
import type { TalkView, VerificationView } from "../../src/engine/api/content.ts";
import type { Person } from "../../src/engine/api/people.ts";
import { keys } from "../support/terminal/terminal.ts";
import { openApp } from "../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine, lineFrom, noon, personNamed, self } from "../support/views/fake-engine.ts";
import { blockView, gateView, knockView } from "../support/views/gate-view.ts";

const target = "192.168.1.5 40213";
const f4 = "\u001BOS";
const ctrlK = "\u000B";
const altUp = "\u001B[1;3A";
const altG = "\u001Bg";

const grace: Person = personNamed("grace", "known");
const gate = gateView({ knocks: [knockView({ id: "k1", outcome: "wrong" })], blocks: [blockView({ since: noon })] });
const talkOf = (state?: VerificationView["state"]): TalkView => ({
	typing: [],
	isTellingTyping: true,
	...(state === undefined ? {} : { verification: { person: grace, state } }),
});
const host: Partial<Snapshot> = {
	phase: { kind: "inRoom", role: "host" },
	people: [{ ...self, isHost: true }, grace],
	hosting: exampleHosting,
	gate,
	talk: talkOf(),
};
const guest: Partial<Snapshot> = {
	phase: { kind: "inRoom", role: "guest" },
	people: [self, { ...grace, isHost: true }],
	talk: talkOf(),
};

/** `safety`: where one Escape leads. `leaves`: out of Real Talk, where nothing can be lost. */
interface Walk {
	readonly name: string;
	readonly snapshot: Partial<Snapshot>;
	readonly keys: readonly string[];
	readonly shows: string;
	readonly safety: string | "leaves";
	readonly isJoining?: true;
}

const chat = "Say something";
const draft = "half a word";
/** In the chat, with something written. */
const written = [keys.enter, draft];
const panel = [keys.enter, keys.f3];

const walks: readonly Walk[] = [
	{ name: "first name", snapshot: { identity: { kind: "none" } }, keys: [], shows: "Welcome", safety: "leaves" },
	{
		name: "help of the first name",
		snapshot: { identity: { kind: "none" } },
		keys: [keys.f1],
		shows: "While typing",
		safety: "What should others call you?",
	},
	{
		name: "unlock",
		snapshot: { identity: { kind: "locked", name: "ada", shortFingerprint: "89AB" } },
		keys: ["secret"],
		shows: "Welcome back",
		safety: "leaves",
	},
	{ name: "home", snapshot: {}, keys: [], shows: "Start a room", safety: "leaves" },
	{ name: "help at home", snapshot: {}, keys: [keys.f1], shows: "While typing", safety: "Start a room" },
	{ name: "about", snapshot: {}, keys: [keys.f1, "a"], shows: "GeoLite2", safety: "Keys" },
	{ name: "join form", snapshot: {}, keys: [keys.tab], shows: "Where is the room?", safety: "Start a room" },
	{
		name: "join form with a mistake",
		snapshot: {},
		keys: [keys.tab, "nonsense\r"],
		shows: "nonsense",
		safety: "Start a room",
	},
	{
		name: "dialling",
		snapshot: { phase: { kind: "connecting", target, step: "dialling" } },
		keys: [],
		shows: "Calling the other computer",
		safety: "Start a room",
	},
	{
		name: "password",
		snapshot: { phase: { kind: "passwordNeeded", target, attemptsLeft: 3, wasWrong: false } },
		keys: ["secret"],
		shows: "Please enter the password of this room",
		safety: "Start a room",
	},
	{
		name: "failed",
		snapshot: { phase: { kind: "ended", code: "refused" } },
		keys: [],
		shows: "There is no room open at this address.",
		safety: "Start a room",
		isJoining: true,
	},
	{ name: "what to tell friends", snapshot: host, keys: [], shows: "Server has been started.", safety: chat },
	{ name: "the same from the chat", snapshot: host, keys: [...written, keys.f2], shows: "Server has", safety: draft },
	{
		name: "help in the chat",
		snapshot: host,
		keys: [...written, keys.f1],
		shows: "send what you wrote",
		safety: draft,
	},
	{ name: "palette", snapshot: host, keys: [...written, ctrlK], shows: "Type a few letters", safety: draft },
	{ name: "search", snapshot: host, keys: [...written, keys.ctrlR, "x"], shows: "search ›", safety: draft },
	{ name: "choosing a message", snapshot: host, keys: [...written, altUp], shows: "reply", safety: draft },
	{ name: "a day asked for", snapshot: host, keys: [keys.enter, altG], shows: "/date", safety: "Enter send" },
	{ name: "people", snapshot: guest, keys: [draft, keys.f3], shows: "People (2)", safety: draft },
	{ name: "verifying from people", snapshot: guest, keys: [keys.f3, "v"], shows: "Verify grace", safety: "People (2)" },
	{ name: "panel", snapshot: host, keys: [...written, keys.f3], shows: "[1 People 2]", safety: draft },
	{ name: "knocks", snapshot: host, keys: [...panel, "2"], shows: "[2 Attempts]", safety: chat },
	{ name: "blocked", snapshot: host, keys: [...panel, "3"], shows: "[3 Blocked 1]", safety: chat },
	{ name: "settings", snapshot: host, keys: [...panel, "4"], shows: "[4 Settings]", safety: chat },
	{
		name: "all of a person",
		snapshot: host,
		keys: [...panel, keys.down, keys.enter],
		shows: "Fingerprint",
		safety: "[1 ",
	},
	{ name: "removing", snapshot: host, keys: [...panel, keys.down, "k"], shows: "Remove grace", safety: "[1 People" },
	{ name: "blocking", snapshot: host, keys: [...panel, keys.down, "b"], shows: "Block", safety: "[1 People" },
	{ name: "verifying", snapshot: host, keys: [...panel, keys.down, "v"], shows: "Verify grace", safety: "[1 People" },
	{
		name: "all of a knock",
		snapshot: host,
		keys: [...panel, "2", keys.enter],
		shows: "An attempt to come in",
		safety: "[2 Attempts]",
	},
	{ name: "unblocking", snapshot: host, keys: [...panel, "3", "u"], shows: "Unblock", safety: "[3 Blocked" },
	{ name: "a block typed", snapshot: host, keys: [...panel, "3", "a", "x"], shows: "Type it", safety: "[3 Blocked" },
	{
		name: "words that differ",
		snapshot: guest,
		keys: ["/verify grace\r", "2", keys.enter],
		shows: "fingerprint",
		safety: "1. ocean",
	},
	{
		name: "a secret",
		snapshot: guest,
		keys: ["/secret grace\r", "Where?"],
		shows: "A question for grace",
		safety: "1. ocean",
	},
	{
		name: "an answer",
		snapshot: { ...guest, talk: talkOf("asked") },
		keys: [draft, f4, "x"],
		shows: "Decline",
		safety: draft,
	},
];

for (const size of [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
] as const) {
	for (const walk of walks) {
		test(`At ${size.columns}×${size.rows}, Escape leads from "${walk.name}" to safety.`, async () => {
			const engine = new FakeEngine(walk.snapshot);
			engine.add(lineFrom(grace, "hello"));
			engine.answer = (command: Command): Outcome => {
				if (command.kind === "verifyWords") return { kind: "done", words: ["ocean", "velvet"] };
				if (command.kind === "leave") engine.set({ phase: { kind: "idle" }, people: [] });
				return { kind: "done" };
			};
			const intent = walk.isJoining ? ({ kind: "join", target } as const) : ({ kind: "home", wish: {} } as const);
			const screen = openApp(engine, { size, intent });
			await screen.typeEach(...walk.keys);
			if (size.columns === 80) await screen.shows(walk.shows);
			await screen.type(keys.escape);
			if (walk.safety === "leaves") await screen.eventually(() => assert.equal(screen.lastWords(), ""));
			else if (size.columns === 80 || !walk.safety.startsWith("[")) await screen.shows(walk.safety);
			const isInRoom = walk.snapshot.phase?.kind === "inRoom";
			assert.equal(engine.snapshot().phase.kind === "inRoom", isInRoom, "Escape never leaves a room");
			screen.close();
		});
	}
}

test("However deep one is in a room, Escape after Escape ends in the chat and stays there.", async () => {
	const engine = new FakeEngine(host);
	const screen = openApp(engine);
	await screen.typeEach(keys.enter, draft, keys.f3, "2", keys.enter, "b", keys.f1, "a");
	for (let pressed = 0; pressed < 8; pressed += 1) await screen.type(keys.escape);
	await screen.shows(draft);
	await screen.shows("Enter send");
	assert.equal(engine.snapshot().phase.kind, "inRoom");
	assert.equal(screen.lastWords(), undefined);
	screen.close();
});
