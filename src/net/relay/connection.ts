// The connection below a WebSocket to a relay: dialled as everything is, and encrypted where the relay's address says so.
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { DialOptions, Transport } from "../link/link.ts";
import { dialError, RelayError } from "./failure.ts";

const USUAL_PORTS: Readonly<Record<string, number>> = { "wss:": 443, "ws:": 80 };
/** This is longer than any dial takes, because the signal ends it before. */
const DIAL_TIMEOUT_MS = 60_000;

/** Dials the relay's address; resolves when TLS stands, if its scheme is wss. Rejects with a `RelayError`. */
export async function connectToRelay(
	url: URL,
	transport: Transport,
	options: Omit<DialOptions, "timeoutMs">,
): Promise<Duplex> {
	const host = url.hostname.replace(/^\[|\]$/g, "");
	const port = url.port === "" ? (USUAL_PORTS[url.protocol] ?? 443) : Number(url.port);
	const outcome = await transport.dial({ host, port }, { ...options, timeoutMs: DIAL_TIMEOUT_MS });
	if (outcome.kind === "failed") throw new RelayError(outcome.failure, `The relay: ${outcome.detail}`);
	const { stream } = outcome.link;
	return url.protocol === "wss:" ? encrypted(stream, host, options.signal) : stream;
}

/** Makes the TLS connection to a relay. The name in the certificate must be the relay's (RFC 9110 §4.3.4); the roots are Node's. */
function encrypted(stream: Duplex, host: string, signal: AbortSignal): Promise<Duplex> {
	const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
	// Loaded when it is used: it takes as long as drawing the first screen.
	const socket = process.getBuiltinModule("node:tls").connect({
		socket: stream,
		host,
		ALPNProtocols: ["http/1.1"],
		...(isIP(host) === 0 ? { servername: host } : {}),
	});
	const abort = (): void => {
		socket.destroy();
		reject(new RelayError("aborted", "The attempt to connect was called off."));
	};
	const failed = (error: Error): void => {
		socket.destroy();
		reject(dialError(error));
	};
	signal.addEventListener("abort", abort, { once: true });
	socket.once("error", failed);
	socket.once("secureConnect", () => {
		signal.removeEventListener("abort", abort);
		socket.removeListener("error", failed);
		resolve(socket);
	});
	if (signal.aborted) abort();
	return promise;
}
