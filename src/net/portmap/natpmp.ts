// NAT-PMP (RFC 6886): what Apple's routers and many after them speak to open a port of IPv4.
import type { Standpoint } from "../address/interfaces.ts";
import { type JudgedAddress, judgePublicAddress } from "../address/public-address.ts";
import type { OnContact } from "../link/contact.ts";
import type {
	CheckOutcome,
	Lease,
	MapOutcome,
	MappingMethod,
	MapRequest,
	OwnMapping,
	Refusal,
	Router,
} from "./method.ts";
import { askRouter, type DatagramRoute, hasRestarted } from "./router-datagram.ts";

const VERSION = 0;
/** The opcodes of requests (RFC 6886 §3.2 and §3.3). An answer's opcode is 128 more. */
const OPCODES = { address: 0, udp: 1, tcp: 2 } as const;
const ANSWER = 128;
const ADDRESS_ANSWER_BYTES = 12;
const MAP_ANSWER_BYTES = 16;

/** The meaning of result codes (RFC 6886 §3.5). */
const REFUSALS: Readonly<Record<number, Refusal["why"]>> = {
	1: "unsupported",
	2: "notAuthorized",
	3: "networkFailure",
	4: "noResources",
	5: "unsupported",
};

/** Holds what tests replace. */
export interface DatagramSurroundings {
	readonly now: () => number;
	readonly port?: number;
	readonly onContact?: OnContact;
}

/** Returns whom the methods of port 5351 ask, and from where. */
export function routeTo(router: string, from: string, { port, onContact }: DatagramSurroundings): DatagramRoute {
	return { router, from, ...(port !== undefined && { port }), ...(onContact && { onContact }) };
}

/** Makes the method that asks the router of `own` by NAT-PMP. Without a router it finds nothing, at once. */
export function natPmpMethod(own: Standpoint, surroundings: DatagramSurroundings): MappingMethod {
	return {
		name: "natpmp",
		async find(signal) {
			if (own.gateway === undefined || own.family !== 4) return undefined;
			const route = routeTo(own.gateway.address, own.address, surroundings);
			const answer = await askAddress(route, signal);
			return answer ? natPmpRouter(route, surroundings.now) : undefined;
		},
	};
}

function natPmpRouter(route: DatagramRoute, now: () => number): Router {
	return {
		address: route.router,
		map: (request, signal) => map(route, request, now, signal),
		check: (_mapping, lease, signal) => check(route, lease, now, signal),
		async unmap(mapping: OwnMapping, signal) {
			// RFC 6886 §3.4: lifetime 0 and outside port 0 remove it.
			const answer = await askMapping(route, mapping.protocol, mapping.internalPort, 0, 0, signal);
			return answer !== undefined;
		},
	};
}

/** The answer to "what is your address". `seconds` are of the router's clock. `judged` is absent when the router says it has no address. */
interface AddressAnswer {
	readonly seconds: number;
	readonly judged: JudgedAddress;
}

function askAddress(route: DatagramRoute, signal: AbortSignal): Promise<AddressAnswer | undefined> {
	return askRouter(route, Uint8Array.of(VERSION, OPCODES.address), readAddressAnswer, signal);
}

/** Reads the answer to "what is your address" (RFC 6886 §3.2). Returns `undefined` when it is no such answer. */
export function readAddressAnswer(message: Buffer): AddressAnswer | undefined {
	if (message.length < 8 || message[0] !== VERSION || message[1] !== OPCODES.address + ANSWER) return undefined;
	const seconds = message.readUInt32BE(4);
	if (message.readUInt16BE(2) !== 0) return { seconds, judged: { verdict: "none" } };
	if (message.length < ADDRESS_ANSWER_BYTES) return undefined;
	return { seconds, judged: judgePublicAddress(message.subarray(8, 12).join("."), 4) };
}

type MapAnswer =
	| { readonly kind: "refused"; readonly code: number }
	| {
			readonly kind: "mapped";
			readonly seconds: number;
			readonly externalPort: number;
			readonly leaseSeconds: number;
	  };

/** Reads the answer to a mapping request (RFC 6886 §3.3). Returns `undefined` when it is not the answer to this one. */
export function readMapAnswer(message: Buffer, protocol: "tcp" | "udp", internalPort: number): MapAnswer | undefined {
	if (message.length < 8 || message[0] !== VERSION || message[1] !== OPCODES[protocol] + ANSWER) return undefined;
	const code = message.readUInt16BE(2);
	if (code !== 0) return { kind: "refused", code };
	if (message.length < MAP_ANSWER_BYTES || message.readUInt16BE(8) !== internalPort) return undefined;
	return {
		kind: "mapped",
		seconds: message.readUInt32BE(4),
		externalPort: message.readUInt16BE(10),
		leaseSeconds: message.readUInt32BE(12),
	};
}

function askMapping(
	route: DatagramRoute,
	protocol: "tcp" | "udp",
	internalPort: number,
	externalPort: number,
	leaseSeconds: number,
	signal: AbortSignal,
): Promise<MapAnswer | undefined> {
	const packet = Buffer.alloc(MAP_ANSWER_BYTES - 4);
	packet[1] = OPCODES[protocol];
	packet.writeUInt16BE(internalPort, 4);
	packet.writeUInt16BE(externalPort, 6);
	packet.writeUInt32BE(leaseSeconds, 8);
	return askRouter(route, packet, (message) => readMapAnswer(message, protocol, internalPort), signal);
}

async function map(
	route: DatagramRoute,
	{ protocol, internalPort, externalPort, leaseSeconds }: MapRequest,
	now: () => number,
	signal: AbortSignal,
): Promise<MapOutcome> {
	const answer = await askMapping(route, protocol, internalPort, externalPort, leaseSeconds, signal);
	if (answer === undefined) return { kind: "refused", refusal: { why: "noAnswer" } };
	if (answer.kind === "refused") {
		const why = REFUSALS[answer.code] ?? "other";
		const outside = why === "networkFailure" ? (await askAddress(route, signal))?.judged : undefined;
		return { kind: "refused", refusal: { why, code: answer.code, ...(outside && { outside }) } };
	}
	if (answer.externalPort === 0 || answer.leaseSeconds === 0) return { kind: "refused", refusal: { why: "malformed" } };
	const outside = await askAddress(route, signal);
	const lease: Lease = {
		externalPort: answer.externalPort,
		seconds: answer.leaseSeconds,
		...(outside?.judged ?? { verdict: "none" }),
		epoch: { seconds: answer.seconds, at: now() },
	};
	return { kind: "mapped", lease };
}

async function check(
	route: DatagramRoute,
	lease: Lease,
	now: () => number,
	signal: AbortSignal,
): Promise<CheckOutcome> {
	const answer = await askAddress(route, signal);
	if (answer === undefined) return { kind: "noAnswer" };
	const epoch = { seconds: answer.seconds, at: now() };
	if (lease.epoch && hasRestarted(lease.epoch, epoch)) return { kind: "gone" };
	const { externalPort, seconds } = lease;
	return { kind: "still", lease: { externalPort, seconds, ...answer.judged, epoch } };
}
