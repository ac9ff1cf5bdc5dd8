// One client of the background process: a program that speaks JSON-RPC as with --rpc, or a window that is attached and follows everything.
import type { Duplex } from "node:stream";
import * as v from "valibot";
import type { Command, Engine } from "../../engine/api/api.ts";
import type { Feed, FeedStep } from "../../engine/api/changes.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { decodeLine, LineReader } from "../lines/line-reader.ts";
import { LineWriter, standardLimits } from "../lines/line-writer.ts";
import { soon } from "../lines/with-timeout.ts";
import { addMethods } from "../rpc/methods.ts";
import { notificationOf } from "../rpc/notifications.ts";
import { lineTooLong, RpcServer } from "../rpc/server.ts";

/** A window may send pasted text with what JSON needs around it. */
const lineLimitBytes = 1024 * 1024;
const inFlightLimit = 100;
/** A client that does not read holds up its end for this long. */
const flushTimeoutMs = 3_000;

/** Starts to tell a window of the engine (engine/remote/feed.ts). */
export type OpenFeed = (options: {
	readonly engine: Engine;
	readonly tell: (step: FeedStep) => void;
	readonly isReady: () => boolean;
}) => Feed;

/** DaemonFacts are what the background process tells of itself. Times are ms since 1970. */
export interface DaemonFacts {
	readonly pid: number;
	readonly build: string;
	readonly since: number;
	/** Says what it may do in the network beyond rooms. */
	readonly allows: readonly ("lan" | "portmap")[];
}

export interface SessionOptions {
	readonly engine: Engine;
	readonly stream: Duplex;
	readonly facts: DaemonFacts;
	readonly openFeed: OpenFeed;
	/** Counts the windows and programs that are connected. */
	readonly clients: () => number;
	/** The person wants the background process to end. */
	readonly onStop: () => void;
	/** Takes a line for the log, which never says what anybody said. */
	readonly log: (line: string) => void;
}

/** Owns its end of the stream, and the passing rooms that its client has begun: they end with it. */
export class Session {
	readonly ended: Promise<void>;
	readonly #options: SessionOptions;
	readonly #engine: Engine;
	readonly #reader: LineReader;
	readonly #writer: LineWriter;
	readonly #server: RpcServer;
	readonly #begun = new Set<RoomKey>();
	readonly #inFlight = new Set<Promise<void>>();
	#stopEvents: () => void;
	#feed: Feed | undefined;
	#isQuitting = false;
	readonly #over = Promise.withResolvers<{ readonly kind: "end" }>();

	constructor(options: SessionOptions) {
		this.#options = options;
		const { engine, stream } = options;
		this.#engine = { ...bound(engine), perform: (command) => this.#perform(command) };
		this.#reader = new LineReader(stream);
		this.#writer = new LineWriter(stream, standardLimits, (reason) => {
			if (reason === "overflow") options.log("a client did not read what it was told, and was let go");
			this.#over.resolve({ kind: "end" });
		});
		this.#server = new RpcServer((error) =>
			options.log(`internal error: ${error instanceof Error ? error.name : "?"}`),
		);
		this.#stopEvents = engine.onEvent((event) => this.#write(notificationOf(event)));
		this.#addMethods();
		this.ended = this.#run();
	}

	/** Ends the session soon. */
	close(): void {
		this.#over.resolve({ kind: "end" });
	}

	async #run(): Promise<void> {
		for (;;) {
			await this.#writer.drained();
			if (this.#inFlight.size >= inFlightLimit) await Promise.race(this.#inFlight);
			const read = await Promise.race([this.#reader.next(lineLimitBytes), this.#over.promise]);
			if (read.kind === "line") this.#answer(decodeLine(read.bytes));
			else if (read.kind === "tooLong") this.#writer.write(lineTooLong(lineLimitBytes));
			else break;
		}
		this.#stopEvents();
		this.#feed?.close();
		await this.#leave();
		await soon(Promise.allSettled(this.#inFlight), flushTimeoutMs);
		await soon(this.#writer.flushed(), flushTimeoutMs);
		this.#reader.close();
	}

	#answer(text: string | undefined): void {
		const answering = this.#server.answer(text).then((line) => {
			if (line !== undefined) this.#writer.write(line);
			this.#inFlight.delete(answering);
			if (this.#isQuitting) this.close();
		});
		this.#inFlight.add(answering);
	}

	#write(message: object): void {
		this.#writer.write(JSON.stringify(message));
	}

	#addMethods(): void {
		const { facts, clients, onStop } = this.#options;
		addMethods(this.#server, this.#engine, {
			password: (password, room) =>
				this.#engine.perform({ kind: "password", password, ...(room === undefined ? {} : { room }) }),
			unlock: (passphrase) => this.#engine.perform({ kind: "unlockIdentity", passphrase }),
			quit: () => {
				this.#isQuitting = true;
			},
		});
		const nothing = v.object({});
		this.#server.add("daemonStatus", {
			params: nothing,
			call: () => {
				const { identity, rooms, unreadPosts } = this.#engine.snapshot();
				const posts = unreadPosts === undefined ? {} : { unreadPosts };
				return { ...facts, clients: clients(), identity: identity.kind, rooms, ...posts };
			},
		});
		this.#server.add("daemonStop", { params: nothing, call: onStop });
		this.#server.add("attach", {
			params: v.object({ build: v.string() }),
			call: ({ build }) => {
				if (build === facts.build) this.#attach();
				return { build: facts.build, pid: facts.pid, allows: facts.allows };
			},
		});
	}

	/** Tells whether the client is a window, which shows everything. */
	get isWindow(): boolean {
		return this.#feed !== undefined;
	}

	/** Makes the client a window of the same program from here on. */
	#attach(): void {
		if (this.#feed !== undefined) return;
		this.#stopEvents();
		this.#stopEvents = () => {};
		const writer = this.#writer;
		let isWaiting = false;
		this.#feed = this.#options.openFeed({
			engine: this.#options.engine,
			isReady: () => !writer.isBlocked,
			tell: (params) => {
				this.#write({ jsonrpc: "2.0", method: "engine.step", params });
				if (!writer.isBlocked || isWaiting) return;
				isWaiting = true;
				void writer.drained().then(() => {
					isWaiting = false;
					this.#feed?.drained();
				});
			},
		});
		this.#addWindowMethods();
	}

	#addWindowMethods(): void {
		const engine = this.#engine;
		const room = v.exactOptional(v.string());
		this.#server.add("engine.perform", {
			params: v.object({ command: v.looseObject({ kind: v.string() }) }),
			call: async ({ command }) => {
				// The build is the same: what a window sends has the shape that it has here.
				const outcome = await engine.perform(command as Command);
				this.#feed?.flush();
				return outcome;
			},
		});
		this.#server.add("engine.told", { params: v.object({}), call: () => engine.told() });
		this.#server.add("engine.posts", {
			params: v.object({ of: v.exactOptional(v.string()) }),
			call: ({ of }) => engine.posts(of),
		});
		this.#server.add("engine.keyWords", {
			params: v.object({ fingerprint: v.string() }),
			call: async ({ fingerprint }) => ({ words: await engine.keyWords(fingerprint) }),
		});
		this.#server.add("engine.blocks", { params: v.object({}), call: () => engine.blocks() });
		this.#server.add("engine.previewBlock", {
			params: v.object({ address: v.string(), room }),
			call: ({ address, room: asked }) => engine.previewBlock(address, asked),
		});
		this.#server.add("engine.previewFiles", {
			params: v.object({ paths: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(100)) }),
			call: ({ paths }) => engine.previewFiles(paths),
		});
		this.#server.add("engine.knocks", {
			params: v.object({ query: v.looseObject({}) }),
			call: ({ query }) => engine.knocks(query),
		});
		this.#server.add("engine.lines", {
			params: v.object({
				room: v.string(),
				before: v.exactOptional(v.string()),
				limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5_000)),
			}),
			call: ({ room: asked, ...page }) => engine.lines(asked, page),
		});
		this.#server.add("engine.history", {
			params: v.object({ query: v.looseObject({ limit: v.number() }) }),
			call: ({ query }) => engine.history(query),
		});
		this.#server.add("engine.restart", { params: v.object({}), call: () => this.#feed?.restart() });
		this.#server.add("detach", {
			params: v.object({}),
			call: async () => {
				await this.#leave();
				this.#isQuitting = true;
			},
		});
	}

	/** Carries out a command. What a client begins is its own, and stands beside what others have open. */
	async #perform(command: Command): Promise<Outcome> {
		const isBeginning = command.kind === "host" || command.kind === "join";
		const isIn = this.#options.engine
			.snapshot()
			.rooms.some(({ room, state }) => this.#begun.has(room) && state !== "ended" && state !== "idle");
		const asked = isBeginning && command.beside === undefined && !isIn ? { ...command, beside: true } : command;
		const outcome = await this.#options.engine.perform(asked);
		if (isBeginning && outcome.kind === "done" && outcome.room !== undefined) this.#begun.add(outcome.room);
		return outcome;
	}

	async #leave(): Promise<void> {
		const passing = this.#options.engine.snapshot().rooms.filter(({ kind }) => kind === "passing");
		const own = passing.filter(({ room }) => this.#begun.has(room));
		await Promise.all(own.map(({ room }) => this.#options.engine.perform({ kind: "leave", room })));
	}
}

function bound(engine: Engine): Engine {
	return {
		snapshot: (room) => engine.snapshot(room),
		subscribe: (listener) => engine.subscribe(listener),
		onEvent: (listener) => engine.onEvent(listener),
		perform: (command) => engine.perform(command),
		blocks: () => engine.blocks(),
		previewBlock: (address, room) => engine.previewBlock(address, room),
		previewFiles: (paths) => engine.previewFiles(paths),
		knocks: (query) => engine.knocks(query),
		told: () => engine.told(),
		posts: (of) => engine.posts(of),
		keyWords: (fingerprint) => engine.keyWords(fingerprint),
		lines: (room, page) => engine.lines(room, page),
		history: (query) => engine.history(query),
		close: () => engine.close(),
	};
}
