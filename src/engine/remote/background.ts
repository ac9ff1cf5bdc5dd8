// The background process of a home: it has the home for itself, and listens on the socket in it.
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type ListenLocalOutcome, listenLocal } from "../../net/local/local-socket.ts";
import { type HomeOwner, takeHomeLock } from "../../store/home-lock.ts";
import { type EngineOptions, type OpenOutcome, openEngine } from "../open-engine.ts";
import { SOCKET_FILE } from "./attach-to.ts";

export type BackgroundOutcome =
	| (Extract<OpenOutcome, { kind: "open" }> & {
			readonly listen: (onStream: (stream: Duplex) => void) => Promise<ListenLocalOutcome>;
			/** Gives the home back, so that the next process can have it. */
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
