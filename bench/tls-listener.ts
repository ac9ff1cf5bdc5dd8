// The near end of the servers of the room bench: a port at which everybody who connects comes to the same TLS channel as in a room.
import type { Duplex } from "node:stream";
import { tlsChannel } from "../src/crypto/opening/tls-channel.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";

/** Listens on a free port of this computer, prints it, and gives `serve` the inside of each channel. */
export async function serveTls(serve: (inside: Duplex) => void | Promise<void>): Promise<void> {
	const listening = await tcpTransport().listen({
		port: 0,
		bind: "127.0.0.1",
		onLink: async ({ stream }) => {
			const { signal } = new AbortController();
			const secured = await tlsChannel({ stream, role: "host", signal });
			if (secured.kind === "failed") throw new Error(secured.detail);
			await serve(secured.channel.stream);
		},
	});
	if (listening.kind === "failed") throw new Error(listening.detail);
	console.log(listening.listener.port);
}
