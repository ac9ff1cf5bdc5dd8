// Runs inside the lab: a computer with a TCP and a UDP echo server that opens its ports on the router. Speaks JSON lines with mapper.ts.

import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { type Standpoint, standpoint } from "../../../src/net/address/interfaces.ts";
import { realClock } from "../../../src/net/link/clock.ts";
import { parseOwnMapping } from "../../../src/net/portmap/method.ts";
import { methodsFor, startPortMapper } from "../../../src/net/portmap/portmap.ts";
import type { MapperOrders } from "./mapper.ts";

const orders: MapperOrders = JSON.parse(process.argv[2] ?? "{}");

function tell(report: unknown): void {
	process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** A minute of the product passes in `orders.speed` times less. */
const clock = {
	now: () => realClock.now() * orders.speed,
	after: (delayMs: number, then: () => void) => realClock.after(delayMs / orders.speed, then),
};

createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(orders.port, "::");
const udp = createSocket("udp6");
udp.on("message", (message, from) => udp.send(message, from.port, from.address));
udp.bind(orders.port, "::");

const found = await Promise.all(orders.families.map((family) => standpoint(family)));
const standpoints = found.filter((one): one is Standpoint => one !== undefined);
const mapper = startPortMapper({
	ports: orders.protocols.map((protocol) => ({ protocol, port: orders.port })),
	standpoints,
	stale: orders.stale.flatMap((one) => parseOwnMapping(one) ?? []),
	onChange: (facts) => tell({ facts }),
	onOwnMapping: (change) => tell({ change }),
	clock,
	today: () => Date.now() * orders.speed,
	methods: (own) => methodsFor(own, realClock).filter(({ name }) => orders.methods.includes(name)),
});
createInterface(process.stdin).on("line", async () => {
	await mapper.close();
	tell({ closed: true });
	process.exit();
});
