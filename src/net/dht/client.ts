// A node of ours in the DHT, and what every connection through it has in common.
import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";
import type HyperDHT from "hyperdht";
import type { DhtConnectOptions, DhtHandshakePayload, DhtKeyPair, DhtSocket } from "hyperdht";
import { Caller } from "../address/caller.ts";
import type { OnContact } from "../link/contact.ts";
import type { FarEnd } from "../link/link.ts";
import type { SystemFailure } from "../tcp/failure.ts";
import type { DhtLibrary } from "./library.ts";
import type { DhtNodeAddress } from "./nodes.ts";
import { watchedUdx } from "./watched-udx.ts";

/** A packet is sent this often: it keeps the routers' holes open (most close after 30 s) and shows who is dead. */
const KEEP_ALIVE_MS = 10_000;

export interface NodeOptions {
	readonly bootstrap: readonly DhtNodeAddress[];
	/** A literal IPv4 address of this computer; when absent all of them. */
	readonly bind?: string;
	readonly onContact?: OnContact;
}

/** Makes a node of the DHT. Nothing is sent before the next turn of the event loop. It throws when `bind` is no IPv4 address (a bug of the caller). */
export function newNode({ HyperDht, Udx }: DhtLibrary, { bootstrap, bind, onContact }: NodeOptions): HyperDHT {
	if (bind !== undefined && !isIPv4(bind)) throw new Error("the DHT needs an IPv4 address");
	const node = new HyperDht({
		bootstrap: [...bootstrap],
		// We use the DHT and keep nothing for others.
		ephemeral: true,
		// Any free ones.
		port: [0, 0],
		anyPort: true,
		host: bind ?? "0.0.0.0",
		connectionKeepAlive: KEEP_ALIVE_MS,
		...(onContact && { udx: watchedUdx(Udx, onContact) }),
	});
	const create = node.createRawStream.bind(node);
	node.createRawStream = (options) => guarded(create(options));
	return node;
}

/** Keeps an impossible address from ending the program: hyperdht connects to the address that others name, where nobody hears the error. */
function guarded(stream: HyperDHT.DhtRawStream): HyperDHT.DhtRawStream {
	const connect = stream.connect.bind(stream);
	stream.connect = (socket, remoteId, port, host) => {
		try {
			connect(socket, remoteId, port, host);
		} catch (error) {
			stream.destroy(error instanceof Error ? error : new Error(String(error)));
		}
	};
	return stream;
}

/** Returns why nothing can be received there. It is asked before a node is made: one that cannot bind never lets go of what it holds. */
export function bindFailure(port: number, bind = "0.0.0.0"): Promise<SystemFailure | undefined> {
	const socket = createSocket({ type: "udp4" });
	return new Promise((resolve) => {
		socket.once("error", (error: SystemFailure) => socket.close(() => resolve(error)));
		socket.bind({ port, address: bind, exclusive: true }, () => socket.close(() => resolve(undefined)));
	});
}

/**
 * Makes a handshake that forgets every relay but ours. hyperdht connects to whatever relay the other end names; by this nobody can make us contact theirs, and
 * nobody is relayed who has not allowed it.
 */
export function handshakeWith(
	{ NoiseWrap }: DhtLibrary,
	relay: Uint8Array | undefined,
): NonNullable<DhtConnectOptions["createHandshake"]> {
	class OwnRelayOnly extends NoiseWrap {
		override recv(message: Buffer): DhtHandshakePayload {
			const payload = super.recv(message);
			const named = payload.relayThrough?.publicKey;
			const isOurs = named !== undefined && relay !== undefined && Buffer.from(relay).equals(named);
			return isOurs ? payload : { ...payload, relayThrough: null };
		}
	}
	return (keyPair: DhtKeyPair, remotePublicKey) => new OwnRelayOnly(keyPair, remotePublicKey);
}

/**
 * Says where the stream's packets really go: for a relayed one, to the relay, which is then who calls. Returns `undefined` when the stream is gone already.
 */
export function farEndOf({ rawStream }: DhtSocket): FarEnd | undefined {
	const caller = Caller.at(rawStream?.remoteHost ?? "");
	if (rawStream === null || caller === undefined) return undefined;
	return { transport: "dht", caller, address: caller.address, port: rawStream.remotePort };
}

/** Tells whether any node of the DHT has answered us. */
export function hasHeardNodes(node: HyperDHT): boolean {
	return node.stats.requests.responses > 0;
}
