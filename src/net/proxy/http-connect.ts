// The client of HTTP's CONNECT (RFC 9110 §9.3.6): asks a web proxy, on a connection to it, for a connection to somebody else.
import type { ClientRequest } from "node:http";
import { isIPv6, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ProxyCode } from "../link/link.ts";
import type { ProxyOutcome, ProxyRequest } from "../socks/socks5.ts";

/** Says what the status of a refusal means (RFC 9110 §15). */
const STATUSES: Readonly<Record<number, ProxyCode>> = {
	403: "notAllowed",
	405: "notAllowed",
	502: "unreachable",
	503: "unreachable",
	504: "unreachable",
};
const LOGIN_NEEDED = 407;

/** Asks over `stream` for a connection; what holds for `socksConnect` holds here. */
export function httpConnect(stream: Duplex, request: ProxyRequest, signal: AbortSignal): Promise<ProxyOutcome> {
	const { host, port, login } = request;
	const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
	const credentials = login && Buffer.from(`${login.user}:${login.password}`).toString("base64");
	return new Promise((resolve) => {
		// Loaded when it is needed: an import of it loads fetch and all of undici too, a tenth of the time to the first screen.
		const asked: ClientRequest = process.getBuiltinModule("node:http").request({
			method: "CONNECT",
			path: authority,
			headers: { host: authority, ...(credentials ? { "proxy-authorization": `Basic ${credentials}` } : {}) },
			// Every Duplex does; the type asks for more than is used.
			createConnection: () => stream as Socket,
			signal,
		});
		asked.once("connect", ({ statusCode = 0 }, _socket, head) => {
			const isConnected = statusCode >= 200 && statusCode < 300;
			// The far end may speak first, and its words may have come with the answer.
			if (isConnected && head.length > 0) stream.unshift(head);
			resolve(isConnected ? { kind: "connected" } : { kind: "failed", code: codeOf(statusCode, login !== undefined) });
		});
		// Any other answer is the business of a web server.
		asked.once("response", () => resolve({ kind: "failed", code: "notAProxy" }));
		asked.on("error", (error: NodeJS.ErrnoException) => {
			if (signal.aborted) resolve({ kind: "failed", code: "aborted" });
			else resolve({ kind: "failed", code: error.code?.startsWith("HPE_") ? "notAProxy" : "closed" });
		});
		asked.end();
	});
}

function codeOf(status: number, hadLogin: boolean): ProxyCode {
	if (status === LOGIN_NEEDED) return hadLogin ? "loginRefused" : "needsLogin";
	return STATUSES[status] ?? "failed";
}
