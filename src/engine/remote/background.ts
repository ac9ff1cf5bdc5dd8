// The background process of a home: who has the home, the socket in it, and how it is asked.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import envPaths from "env-paths";
import { connectLocal, type ListenLocalOutcome, type LocalFailure, listenLocal } from "../../net/local/local-socket.ts";
import { type HomeOwner, takeHomeLock } from "../../store/home-lock.ts";
import { type EngineOptions, type OpenOutcome, openEngine } from "../open-engine.ts";
import { type Answer, ask } from "./ask.ts";
import { type AttachOutcome, attach } from "./remote-engine.ts";

const SOCKET_FILE = "rt.sock";
const PROFILES_FOLDER = "profiles";

/** Returns the folder in which everything is kept: the one that was asked for, or the system's usual one; a profile's lies below that. */
export function homeFolder(home: string | undefined, profile: string | undefined): string {
	const base = home ?? envPaths("real-talk", { suffix: "" }).data;
	return profile === undefined ? base : join(base, PROFILES_FOLDER, profile);
}

/** Returns the names of the profiles below a home, sorted. */
export function profilesIn(home: string): readonly string[] {
	try {
		const found = readdirSync(join(home, PROFILES_FOLDER), { withFileTypes: true });
		return found
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => name)
			.toSorted();
	} catch {
		return [];
	}
}

type Unreachable =
	| { readonly kind: "nobody" }
	| { readonly kind: "failed"; readonly why: LocalFailure; readonly detail: string };

/** Attaches to the background process of `home`, if there is one. `build` says which program we are. */
export async function attachTo(home: string, build: string): Promise<AttachOutcome | Unreachable> {
	const connected = await connectLocal(join(home, SOCKET_FILE));
	return connected.kind === "connected" ? attach(connected.socket, build) : connected;
}

/** Asks the background process of `home` one thing. */
export async function askBackground(home: string, method: string, params: object): Promise<Answer | Unreachable> {
	const connected = await connectLocal(join(home, SOCKET_FILE));
	return connected.kind === "connected" ? ask(connected.socket, method, params) : connected;
}

export type BackgroundOutcome =
	| (Extract<OpenOutcome, { kind: "open" }> & {
			readonly listen: (onStream: (stream: Duplex) => void) => Promise<ListenLocalOutcome>;
			/** Lets the next one have the home. */
			readonly release: () => void;
	  })
	| Extract<OpenOutcome, { kind: "refused" }>
	/** Another process has the home. */
	| { readonly kind: "held"; readonly owner?: HomeOwner };

/** Opens the engine of a home for the background process, which then has the home for itself. */
export async function openBackground(
	home: string,
	options: EngineOptions,
	owner: HomeOwner,
): Promise<BackgroundOutcome> {
	const opened = await openEngine({ ...options, home });
	if (opened.kind === "refused") return opened;
	const lock = takeHomeLock(home, owner);
	if (lock.kind === "held") {
		await opened.engine.close();
		return lock;
	}
	return { ...opened, listen: (onStream) => listenLocal(join(home, SOCKET_FILE), onStream), release: lock.release };
}
