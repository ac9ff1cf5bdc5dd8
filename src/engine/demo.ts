// `rt demo`: a room on this computer only, with two bots in it. Everything lives in one temporary folder and goes with it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "./api.ts";
import { play } from "./demo-bots.ts";
import { openEngine } from "./open.ts";

const beatMs = 700;

export interface DemoOptions {
	/** Of whoever tries it. */
	readonly name?: string;
	/** See `Cast.beatMs`. */
	readonly beatMs?: number;
	/** Where the temporary folder is made; the system's place for such when absent. */
	readonly parent?: string;
}

export interface Demo {
	readonly kind: "open";
	/** Of whoever tries it. As soon as it hosts a room on 127.0.0.1 with the password in the file, the bots come. */
	readonly engine: Engine;
	readonly passwordFile: string;
	readonly folder: string;
	/** Ends the bots, closes all three engines, removes the folder. */
	close(): Promise<void>;
}

export type DemoOutcome = Demo | { readonly kind: "refused"; readonly message: string };

/** Makes everything ready; nothing is opened to the network. */
export async function openDemo(options: DemoOptions = {}): Promise<DemoOutcome> {
	const folder = mkdtempSync(join(options.parent ?? tmpdir(), "rt-demo-"));
	const remove = (): void => rmSync(folder, { recursive: true, force: true });
	// Also when the program ends without asking.
	process.once("exit", remove);
	const engines: Engine[] = [];
	const stop = new AbortController();
	let playing: Promise<void> = Promise.resolve();
	const close = async (): Promise<void> => {
		stop.abort();
		await playing;
		for (const engine of engines) await engine.close();
		remove();
		process.off("exit", remove);
	};
	for (const name of [options.name ?? "You", "Ada", "Bob"]) {
		const opened = await openEngine(join(folder, `${engines.length}`));
		if (opened.kind === "open") engines.push(opened.engine);
		const outcome = opened.kind === "open" ? await opened.engine.perform({ kind: "createIdentity", name }) : opened;
		if (outcome.kind !== "refused") continue;
		await close();
		return { kind: "refused", message: outcome.message };
	}
	const [engine, ada, bob] = engines;
	if (!engine || !ada || !bob) throw new Error("three engines were opened");
	const password = randomBytes(12).toString("base64url");
	const passwordFile = join(folder, "password");
	writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
	engine.onEvent((event) => {
		if (event.kind !== "listening" || stop.signal.aborted) return;
		const cast = { ada, bob, port: event.port, password, beatMs: options.beatMs ?? beatMs, signal: stop.signal };
		playing = play(cast);
	});
	return { kind: "open", engine, passwordFile, folder, close };
}
