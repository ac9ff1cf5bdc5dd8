// The far end of link benches, a process of its own: listens by the transport it is told, at the address it is told, echoes what comes on a link that begins with "e", counts what comes on others.
import { randomBytes } from "node:crypto";
import { type DhtOptions, dhtTransport } from "../src/net/dht/dht.ts";
import { DHT_SECRET_BYTES } from "../src/net/dht/keys.ts";
import type { Link, Transport } from "../src/net/link/link.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";
import { udpTransport } from "../src/net/udp/udp.ts";
import { privateDht } from "../test/support/net/private-dht.ts";
import { asTransport } from "../test/support/net/room-as-transport.ts";
import { bareUdx } from "./bare-udx.ts";
import type { LinkKind } from "./link-figures.ts";

/** What the near end must know. `room`: of a room in the DHT, whose nodes are in this process too. */
export interface FarHost {
	readonly port: number;
	readonly room?: { readonly secret: string; readonly bootstrap: DhtOptions["bootstrap"] };
}

function serve({ stream }: Link): void {
	let bytes = 0;
	let isEcho: boolean | undefined;
	stream.on("error", () => {});
	stream.on("data", (chunk: Buffer) => {
		isEcho ??= chunk[0] === "e".charCodeAt(0);
		bytes += chunk.length;
		if (isEcho) stream.write(chunk);
	});
	stream.on("end", () => stream.end(isEcho ? "" : `${bytes}`));
}

async function listen(transport: Transport, room?: FarHost["room"]): Promise<void> {
	const outcome = await transport.listen({ port: 0, bind: address, onLink: serve });
	if (outcome.kind === "failed") throw new Error(outcome.detail);
	const host: FarHost = { port: outcome.listener.port, ...(room ? { room } : {}) };
	process.send?.(host);
}

async function listenInDht(): Promise<void> {
	const { bootstrap } = await privateDht(10, address);
	const secret = randomBytes(DHT_SECRET_BYTES);
	await listen(asTransport(dhtTransport({ secret, bootstrap, bind: address })), {
		secret: Buffer.from(secret).toString("hex"),
		bootstrap,
	});
}

const listeners: Readonly<Record<LinkKind, () => Promise<void>>> = {
	tcp: () => listen(tcpTransport()),
	udp: () => listen(udpTransport()),
	udx: () => listen(bareUdx()),
	dht: listenInDht,
};

const [, , kind, address = "127.0.0.1"] = process.argv as [string, string, LinkKind, string?];
await listeners[kind]();
