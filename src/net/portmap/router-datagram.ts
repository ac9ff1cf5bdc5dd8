// One question and one answer on UDP port 5351, where NAT-PMP and PCP live: asked from one address, answered by that router or nobody.
import { askByDatagram } from "../link/ask-by-datagram.ts";
import type { OnContact } from "../link/contact.ts";
import type { EpochReading } from "./method.ts";

/** Routers listen on this port (RFC 6886 §3.1, RFC 6887 §19.2). */
const ROUTER_PORT = 5351;
/** The pauses between tries: 250 ms, doubling (RFC 6886 §3.1). After four attempts the RFC would go on for a minute; a person would not. */
const RETRY_AFTER_MS = [250, 500, 1_000] as const;
/** No PCP message is longer (RFC 6887 §7). */
const MAX_ANSWER_BYTES = 1_100;

/** Says whom to ask, and from where. Only tests give another `port`. */
export interface DatagramRoute {
	readonly router: string;
	readonly from: string;
	readonly port?: number;
	readonly onContact?: OnContact;
}

/**
 * Sends `packet`, again when nothing comes, and resolves with what `accept` makes of an answer (`undefined`: not the answer, so it waits on). It resolves with
 * `undefined` when nobody answered, the port is closed, or `signal` aborts.
 */
export function askRouter<Answer>(
	route: DatagramRoute,
	packet: Uint8Array,
	accept: (message: Buffer) => Answer | undefined,
	signal: AbortSignal,
): Promise<Answer | undefined> {
	const { router, from, port = ROUTER_PORT } = route;
	return askByDatagram({
		to: { host: router, port },
		from,
		packet,
		retryAfterMs: RETRY_AFTER_MS,
		accept: (message, source) =>
			source.port !== port || message.length > MAX_ANSWER_BYTES ? undefined : accept(message),
		onTry: () => route.onContact?.({ kind: "address", address: router, port }),
		signal,
	});
}

/** Clocks may differ in speed by a sixteenth, and readings by two seconds (RFC 6887 §8.5). */
const SPEED_SHARE = 16;

const SLACK_SECONDS = 2;

/** Tells whether the router lost its state between two readings: its clock went back, or ran at a speed no clock has. */
export function hasRestarted(before: EpochReading, after: EpochReading): boolean {
	const client = (after.at - before.at) / 1000;
	const server = after.seconds - before.seconds;
	if (server < -1) return true;
	return (
		client + SLACK_SECONDS < server - server / SPEED_SHARE || server + SLACK_SECONDS < client - client / SPEED_SHARE
	);
}
