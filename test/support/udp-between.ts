// A stretch of network for one UDP guest on loopback: passes datagrams on, and loses some.
import { createSocket } from "node:dgram";
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
	t.after(() => socket.close());
	let count = 0;
	let guestPort = 0;
	socket.on("message", (bytes, { port }) => {
		if (port !== hostPort) guestPort = port;
		count += 1;
		if (count % dropEvery !== 0) socket.send(bytes, port === hostPort ? guestPort : hostPort, "127.0.0.1");
	});
	return socket.address().port;
}
