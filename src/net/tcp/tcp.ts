// The TCP Transport: dialling and listening over node:net.
//
// Half-open on purpose (`allowHalfOpen`): a FIN from the other end ends reading only. TLS says goodbye with close_notify and
// then FIN; with Node's default our side would be shut by the other's FIN while answers still wait in its buffer. The price:
// whoever holds a Link must end or destroy it after 'end', or a dead socket is kept.

import { BlockList, createServer, isIP, type LookupFunction, type Server, Socket, type SocketAddress } from "node:net";
import { canonicalAddress } from "../address/address.ts";
import { Caller } from "../address/caller.ts";
import { zoneTrouble } from "../address/zone.ts";
import { endWithAddress } from "../link/end-with-address.ts";
import { calledOff } from "../link/endings.ts";
import type {
	DialOptions,
	DialOutcome,
	HostAndPort,
	Link,
	Listener,
	ListenOptions,
	ListenOutcome,
	Transport,
} from "../link/link.ts";
import { dialFailureOf, listenFailureOf, type SystemFailure } from "./failure.ts";

/** After this long without traffic the system starts asking whether the other end is still there. */
const KEEP_ALIVE_AFTER_MS = 30_000;
/** One of several addresses of a name may take this long before the next is tried. Node's 250 ms gives up on far networks. */
const NEXT_ADDRESS_AFTER_MS = 1_500;
/** Listening on these means every address: both families on one socket; where IPv6 is turned off, every IPv4 address. */
const EVERY_ADDRESS = ["::", "0.0.0.0"] as const;

/** Chat is many small writes that must leave at once, hence no Nagle delay. */
const SOCKET_OPTIONS = {
	allowHalfOpen: true,
	noDelay: true,
	keepAlive: true,
	keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
} as const;

/** Holds what tests replace: how names are resolved, and which addresses stand for "all". */
export interface TcpSurroundings {
	readonly lookup?: LookupFunction;
	readonly everyAddress?: readonly [string, string];
}

/** Makes the TCP Transport. `dial` takes literal addresses and names; names are tried address by address (RFC 8305). */
export function tcpTransport(surroundings: TcpSurroundings = {}): Transport {
	return {
		name: "tcp",
		dial: (target, options) => dial(target, options, surroundings),
		listen: (options) => listen(options, surroundings.everyAddress ?? EVERY_ADDRESS),
	};
}

function dial(target: HostAndPort, options: DialOptions, surroundings: TcpSurroundings): Promise<DialOutcome> {
	const { signal, timeoutMs } = options;
	if (signal.aborted) return Promise.resolve(calledOff);
	// node:net takes an empty host for this computer.
	if (target.host === "") return Promise.resolve(failed("nameNotFound", "No address was given."));
	const trouble = zoneTrouble(target.host);
	if (trouble !== undefined) return Promise.resolve(failed("unreachable", trouble));
	const socket = new Socket(SOCKET_OPTIONS);
	return new Promise((resolve) => {
		let isSettled = false;
		const settle = (outcome: DialOutcome) => {
			if (isSettled) return;
			isSettled = true;
			clearTimeout(timer);
			signal.removeEventListener("abort", onAbort);
			if (outcome.kind === "failed") socket.destroy();
			resolve(outcome);
		};
		const onAbort = () => settle(calledOff);
		const timer = setTimeout(() => settle(noAnswer(target, timeoutMs)), timeoutMs);
		signal.addEventListener("abort", onAbort, { once: true });
		// Stays after the dial, see hand(): an unheard 'error' would end the program.
		socket.on("error", (error: SystemFailure) => settle({ kind: "failed", ...dialFailureOf(error, target) }));
		socket.once("connect", () => settle(connected(socket, target)));
		if (isIP(target.host) === 0) options.onContact?.({ kind: "name", name: target.host });
		// Each address of a name on its own, and only those that are tried.
		socket.on("connectionAttempt", (address, port) => options.onContact?.({ kind: "address", address, port }));
		connect(socket, target, options.localAddress, surroundings);
	});
}

function connect(
	socket: Socket,
	{ host, port }: HostAndPort,
	localAddress: string | undefined,
	{ lookup }: TcpSurroundings,
): void {
	try {
		socket.connect({
			host,
			port,
			autoSelectFamily: isIP(host) === 0,
			autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
			...(localAddress !== undefined && { localAddress }),
			...(lookup && { lookup }),
		});
	} catch (error) {
		// A host or port node:net will not even try, for example a port above 65535.
		socket.destroy(error instanceof Error ? error : new Error(String(error)));
	}
}

function connected(socket: Socket, target: HostAndPort): DialOutcome {
	// On loopback a dial may meet itself (TCP simultaneous open, RFC 9293 §3.5) when the port is one the system hands out.
	if (socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress) {
		return { kind: "failed", ...dialFailureOf({ code: "ECONNREFUSED" }, target) };
	}
	const link = linkOf(socket);
	if (!link) return { kind: "failed", ...dialFailureOf({ code: "ECONNRESET" }, target) };
	endWithAddress(link, canonicalAddress(socket.localAddress ?? ""));
	return { kind: "linked", link };
}

/** Returns the Link over a socket; `undefined` when the other end has gone again already, because then nobody can say who it was. */
function linkOf(socket: Socket): Link | undefined {
	const address = canonicalAddress(socket.remoteAddress ?? "");
	const port = socket.remotePort;
	if (address === undefined || port === undefined) return undefined;
	return { stream: socket, far: { transport: "tcp", address, port } };
}

async function listen(options: ListenOptions, everyAddress: readonly [string, string]): Promise<ListenOutcome> {
	if (options.bind !== undefined) return listenOn(options.bind, options);
	const outcome = await listenOn(everyAddress[0], options);
	const isWorthAnotherTry = outcome.kind === "failed" && ["addressNotHere", "other"].includes(outcome.failure);
	return isWorthAnotherTry ? listenOn(everyAddress[1], options) : outcome;
}

/**
 * Has the listener ask who may come before it makes a socket of a connection. In a flood that is most of what a stranger costs who is cut at once, and all of what
 * stays behind to be collected: with its sockets Node makes closures that V8 finds among old objects only.
 */
class Asked extends BlockList {
	readonly #mayCome: (caller: Caller) => boolean;

	constructor(mayCome: (caller: Caller) => boolean) {
		super();
		this.#mayCome = mayCome;
	}

	/** Tells whether the connection is to be closed. */
	override check(address: string | SocketAddress): boolean {
		const caller = Caller.at(typeof address === "string" ? address : address.address);
		return caller !== undefined && !this.#mayCome(caller);
	}
}

function listenOn(host: string, { port, onLink, mayCome }: ListenOptions): Promise<ListenOutcome> {
	// A name would be looked up and could turn out to be somebody else's address.
	if (isIP(host) === 0) {
		return Promise.resolve({ kind: "failed", failure: "addressNotHere", detail: `"${host}" is not an IP address.` });
	}
	const server = createServer({ ...SOCKET_OPTIONS, ...(mayCome && { blockList: new Asked(mayCome) }) });
	server.on("connection", (socket) => hand(socket, onLink));
	return new Promise((resolve) => {
		// Stays for good: an arriving connection that fails (too many open files) must not end the program; the next may work.
		server.on("error", (error: SystemFailure) => {
			resolve({ kind: "failed", ...listenFailureOf(error, host, port) });
		});
		server.listen({ host, port, ipv6Only: false }, () => resolve(listening(server)));
	});
}

function hand(socket: Socket, onLink: (link: Link) => void): void {
	// Anyone can send a reset before a listener is attached; an unheard 'error' would end the program. 'close' always follows.
	socket.on("error", () => {});
	const link = linkOf(socket);
	const caller = Caller.at(link?.far.address ?? "");
	if (link && caller) onLink({ stream: socket, far: { ...link.far, caller } });
	else socket.destroy();
}

function listening(server: Server): ListenOutcome {
	const bound = server.address();
	if (bound === null || typeof bound === "string") throw new Error("a TCP server has an address and a port");
	const listener: Listener = {
		port: bound.port,
		// Not awaiting 'close': that comes only after the last Link has ended, and the port is free at once.
		async close() {
			server.close();
		},
	};
	return { kind: "listening", listener };
}

function failed(failure: "nameNotFound" | "timedOut" | "aborted" | "unreachable", detail: string): DialOutcome {
	return { kind: "failed", failure, detail };
}

function noAnswer({ host, port }: HostAndPort, timeoutMs: number): DialOutcome {
	const seconds = Math.round(timeoutMs / 1000);
	return failed("timedOut", `${host} port ${port} did not answer within ${seconds || "less than 1"} s.`);
}
