// Scenes for tests of the views: every screen in a state worth looking at, by a made-up engine and the keys that lead there.

import type { Entry, Snapshot } from "../../../src/engine/api/api.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import type { Intent } from "../../../src/ui/words/intent.ts";
import { keys } from "../terminal/terminal.ts";
import { type AppScreen, openApp } from "./app-screen.tsx";
import { exampleHosting, FakeEngine, lineFrom, noon, personNamed, self } from "./fake-engine.ts";
import { filesEngine } from "./file-scenes.ts";
import { blockView, gateView, knockView } from "./gate-view.ts";
import { postsEngine } from "./post-scenes.ts";

const people = [
	{ ...self, isHost: true },
	personNamed("grace", "verified"),
	personNamed("mallory", "known"),
	personNamed("a person with a very long name indeed", "new"),
];

// Who was here with another key than before; such a person in the room would interrupt every screen.
const changed = personNamed("mallory", "changed");

/** A host with three others in their room. */
export const hosting = { phase: { kind: "inRoom", role: "host" }, people, hosting: exampleHosting } as const;

/** Their room, where a lot has happened. */
export function busyEngine(): FakeEngine {
	const engine = new FakeEngine(hosting);
	engine.add({ kind: "youJoined", id: "y", at: noon });
	for (const person of [...people, changed]) {
		engine.add({ kind: "joined", id: `j${person.name}${person.trust}`, at: noon, person });
	}
	engine.add(lineFrom(people[1]!, "hello 👩‍💻 漢字 ".repeat(20)), lineFrom(changed, "x".repeat(300)));
	engine.add({
		kind: "notice",
		id: "n",
		at: noon,
		tone: "alarm",
		notice: {
			code: "blocked",
			about: "address",
			address: "203.0.113.9",
			location: { label: "Berlin, Germany", isSameNetwork: false },
			reason: "strikes",
		},
	});
	engine.add(
		{ kind: "left", id: "l", at: noon, person: people[1]!, reason: "left" },
		lineFrom(self, "the newest line"),
	);
	return engine;
}

type Line = Extract<ReturnType<typeof lineFrom>, { kind: "line" }>;

function line(from: Person, text: string, minute: number, more: Partial<Line> = {}): Entry {
	return { ...lineFrom(from, text, { at: noon + minute * 60_000 }), ...more } as Entry;
}

/** A room where each kind of line has been said, over two days. */
function talkEngine(): FakeEngine {
	const [, grace = self, mallory = self, stranger = self] = people;
	const engine = new FakeEngine({
		...hosting,
		talk: { typing: [grace], isTellingTyping: true },
	});
	const yesterday = { at: noon - 24 * 60 * 60_000 };
	const question = line(grace, "Does this work behind your router?", 1);
	engine.add(
		{ kind: "youJoined", id: "y", ...yesterday },
		{ kind: "joined", id: "j", ...yesterday, person: grace },
		line(grace, "Good evening", 0, yesterday),
		question,
		line(self, "Yes: it opened the port by itself.\nLook: https://example.org/router?a=1#top", 2, {
			reply: { id: question.id, name: "grace", text: "Does this work behind your router?" },
			delivery: { kind: "reached", count: 2, of: 3 },
			reactions: [{ emoji: "🎉", people: [grace, mallory], isMine: false }],
		} as Partial<Line>),
		line(mallory, "@ada and everybody: run `rt doctor`, or\n```\nrt doctor --stun stun.example.org\n```", 3, {
			mentionsMe: true,
		}),
		line(stranger, "waves 👋🏽 from 漢字", 4, { isAction: true }),
		line(mallory, "", 5, { gone: "deleted" }),
		line(grace, "only for a minute", 6, { isEdited: true, disappearsAt: noon + 7 * 60_000 }),
		{
			kind: "notice",
			id: "n1",
			at: noon + 7 * 60_000,
			tone: "warning",
			notice: {
				code: "strike",
				address: "203.0.113.9",
				location: { label: "Berlin, Germany", isSameNetwork: false },
				attempts: 1,
				disconnected: false,
			},
		},
		line(self, "could not be sent", 8, { delivery: { kind: "failed", code: "room_closed" } } as Partial<Line>),
		line(self, "on its way", 9, { delivery: { kind: "sending" } }),
	);
	return engine;
}

/** A room of which somebody outside has learned something of each kind. */
function toldEngine(): FakeEngine {
	const engine = new FakeEngine(hosting);
	engine.toldView = {
		since: noon,
		disclosures: [
			{ kind: "routerSearch", to: "239.255.255.250", at: noon },
			{ kind: "router", to: "192.168.1.1", at: noon },
			{ kind: "shownOnNetwork", to: "224.0.0.251", at: noon },
			{ kind: "nameServer", to: "node1.hyperdht.org", at: noon },
			{ kind: "dht", to: "88.99.3.86", at: noon },
			{ kind: "dht", to: "142.93.90.113", at: noon },
			{ kind: "caller", to: "81.2.69.142", at: noon + 60_000 },
		],
		unlisted: {},
		ports: [
			{
				router: "192.168.1.1",
				method: "upnp",
				protocol: "tcp",
				externalPort: 40213,
				internalPort: 40213,
				at: noon,
			},
		],
		disk: [
			{ kind: "ownKeys", count: 1 },
			{ kind: "contacts", count: 12 },
			{ kind: "recentRooms", count: 3 },
			{ kind: "knocks", count: 7 },
			{ kind: "openRooms", count: 1 },
			{ kind: "settings", count: 4 },
		],
		home: "/home/ada/.local/share/real-talk",
	};
	return engine;
}

/** A screen, and how to come to it. */
export interface Scene {
	readonly name: string;
	readonly snapshot: Partial<Snapshot>;
	/** In place of one with `snapshot`. */
	readonly engine?: () => FakeEngine;
	readonly intent?: Intent;
	readonly keys: readonly string[];
	/** Must be readable at every size. */
	readonly shows: readonly string[];
	/** What the last row says at every size: how to go on, and how to get away. */
	readonly waysOn: readonly string[];
}

const recentRooms = Array.from({ length: 7 }, (_, index) => ({
	target: `room${index}.example.org 40213`,
	lastJoinedAt: noon,
}));
const target = "192.168.1.5 40213";

const sixWords = ["ocean", "velvet", "tiger", "lamp", "north", "apple"];
const asked = { person: people[1]!, state: "asked", question: "Where did we meet?" } as const;

/** Each screen at least once, but for the chat. */
export const scenes: readonly Scene[] = [
	{
		name: "first name",
		snapshot: { identity: { kind: "none" } },
		keys: [],
		shows: ["What should others call you?", "A key is made for you", "without a passphrase", "rt key passphrase"],
		waysOn: ["Enter go on", "Esc leave"],
	},
	{
		name: "unlock",
		snapshot: { identity: { kind: "locked", name: "ada", shortFingerprint: "89AB CDEF 0123 4567" } },
		keys: ["secret"],
		shows: ["Welcome back, ada", "89AB CDEF 0123 4567", "passphrase", "••••••"],
		waysOn: ["Enter go on"],
	},
	{
		name: "home",
		snapshot: {},
		keys: [],
		shows: [
			"Please enter a password that will be required to join this chat",
			"Tab",
			"Enter start the room",
			"You are ada",
		],
		waysOn: ["Enter start the room", "Tab join a room"],
	},
	{
		name: "home with rooms",
		snapshot: { recentRooms },
		keys: [keys.down, keys.down],
		shows: ["› room1.example.org"],
		waysOn: ["Enter join this room"],
	},
	{
		name: "home with unread posts",
		snapshot: { recentRooms, unreadPosts: 2 },
		keys: [keys.down],
		shows: ["› 2 unread posts of others"],
		waysOn: ["Enter read them"],
	},
	{
		name: "join form",
		snapshot: { recentRooms },
		keys: [keys.tab],
		shows: ["Where is the room?", "Your name there", "Enter join"],
		waysOn: ["Enter join", "Esc back"],
	},
	{
		name: "dialling",
		snapshot: { phase: { kind: "connecting", target, step: "checkingPassword" } },
		keys: [],
		shows: [target, "Checking the password: this takes a moment", "Esc give up"],
		waysOn: ["Esc give up"],
	},
	{
		name: "password",
		snapshot: { phase: { kind: "passwordNeeded", target, attemptsLeft: 1, wasWrong: true } },
		keys: ["secret"],
		shows: ["••••••", "That was not the password. 1 try left."],
		waysOn: ["Enter try it", "Esc back"],
	},
	{
		name: "refused",
		snapshot: { phase: { kind: "ended", code: "refused" } },
		intent: { kind: "join", target },
		keys: [],
		shows: ["There is no room open at this address.", "Check the port", "Enter try again", "Esc back"],
		waysOn: ["Enter try again", "Esc back"],
	},
	{
		name: "host",
		snapshot: hosting,
		keys: [],
		shows: ["Server has been started.", "The password is: correct-horse-battery-staple"],
		waysOn: ["Enter go to the chat"],
	},
	{ name: "help", snapshot: hosting, keys: [keys.enter, keys.f1], shows: ["Help", "Esc back"], waysOn: ["Esc back"] },
	{
		name: "people",
		snapshot: hosting,
		keys: [keys.enter, "/who\r"],
		shows: ["People (4)", "ada (you, host)"],
		waysOn: ["v verify", "Esc back"],
	},
];

const berlin = { label: "Berlin, Germany", isSameNetwork: false, asn: 3320, networkOwner: "Deutsche Telekom" };
const house = { address: "203.0.113.9", network: "203.0.113.9", location: berlin };
const grace = personNamed("grace", "known", house);
const gate = gateView({
	knocks: [
		knockView({ id: "k1", outcome: "blocked", guesses: 6 }),
		knockView({ id: "k2", outcome: "joined", guesses: 0, address: "203.0.113.9", who: grace }),
		knockView({ id: "k3", outcome: "wrong", guesses: 2_400, count: 812, addresses: 1_000 }),
	],
	blocks: [
		blockView({
			address: "81.2.69.160",
			note: "guessed all night",
			since: noon,
			location: { label: "London, United Kingdom", isSameNetwork: false },
			goesWith: { strikes: 6, knocks: 12, names: [grace], alsoBlocked: ["AS20712"] },
		}),
	],
});
const household = [
	{ ...self, isHost: true },
	grace,
	personNamed("bob", "new", house),
	personNamed("dana", "verified", { address: "2001:db8::7", network: "2001:db8::/64", isAway: true }),
];
const admin = { ...hosting, people: household, gate };
const panel = [keys.enter, keys.f3];

const withImpostor = { ...hosting, people: [...people.slice(0, 2), changed] };

/** The chat and what is laid over it. */
export const roomScenes: readonly Scene[] = [
	{
		name: "chat",
		snapshot: {},
		engine: busyEngine,
		keys: [keys.enter],
		shows: ["the newest line"],
		waysOn: ["Enter send", "F1 help"],
	},
	{
		name: "talk",
		snapshot: {},
		engine: talkEngine,
		keys: [keys.enter],
		shows: ["on its way"],
		waysOn: ["Enter send", "F1 help"],
	},
	{
		name: "chosen message",
		snapshot: {},
		engine: talkEngine,
		keys: [keys.enter, "\u0007", keys.up, keys.up],
		shows: ["on its way"],
		waysOn: ["Esc back", "r reply"],
	},
	{
		name: "search",
		snapshot: {},
		engine: talkEngine,
		keys: [keys.enter, "\u0012", "router"],
		shows: ["router"],
		waysOn: ["↑ older", "Esc back"],
	},
	{
		name: "draft",
		snapshot: {},
		engine: busyEngine,
		keys: [keys.enter, "a word 漢字 👩‍💻 ".repeat(12)],
		shows: ["漢字"],
		waysOn: ["Enter send", "F1 help"],
	},
	{
		name: "palette",
		snapshot: hosting,
		keys: [keys.enter, "\u000B"],
		shows: ["Esc"],
		waysOn: ["Enter do it", "Esc back"],
	},
	{ name: "about", snapshot: hosting, keys: [keys.enter, keys.f1, "a"], shows: ["Esc back"], waysOn: ["Esc back"] },
	{
		name: "told",
		snapshot: {},
		engine: toldEngine,
		keys: [keys.enter, "/told\r"],
		shows: ["Who learned what"],
		waysOn: ["Esc back"],
	},
	{
		name: "what calls you",
		snapshot: hosting,
		keys: [keys.enter, "/calls\r"],
		shows: ["What calls you"],
		waysOn: ["← → change", "Esc back"],
	},
	{
		name: "offered files",
		snapshot: {},
		engine: filesEngine,
		keys: [keys.enter, "\u0007"],
		shows: ["waits for you:"],
		waysOn: ["Esc back", "a take it"],
	},
	{
		name: "files",
		snapshot: {},
		engine: filesEngine,
		keys: [keys.enter, "/files\r", keys.up, keys.up],
		shows: ["52 %"],
		waysOn: ["x no / stop", "Esc back"],
	},
	{
		name: "no files",
		snapshot: hosting,
		keys: [keys.enter, "/files\r"],
		shows: ["No files have been offered"],
		waysOn: ["Esc back"],
	},
	{
		name: "sending",
		snapshot: {},
		engine: filesEngine,
		keys: [keys.enter, "/send /home/ada/photos\r"],
		shows: ["Enter: send"],
		waysOn: ["Enter send", "Esc don't send"],
	},
	{
		name: "posts",
		snapshot: {},
		engine: postsEngine,
		keys: [keys.enter, "/posts\r", keys.down],
		shows: ["grace +2"],
		waysOn: ["Enter read", "Esc back"],
	},
	{
		name: "posts of somebody",
		snapshot: {},
		engine: postsEngine,
		keys: [keys.enter, "/posts grace\r"],
		shows: ["Posts: grace"],
		waysOn: ["Esc back"],
	},
	{ name: "QR code", snapshot: hosting, keys: ["q"], shows: ["Enter"], waysOn: ["Enter go to the chat"] },
	{
		name: "changed key",
		snapshot: withImpostor,
		keys: [],
		shows: ["A KEY HAS CHANGED"],
		waysOn: ["↑ ↓ or a number: choose"],
	},
	{
		name: "admin people",
		snapshot: admin,
		keys: panel,
		shows: ["ada (you, host)"],
		waysOn: ["Enter more", "Esc back"],
	},
	{
		name: "admin person",
		snapshot: admin,
		keys: [...panel, keys.down, keys.enter],
		shows: ["Fingerprint"],
		waysOn: ["k remove", "Esc back"],
	},
	{ name: "admin knocks", snapshot: admin, keys: [...panel, "2"], shows: ["[all]"], waysOn: ["b block", "Esc back"] },
	{
		name: "admin blocked",
		snapshot: admin,
		keys: [...panel, "3"],
		shows: ["81.2.69.160"],
		waysOn: ["u unblock", "Esc back"],
	},
	{
		name: "admin settings",
		snapshot: admin,
		keys: [...panel, "4"],
		shows: ["Place others see"],
		waysOn: ["← → change", "Esc back"],
	},
	{
		name: "safety words",
		snapshot: {},
		engine: () => {
			const engine = new FakeEngine(hosting);
			engine.answer = ({ kind }) => ({ kind: "done", ...(kind === "verifyWords" ? { words: sixWords } : {}) });
			return engine;
		},
		keys: [keys.enter, "/verify grace\r"],
		shows: ["1. ocean", "They read the same words"],
		waysOn: ["↑ ↓ choose", "Esc back"],
	},
	{
		name: "shared secret",
		snapshot: hosting,
		keys: [keys.enter, "/secret grace\r"],
		shows: ["(never sent)"],
		waysOn: ["Enter next field", "Esc back"],
	},
	{
		name: "asked for a secret",
		snapshot: { ...hosting, talk: { typing: [], isTellingTyping: true, verification: asked } },
		keys: [keys.enter, "/answer\r"],
		shows: ["Where did we meet?"],
		waysOn: ["Enter answer", "Esc later"],
	},
	{
		name: "reconnecting",
		snapshot: {
			...hosting,
			hosting: undefined,
			phase: { kind: "inRoom", role: "guest", isReconnecting: true },
		} as never,
		keys: [],
		shows: ["reconnecting"],
		waysOn: ["Enter send", "F1 help"],
	},
	{
		name: "block form",
		snapshot: admin,
		keys: [...panel, "3", "a"],
		shows: ["What shall be kept out?"],
		waysOn: ["Enter block", "Esc don't"],
	},
	{
		name: "new password",
		snapshot: admin,
		keys: [keys.enter, "/password\r"],
		shows: ["The new password of your room"],
		waysOn: ["Enter change it", "Esc keep the old one"],
	},
	{
		name: "ways",
		snapshot: hosting,
		keys: [keys.enter, "/ways\r"],
		shows: ["Your room is open"],
		waysOn: ["Enter go to the chat"],
	},
	{
		name: "ended",
		snapshot: {},
		engine: () => {
			const engine = busyEngine();
			engine.set({ phase: { kind: "inRoom", role: "guest" } });
			return engine;
		},
		intent: { kind: "join", target },
		keys: [],
		shows: [],
		waysOn: ["Enter join again", "Esc back"],
	},
];

/** Opens a scene, with its keys pressed. */
export async function openScene(
	scene: Scene,
	options: Omit<Parameters<typeof openApp>[1], "intent"> = {},
): Promise<AppScreen> {
	const engine = scene.engine?.() ?? new FakeEngine(scene.snapshot);
	const screen = openApp(engine, { ...options, intent: scene.intent ?? { kind: "home", wish: {} } });
	await screen.typeEach(...scene.keys);
	if (scene.name === "ended") engine.set({ phase: { kind: "ended", code: "room_closed" } });
	for (const wanted of scene.shows) await screen.shows(wanted);
	return screen;
}
