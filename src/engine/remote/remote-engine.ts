// The engine of a window that is attached to the background process: it asks there, and shows a copy that follows.
import type { Duplex } from "node:stream";
import { JSONRPCClient } from "json-rpc-2.0";
import type { Command, Engine, Entry, FilesPreview, Snapshot } from "../api/api.ts";
import type { FeedStep } from "../api/changes.ts";
import type { EndCode, Outcome } from "../api/codes.ts";
import type { HistoryPage, HistoryQuery } from "../api/content.ts";
import type { Event } from "../api/events.ts";
import type { BlockPreview, BlockView, KnockQuery, KnockView } from "../api/gate.ts";
import { refuse } from "../api/outcome.ts";
import type { PostsView } from "../api/posts/posts.ts";
import type { RoomKey } from "../api/room-key.ts";
import type { Told } from "../api/told.ts";
import { Publisher } from "../publisher.ts";
import { newRoomKey } from "../wire/room-keys.ts";
import { JsonLines } from "./json-lines.ts";
import { Mirror, type MirrorTimeline } from "./mirror.ts";

/** Older entries come by pages of this many, one page at a time, so that keys are answered between them. */
const pageEntries = 2_000;
/** Somebody who leaves does not wait longer for a background process that hangs. */
const detachTimeoutMs = 5_000;

/** Says what came of asking for a place at the background process. `otherBuild`: it is another program than this one. */
export type AttachOutcome =
	| { readonly kind: "attached"; readonly engine: RemoteEngine; readonly allows: readonly string[] }
	| { readonly kind: "otherBuild"; readonly build: string; readonly pid: number }
	| { readonly kind: "noAnswer" };

interface Greeting {
	readonly build: string;
	readonly pid: number;
	/** Names what the background process may do in the network beyond rooms: "lan", "portmap". */
	readonly allows: readonly string[];
}

/** Asks for a place on `stream`, which leads to the background process. `build` says which program we are. */
export async function attach(stream: Duplex, build: string): Promise<AttachOutcome> {
	const engine = new RemoteEngine(stream);
	const greeting = await engine.attach(build);
	if (greeting === undefined) {
		stream.destroy();
		return { kind: "noAnswer" };
	}
	const { allows, pid } = greeting;
	if (greeting.build === build) return { kind: "attached", engine, allows };
	stream.destroy();
	return { kind: "otherBuild", build: greeting.build, pid };
}

/** Owns its end of the stream. Rooms that were begun here are left when it is closed, unless they are kept. */
export class RemoteEngine implements Engine {
	readonly #lines: JsonLines;
	readonly #client: JSONRPCClient;
	readonly #mirror = new Mirror();
	readonly #publisher = new Publisher();
	readonly #whole = Promise.withResolvers<boolean>();
	/** The room that this window has begun last, and what it dialled for it. */
	#own: RoomKey | undefined;
	#target: string | undefined;
	#isPaging = false;
	#isClosing = false;
	#isOver = false;

	constructor(stream: Duplex) {
		this.#lines = new JsonLines(stream, {
			onMessage: (message) => this.#hear(message),
			onEnd: () => this.#lost(),
		});
		this.#client = new JSONRPCClient((request) => this.#lines.write(request));
	}

	/** Resolves when the first state is here, with who answers; `undefined` when nobody does. */
	async attach(build: string): Promise<Greeting | undefined> {
		try {
			const greeting: Greeting = await this.#client.request("attach", { build });
			if (greeting.build === build && !(await this.#whole.promise)) return undefined;
			return greeting;
		} catch {
			return undefined;
		}
	}

	snapshot(room: RoomKey | undefined = this.#own): Snapshot {
		return this.#mirror.snapshot(room);
	}

	subscribe(listener: () => void): () => void {
		return this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#publisher.onEvent(listener);
	}

	async perform(command: Command): Promise<Outcome> {
		const asked = this.#meant(command);
		try {
			const outcome: Outcome = await this.#request("engine.perform", { command: asked });
			if (outcome.kind === "done" && outcome.room !== undefined) this.#own = outcome.room;
			this.#changed();
			return outcome;
		} catch {
			return refuse({ code: "no_background" });
		}
	}

	blocks(): Promise<readonly BlockView[]> {
		return this.#ask("engine.blocks", {}, []);
	}

	previewBlock(address: string, room: RoomKey | undefined = this.#own): Promise<BlockPreview> {
		const nowhere: BlockPreview = { kind: "refused", code: "no_background" };
		return this.#ask("engine.previewBlock", { address, ...(room === undefined ? {} : { room }) }, nowhere);
	}

	previewFiles(paths: readonly string[]): Promise<FilesPreview> {
		return this.#ask("engine.previewFiles", { paths }, { kind: "refused", code: "no_background" });
	}

	knocks(query: KnockQuery = {}): Promise<readonly KnockView[]> {
		return this.#ask("engine.knocks", { query }, []);
	}

	told(): Promise<Told> {
		return this.#ask("engine.told", {}, { since: 0, disclosures: [], unlisted: {}, ports: [], disk: [] });
	}

	posts(of?: string): Promise<PostsView> {
		return this.#ask("engine.posts", of === undefined ? {} : { of }, { feeds: [] });
	}

	async keyWords(fingerprint: string): Promise<readonly string[] | undefined> {
		const { words } = await this.#ask<{ readonly words?: readonly string[] }>("engine.keyWords", { fingerprint }, {});
		return words;
	}

	lines(room: RoomKey, page: { readonly before?: string; readonly limit: number }): Promise<readonly Entry[]> {
		return this.#ask("engine.lines", { room, ...page }, []);
	}

	history(query: HistoryQuery): Promise<HistoryPage> {
		return this.#ask("engine.history", { query }, { lines: [], isMore: false });
	}

	/** Leaves what this window has begun, and detaches. What is kept goes on. */
	async close(): Promise<void> {
		if (this.#isClosing) return;
		this.#isClosing = true;
		const timer = setTimeout(() => this.#lines.destroy(), detachTimeoutMs);
		await this.#ask("detach", {}, {});
		clearTimeout(timer);
		this.#lines.end();
	}

	/** Names this window's own room in a command that names none, so that another window's is not in its way. */
	#meant(command: Command): Command {
		if (command.kind === "host" || command.kind === "join") {
			const { phase } = this.snapshot();
			const isIn = this.#own !== undefined && phase.kind !== "idle" && phase.kind !== "ended";
			return isIn && command.beside !== true ? command : this.#beginning(command);
		}
		return command.room === undefined && this.#own !== undefined ? { ...command, room: this.#own } : command;
	}

	/** Names a new room from here, because what happens in it is told before the answer comes. Whoever comes back to where they just were finds it again. */
	#beginning(command: Extract<Command, { kind: "host" | "join" }>): Command {
		const target = command.kind === "join" ? command.target : undefined;
		const isBack = target !== undefined && target === this.#target && this.#own !== undefined;
		const room = isBack && this.#own !== undefined ? this.#own : newRoomKey();
		this.#own = room;
		this.#target = target;
		return { ...command, beside: true, room };
	}

	async #ask<Answer>(method: string, params: object, otherwise: Answer): Promise<Answer> {
		try {
			return await this.#request(method, params);
		} catch {
			return otherwise;
		}
	}

	async #request<Result>(method: string, params: object): Promise<Result> {
		if (this.#isOver) throw new Error("the background process is gone");
		return this.#client.request(method, params);
	}

	#hear(message: { readonly method?: unknown; readonly params?: unknown }): void {
		if (message.method === undefined) this.#client.receive(message as Parameters<JSONRPCClient["receive"]>[0]);
		// Both ends are the same program: what it tells has the shape that it has here.
		else if (message.method === "engine.step") this.#follow(message.params as FeedStep);
	}

	#follow(step: FeedStep): void {
		if (!this.#mirror.follow(step)) {
			void this.#ask("engine.restart", {}, {});
			return;
		}
		if (step.kind === "event") {
			this.#publisher.emit(step.event);
			return;
		}
		if (step.isWhole === true) this.#whole.resolve(true);
		this.#publisher.changed();
		void this.#fetchOlder();
	}

	/** Brings what was said before, newest first, until it is all here. */
	async #fetchOlder(): Promise<void> {
		if (this.#isPaging) return;
		this.#isPaging = true;
		for (;;) {
			const [room] = this.#mirror.roomsWithOlder();
			const timeline = room === undefined ? undefined : this.#mirror.timeline(room);
			if (room === undefined || timeline === undefined) break;
			await this.#fetchPage(room, timeline);
		}
		this.#isPaging = false;
	}

	async #fetchPage(room: RoomKey, timeline: MirrorTimeline): Promise<void> {
		const before = timeline.at(0)?.id;
		const page = await this.lines(room, { limit: pageEntries, ...(before === undefined ? {} : { before }) });
		if (this.#mirror.timeline(room) !== timeline || timeline.at(0)?.id !== before) return;
		if (page.length === 0) timeline.endOlder();
		else timeline.prepend(page);
		this.#changed();
	}

	#changed(): void {
		this.#mirror.changed();
		this.#publisher.changed();
	}

	/** Is called when the background process is gone, and with it what it had open. */
	#lost(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#whole.resolve(false);
		this.#client.rejectAllPendingRequests("the background process is gone");
		if (this.#isClosing) return;
		const code: EndCode = "background_gone";
		const rooms = this.snapshot().rooms.map(({ room }) => room);
		this.#mirror.lost(code);
		this.#publisher.changed();
		for (const room of rooms) this.#publisher.emit({ kind: "closed", code, room });
	}
}
