// Ports for programs that must be told one before they start, or must come back at the one they had.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** The system gives nobody a port of this range by itself: its own begin at 32768 (Linux) or 49152 (RFC 6335 §6). */
const FIRST = 20_000;
const LAST = 29_999;

/** Returns `count` different ports of 127.0.0.1 at which nobody listens, by TCP. */
export async function ownPorts(count: number): Promise<readonly number[]> {
	const found = new Set<number>();
	while (found.size < count) {
		const port = randomInt(FIRST, LAST + 1);
		if (await isFree(port)) found.add(port);
	}
	return [...found];
}

/** Returns one such port. */
export async function ownPort(): Promise<number> {
	const [port] = await ownPorts(1);
	if (port === undefined) throw new Error("a port was asked for and none came");
	return port;
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(false));
		server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
	});
}
