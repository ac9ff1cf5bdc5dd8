// `rt daemon`: rooms without a window. Windows and programs come by a socket in the home, and go again; the rooms that are kept stay.

import type { Duplex } from "node:stream";
import type { Engine } from "../../engine/api/api.ts";
import { commandName } from "../text/command-name.ts";
import { type ExitCode, exitInternal, exitOk } from "../words/exit-codes.ts";
import { refusalWords } from "../words/refusals.ts";
import { type DesktopDetail, type DesktopNotice, tellDesktop } from "./desktop-notices.ts";
import { openKeptRooms } from "./kept-rooms.ts";
import { type DaemonFacts, type OpenFeed, Session } from "./session.ts";

/** At most this many windows and programs may be attached at once; each costs a little memory. */
const maxClients = 64;

/** A Listening is the socket on which the background process listens: it gives whoever calls, until it is closed. */
export type Listening =
	| { readonly kind: "listening"; readonly close: () => Promise<void> }
	| { readonly kind: "failed"; readonly words: string };

export interface DaemonOptions {
	readonly engine: Engine;
	readonly facts: DaemonFacts;
	readonly openFeed: OpenFeed;
	readonly listen: (onStream: (stream: Duplex) => void) => Promise<Listening>;
	/** Takes a line for the log. It never says what anybody said, nor who they are. */
	readonly log: (line: string) => void;
	/** Aborts when the background process shall end. */
	readonly stop: AbortSignal;
	/** Says what the desktop is told while no window is open, and tells it; absent: nothing. */
	readonly desktop?: { readonly detail: DesktopDetail; readonly show: (notice: DesktopNotice) => void };
	/** The name others see; an identity is made when there is none. */
	readonly name?: string;
}

/** Runs until it is told to stop; then leaves all rooms and closes the engine. */
export async function runDaemon(options: DaemonOptions): Promise<ExitCode> {
	const { engine, facts, openFeed, listen, log, stop } = options;
	const sessions = new Set<Session>();
	const ended = Promise.withResolvers<void>();
	const onStop = () => ended.resolve();
	stop.addEventListener("abort", onStop);
	if (stop.aborted) onStop();
	const take = (stream: Duplex): void => {
		if (sessions.size >= maxClients) {
			stream.destroy();
			log(`more than ${maxClients} clients: one was sent away`);
			return;
		}
		const clients = () => sessions.size;
		const session = new Session({ engine, stream, facts, openFeed, clients, onStop, log });
		sessions.add(session);
		log(`a client came; clients: ${sessions.size}`);
		void session.ended.then(() => {
			sessions.delete(session);
			log(`a client went; clients: ${sessions.size}`);
		});
	};
	if (options.name !== undefined) await takeName(options, options.name);
	const listening = await listen(take);
	if (listening.kind === "failed") {
		log(listening.words);
		await engine.close();
		return exitInternal;
	}
	log(startWords(engine, facts));
	const stopLooking = openKeptRooms(engine, log);
	const hasWindow = () => [...sessions].some(({ isWindow }) => isWindow);
	const { detail, show } = options.desktop ?? { detail: "off", show: () => {} };
	const stopTelling = tellDesktop({ engine, detail, hasWindow, show, uptime: () => performance.now() });
	await ended.promise;
	stopLooking();
	stopTelling();
	stop.removeEventListener("abort", onStop);
	log("stopping: the rooms are left");
	await engine.close();
	for (const session of sessions) session.close();
	await Promise.all([...sessions].map((session) => session.ended));
	await listening.close();
	log("stopped");
	return exitOk;
}

async function takeName({ engine, log }: DaemonOptions, name: string): Promise<void> {
	const { identity } = engine.snapshot();
	if (identity.kind !== "none" && identity.name === name) return;
	const kind = identity.kind === "none" ? "createIdentity" : "rename";
	const outcome = await engine.perform({ kind, name });
	if (outcome.kind === "refused") log(refusalWords(outcome));
}

function startWords(engine: Engine, { pid }: DaemonFacts): string {
	const { identity } = engine.snapshot();
	const state = {
		none: `there is no identity yet: a window makes one, or ${commandName} daemon --name NAME`,
		locked: `the identity is locked: it waits for ${commandName} unlock`,
		ready: "ready",
	}[identity.kind];
	return `the background process has started (process ${pid}): ${state}`;
}
