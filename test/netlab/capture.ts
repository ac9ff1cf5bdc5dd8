// Records every packet on an interface of the lab with tcpdump, and says what each is.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { needs } from "../support/needs.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";
import type { Lab } from "./lab.ts";
import type { Place } from "./lab-plan.ts";

/** `neighbour`: ARP, or the part of ICMPv6 by which neighbours on one cable and multicast groups are found. `other`: what cannot be read. */
export type Packet =
	| { readonly kind: "neighbour" }
	| { readonly kind: "other"; readonly etherType: number }
	| {
			readonly kind: "ip";
			/** IANA's number: 6 TCP, 17 UDP, 58 ICMPv6. */
			readonly protocol: number;
			/** As RFC 5952 writes it, or dotted. */
			readonly from: string;
			readonly to: string;
			/** Only of TCP and UDP, and of what ICMP says of them: then that of the packet it is about, seen from who says it. */
			readonly fromPort?: number;
			readonly toPort?: number;
			/** Of TCP: says only that the connection is no more (RFC 9293 §3.5.2). */
			readonly isReset?: true;
	  };

export interface Capture {
	/** Ends the recording and returns all packets in order. */
	stop(): Promise<readonly Packet[]>;
}

/** IGMP (RFC 3376), by which a system says which multicast groups it listens to: routers and bridges do so by themselves when they come up. */
export const igmp = 2;
export const icmp = 1;
export const icmp6 = 58;
const udp = 17;
/** All nodes on the cable, and the port whose packets are thrown away (RFC 863): where the packet that ends a recording goes. */
const END = { to: "ff02::1", port: 9 } as const;

/** Resolves when tcpdump is recording. Throws where there is no tcpdump: call `needs` first. */
export async function startCapture(t: TestContext, lab: Lab, place: Place, device: string): Promise<Capture> {
	if (!needs(t, "tcpdump")) throw new Error("tcpdump is missing");
	const file = join(temporaryHome(t), "packets");
	// -U: written packet by packet. -Z: it stays who it is, for the file is ours. -n: it asks no name server itself.
	const words = ["tcpdump", "-i", device, "-w", file, "-U", "-Z", "root", "-n", "--immediate-mode"];
	const recorder = lab.startQuietly(place, words);
	await new Promise<void>((resolve, reject) => {
		let said = "";
		recorder.stderr?.on("data", (chunk: Buffer) => {
			said += chunk.toString();
			if (said.includes("listening on")) resolve();
		});
		recorder.once("exit", () => reject(new Error(`tcpdump ended: ${said}`)));
	});
	return {
		async stop() {
			// Packets are recorded in order: with this one, all that went before it are in the file.
			lab.exec(place, "bash", "-c", `echo end > /dev/udp/${END.to}%${device}/${END.port}`);
			await until(() => readPackets(readFileSync(file)).some(isEnd), `the recording of ${device} has its end`);
			const over = once(recorder, "exit");
			recorder.kill("SIGINT");
			await over;
			return readPackets(readFileSync(file)).filter((packet) => !isEnd(packet));
		},
	};
}

function isEnd(packet: Packet): boolean {
	return packet.kind === "ip" && packet.protocol === udp && packet.to === END.to && packet.toPort === END.port;
}

/** The frames of a capture file (libpcap's format, in this computer's byte order): a header of 24 bytes, then 16 before each. */
function readPackets(file: Buffer): readonly Packet[] {
	if (file.length < 24) return [];
	const magic = file.readUInt32LE(0);
	if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) throw new Error("that is no capture of this computer");
	const packets: Packet[] = [];
	for (let at = 24; at + 16 <= file.length; ) {
		const length = file.readUInt32LE(at + 8);
		// It may be read while the last one is being written.
		if (at + 16 + length > file.length) break;
		packets.push(readFrame(file.subarray(at + 16, at + 16 + length)));
		at += 16 + length;
	}
	return packets;
}

function readFrame(frame: Buffer): Packet {
	const etherType = frame.readUInt16BE(12);
	const body = frame.subarray(14);
	if (etherType === 0x0806) return { kind: "neighbour" };
	if (etherType === 0x0800) return readIPv4(body);
	if (etherType === 0x86dd) return readIPv6(body);
	return { kind: "other", etherType };
}

function readIPv4(body: Buffer): Packet {
	const address = (at: number) => body.subarray(at, at + 4).join(".");
	const protocol = body[9] ?? 0;
	const headerBytes = ((body[0] ?? 0) & 15) * 4;
	const said = body.subarray(headerBytes);
	return {
		kind: "ip",
		protocol,
		from: address(12),
		to: address(16),
		...(aboutOf(protocol, said) ?? ports(protocol, said)),
	};
}

function readIPv6(body: Buffer): Packet {
	const address = (at: number) => {
		const groups = Array.from({ length: 8 }, (_, index) => body.readUInt16BE(at + index * 2).toString(16));
		return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
	};
	let protocol = body[6] ?? 0;
	let rest = body.subarray(40);
	// Multicast listener reports come behind a hop-by-hop header (RFC 3810 §5).
	if (protocol === 0) {
		protocol = rest[0] ?? 0;
		rest = rest.subarray(8 + (rest[1] ?? 0) * 8);
	}
	// RFC 4861 §4 (133 to 137) and RFC 3810, RFC 2710 (130 to 132, 143).
	const isNeighbour = protocol === icmp6 && [130, 131, 132, 133, 134, 135, 136, 137, 143].includes(rest[0] ?? 0);
	if (isNeighbour) return { kind: "neighbour" };
	return {
		kind: "ip",
		protocol,
		from: address(8),
		to: address(24),
		...(aboutOf(protocol, rest) ?? ports(protocol, rest)),
	};
}

/**
 * The ports of the packet that came to a closed port or led nowhere, which an answer by ICMP has in itself (RFC 792, RFC 4443 §3.1): who answers is the one it
 * was for. `undefined`: it is no such answer.
 */
function aboutOf(protocol: number, said: Buffer): { fromPort?: number; toPort?: number } | undefined {
	const isAnswer = (protocol === icmp && said[0] === 3) || (protocol === icmp6 && said[0] === 1);
	if (!isAnswer) return undefined;
	const asked = said.subarray(8);
	const [askedProtocol, headerBytes] = protocol === icmp ? [asked[9], ((asked[0] ?? 0) & 15) * 4] : [asked[6], 40];
	const { fromPort, toPort } = ports(askedProtocol ?? 0, asked.subarray(headerBytes));
	return { ...(toPort !== undefined && { fromPort: toPort }), ...(fromPort !== undefined && { toPort: fromPort }) };
}

function ports(protocol: number, segment: Buffer): { fromPort?: number; toPort?: number; isReset?: true } {
	if ((protocol !== 6 && protocol !== 17) || segment.length < 4) return {};
	const isReset = protocol === 6 && ((segment[13] ?? 0) & 4) !== 0;
	return { fromPort: segment.readUInt16BE(0), toPort: segment.readUInt16BE(2), ...(isReset && { isReset }) };
}
