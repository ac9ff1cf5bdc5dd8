// A relay that lies: it takes a host in as a real one does, and rings it with whatever name is given.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { TestContext } from "node:test";
import { WebSocketServer } from "ws";
import type { Transport } from "../../src/net/link/link.ts";
import { dialsRelays } from "../../src/net/relay/dial-socket.ts";
import { relayKeyPair } from "../../src/net/relay/keys.ts";
import { relayTransport } from "../../src/net/relay/relay-transport.ts";
import { packRing, READY } from "../../src/net/relay/wire.ts";
import { tcpTransport } from "../../src/net/tcp/tcp.ts";

/** Rings a host once with `node`; resolves when the host has read it. What the host dials after its own relay goes by `others`. */
export async function ring(t: TestContext, others: Transport, node: string): Promise<void> {
	const server = createServer();
	const sockets = new WebSocketServer({ server });
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	const isRung = Promise.withResolvers<void>();
	sockets.on("connection", (socket) => {
		socket.send(randomBytes(32));
		socket.once("message", () => {
			socket.send(READY);
			socket.send(packRing({ ticket: randomBytes(16), caller: randomBytes(8), node }));
			// Messages are read in their order: who answers this one has read the ring.
			socket.ping();
		});
		socket.once("pong", () => isRung.resolve());
	});
	const tcp = tcpTransport();
	const key = relayKeyPair(randomBytes(32));
	const room = relayTransport({
		relay: new URL("ws://relay.test"),
		secret: randomBytes(16),
		hostKey: key.publicKey,
		host: { key },
		open: dialsRelays({
			...tcp,
			dial: (target, options) =>
				target.host === "relay.test" ? tcp.dial({ host: "127.0.0.1", port }, options) : others.dial(target, options),
		}),
	});
	t.after(async () => {
		await room.close();
		sockets.close();
		server.closeAllConnections();
		server.close();
	});
	await room.listen(() => {});
	await isRung.promise;
}
