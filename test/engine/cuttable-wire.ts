// A TCP wire with a knife: passes bytes between a client and a server on loopback until it is cut, stalled or mended.
import net from "node:net";

export interface CuttableWire {
	readonly port: number;
	/** Resets every connection; new ones are refused until `mend`. */
	cut(): void;
	/** Lets new connections through again; to another port from now on, if one is given. */
	mend(otherPort?: number): void;
	close(): Promise<void>;
}

/** Opens a wire to `port` on 127.0.0.1. */
export async function openWire(port: number): Promise<CuttableWire> {
	const sockets = new Set<net.Socket>();
	let isCut = false;
	let target = port;
	const server = net.createServer((client) => {
		const host = net.connect(target, "127.0.0.1");
		for (const socket of [client, host]) {
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => sockets.delete(socket));
		}
		if (isCut) client.resetAndDestroy();
		client.pipe(host).pipe(client);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address() as net.AddressInfo;
	return {
		port: address.port,
		cut() {
			isCut = true;
			for (const socket of sockets) socket.resetAndDestroy();
		},
		mend(otherPort = target) {
			target = otherPort;
			isCut = false;
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
