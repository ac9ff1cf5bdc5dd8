// The near end of link benches: TCP, UDP and DHT links to one far process each, by turns. Sends its figures to the process that started it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { buffer } from "node:stream/consumers";
import { dhtTransport } from "../src/net/dht/dht.ts";
import type { Link, Transport } from "../src/net/link/link.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";
import { udpTransport } from "../src/net/udp/udp.ts";
import { asTransport } from "../test/support/net/room-as-transport.ts";
import { bareUdx } from "./bare-udx.ts";
import { type AllLinkFigures, type LinkFigures, type LinkKind, type LinkWork, linkKinds } from "./link-figures.ts";
import type { FarHost } from "./link-host.ts";
import { median, percentile, timed } from "./report.ts";

/** Of a small message. */
const messageBytes = 64;

interface Peer {
	readonly transport: Transport;
	readonly host: string;
	readonly port: number;
}

async function peer(kind: LinkKind, { near, far }: LinkWork): Promise<Peer> {
	const program = fork(new URL("./link-host.ts", import.meta.url), [kind, far]);
	process.on("exit", () => program.kill());
	const [{ port, room }] = (await once(program, "message")) as [FarHost];
	return { transport: transportOf(kind, near, room), host: far, port };
}

function transportOf(kind: LinkKind, near: string, room: FarHost["room"]): Transport {
	if (room) {
		const secret = Buffer.from(room.secret, "hex");
		return asTransport(dhtTransport({ secret, bootstrap: room.bootstrap, bind: near }));
	}
	if (kind === "udx") return bareUdx();
	return kind === "udp" ? udpTransport() : tcpTransport();
}

async function dial({ transport, host, port }: Peer): Promise<Link> {
	const outcome = await transport.dial({ host, port }, { signal: new AbortController().signal, timeoutMs: 20_000 });
	if (outcome.kind === "failed") throw new Error(outcome.detail);
	return outcome.link;
}

async function megabytesPerSecond(to: Peer, megabytes: number): Promise<number> {
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

async function roundTripTimes(to: Peer, count: number): Promise<readonly number[]> {
	const { stream } = await dial(to);
	const message = Buffer.alloc(messageBytes, "e");
	const samples: number[] = [];
	for (let n = 0; n < count; n += 1) {
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

class Samples {
	readonly speeds = new Map<number, number[]>();
	readonly trips: number[] = [];
	readonly opened: number[] = [];

	figures(): LinkFigures {
		return {
			megabytesPerSecond: [...this.speeds.values()].map(median),
			roundTripMs: median(this.trips),
			slowRoundTripMs: percentile(this.trips, 0.99),
			dialMs: median(this.opened),
		};
	}
}

async function measured(work: LinkWork): Promise<AllLinkFigures> {
	const ways = await Promise.all(
		linkKinds.map(async (kind) => ({ kind, to: await peer(kind, work), samples: new Samples() })),
	);
	// By turns, so that what else the machine does meets all alike.
	for (let round = 0; round < work.rounds; round += 1) {
		for (const { to, samples } of ways) {
			for (const megabytes of work.megabytes) {
				const speeds = samples.speeds.get(megabytes) ?? [];
				speeds.push(await megabytesPerSecond(to, megabytes));
				samples.speeds.set(megabytes, speeds);
			}
			samples.trips.push(...(await roundTripTimes(to, work.roundTrips)));
		}
	}
	for (let n = 0; n < work.dials; n += 1) for (const { to, samples } of ways) samples.opened.push(await dialTime(to));
	const entries = ways.map(({ kind, samples }) => [kind, samples.figures()] as const);
	return Object.fromEntries(entries) as Record<LinkKind, LinkFigures>;
}

const figures = await measured(JSON.parse(process.argv[2] ?? ""));
process.send?.(figures, () => process.exit(0));
