// The host's side of the DHT: announced under keys the invite's secret gives, answering only those who have it too.
import type HyperDHT from "hyperdht";
import type { DhtServer, DhtSocket } from "hyperdht";
import type { Link } from "../link/link.ts";
import { farEndOf, handshakeWith } from "./client.ts";
import { dhtSeeds } from "./keys.ts";
import type { DhtLibrary } from "./library.ts";
import { demandAddressProof } from "./proof.ts";
import { DhtStream } from "./stream.ts";

/** At most this many handshakes are answered in any ten seconds, because each costs memory for as long. It is more than a full room that comes back at once. */
const HANDSHAKES_AT_ONCE = 256;
const HANDSHAKE_LASTS_MS = 10_000;
/** At most this many links may have an address that is not proven yet. */
const UNPROVEN_AT_ONCE = 128;
const PROOF_TIMEOUT_MS = 10_000;

export interface AnnounceOptions {
	readonly library: DhtLibrary;
	readonly node: HyperDHT;
	readonly secret: Uint8Array;
	/** The public key of the relay by which those may come who can't come directly. */
	readonly relay?: Uint8Array;
	readonly onLink: (link: Link) => void;
	/** Is called with what a Link stands on: the node must live until that has ended. */
	readonly onLinked: (socket: DhtSocket) => void;
	readonly now: () => number;
}

/** Announces the room. It resolves when that is done. `close` takes the announcement back; links that were handed out live on. */
export async function announceRoom(options: AnnounceOptions): Promise<{ close(): Promise<void> }> {
	const { library, node, relay } = options;
	const { HyperDht } = library;
	const seeds = dhtSeeds(options.secret);
	const stop = new AbortController();
	const guestKey = HyperDht.keyPair(seeds.guest).publicKey;
	const admits = handshakeLimit(options.now);
	const take = arrivals(options, stop.signal);
	const common = {
		firewall: (key: Buffer) => !guestKey.equals(key) || !admits(),
		shareLocalAddress: false,
		createHandshake: handshakeWith(library, undefined),
	};
	const direct = node.createServer(common, take);
	const servers: DhtServer[] = [direct];
	const listening = [direct.listen(HyperDht.keyPair(seeds.host))];
	if (relay !== undefined) {
		// A key of its own: only who could not come directly asks here, and the address stays the relay's.
		const relayed = node.createServer({ ...common, holepunch: false, relayThrough: Buffer.from(relay) }, take);
		servers.push(relayed);
		listening.push(relayed.listen(HyperDht.keyPair(seeds.relayedHost)));
	}
	await Promise.all(listening);
	return {
		async close() {
			stop.abort();
			await Promise.all(servers.map((server) => server.close()));
		},
	};
}

/** Makes a limit: it answers `true` at most so many times in any ten seconds. */
function handshakeLimit(now: () => number): () => boolean {
	let times: number[] = [];
	return () => {
		const at = now();
		times = times.filter((time) => at - time < HANDSHAKE_LASTS_MS);
		if (times.length >= HANDSHAKES_AT_ONCE) return false;
		times.push(at);
		return true;
	};
}

function arrivals({ onLink, onLinked }: AnnounceOptions, stop: AbortSignal): (socket: DhtSocket) => void {
	let unproven = 0;
	return (socket) => {
		// Anyone can end it before a listener is attached; an unheard 'error' would end the program.
		socket.on("error", () => {});
		if (unproven >= UNPROVEN_AT_ONCE || stop.aborted) return socket.destroy();
		const stream = new DhtStream(socket);
		unproven += 1;
		void demandAddressProof(stream, AbortSignal.any([stop, AbortSignal.timeout(PROOF_TIMEOUT_MS)])).then((isProven) => {
			unproven -= 1;
			const far = farEndOf(socket);
			if (!isProven || !far) return void stream.destroy();
			onLinked(socket);
			onLink({ stream, far });
		});
	};
}
