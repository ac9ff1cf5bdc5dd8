// The engine as one tab has it: one room of several, or none yet. What is asked without a room is about this one.
import { randomBytes } from "node:crypto";
import type { Command, Engine, Entry, FilesPreview, Snapshot } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { HistoryPage, HistoryQuery } from "../../engine/api/content.ts";
import type { Event } from "../../engine/api/events.ts";
import type { BlockPreview, BlockView, KnockQuery, KnockView } from "../../engine/api/gate.ts";
import type { PostsView } from "../../engine/api/posts/posts.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import type { Told } from "../../engine/api/told.ts";

/** No room has this name, so that a tab without one shows none. */
const nowhere: RoomKey = "nowhere";
const keyLetters = "abcdefghijklmnopqrstuvwxyz234567";
const keyLength = 8;

/** Makes the name of a new room, as the engine does. */
const newRoom = (): RoomKey =>
	[...randomBytes(keyLength)].map((byte) => keyLetters[byte % keyLetters.length] ?? "").join("");

type Beginning = Extract<Command, { kind: "host" | "join" }>;

/** Shows one room of the engine that it is given, which stays its opener's. */
export class RoomWindow implements Engine {
	readonly #engine: Engine;
	#room: RoomKey | undefined;
	#target: string | undefined;
	#beginning = 0;

	constructor(engine: Engine, room?: RoomKey) {
		this.#engine = engine;
		this.#room = room;
	}

	/** Returns the room that is shown; `undefined` until one was begun here. */
	get room(): RoomKey | undefined {
		return this.#room;
	}

	/** Tells whether a room is being begun here whose name is not known yet. */
	get isBeginning(): boolean {
		return this.#beginning > 0;
	}

	/** Returns what the engine shows of this window's room. Without one it shows none; while one is being begun, the one that the engine has begun last. */
	snapshot(room: RoomKey | undefined = this.#room): Snapshot {
		return this.#engine.snapshot(room ?? (this.isBeginning ? undefined : nowhere));
	}

	subscribe(listener: () => void): () => void {
		return this.#engine.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#engine.onEvent((event) => {
			if (event.room === undefined || this.#room === undefined || event.room === this.#room) listener(event);
		});
	}

	async perform(command: Command): Promise<Outcome> {
		if (command.kind === "host" || command.kind === "join") return this.#begin(command);
		const room = command.room ?? this.#room;
		return this.#engine.perform(room === undefined ? command : { ...command, room });
	}

	blocks(): Promise<readonly BlockView[]> {
		return this.#engine.blocks();
	}

	previewBlock(address: string, room: RoomKey | undefined = this.#room): Promise<BlockPreview> {
		return this.#engine.previewBlock(address, room);
	}

	previewFiles(paths: readonly string[]): Promise<FilesPreview> {
		return this.#engine.previewFiles(paths);
	}

	knocks(query?: KnockQuery): Promise<readonly KnockView[]> {
		return this.#engine.knocks(query);
	}

	told(): Promise<Told> {
		return this.#engine.told();
	}

	posts(of?: string): Promise<PostsView> {
		return this.#engine.posts(of);
	}

	keyWords(fingerprint: string): Promise<readonly string[] | undefined> {
		return this.#engine.keyWords(fingerprint);
	}

	lines(room: RoomKey, page: { readonly before?: string; readonly limit: number }): Promise<readonly Entry[]> {
		return this.#engine.lines(room, page);
	}

	history(query: HistoryQuery): Promise<HistoryPage> {
		return this.#engine.history(query);
	}

	close(): Promise<void> {
		return this.#engine.close();
	}

	/** Begins a room. Beside other rooms it is named here, because what happens in it is told before the answer comes. Whoever comes back finds their room again. */
	async #begin(command: Beginning): Promise<Outcome> {
		const target = command.kind === "join" ? command.target : undefined;
		const isBack = target !== undefined && target === this.#target && this.#room !== undefined;
		const isAlone = this.#engine.snapshot(nowhere).rooms.every(({ room }) => room === this.#room);
		if (!isBack) this.#room = isAlone ? undefined : newRoom();
		this.#target = target;
		const named = this.#room === undefined ? command : { ...command, room: this.#room, beside: true };
		this.#beginning += 1;
		const outcome = await this.#engine.perform(named).finally(() => {
			this.#beginning -= 1;
		});
		if (outcome.kind === "done" && outcome.room !== undefined) this.#room = outcome.room;
		return outcome;
	}
}
