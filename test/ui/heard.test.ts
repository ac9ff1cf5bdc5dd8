// What a screen reader says: golden transcripts of line mode for every screen, event, notice, refusal and command. Each file was read as a listener would hear it.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { FilesPreview } from "../../src/engine/api/api.ts";
import type { LanRoom } from "../../src/engine/api/lan.ts";
import { slashCommands } from "../../src/ui/actions/slash-commands.ts";
import { Dialogue } from "../../src/ui/lines/dialogue.ts";
import { joinChosenRoom } from "../../src/ui/plain/questions.ts";
import { lineOf } from "../../src/ui/plain/words.ts";
import { endMessage } from "../../src/ui/words/endings.ts";
import { noticeWords } from "../../src/ui/words/notices.ts";
import { refusalWords } from "../../src/ui/words/refusals.ts";
import { Collected } from "../support/terminal/streams.ts";
import { lineFrom, noon, personNamed } from "../support/views/fake-engine.ts";
import { exampleFiles, fileView } from "../support/views/file-scenes.ts";
import { blockView, gateView, knockView } from "../support/views/gate-view.ts";
import { postsEngine } from "../support/views/post-scenes.ts";
import { roomScenes, scenes } from "../support/views/scenes.ts";
import { person, rightPassphrase, rightPassword, ScriptedEngine } from "../support/views/scripted-engine.ts";
import { assertHeard, Listener } from "./heard.ts";
import { bob, ends, events, grace, listener, notices, refusals } from "./heard-samples.ts";

const target = "192.0.2.2 47003";
const asHost = { kind: "host", wish: {} } as const;
const asGuest = { kind: "join", target } as const;

test("The first start, and a room that is opened, are heard as recorded.", async () => {
	const engine = new ScriptedEngine({ kind: "none" });
	const ear = new Listener(engine, { kind: "home", wish: {} });
	await ear.hears("What shall others call you? Please type a name.");
	await ear.types("", "What shall others call you? Please type a name.");
	await ear.types("Ada", "(Or press Enter to take this one: four-easy-spoken-words)");
	await ear.types("", 'You joined as "Ada"');
	assertHeard("open-a-room", "The first start: a name, a password, an open room", await ear.leaves());
});

test("A friend's line that is pasted where the password is asked for is heard as recorded.", async () => {
	const ear = new Listener(new ScriptedEngine(), { kind: "home", wish: {} });
	await ear.hears("(Or press Enter to take this one: four-easy-spoken-words)");
	await ear.types(`./rt ${target}`, "or type “password” if it is your password.");
	await ear.types("", "Please enter the password of the room (3 attempts left).");
	assertHeard(
		"pasted-line",
		"A friend's line, pasted where a password for a room of one's own is asked for",
		await ear.leaves(),
	);
});

test("The unlocking of a locked key is heard as recorded.", async () => {
	const { shortFingerprint } = person("Ada", "A");
	const ear = new Listener(new ScriptedEngine({ kind: "locked", name: "Ada", shortFingerprint }), asGuest);
	await ear.hears("Please enter the passphrase of your key (Ada).");
	await ear.types("wrong", "Please enter the passphrase of your key (Ada).");
	await ear.types(rightPassphrase, "Please enter the password of the room (3 attempts left).");
	assertHeard("unlock", "A locked key", await ear.leaves());
});

test("The way into a room, and a last try that was wrong, are heard as recorded.", async () => {
	const engine = new ScriptedEngine();
	const ear = new Listener(engine, asGuest);
	await ear.hears("Please enter the password of the room (3 attempts left).");
	await ear.types("wrong", "That was not the password. Please enter it again (2 attempts left).");
	await ear.types("wrong", "That was not the password. Please enter it again (1 attempt left).");
	await ear.types("wrong", "and only they can let you back in.");
	assertHeard("wrong-password", "Three wrong passwords", await ear.leaves());
});

test("A connection that breaks, and a host who comes back with another password, are heard as recorded.", async () => {
	const engine = new ScriptedEngine();
	const ear = new Listener(engine, asGuest);
	await ear.hears("Please enter the password of the room (3 attempts left).");
	await ear.types(rightPassword, 'You joined as "Ann"');
	engine.emit({ kind: "reconnecting" });
	await ear.hears("The connection broke; reconnecting. What you type is sent when you are back.");
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 3, wasWrong: false, isComingBack: true } });
	engine.emit({ kind: "passwordRequired", attemptsLeft: 3 });
	await ear.hears("if it is another one now, ask them for it.");
	await ear.types("typed before it was heard", "Please enter the password of the room (3 attempts left).");
	await ear.types("wrong", "That was not the password. Please enter it again (2 attempts left).");
	await ear.types(rightPassword, 'You joined as "Ann"');
	engine.end("room_closed");
	assertHeard("coming-back", "A connection that breaks, and a host who wants the password again", await ear.leaves());
});

test("Somebody who comes with another key is heard as recorded, until they are known again.", async () => {
	const engine = new ScriptedEngine();
	engine.override = ({ kind }) =>
		kind === "verifyWords"
			? { kind: "done", words: ["ocean", "velvet", "tiger", "lamp", "north", "apple"] }
			: undefined;
	const ear = new Listener(engine, asGuest);
	await ear.hears("Please enter the password of the room (3 attempts left).");
	await ear.types(rightPassword, 'You joined as "Ann"');
	const former = { ...grace, lastSeenAt: noon, isVerified: true };
	const impostor = personNamed("Mallory", "changed", { formerKeys: [former] });
	engine.set({ people: [...engine.snapshot().people, impostor, bob] });
	engine.emit({ kind: "joined", self: false, member: impostor });
	engine.emit({ kind: "notice", tone: "alarm", notice: { code: "keyChanged", person: impostor } });
	engine.emit({ kind: "keyChanged", member: impostor });
	await ear.says("/who");
	await ear.says("/verify Mallory");
	await ear.says("/verified Mallory");
	await ear.says("/secret Bob", "Where did we meet?", "at the lake");
	const asked = { person: bob, state: "asked", question: "Where did we meet?" } as const;
	engine.set({ talk: { typing: [], isTellingTyping: true, verification: asked } });
	engine.emit({ kind: "verification", member: bob, state: "asked", question: "Where did we meet?" });
	await ear.says("/answer", "at the lake");
	assertHeard("another-key", "Somebody with another key, six words, and a secret", await ear.leaves());
});

/** Says by which transcript each screen is heard. A new screen is missing here until its transcript is written. */
const heardIn: Readonly<Record<string, string>> = {
	"first name": "open-a-room",
	unlock: "unlock",
	home: "pasted-line",
	"home with rooms": "same-network",
	"home with unread posts": "posts",
	"join form": "same-network",
	dialling: "events",
	password: "wrong-password",
	refused: "ends",
	host: "open-a-room",
	help: "commands-of-a-guest",
	people: "commands-of-a-guest",
	chat: "events",
	talk: "events",
	"chosen message": "commands-of-a-guest",
	search: "commands-of-a-guest",
	draft: "events",
	palette: "commands-of-a-host",
	about: "commands-of-a-guest",
	told: "commands-of-a-guest",
	"what calls you": "commands-of-a-guest",
	"offered files": "files",
	files: "files",
	posts: "commands-of-a-host",
	"posts of somebody": "posts",
	"no files": "commands-of-a-guest",
	sending: "files",
	"QR code": "open-a-room",
	"changed key": "another-key",
	"admin people": "commands-of-a-host",
	"admin person": "commands-of-a-host",
	"admin knocks": "commands-of-a-host",
	"admin blocked": "commands-of-a-host",
	"admin settings": "commands-of-a-host",
	"safety words": "another-key",
	"shared secret": "another-key",
	"asked for a secret": "another-key",
	reconnecting: "coming-back",
	"block form": "commands-of-a-host",
	"new password": "commands-of-a-host",
	ways: "commands-of-a-host",
	ended: "ends",
};

test("Every screen has a transcript of what a screen reader hears in its place.", () => {
	const kept = new Set(readdirSync(join(import.meta.dirname, "heard")).map((file) => file.replace(".txt", "")));
	for (const { name } of [...scenes, ...roomScenes]) {
		const transcript = heardIn[name];
		assert.ok(transcript !== undefined && kept.has(transcript), `what is heard in place of the screen "${name}"`);
	}
});

test("A room on the same network that is chosen is heard as recorded.", async () => {
	const engine = new ScriptedEngine();
	const words = ["ocean", "velvet", "tiger", "lamp", "north", "apple"];
	const room = (name: string, more: Partial<LanRoom>): LanRoom => {
		const { fingerprint, shortFingerprint } = personNamed(name);
		const where = { target: `rt://${name}`, address: "192.168.1.7", port: 40_213 };
		return { ...where, name, fingerprint, shortFingerprint, words, trust: "new", ...more };
	};
	engine.override = ({ kind }) => (kind === "browseLan" || kind === "join" ? { kind: "done" } : undefined);
	const output = new Collected();
	const input = new PassThrough();
	const dialogue = new Dialogue(input, output, () => {});
	const stop = new AbortController().signal;
	const heard: string[] = [];
	let taken = 0;
	const take = () => {
		heard.push(...output.lines.slice(taken));
		taken = output.lines.length;
	};
	const question = "or just press Enter to look again.\n";
	const choosing = joinChosenRoom({ engine, dialogue, stop, lookMs: 0 });
	await output.until(question);
	take();
	engine.set({
		lanRooms: [room("Zoe", { trust: "changed" }), room("Grace", { trust: "known" }), room("Ada", { isOwn: true })],
		recentRooms: ["Grace", "Bob"].map((hostName) => {
			const { fingerprint } = personNamed(hostName);
			return { target: "192.0.2.5 40213", hostName, fingerprint, later: `rt://later${hostName}`, lastJoinedAt: 0 };
		}),
		routeTerms: { dht: { nodes: "node1.hyperdht.org:49737", hasRelay: false } },
	});
	const before = output.text.length;
	heard.push("›");
	input.write("\n");
	await output.until(question, before);
	take();
	heard.push("› 1");
	input.write("1\n");
	await choosing;
	take();
	input.end();
	await dialogue.close();
	assertHeard("same-network", "Rooms on the same network", heard);
});

test("Every event is heard as recorded, in a room and on the way in.", () => {
	const people = [listener, grace, bob];
	const heard = Object.entries(events).flatMap(([kind, samples]) => [
		`[${kind}]`,
		...samples.map((event) => lineOf(event, noon, people) ?? "(nothing)"),
	]);
	assertHeard(
		"events",
		"Every event. Where nothing is heard, the session tells it in another way, or it would disturb",
		heard,
	);
});

test("Every notice is heard as recorded.", () => {
	const heard = Object.entries(notices).flatMap(([code, samples]) => [`[${code}]`, ...samples.map(noticeWords)]);
	assertHeard("notices", "Every notice", heard);
});

test("Every refusal is heard as recorded.", () => {
	const heard = Object.entries(refusals).flatMap(([code, samples]) => [`[${code}]`, ...samples.map(refusalWords)]);
	assertHeard("refusals", "Every refusal", heard);
});

test("Every end of a room is heard as recorded.", () => {
	const heard = ends.flatMap((code) => [`[${code}]`, endMessage({ code })]);
	const gaps = [90_000, -3 * 31_557_600].map((clockGapSeconds) =>
		endMessage({ code: "clocks_differ", clockGapSeconds }),
	);
	assertHeard("ends", "Every end", [...heard, ...gaps]);
});

/** What is typed behind each command that takes something. */
const typed: Readonly<Record<string, string>> = {
	me: "waves",
	shrug: "no idea",
	reply: "yes",
	edit: "I hear you well",
	react: ":tada:",
	send: "/home/ada/photos",
	accept: "日本語 to /home/ada/in",
	search: "hear",
	date: "yesterday",
	verify: "Bob",
	secret: "Bob",
	verified: "Bob",
	name: "Ada L",
	typing: "off",
	bell: "off",
	calls: "messages bell",
	mouse: "off",
	vi: "on",
	theme: "light",
	motion: "off",
	kick: "Bob",
	block: "81.2.69.0/24 for 2h too loud",
	unblock: "81.2.69.0/24",
	cap: "20",
	visible: "on",
	dht: "on",
	disappear: "1h",
	post: "The tulips are out",
};

const photosPreview = (): FilesPreview => {
	const leftOut = { links: 1, hidden: 2, special: 0 };
	const name = "photos";
	return {
		kind: "files",
		files: [{ path: `/home/ada/${name}`, name, isRenamed: false, sizeBytes: 3e9, files: 412, leftOut }],
	};
};

test("A file that is offered, taken and finished, and one that goes out, are heard as recorded.", async () => {
	const engine = new ScriptedEngine();
	engine.filesPreview = photosPreview;
	const ear = new Listener(engine, asHost);
	await ear.hears("(Or press Enter to take this one: four-easy-spoken-words)");
	await ear.types("", 'You joined as "Ann"');
	const report = fileView("report.pdf", bob, { kind: "offered" });
	engine.set({ people: [...engine.snapshot().people, bob], files: [report] });
	engine.emit({
		kind: "fileOffered",
		id: report.id,
		from: bob,
		name: "report.pdf",
		size: report.sizeBytes,
		own: false,
	});
	await ear.hears('12:00 -- "Bob" offers "report.pdf" (1.4 MB). To take it type /accept, or /decline.');
	await ear.says("/accept");
	engine.set({ files: [{ ...report, state: { kind: "running", doneBytes: 700_000, bytesPerSecond: 1_000_000 } }] });
	await ear.says("/files");
	await ear.says("/hold report");
	engine.set({ files: [{ ...report, state: { kind: "waiting", doneBytes: 700_000, why: "person" } }] });
	await ear.says("/files");
	await ear.says("/continue");
	engine.emit({ kind: "fileDone", id: report.id, path: "/home/ann/Downloads/report.pdf", sha256: "00" });
	await ear.says("/accept nothing");
	await ear.says("/send '/home/ada/photos'");
	await ear.says("/send 'no end");
	assertHeard("files", "A file that comes, and one that goes", await ear.leaves());
});

async function everyCommand(isHost: boolean): Promise<readonly string[]> {
	const engine = new ScriptedEngine();
	engine.blockViews = [blockView({ since: noon, note: "guessed all night" })];
	engine.knockViews = [knockView(), knockView({ outcome: "joined", guesses: 0, who: bob })];
	engine.filesPreview = photosPreview;
	engine.postsView = postsEngine().postsView;
	engine.toldView = { ...engine.toldView, disclosures: [{ kind: "router", to: "192.168.1.1", at: noon }] };
	engine.override = ({ kind }) =>
		kind === "verifyWords"
			? { kind: "done", words: ["ocean", "velvet", "tiger", "lamp", "north", "apple"] }
			: undefined;
	const ear = new Listener(engine, isHost ? asHost : asGuest);
	if (isHost) {
		await ear.hears("(Or press Enter to take this one: four-easy-spoken-words)");
		await ear.types("", 'You joined as "Ann"');
	} else {
		await ear.hears("Please enter the password of the room (3 attempts left).");
		await ear.types(rightPassword, 'You joined as "Ann"');
	}
	const [me] = engine.snapshot().people;
	engine.add(lineFrom(bob, "do you hear me?"), ...(me === undefined ? [] : [lineFrom(me, "I hear you")]));
	engine.set({
		people: [...engine.snapshot().people, bob],
		files: exampleFiles,
		...(isHost ? { gate: gateView() } : {}),
	});
	for (const { name, takes, read } of slashCommands) {
		if (name === "leave" || name === "quit") continue;
		const line = `/${name}${typed[name] === undefined || takes === "" ? "" : ` ${typed[name]}`}`;
		const answers =
			read === "view" && name === "password" && isHost ? ["another password"] : name === "secret" ? ["", "lemon"] : [];
		await ear.says(line, ...answers);
	}
	return ear.leaves();
}

test("Posts are heard as recorded: the first one that is written, whose there are, and what somebody has posted.", async () => {
	const engine = new ScriptedEngine();
	const ear = new Listener(engine, asHost);
	await ear.hears("(Or press Enter to take this one: four-easy-spoken-words)");
	await ear.types("", 'You joined as "Ann"');
	await ear.says("/post The tulips are out");
	engine.postsView = postsEngine().postsView;
	await ear.says("/posts");
	await ear.says("/posts grace");
	await ear.says("/posts deny grace");
	await ear.says("/posts readers everybody");
	assertHeard("posts", "Posts", await ear.leaves());
});

test("Every command that a guest can type is heard as recorded.", async () => {
	assertHeard("commands-of-a-guest", "Every command, typed by a guest", await everyCommand(false));
});

test("Every command that a host can type is heard as recorded.", async () => {
	assertHeard("commands-of-a-host", "Every command, typed by a host", await everyCommand(true));
});
