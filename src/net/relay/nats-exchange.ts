// Relays of one operator that ring each other's hosts by NATS. Only rings go that way: what people say passes from socket to socket in one relay.
import type { Exchange } from "./exchange.ts";

type Nats = typeof import("@nats-io/transport-node");

/** An exchange that runs, or why there is none. */
export type ExchangeOpened =
	| { readonly kind: "open"; readonly exchange: Exchange }
	| { readonly kind: "failed"; readonly detail: string };

/** A relay that has the host answers at once. */
const ANSWER_TIMEOUT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 10_000;
const SUBJECT = "rt.relay.room.";
const YES = Uint8Array.of(1);
const NO = Uint8Array.of(0);

/** Connects to the servers of one NATS. `servers`: "nats://HOST:PORT" each. While it is gone, only guests at other relays than their host's are not let in. */
export async function openNatsExchange(servers: readonly string[], ownName: string): Promise<ExchangeOpened> {
	// Loaded where it is asked for alone. It is CommonJS, whose names a bundle has under `default`.
	const loaded: Nats & { readonly default?: Nats } = await import("@nats-io/transport-node");
	const { connect } = loaded.default ?? loaded;
	const options = {
		servers: [...servers],
		name: "real-talk relay",
		maxReconnectAttempts: -1,
		timeout: CONNECT_TIMEOUT_MS,
	};
	const connection = await connect(options).catch((error: Error) => error);
	if (connection instanceof Error) return { kind: "failed", detail: `NATS: ${connection.message}` };
	const exchange: Exchange = {
		ownName,
		serve(room, ring) {
			const subscription = connection.subscribe(`${SUBJECT}${room}`, {
				callback: (error, message) => {
					if (error === null) message.respond(ring(message.data) ? YES : NO);
				},
			});
			return () => subscription.unsubscribe();
		},
		async ring(room, message) {
			try {
				const { data } = await connection.request(`${SUBJECT}${room}`, message, { timeout: ANSWER_TIMEOUT_MS });
				return data.length === 1 && data[0] === YES[0];
			} catch {
				// Nobody has that room, or NATS is gone.
				return false;
			}
		},
		close: () => connection.close(),
	};
	return { kind: "open", exchange };
}
