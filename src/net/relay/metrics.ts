// Health and counts of a relay, for its operator alone: on loopback, and never an address, a name or a room.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { listenFailureOf } from "../tcp/failure.ts";
import type { RelayCounts } from "./meeting-point.ts";

export type MetricsOutcome =
	| { readonly kind: "running"; readonly port: number; close(): Promise<void> }
	| { readonly kind: "failed"; readonly detail: string };

const LOOPBACK = "127.0.0.1";

/** Says what each count is called and means, in the text format of Prometheus. */
const METRICS: Readonly<
	Record<keyof RelayCounts, { readonly name: string; readonly type: "gauge" | "counter"; readonly help: string }>
> = {
	sockets: { name: "rt_relay_open_sockets", type: "gauge", help: "Open WebSockets." },
	rooms: { name: "rt_relay_rooms", type: "gauge", help: "Rooms with a host or with pairs." },
	waiting: { name: "rt_relay_waiting_guests", type: "gauge", help: "Guests who wait for their host." },
	pairs: { name: "rt_relay_pairs", type: "gauge", help: "Sockets of a host and a guest that are joined." },
	passedBytes: { name: "rt_relay_passed_bytes_total", type: "counter", help: "Bytes passed on." },
	joined: { name: "rt_relay_joined_total", type: "counter", help: "Pairs joined." },
	refused: {
		name: "rt_relay_refused_total",
		type: "counter",
		help: "Sockets closed because of what they sent, or did not send in time.",
	},
};

/** Answers `GET /health` and `GET /metrics`. It resolves with why it could not listen, if so. `port` 0: a free one is picked. */
export function startRelayMetrics(port: number, counts: () => RelayCounts): Promise<MetricsOutcome> {
	const server = createServer((request, response) => {
		const page = request.url?.slice(1);
		const body = page === "health" ? "ok\n" : page === "metrics" ? metricsText(counts()) : undefined;
		response.writeHead(body === undefined ? 404 : 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
		response.end(body ?? "There is nothing here.\n");
	});
	const { promise, resolve } = Promise.withResolvers<MetricsOutcome>();
	server.once("error", (error) => resolve({ kind: "failed", detail: listenFailureOf(error, LOOPBACK, port).detail }));
	server.listen(port, LOOPBACK, () => {
		const { port: taken } = server.address() as AddressInfo;
		const close = (): Promise<void> => {
			server.closeAllConnections();
			return new Promise((done) => server.close(() => done()));
		};
		resolve({ kind: "running", port: taken, close });
	});
	return promise;
}

function metricsText(counts: RelayCounts): string {
	const names = Object.keys(METRICS) as readonly (keyof RelayCounts)[];
	return names
		.map((key) => {
			const { name, type, help } = METRICS[key];
			return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${counts[key]}\n`;
		})
		.join("");
}
