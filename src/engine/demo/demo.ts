// `rt demo`: a room on this computer only, with bots in it. Everything lives in one temporary folder and goes with it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../api/api.ts";
import type { OpenTrouble } from "../api/opening.ts";
import type { Refusal } from "../api/refusals.ts";
import type { RealTalk } from "../engine.ts";
import { openEngine } from "../open-engine.ts";
import { adaName, bobName } from "./guide.ts";
import { play } from "./play.ts";

const beatMs = 700;

export interface DemoOptions {
	/** The name of whoever tries it. */
	readonly name?: string;
	/** One beat of the play takes this many milliseconds (`Stage.beatMs`). */
	readonly beatMs?: number;
	/** The temporary folder is made in here; when it is absent, in the system's place for such folders. */
	readonly parent?: string;
}

export interface Demo {
	readonly kind: "open";
	/** The engine of whoever tries it. As soon as it hosts a room on 127.0.0.1, the bots come. */
	readonly engine: Engine;
	/** Names a file with a password for the room. */
	readonly passwordFile: string;
	readonly folder: string;
	/** Ends the bots, closes all engines, removes the folder. */
	close(): Promise<void>;
}

export type DemoOutcome = Demo | { readonly kind: "refused"; readonly trouble: OpenTrouble | Refusal };

type Opened = { readonly kind: "open"; readonly engine: RealTalk } | Extract<DemoOutcome, { kind: "refused" }>;

/** Engines of one folder; those opened later are closed with the others. */
class Troupe {
	readonly folder: string;
	readonly #engines: RealTalk[] = [];
	#isClosed = false;

	constructor(parent: string) {
		this.folder = mkdtempSync(join(parent, "rt-demo-"));
	}

	async open(name: string): Promise<Opened> {
		const opened = await openEngine({ home: join(this.folder, randomBytes(4).toString("hex")) });
		if (opened.kind === "refused") return opened;
		const { engine } = opened;
		this.#engines.push(engine);
		const outcome = this.#isClosed ? undefined : await engine.perform({ kind: "createIdentity", name });
		if (this.#isClosed) await engine.close();
		if (outcome?.kind !== "refused") return { kind: "open", engine };
		const { kind: _, ...refusal } = outcome;
		return { kind: "refused", trouble: refusal };
	}

	/** Returns what opens an engine when it is first called, and returns the same one afterwards. */
	later(name: string): () => Promise<RealTalk | undefined> {
		let opening: Promise<Opened> | undefined;
		return async () => {
			if (this.#isClosed) return undefined;
			opening ??= this.open(name);
			const opened = await opening;
			return opened.kind === "open" && !this.#isClosed ? opened.engine : undefined;
		};
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		for (const engine of this.#engines) await engine.close();
		this.remove();
	}

	readonly remove = (): void => rmSync(this.folder, { recursive: true, force: true });
}

/** Plays in each room that the person opens, until that is over. Returns what ends it for good. */
function playIn(you: RealTalk, ada: RealTalk, bob: RealTalk, troupe: Troupe, beat: number): () => Promise<void> {
	let stop = new AbortController();
	let playing: Promise<void> = Promise.resolve();
	const stopEvents = you.onEvent((event) => {
		if (event.kind === "closed") stop.abort();
		if (event.kind !== "listening") return;
		stop.abort();
		stop = new AbortController();
		const { signal } = stop;
		const { port } = event;
		const before = playing;
		playing = before.then(async () => {
			// The room is being opened in this very moment.
			await sleep(beat, undefined, { signal }).catch(() => undefined);
			const password = you.snapshot().hosting?.password;
			if (password === undefined || signal.aborted) return;
			const cast = { you, ada, bob, cleo: troupe.later("Cleo"), double: troupe.later(bobName) };
			await play(cast, { port, password, beatMs: beat, signal });
		});
	});
	return async () => {
		stopEvents();
		stop.abort();
		await playing;
	};
}

/** Makes everything ready; nothing is opened to the network. */
export async function openDemo(options: DemoOptions = {}): Promise<DemoOutcome> {
	const troupe = new Troupe(options.parent ?? tmpdir());
	// The folder goes also when the program ends without asking.
	process.once("exit", troupe.remove);
	let stopPlay = async (): Promise<void> => {};
	const close = async (): Promise<void> => {
		await stopPlay();
		await troupe.close();
		process.off("exit", troupe.remove);
	};
	const engines: RealTalk[] = [];
	for (const name of [options.name ?? "You", adaName, bobName]) {
		const opened = await troupe.open(name);
		if (opened.kind === "refused") {
			await close();
			return opened;
		}
		engines.push(opened.engine);
	}
	const [engine, ada, bob] = engines;
	if (!engine || !ada || !bob) throw new Error("three engines were opened");
	const passwordFile = join(troupe.folder, "password");
	writeFileSync(passwordFile, `${randomBytes(12).toString("base64url")}\n`, { mode: 0o600 });
	stopPlay = playIn(engine, ada, bob, troupe, options.beatMs ?? beatMs);
	return { kind: "open", engine, passwordFile, folder: troupe.folder, close };
}
