// UDP links beside TCP's on loopback, two processes each: how much a second, how long a small message takes there and back, how long a dial takes.
import { fork } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { buffer } from "node:stream/consumers";
import type { Link, Transport } from "../src/net/link.ts";
import { tcpTransport } from "../src/net/tcp.ts";
import { udpTransport } from "../src/net/udp.ts";
import { median, percentile, report, timed } from "./report.ts";

const rounds = 3;
const megabytes = 50;
const roundTrips = 2_000;
const dials = 50;
const messageBytes = 64;

interface Peer {
	readonly transport: Transport;
	readonly port: number;
}

async function peer(transport: Transport): Promise<Peer> {
	const host = fork(new URL("./link-host.ts", import.meta.url), [transport.name]);
	process.on("exit", () => host.kill());
	const [port] = await once(host, "message");
	return { transport, port: Number(port) };
}

async function dial({ transport, port }: Peer): Promise<Link> {
	const options = { signal: new AbortController().signal, timeoutMs: 10_000 };
	const outcome = await transport.dial({ host: "127.0.0.1", port }, options);
	if (outcome.kind === "failed") throw new Error(outcome.detail);
	return outcome.link;
}

async function megabytesPerSecond(to: Peer): Promise<number> {
	const { stream } = await dial(to);
	const piece = Buffer.alloc(64 * 1024);
	const pieces = Math.ceil((megabytes * 1e6) / piece.length);
	const ms = await timed(async () => {
		for (let n = 0; n < pieces; n += 1) if (!stream.write(piece)) await once(stream, "drain");
		stream.end();
		const counted = Number(await buffer(stream));
		if (counted !== pieces * piece.length) throw new Error("not all of it arrived");
	});
	stream.destroy();
	return (pieces * piece.length) / 1e6 / (ms / 1000);
}

async function roundTripTimes(to: Peer): Promise<readonly number[]> {
	const { stream } = await dial(to);
	const message = Buffer.alloc(messageBytes, "e");
	const samples: number[] = [];
	for (let n = 0; n < roundTrips; n += 1) {
		const begun = performance.now();
		stream.write(message);
		for (let bytes = 0; bytes < messageBytes; ) {
			const chunk: Buffer | null = stream.read();
			if (chunk) bytes += chunk.length;
			else await once(stream, "readable");
		}
		samples.push(performance.now() - begun);
	}
	stream.destroy();
	return samples;
}

async function dialTime(to: Peer): Promise<number> {
	let link: Link | undefined;
	const ms = await timed(async () => {
		link = await dial(to);
	});
	link?.stream.destroy();
	return ms;
}

const [tcp, udp] = [await peer(tcpTransport()), await peer(udpTransport())];
// By turns, so that what else the machine does meets both alike.
const speeds = { tcp: [] as number[], udp: [] as number[] };
const trips = { tcp: [] as number[], udp: [] as number[] };
const opened = { tcp: [] as number[], udp: [] as number[] };
for (let round = 0; round < rounds; round += 1) {
	for (const [name, to] of [["tcp", tcp] as const, ["udp", udp] as const]) {
		speeds[name].push(await megabytesPerSecond(to));
		trips[name].push(...(await roundTripTimes(to)));
	}
}
for (let n = 0; n < dials; n += 1) {
	opened.tcp.push(await dialTime(tcp));
	opened.udp.push(await dialTime(udp));
}

const versus = (
	name: string,
	unit: "ms" | "MB/s",
	of: (samples: readonly number[]) => number,
	what: typeof speeds,
) => ({
	name,
	value: of(what.udp),
	unit,
	peer: "TCP",
	peerValue: of(what.tcp),
});
report("UDP links on loopback, two processes", [
	versus(`${megabytes} MB one way`, "MB/s", median, speeds),
	versus(`${messageBytes} bytes there and back, median`, "ms", median, trips),
	versus(`${messageBytes} bytes there and back, 99 %`, "ms", (samples) => percentile(samples, 0.99), trips),
	versus("dial, median", "ms", median, opened),
]);
process.exit(0);
