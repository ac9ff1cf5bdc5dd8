// PCP (RFC 6887): opens a port of IPv4, or a hole in the firewall of IPv6, with the same request.
import type { Standpoint } from "../address/interfaces.ts";
import { addressBytes, addressOfBytes } from "../address/ip-bytes.ts";
import { judgePublicAddress } from "../address/public-address.ts";
import type { CheckOutcome, MapOutcome, MappingMethod, MapRequest, OwnMapping, Refusal, Router } from "./method.ts";
import { type DatagramSurroundings, routeTo } from "./natpmp.ts";
import { askRouter, type DatagramRoute, hasRestarted } from "./router-datagram.ts";

const VERSION = 2;
/** The opcodes of requests (RFC 6887 §19.4). An answer's opcode is 128 more (the R bit, §7.1). */
const OPCODES = { announce: 0, map: 1 } as const;
const ANSWER = 128;
const HEADER_BYTES = 24;
const MAP_BYTES = 60;
/** The IANA protocol numbers. */
const PROTOCOL_NUMBERS = { tcp: 6, udp: 17 } as const;
const SUCCESS = 0;

/** The meaning of result codes (RFC 6887 §7.4). */
const REFUSALS: Readonly<Record<number, Refusal["why"]>> = {
	1: "unsupported",
	2: "notAuthorized",
	3: "malformed",
	4: "unsupported",
	5: "unsupported",
	7: "networkFailure",
	8: "noResources",
	9: "unsupported",
	10: "noResources",
	11: "portTaken",
};

/** Makes the method that asks the router of `own` by PCP: for ports with IPv4, for pinholes with IPv6. Without a router it finds nothing, at once. */
export function pcpMethod(own: Standpoint, surroundings: DatagramSurroundings): MappingMethod {
	return {
		name: own.family === 4 ? "pcp" : "pcpPinhole",
		async find(signal) {
			if (own.gateway === undefined) return undefined;
			const route = routeTo(own.gateway.address, own.address, surroundings);
			const epoch = await askEpoch(route, signal);
			return epoch === undefined ? undefined : pcpRouter(route, own, surroundings.now);
		},
	};
}

function pcpRouter(route: DatagramRoute, own: Standpoint, now: () => number): Router {
	return {
		address: route.router.replace(/%.*/, ""),
		map: (request, signal) => map(route, own, request, now, signal),
		async check(_mapping, lease, signal): Promise<CheckOutcome> {
			const seconds = await askEpoch(route, signal);
			if (seconds === undefined) return { kind: "noAnswer" };
			const epoch = { seconds, at: now() };
			if (lease.epoch && hasRestarted(lease.epoch, epoch)) return { kind: "gone" };
			return { kind: "still", lease: { ...lease, epoch } };
		},
		unmap: (mapping, signal) => unmap(route, own, mapping, signal),
	};
}

/** Makes the header with which every request begins (RFC 6887 §7.1). */
function header(opcode: number, leaseSeconds: number, from: string, sizeBytes: number): Buffer {
	const packet = Buffer.alloc(sizeBytes);
	packet[0] = VERSION;
	packet[1] = opcode;
	packet.writeUInt32BE(leaseSeconds, 4);
	packet.set(addressBytes(from), 8);
	return packet;
}

/** Asks for the router's clock by an announcement request (RFC 6887 §14.1). */
function askEpoch(route: DatagramRoute, signal: AbortSignal): Promise<number | undefined> {
	return askRouter(route, header(OPCODES.announce, 0, route.from, HEADER_BYTES), readEpoch, signal);
}

/**
 * Reads the router's clock, which any PCP answer tells, an error ("I know no announcements") too. A NAT-PMP router answers with version 0, which is not ours.
 */
export function readEpoch(message: Buffer): number | undefined {
	if (message.length < HEADER_BYTES || message[0] !== VERSION) return undefined;
	return message[1] === OPCODES.announce + ANSWER ? message.readUInt32BE(8) : undefined;
}

type MapAnswer =
	| { readonly kind: "refused"; readonly code: number; readonly address: string | undefined }
	| {
			readonly kind: "mapped";
			readonly seconds: number;
			readonly leaseSeconds: number;
			readonly externalPort: number;
			readonly address: string | undefined;
	  };

type MapQuestion = Pick<MapRequest, "protocol" | "internalPort" | "nonce">;

/**
 * Reads the answer to a MAP request (RFC 6887 §11.3). Returns `undefined` when it is not the answer to this one; the nonce, the protocol and the port decide.
 */
export function readMapAnswer(message: Buffer, { protocol, internalPort, nonce }: MapQuestion): MapAnswer | undefined {
	if (message.length < MAP_BYTES || message[0] !== VERSION || message[1] !== OPCODES.map + ANSWER) return undefined;
	if (message.toString("hex", 24, 36) !== nonce || message[36] !== PROTOCOL_NUMBERS[protocol]) return undefined;
	if (message.readUInt16BE(40) !== internalPort) return undefined;
	const code = message[3] ?? SUCCESS;
	const address = addressOfBytes(message.subarray(44, 60));
	if (code !== SUCCESS) return { kind: "refused", code, address };
	return {
		kind: "mapped",
		leaseSeconds: message.readUInt32BE(4),
		seconds: message.readUInt32BE(8),
		externalPort: message.readUInt16BE(42),
		address,
	};
}

function askMap(route: DatagramRoute, request: MapRequest, signal: AbortSignal): Promise<MapAnswer | undefined> {
	const packet = header(OPCODES.map, request.leaseSeconds, route.from, MAP_BYTES);
	packet.write(request.nonce, 24, "hex");
	packet[36] = PROTOCOL_NUMBERS[request.protocol];
	packet.writeUInt16BE(request.internalPort, 40);
	packet.writeUInt16BE(request.externalPort, 42);
	// "Any address", in the family of the request (RFC 6887 §5: ::ffff:0:0 for IPv4).
	packet.set(addressBytes(route.from.includes(":") ? "::" : "0.0.0.0"), 44);
	return askRouter(route, packet, (message) => readMapAnswer(message, request), signal);
}

async function map(
	route: DatagramRoute,
	own: Standpoint,
	request: MapRequest,
	now: () => number,
	signal: AbortSignal,
): Promise<MapOutcome> {
	const answer = await askMap(route, request, signal);
	if (answer === undefined) return { kind: "refused", refusal: { why: "noAnswer" } };
	if (answer.kind === "refused") {
		const outside = judgePublicAddress(answer.address, own.family);
		const why = REFUSALS[answer.code] ?? "other";
		// Most errors repeat the question's "any address"; miniupnpd fills in its own.
		return { kind: "refused", refusal: { why, code: answer.code, ...(outside.address && { outside }) } };
	}
	if (answer.externalPort === 0 || answer.leaseSeconds === 0) return { kind: "refused", refusal: { why: "malformed" } };
	const epoch = { seconds: answer.seconds, at: now() };
	const { externalPort, leaseSeconds: seconds, address } = answer;
	const judged = judgePublicAddress(address, own.family);
	// Guests dial this computer's own IPv6 address: a router that translates it (NPTv6) or lies would be believed otherwise.
	if (own.family === 6 && judged.address !== own.address) return { kind: "refused", refusal: { why: "malformed" } };
	return { kind: "mapped", lease: { externalPort, seconds, ...judged, epoch } };
}

/** Removes what this nonce made, by a request with lifetime 0 (RFC 6887 §15). */
async function unmap(
	route: DatagramRoute,
	own: Standpoint,
	{ protocol, internalPort, externalPort, nonce }: OwnMapping,
	signal: AbortSignal,
): Promise<boolean> {
	const request = { protocol, internalPort, externalPort: 0, leaseSeconds: 0, mayChoose: true, nonce };
	const answer = await askMap(route, request, signal);
	if (answer?.kind !== "refused") return answer !== undefined;
	if (REFUSALS[answer.code] !== "notAuthorized") return false;
	// The pinhole is not ours, then. But miniupnpd 2.3.1 forgets whose a pinhole is when it is renewed; it still lets us make it end at once.
	if (own.family === 4) return true;
	const ending = { ...request, externalPort, leaseSeconds: 1 };
	return (await askMap(route, ending, signal)) !== undefined;
}
