// A DHT of a group's own, on one computer with a public address: a bootstrap node and nine beside it, and a blind relay if wanted.
//
// Fewer nodes make connecting fail now and then: a room is announced by three of them, and routers are judged by how several see them.
import type HyperDHT from "hyperdht";
import type { DhtSocket } from "hyperdht";
import { listenFailureOf } from "../tcp/failure.ts";
import { bindFailure, handshakeWith } from "./client.ts";
import { type DhtLibrary, loadDht } from "./library.ts";
import type { DhtNodeAddress } from "./nodes.ts";

/** The nodes take this many ports in a row. */
export const DHT_GROUP_PORTS = 10;
/** At most this many ends are relayed at once: two for each pair of people. */
const RELAYED_AT_ONCE = 128;
/** One end may ask for something in at most this many bytes: an honest one asks for one pair, in some fifty. What is relayed does not come this way. */
const ASKED_BYTES = 2_048;

export interface DhtGroupOptions {
	/** The first of the ports. */
	readonly port: number;
	/** A literal IPv4 address of this computer, as others see it. */
	readonly host: string;
	/** Nodes of a DHT to be part of; when absent a new one begins here. */
	readonly bootstrap?: readonly DhtNodeAddress[];
	/** Makes the relay's key; when absent nothing is relayed. */
	readonly relaySeed?: Uint8Array;
}

export type DhtGroupOutcome =
	| { readonly kind: "running"; readonly relayKey?: string; close(): Promise<void> }
	| { readonly kind: "failed"; readonly detail: string };

/** Starts the nodes. It resolves when they are ready for guests. */
export async function startDhtGroup({ port, host, bootstrap, relaySeed }: DhtGroupOptions): Promise<DhtGroupOutcome> {
	const library = await loadDht();
	if (library.kind === "failed") return library;
	for (let offset = 0; offset < DHT_GROUP_PORTS; offset += 1) {
		const problem = await bindFailure(port + offset, host);
		if (problem) return { kind: "failed", detail: listenFailureOf(problem, host, port + offset).detail };
	}
	const { HyperDht } = library;
	const nodes: HyperDHT[] = [];
	const close = async (): Promise<void> => {
		await Promise.all(nodes.map((node) => node.destroy({ force: true })));
	};
	const common = { host, ephemeral: false, firewalled: false, anyPort: false } as const;
	for (let offset = 0; offset < DHT_GROUP_PORTS; offset += 1) {
		const own = port + offset;
		const known = offset === 0 ? (bootstrap ?? []) : [{ host, port }];
		const node = new HyperDht({ ...common, bootstrap: known, port: [own, own + 1] });
		nodes.push(node);
		await node.fullyBootstrapped();
	}
	const [first] = nodes;
	if (relaySeed === undefined || first === undefined) return { kind: "running", close };
	const relayKey = await startRelay(first, library, HyperDht.keyPair(relaySeed));
	return { kind: "running", relayKey, close };
}

/** Starts a relay, which passes on packets it cannot read, between two ends that found no other way. */
async function startRelay(node: HyperDHT, library: DhtLibrary, keyPair: HyperDHT.DhtKeyPair): Promise<string> {
	const { Server } = await import("blind-relay");
	const relay = new Server({ createStream: (options) => node.createRawStream({ ...options, framed: true }) });
	let open = 0;
	const server = node.createServer(
		{
			shareLocalAddress: false,
			firewall: () => open >= RELAYED_AT_ONCE,
			// Nobody sends us to relays of theirs.
			createHandshake: handshakeWith(library, undefined),
		},
		(socket: DhtSocket) => {
			open += 1;
			let asked = 0;
			socket.on("error", () => {});
			// The library keeps every pair that is asked for.
			socket.on("data", (bytes: Buffer) => {
				asked += bytes.length;
				if (asked > ASKED_BYTES) socket.destroy();
			});
			socket.once("close", () => {
				open -= 1;
			});
			relay.accept(socket, { id: socket.remotePublicKey }).on("error", () => {});
		},
	);
	await server.listen(keyPair);
	return keyPair.publicKey.toString("hex");
}
