// A DHT of our own on loopback: a bootstrap node and nine more. With three, connecting fails now and then.
import HyperDHT from "hyperdht";
import type { DhtNodeAddress } from "../../../src/net/dht/nodes.ts";

export interface PrivateDht {
	readonly bootstrap: readonly DhtNodeAddress[];
	close(): Promise<void>;
}

export async function privateDht(nodes = 10, host = "127.0.0.1"): Promise<PrivateDht> {
	const common = { host, ephemeral: false, firewalled: false, port: [0, 0], anyPort: true } as const;
	const first = new HyperDHT({ ...common, bootstrap: [] });
	await first.fullyBootstrapped();
	const bootstrap = [{ host, port: first.io.serverSocket.address().port }];
	const all = [first];
	while (all.length < nodes) {
		const node = new HyperDHT({ ...common, bootstrap });
		await node.fullyBootstrapped();
		all.push(node);
	}
	return {
		bootstrap,
		async close() {
			await Promise.all(all.map((node) => node.destroy({ force: true })));
		},
	};
}
