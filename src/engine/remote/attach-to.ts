// Finds the background process of a home and asks it: the socket in the home, and the profiles below it. This is loaded at each start, so it loads no engine.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import envPaths from "env-paths";
import { connectLocal, type LocalFailure } from "../../net/local/local-socket.ts";
import type { Answer } from "./ask.ts";
import type { AttachOutcome } from "./remote-engine.ts";

/** The socket's name in the home. */
export const SOCKET_FILE = "rt.sock";
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
	if (connected.kind !== "connected") return connected;
	return (await import("./remote-engine.ts")).attach(connected.socket, build);
}

/** Asks the background process of `home` one thing. */
export async function askBackground(home: string, method: string, params: object): Promise<Answer | Unreachable> {
	const connected = await connectLocal(join(home, SOCKET_FILE));
	if (connected.kind !== "connected") return connected;
	return (await import("./ask.ts")).ask(connected.socket, method, params);
}
