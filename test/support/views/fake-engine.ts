// A test double of the engine for tests of views only: it does as it is told, keeps a real timeline, and remembers every command.

import { parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { Command, Engine, Entry, FilesPreview, Snapshot } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { HistoryPage, HistoryQuery, LineEntry } from "../../../src/engine/api/content.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import type { BlockPreview, BlockView, KnockQuery, KnockView } from "../../../src/engine/api/gate.ts";
import type { Hosting } from "../../../src/engine/api/hosting.ts";
import type { Person, Trust } from "../../../src/engine/api/people.ts";
import type { PostsView } from "../../../src/engine/api/posts/posts.ts";
import type { Told } from "../../../src/engine/api/told.ts";
import { Publisher } from "../../../src/engine/publisher.ts";

/** A person made up from a name; the same name has the same key. */
export function personNamed(name: string, trust: Trust = "known", more: Partial<Person> = {}): Person {
	const hex = Buffer.from(name.padEnd(20, "·")).toString("hex").slice(0, 40).padEnd(40, "0");
	const fingerprint = parseFingerprint(hex);
	if (fingerprint === undefined) throw new Error(`no fingerprint from ${name}`);
	return {
		fingerprint,
		shortFingerprint: shortFingerprint(fingerprint),
		name,
		trust,
		isSelf: false,
		isHost: false,
		...more,
	};
}

/** The person in front of the screen. */
export const self: Person = personNamed("ada", "known", { isSelf: true });

/** What a host sees of their own room. */
export const exampleHosting: Hosting = {
	password: "correct-horse-battery-staple",
	port: 40213,
	ways: [],
	joinLines: [
		{ address: "192.168.1.5", port: 40213, scope: "local", interface: "wlan0", network: "wifi" },
		{ address: "2001:db8::5", port: 40213, scope: "global", interface: "eth0", network: "cable" },
	],
};

const done: Outcome = { kind: "done" };

/** The fake. `answer` decides what commands do; without one they are all done and change nothing. */
export class FakeEngine implements Engine {
	readonly commands: Command[] = [];
	readonly entries: Entry[] = [];
	isClosed = false;
	blockViews: readonly BlockView[] = [];
	/** What `previewBlock` answers. */
	preview: BlockPreview = { kind: "refused", code: "bad_address", why: "notBlockable" };
	/** What `previewFiles` answers. */
	filesPreview: (paths: readonly string[]) => FilesPreview = ([path = ""]) => ({
		kind: "refused",
		code: "bad_file",
		why: "notFound",
		path,
	});
	/** What `knocks` answers, and what it was asked last. */
	knockViews: readonly KnockView[] = [];
	lastQuery: KnockQuery | undefined;
	/** What `told` answers. */
	postsView: PostsView = { feeds: [] };
	toldView: Told = { since: noon, disclosures: [], unlisted: {}, ports: [], disk: [] };
	answer: (command: Command) => Outcome | Promise<Outcome> = () => done;
	readonly #publisher = new Publisher();
	#snapshot: Snapshot;

	constructor(start: Partial<Snapshot> = {}) {
		const { entries } = this;
		this.#snapshot = {
			version: 1,
			identity: {
				kind: "ready",
				name: self.name,
				fingerprint: self.fingerprint,
				shortFingerprint: self.shortFingerprint,
				keptIn: "rt without passphrase",
			},
			phase: { kind: "idle" },
			rooms: [],
			people: [],
			routeTerms: {},
			timeline: {
				get length() {
					return entries.length;
				},
				at: (index) => entries[index],
			},
			recentRooms: [],
			...start,
		};
	}

	snapshot(): Snapshot {
		return this.#snapshot;
	}

	subscribe(listener: () => void): () => void {
		return this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#publisher.onEvent(listener);
	}

	/** Tells the view what has just happened. */
	emit(event: Event): void {
		this.#publisher.emit(event);
	}

	async perform(command: Command): Promise<Outcome> {
		this.commands.push(command);
		return this.answer(command);
	}

	/** What `history` was asked last. */
	lastHistory: HistoryQuery | undefined;

	/** Answers from the timeline. */
	async history(query: HistoryQuery): Promise<HistoryPage> {
		this.lastHistory = query;
		const { words = "", limit, room = "fake" } = query;
		const found = this.entries.filter((entry) => entry.kind === "line" && entry.text.toLowerCase().includes(words));
		const lines = found.flatMap((line) => (line.kind === "line" ? [{ room, line }] : []));
		return { lines: lines.slice(-limit), isMore: lines.length > limit };
	}

	async blocks(): Promise<readonly BlockView[]> {
		return this.blockViews;
	}

	async previewBlock(_address: string): Promise<BlockPreview> {
		return this.preview;
	}

	async previewFiles(paths: readonly string[]): Promise<FilesPreview> {
		return this.filesPreview(paths);
	}

	async knocks(query?: KnockQuery): Promise<readonly KnockView[]> {
		this.lastQuery = query;
		return this.knockViews;
	}

	/** Every key has words, which are made up. */
	async keyWords(fingerprint: string): Promise<readonly string[]> {
		return ["ocean", "velvet", "tiger", "lamp", "north", `key${fingerprint.slice(0, 4).toLowerCase()}`];
	}

	async told(): Promise<Told> {
		return this.toldView;
	}

	async posts(of?: string): Promise<PostsView> {
		const { posts, ...view } = this.postsView;
		return { ...view, ...(of === undefined || !posts ? {} : { posts }) };
	}

	async lines(_room: string, { limit }: { readonly limit: number }): Promise<readonly Entry[]> {
		return this.entries.slice(-limit);
	}

	async close(): Promise<void> {
		this.isClosed = true;
	}

	/** Changes the snapshot and tells the view. */
	set(change: Partial<Snapshot>): void {
		this.#snapshot = { ...this.#snapshot, ...change, version: this.#snapshot.version + 1 };
		this.#publisher.changed();
	}

	/** Appends entries and tells the view. */
	add(...entries: readonly Entry[]): void {
		for (const entry of entries) this.entries.push(entry);
		this.set({});
	}
}

let nextId = 0;

/** A line as the timeline has it. */
export function lineFrom(
	from: Person,
	text: string,
	more: { readonly at?: number; readonly delivery?: "sending" | "sent" } = {},
): Entry {
	nextId++;
	return {
		kind: "line",
		id: `line-${nextId}`,
		at: more.at ?? noon,
		from,
		text,
		delivery: { kind: more.delivery ?? "sent" },
	};
}

/** A line with anything else of it. */
export function lineOf(from: Person, text: string, more: Partial<LineEntry> = {}): LineEntry {
	nextId++;
	return { kind: "line", id: `line-${nextId}`, at: noon, from, text, delivery: { kind: "sent" }, ...more };
}

/** 12:00 local time on a fixed day. */
export const noon = new Date(2025, 10, 21, 12, 0).getTime();
