// The guest's way through the DHT: finds the host by the key the invite's secret gives, has the routers opened, and answers the proof of its address.
import type HyperDHT from "hyperdht";
import type { DhtSocket } from "hyperdht";
import { calledOff } from "../link/endings.ts";
import type { DialOptions, DialOutcome } from "../link/link.ts";
import { farEndOf, handshakeWith, hasHeardNodes } from "./client.ts";
import { dhtFailureOf } from "./failure.ts";
import { dhtSeeds } from "./keys.ts";
import type { DhtLibrary } from "./library.ts";
import type { DhtNodeAddress } from "./nodes.ts";
import { giveAddressProof } from "./proof.ts";
import { DhtStream } from "./stream.ts";

export interface DhtDialOptions extends Pick<DialOptions, "signal" | "timeoutMs"> {
	readonly library: DhtLibrary;
	readonly node: HyperDHT;
	readonly secret: Uint8Array;
	readonly bootstrap: readonly DhtNodeAddress[];
	/** The public key of the relay to go through; when absent the dial goes directly. */
	readonly relay?: Uint8Array;
	/** Is called with what a Link stands on: the node must live until that has ended. */
	readonly onLinked: (socket: DhtSocket) => void;
}

/** Dials the room. The promise never rejects for what the network does. */
export async function dialThroughDht(options: DhtDialOptions): Promise<DialOutcome> {
	const { library, node, signal, timeoutMs, relay, bootstrap } = options;
	const { HyperDht } = library;
	const seeds = dhtSeeds(options.secret);
	const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	if (signal.aborted) return calledOff;
	const socket = node.connect(HyperDht.keyPair(relay ? seeds.relayedHost : seeds.host).publicKey, {
		keyPair: HyperDht.keyPair(seeds.guest),
		// Addresses inside the home are in the invite; the DHT needs to know nothing of ours.
		localConnection: false,
		createHandshake: handshakeWith(library, relay),
	});
	const opened = await whenOpen(socket, ending);
	if (opened.kind === "failed") {
		socket.destroy();
		if (signal.aborted) return calledOff;
		if (opened.error !== undefined || !hasHeardNodes(node)) {
			return { kind: "failed", ...dhtFailureOf(opened.error, hasHeardNodes(node), bootstrap) };
		}
		return timedOut(timeoutMs);
	}
	const stream = new DhtStream(socket);
	const isProven = await giveAddressProof(stream, ending);
	const far = farEndOf(socket);
	if (isProven && far) {
		options.onLinked(socket);
		return { kind: "linked", link: { stream, far } };
	}
	stream.destroy();
	return signal.aborted ? calledOff : timedOut(timeoutMs);
}

type Opened = { readonly kind: "open" } | { readonly kind: "failed"; readonly error: Error | undefined };

function whenOpen(socket: DhtSocket, signal: AbortSignal): Promise<Opened> {
	return new Promise((resolve) => {
		const settle = (opened: Opened): void => {
			signal.removeEventListener("abort", onAbort);
			resolve(opened);
		};
		const onAbort = (): void => settle({ kind: "failed", error: undefined });
		signal.addEventListener("abort", onAbort, { once: true });
		// Stays: an unheard 'error' would end the program.
		socket.on("error", (error: Error) => settle({ kind: "failed", error }));
		socket.on("close", () => settle({ kind: "failed", error: undefined }));
		socket.on("connect", () => settle({ kind: "open" }));
	});
}

function timedOut(timeoutMs: number): DialOutcome {
	const seconds = Math.round(timeoutMs / 1000) || "less than 1";
	return {
		kind: "failed",
		failure: "timedOut",
		detail: `Through the DHT the host did not answer within ${seconds} s.`,
	};
}
