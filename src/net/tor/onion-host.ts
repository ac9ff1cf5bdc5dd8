// The host's side of an onion service: a socket that only Tor knows, and the service that leads to it for as long as the room is open.
import { randomBytes } from "node:crypto";
import { chmod, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Link, ListenOutcome, RoomListener } from "../link/link.ts";
import type { TorControl } from "./control.ts";
import { type OnionKey, onionAddress, onionClientKey } from "./onion-key.ts";
import type { RunningTor, TorTrouble } from "./own-tor.ts";
import { POW } from "./proof-of-work.ts";
import { TorStream } from "./stream.ts";
import type { Tor, TorUse } from "./tor.ts";

/** The port by which guests ask for the room: a word between them and us, and nothing that listens anywhere. */
export const ONION_PORT = 1;
/** Streams that one circuit may have; Tor closes the circuit of whoever wants more. A guest has one, and another while it comes back. */
const MAX_STREAMS = 8;
/** Tor uploads within seconds; in its first minute it may still be looking for circuits. */
const UPLOAD_TIMEOUT_MS = 120_000;

export interface OnionHostOptions {
	readonly tor: Tor;
	readonly key: OnionKey;
	/** The page that browsers get at the onion, as HTML; absent: it answers none. */
	readonly page?: string | undefined;
	/** The secrets of the room's invites: who has none of them cannot even ask for the room. */
	readonly secrets: () => readonly Uint8Array[];
	/** Is called when Tor is gone, and with it the way in. */
	readonly onLost: (trouble: TorTrouble) => void;
}

/** A Door is a port of the onion, with the socket behind it. */
interface Door {
	readonly port: number;
	readonly server: Server;
	/** "unix:PATH" or "127.0.0.1:PORT", as ADD_ONION takes it. */
	readonly target: string;
	readonly socketPath?: string;
}

/** Holds what is open while guests can come. */
interface Open {
	readonly tor: RunningTor;
	/** Lists where each port of the onion leads. */
	readonly doors: readonly Door[];
}

/** Owns its use of Tor and every Link that comes until it is handed on. */
export class OnionHost {
	readonly name = "tor";
	readonly #options: OnionHostOptions;
	readonly #use: TorUse;
	readonly #stop = new AbortController();
	readonly #links = new Set<Duplex>();
	#open: Open | undefined;
	#hasProofOfWork = true;

	constructor(options: OnionHostOptions) {
		this.#options = options;
		this.#use = options.tor.use();
	}

	/** Says whether callers have to compute when they are too many, as far as it is known: an old Tor knows no proof of work. */
	get hasProofOfWork(): boolean {
		return this.#hasProofOfWork;
	}

	/** Starts Tor and publishes the service; resolves when guests can find it. */
	async listen(onLink: (link: Link) => void): Promise<ListenOutcome<RoomListener>> {
		const ready = await this.#use.ready(this.#stop.signal);
		if (ready.kind !== "ready") {
			const detail = ready.kind === "failed" ? JSON.stringify(ready.trouble) : "called off";
			if (ready.kind === "failed") this.#options.onLost(ready.trouble);
			return { kind: "failed", failure: "other", detail };
		}
		const open = await this.#openDoors(ready.tor, onLink).catch((error: Error) => error);
		if (open instanceof Error) return { kind: "failed", failure: "other", detail: open.message };
		this.#open = open;
		const problem = await this.#publish(open);
		if (problem !== undefined || this.#stop.signal.aborted) {
			await this.#withdraw(open);
			return { kind: "failed", failure: "other", detail: problem ?? "called off" };
		}
		void open.tor.ended.then(() => {
			if (this.#open !== open) return;
			void this.#withdraw(open);
			this.#options.onLost({ why: "ended", detail: "" });
		});
		return { kind: "listening", listener: { close: () => this.#withdraw(open) } };
	}

	/** Publishes the service anew, because the invites are others now, for those who have one of them. Connections that are open live on. */
	async secretsChanged(): Promise<void> {
		const open = this.#open;
		if (open === undefined) return;
		await open.tor.control.send(`DEL_ONION ${this.#address}`);
		const problem = await this.#publish(open);
		if (problem === undefined || this.#open !== open) return;
		await this.#withdraw(open);
		this.#options.onLost({ why: "cannotStart", detail: problem });
	}

	/** Ends every Link, withdraws the service and lets go of Tor. */
	async close(): Promise<void> {
		this.#stop.abort();
		if (this.#open) await this.#withdraw(this.#open);
		for (const link of this.#links) link.destroy();
		await this.#use.release();
	}

	get #address(): string {
		return onionAddress(this.#options.key.publicKey);
	}

	async #openDoors(tor: RunningTor, onLink: (link: Link) => void): Promise<Open> {
		const came = (link: Link): void => {
			this.#links.add(link.stream);
			link.stream.once("close", () => this.#links.delete(link.stream));
			onLink(link);
		};
		// Nothing tells one guest from another: there is no address, and a circuit costs nothing.
		const room = createServer({ allowHalfOpen: true }, (socket) =>
			came({ stream: new TorStream(socket), far: { transport: "tor" } }),
		);
		const doors = [await doorAt(ONION_PORT, room, tor)];
		const { page } = this.#options;
		if (page === undefined) return { tor, doors };
		// What speaks HTTP and WebSocket is loaded only for a room with the page.
		const { browserLink, onionPageServer, PAGE_PORT } = await import("./onion-page.ts");
		const browsers = onionPageServer(page, (stream) => came(browserLink(stream)));
		return { tor, doors: [...doors, await doorAt(PAGE_PORT, browsers, tor)] };
	}

	/** Publishes the service; returns what went wrong, if something did. */
	async #publish({ tor, doors }: Open): Promise<string | undefined> {
		const { control, ended } = tor;
		const uploaded = uploadOf(control, this.#address);
		this.#hasProofOfWork = (await this.#add(control, doors, POW)) === undefined;
		const refusal = this.#hasProofOfWork ? undefined : await this.#add(control, doors, []);
		if (refusal !== undefined) {
			uploaded.stop();
			return refusal;
		}
		const stopped = new Promise<void>((resolve) => this.#stop.signal.addEventListener("abort", () => resolve()));
		const isThere = await Promise.race([uploaded.done, ended, stopped]);
		uploaded.stop();
		return isThere === true ? undefined : "Tor did not publish the room.";
	}

	/** Asks for the service; returns Tor's words when it refuses. Older Tors know no proof of work. */
	async #add(control: TorControl, doors: readonly Door[], pow: readonly string[]): Promise<string | undefined> {
		const { key, secrets } = this.#options;
		const clients = secrets().map((secret) => `ClientAuthV3=${onionClientKey(secret).publicText}`);
		const flags = "Flags=DiscardPK,V3Auth,MaxStreamsCloseCircuit";
		const parts = ["ADD_ONION", key.expanded, flags, `MaxStreams=${MAX_STREAMS}`, ...pow];
		const ports = doors.map(({ port, target }) => `Port=${port},${target}`);
		const outcome = await control.send([...parts, ...ports, ...clients].join(" "));
		if (outcome.kind === "failed") return outcome.detail;
		// What opens another onion than ours leads nobody here who has the invite, and somebody else to wherever it pleases.
		if (outcome.lines[0] === `ServiceID=${this.#address}`) return undefined;
		return "What answers at the control port made an onion service of another key.";
	}

	async #withdraw(open: Open): Promise<void> {
		if (this.#open === open) this.#open = undefined;
		for (const { server } of open.doors) server.close();
		await open.tor.control.send(`DEL_ONION ${this.#address}`);
		for (const { socketPath } of open.doors) if (socketPath !== undefined) await rm(socketPath, { force: true });
	}
}

/** Has a server listen where only Tor knows. */
async function doorAt(port: number, server: Server, { socketFolder }: RunningTor): Promise<Door> {
	// Stays for good: too many open files must not end the program.
	const failed = new Promise<never>((_, reject) => server.on("error", reject));
	failed.catch(() => {});
	const socketPath = socketFolder && join(socketFolder, `room-${randomBytes(3).toString("hex")}`);
	const listening = new Promise<void>((resolve) => {
		if (socketPath === undefined) server.listen({ host: "127.0.0.1", port: 0 }, resolve);
		else server.listen({ path: socketPath }, resolve);
	});
	await Promise.race([listening, failed]);
	if (socketPath !== undefined) {
		await chmod(socketPath, 0o600);
		return { port, server, target: `unix:${socketPath}`, socketPath };
	}
	const bound = server.address();
	if (bound === null || typeof bound === "string") throw new Error("a TCP server has an address and a port");
	return { port, server, target: `127.0.0.1:${bound.port}` };
}

/** Resolves `done` with whether a directory of Tor's has the service's descriptor. */
function uploadOf(
	control: TorControl,
	address: string,
): { readonly done: Promise<boolean>; readonly stop: () => void } {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const timer = setTimeout(() => resolve(false), UPLOAD_TIMEOUT_MS);
	const stopHearing = control.on("HS_DESC", (text) => {
		if (text.startsWith(`UPLOADED ${address} `)) resolve(true);
	});
	return {
		done: promise,
		stop() {
			clearTimeout(timer);
			stopHearing();
		},
	};
}
