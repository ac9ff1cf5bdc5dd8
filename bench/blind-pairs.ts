// Pairs of ends that hyperdht joins by its blind relay, as it does where two routers can't be opened.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import HyperDHT, { type DhtSocket } from "hyperdht";

const host = "127.0.0.1";
/** hyperdht itself gives a relay 15 s. */
const waitMs = 30_000;

export interface BlindPair {
	readonly one: DhtSocket;
	readonly other: DhtSocket;
}

/** Makes pairs at the relay of a private DHT whose first node, which is the relay too, is at `port`. Throws when a pair was not joined in time, or around the relay. */
export async function blindPairsAt(port: number, relayKey: string): Promise<() => Promise<BlindPair>> {
	// On loopback a node would find that everybody reaches it, and hyperdht relays for nobody who is reached.
	const common = { ephemeral: true, quickFirewall: false, port: [0, 0], anyPort: true, host } as const;
	const node = () => new HyperDHT({ ...common, bootstrap: [{ host, port }] });
	const [dialling, listening] = [node(), node()];
	await Promise.all([dialling.fullyBootstrapped(), listening.fullyBootstrapped()]);
	const key = HyperDHT.keyPair(randomBytes(32));
	// Nor for those who open each other's routers, or are at home in one network.
	const options = { holepunch: false, shareLocalAddress: false, relayThrough: Buffer.from(relayKey, "hex") } as const;
	let arrived = (_socket: DhtSocket): void => {};
	const server = listening.createServer(options, (socket) => arrived(socket));
	await server.listen(key);
	return async () => {
		const signal = AbortSignal.timeout(waitMs);
		const arrival = Promise.withResolvers<DhtSocket>();
		arrived = arrival.resolve;
		const one = dialling.connect(key.publicKey, { localConnection: false });
		signal.addEventListener("abort", () => arrival.reject(new Error("hyperdht joined no pair in time")));
		await once(one, "connect", { signal });
		const other = await arrival.promise;
		for (const end of [one, other])
			if (end.rawStream?.remotePort !== port) throw new Error("hyperdht went around its relay");
		return { one, other };
	};
}
