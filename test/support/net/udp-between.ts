// A stretch of network for UDP guests on loopback: passes datagrams on, and loses some.
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** Returns the port that leads to `hostPort`; `dropEvery`: so many-th datagrams are lost. Nobody listens there by TCP. */
export async function udpBetween(
	t: Pick<TestContext, "after">,
	hostPort: number,
	dropEvery = Number.POSITIVE_INFINITY,
): Promise<number> {
	const socket = createSocket("udp4");
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	// The host tells links apart by where they come from, so each port of a guest has one of its own here.
	const beyond = new Map<number, Socket>();
	t.after(() => [socket, ...beyond.values()].map((one) => one.close()));
	let count = 0;
	const pass = (from: Socket, bytes: Uint8Array, port: number): void => {
		count += 1;
		if (count % dropEvery !== 0) from.send(bytes, port, "127.0.0.1");
	};
	socket.on("message", (bytes, { port }) => {
		const known = beyond.get(port);
		const own = known ?? createSocket("udp4");
		if (known === undefined) own.on("message", (answer) => pass(socket, answer, port));
		beyond.set(port, own);
		pass(own, bytes, hostPort);
	});
	return socket.address().port;
}
