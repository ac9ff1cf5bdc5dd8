// `rt relay`: takes WebSockets in and has each guest joined with its host. It reads nothing of what passes, and keeps nothing when a socket has closed.
import { createHash, timingSafeEqual } from "node:crypto";
import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { Caller } from "../address/caller.ts";
import { uptime } from "../link/clock.ts";
import type { ListenFailure } from "../link/link.ts";
import { listenFailureOf } from "../tcp/failure.ts";
import type { Exchange } from "./exchange.ts";
import { NetworkBudgets, type RelayLimits, usualLimits } from "./limits.ts";
import { MeetingPoint, type RelayCounts } from "./meeting-point.ts";
import { pageServer } from "./page.ts";
import { CLOSED, type RelayPath, readRelayPath } from "./wire.ts";

export interface RelayOptions {
	/** The port to listen on; for 0 a free one is picked. */
	readonly port: number;
	/** The literal address to listen on. */
	readonly bind: string;
	/** The names by which it is dialled, with the port where it is not that of the scheme. Its own literal addresses need not be named. */
	readonly names: readonly string[];
	/** A proxy stands before it, and the last address in its X-Forwarded-For is the one that called. */
	readonly isBehindProxy?: boolean;
	/** Other relays of the same operator, whose hosts are rung for guests who come here. Its own name is one of this relay's. */
	readonly exchange?: Exchange;
	/** Only hosts that show it may register. */
	readonly token?: string;
	readonly limits?: Partial<RelayLimits>;
	/** The page for whoever comes with a browser, as HTML. */
	readonly page: string;
	/** Holds what tests replace: a clock in milliseconds that never go back. */
	readonly now?: () => number;
}

export interface RunningRelay {
	readonly port: number;
	counts(): RelayCounts;
	/** Says to everybody that it goes away, and ends what has not ended after a while. */
	close(): Promise<void>;
}

export type RelayOutcome =
	| ({ readonly kind: "running" } & RunningRelay)
	| { readonly kind: "failed"; readonly failure: ListenFailure; readonly detail: string };

/** Those who are connected have this many milliseconds to hear that the relay goes away. */
const GOODBYE_MS = 2_000;
/** The whole request must have come after this time; whoever takes longer is slow on purpose. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Starts a relay. It resolves with why it could not listen, if so. */
export async function startRelay(options: RelayOptions): Promise<RelayOutcome> {
	const relay = new Relay(options);
	const problem = await relay.listen();
	return problem ? { kind: "failed", ...problem } : { kind: "running", ...relay.running() };
}

class Relay {
	readonly #options: RelayOptions;
	readonly #limits: RelayLimits;
	readonly #now: () => number;
	readonly #http: Server;
	readonly #sockets: WebSocketServer;
	readonly #budgets: NetworkBudgets;
	readonly #meeting: MeetingPoint;
	/** Says when each open socket was last heard, in milliseconds. */
	readonly #heard = new Map<WebSocket, number>();
	#pings: NodeJS.Timeout | undefined;

	constructor(options: RelayOptions) {
		this.#options = options;
		this.#limits = { ...usualLimits, ...options.limits };
		this.#now = options.now ?? uptime;
		this.#budgets = new NetworkBudgets(this.#limits);
		const { exchange, names } = options;
		this.#meeting = new MeetingPoint(this.#limits, this.#now, exchange, (authority) => names.includes(authority));
		const { http, sockets } = pageServer(options.page, REQUEST_TIMEOUT_MS);
		this.#http = http;
		this.#sockets = sockets;
		this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
	}

	listen(): Promise<{ failure: ListenFailure; detail: string } | undefined> {
		const { port, bind } = this.#options;
		const { promise, resolve } = Promise.withResolvers<{ failure: ListenFailure; detail: string } | undefined>();
		this.#http.once("error", (error) => resolve(listenFailureOf(error, bind, port)));
		this.#http.listen(port, bind, () => {
			this.#pings = setInterval(() => this.#ping(), this.#limits.pingMs).unref();
			resolve(undefined);
		});
		return promise;
	}

	running(): RunningRelay {
		const address = this.#http.address() as AddressInfo;
		return {
			port: address.port,
			counts: () => ({ ...this.#meeting.counts(), sockets: this.#heard.size }),
			close: () => this.#close(),
		};
	}

	#upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		socket.on("error", () => socket.destroy());
		const path = readRelayPath(request.url ?? "");
		if (path === undefined) {
			refuse(socket, 404);
			return;
		}
		if (!this.#mayHost(path, request)) {
			refuse(socket, 401);
			return;
		}
		const leave = this.#admit(path, request);
		if (leave === undefined) {
			refuse(socket, 429);
			return;
		}
		socket.once("close", leave);
		this.#sockets.handleUpgrade(request, socket, head, (open) => this.#take(open, path, request));
	}

	#take(socket: WebSocket, path: RelayPath, request: IncomingMessage): void {
		(request.socket as Socket).setNoDelay(true);
		this.#heard.set(socket, this.#now());
		socket.on("error", () => socket.terminate());
		socket.on("pong", () => this.#heard.set(socket, this.#now()));
		socket.on("message", () => this.#heard.set(socket, this.#now()));
		socket.once("close", () => this.#heard.delete(socket));
		const authority = this.#authorityOf(request);
		if (path.kind === "take") this.#meeting.take(socket, path);
		else if (authority === undefined) socket.close(CLOSED.refused);
		else if (path.kind === "host") this.#meeting.host(socket, { ...path, authority });
		else this.#meeting.guest(socket, { ...path, authority, network: this.#networkOf(request).key });
	}

	/** Admits a new socket, if its network may have one more. A socket by which a host fetches a guest with its ticket is counted with the guest. */
	#admit(path: RelayPath, request: IncomingMessage): (() => void) | undefined {
		if (this.#heard.size >= this.#limits.open) return undefined;
		const network = this.#networkOf(request);
		// Programs on this computer are its operator's own.
		if (path.kind === "take" || network.scope === "loopback") return () => {};
		return this.#budgets.enter(network.key, this.#now());
	}

	#networkOf(request: IncomingMessage): Caller {
		const forwarded = request.headers["x-forwarded-for"];
		const said = this.#options.isBehindProxy ? [forwarded].flat().join(",").split(",").at(-1)?.trim() : undefined;
		return Caller.at(said ?? "") ?? Caller.at(request.socket.remoteAddress ?? "") ?? Caller.named("unknown", "global");
	}

	/** Returns the name that was dialled, if it is one of this relay's: what another relay was told must be good for nothing here. */
	#authorityOf(request: IncomingMessage): string | undefined {
		const authority = (request.headers.host ?? "").toLowerCase();
		if (this.#options.names.includes(authority)) return authority;
		const { localAddress = "", localPort = 0 } = request.socket;
		const own = Caller.at(localAddress)?.address ?? "";
		const host = own.includes(":") ? `[${own}]` : own;
		return [`${host}:${localPort}`, ...(localPort === 80 ? [host] : [])].includes(authority) ? authority : undefined;
	}

	#mayHost(path: RelayPath, request: IncomingMessage): boolean {
		const { token } = this.#options;
		if (token === undefined || path.kind !== "host") return true;
		const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
		return timingSafeEqual(digest(`Bearer ${token}`), digest(request.headers.authorization ?? ""));
	}

	#ping(): void {
		const now = this.#now();
		for (const [socket, heardAt] of this.#heard) {
			if (now - heardAt > this.#limits.silenceMs) socket.terminate();
			else socket.ping();
		}
	}

	async #close(): Promise<void> {
		clearInterval(this.#pings);
		const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
		const gone = [...this.#heard.keys()].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
		for (const socket of this.#heard.keys()) socket.close(CLOSED.goingAway);
		const timer = setTimeout(() => {
			for (const socket of this.#heard.keys()) socket.terminate();
			this.#http.closeAllConnections();
		}, GOODBYE_MS);
		await Promise.all([closed, ...gone]);
		clearTimeout(timer);
	}
}

function refuse(socket: Duplex, status: 401 | 404 | 429): void {
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
		socket.destroy(),
	);
}
