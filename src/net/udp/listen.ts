// Listening by UDP on one address, or on each address of this computer.
//
// One socket for all addresses would answer from whichever address the system prefers, and not from the one that was asked: routers and
// guests drop that. So each address has its own socket, and addresses that come and go are followed.
import type { Listener, ListenOptions, ListenOutcome } from "../link/link.ts";
import { every } from "../link/ticks.ts";
import { ADDRESSES_EVERY_MS } from "../link/watch-addresses.ts";
import { listenFailureOf, type SystemFailure } from "../tcp/failure.ts";
import type { UdpHost } from "./host-socket.ts";
import { boundSocket } from "./socket.ts";

type UdpSocket = Awaited<ReturnType<typeof boundSocket>>;

/** A port that is free on one address may be taken on another, so this many are tried. */
const PORT_TRIES = 5;

export interface UdpListenOptions extends Pick<ListenOptions, "port" | "bind"> {
	/** Returns the addresses that this computer has at the moment. */
	readonly addresses: () => readonly string[];
	/** Is called when there is a port. */
	readonly newHost: () => UdpHost;
}

/** Listens until the Listener is closed. */
export async function listenByUdp({ port, bind, addresses, newHost }: UdpListenOptions): Promise<ListenOutcome> {
	const wanted = bind === undefined ? addresses : () => [bind];
	for (let left = PORT_TRIES; ; left -= 1) {
		const bound = await bindAll(wanted(), port);
		if (bound.kind === "bound") {
			const host = newHost();
			for (const socket of bound.sockets.values()) host.add(socket);
			const following = new Following(host, bound.sockets, bound.port);
			return { kind: "listening", listener: following.listener(bind === undefined ? addresses : undefined) };
		}
		const isUnlucky = bound.failure === "portTaken" && port === 0 && left > 1;
		if (!isUnlucky) return bound;
	}
}

type Bound = { readonly kind: "bound"; readonly port: number; readonly sockets: Map<string, UdpSocket> };
type ListenFailed = Extract<ListenOutcome, { readonly kind: "failed" }>;

/** Binds the same port on all of them; an address that is gone in that moment is left out. */
async function bindAll(addresses: readonly string[], wantedPort: number): Promise<Bound | ListenFailed> {
	const sockets = new Map<string, UdpSocket>();
	let port = wantedPort;
	let failure: ListenFailed = { kind: "failed", failure: "other", detail: "This computer has no address." };
	for (const address of addresses) {
		try {
			const socket = await boundSocket(address, port);
			sockets.set(address, socket);
			({ port } = socket.address());
		} catch (error) {
			failure = { kind: "failed", ...listenFailureOf(asSystemFailure(error), address, port) };
			if (failure.failure === "addressNotHere") continue;
			for (const socket of sockets.values()) socket.close();
			return failure;
		}
	}
	return sockets.size > 0 ? { kind: "bound", port, sockets } : failure;
}

class Following {
	readonly #host: UdpHost;
	readonly #sockets: Map<string, UdpSocket>;
	readonly #port: number;
	#turn = Promise.resolve();
	#isOver = false;

	constructor(host: UdpHost, sockets: Map<string, UdpSocket>, port: number) {
		this.#host = host;
		this.#sockets = sockets;
		this.#port = port;
	}

	/** Makes the listener. It follows `addresses`, if they are given. */
	listener(addresses: (() => readonly string[]) | undefined): Listener {
		const follow = (): void => {
			this.#turn = this.#turn.then(() => addresses && this.#follow(addresses()));
		};
		const stopFollowing = addresses && every(ADDRESSES_EVERY_MS, follow);
		return {
			port: this.#port,
			close: async () => {
				stopFollowing?.();
				this.#isOver = true;
				await this.#turn;
				await this.#host.close();
			},
		};
	}

	async #follow(addresses: readonly string[]): Promise<void> {
		for (const [address, socket] of this.#sockets) {
			if (addresses.includes(address)) continue;
			this.#sockets.delete(address);
			this.#host.remove(socket);
		}
		for (const address of addresses) {
			if (this.#sockets.has(address) || this.#isOver) continue;
			// What cannot be listened on now is tried again at the next look.
			const socket = await boundSocket(address, this.#port).catch(() => undefined);
			if (!socket) continue;
			this.#sockets.set(address, socket);
			this.#host.add(socket);
		}
	}
}

function asSystemFailure(error: unknown): SystemFailure {
	return error instanceof Error ? error : { message: String(error) };
}
