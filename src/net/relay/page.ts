// What a relay answers to a browser: one page, which loads nothing else and which nobody else's page may show; and the server that answers so, with its WebSockets.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";
import { MAX_MESSAGE_BYTES } from "./wire.ts";

const MAX_HEADER_BYTES = 8 * 1024;

/** Holds for a page that says nothing else of itself: it only looks some way. */
const PLAIN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const POLICY_IN_PAGE = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/;

/** Makes a server of the page, and what makes WebSockets of the requests that its owner lets through. A whole request must have come within `requestTimeoutMs`. */
export function pageServer(
	page: string,
	requestTimeoutMs: number,
): { readonly http: Server; readonly sockets: WebSocketServer } {
	const limits = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: requestTimeoutMs };
	const sockets = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: MAX_MESSAGE_BYTES,
		skipUTF8Validation: true,
		clientTracking: false,
	});
	return { http: createServer(limits, answersWith(page)), sockets };
}

/** Makes the answers to requests. What the page says of itself that it may do is said in a header, too. */
function answersWith(page: string): (request: IncomingMessage, response: ServerResponse) => void {
	const bytes = Buffer.from(page);
	const packed = gzipSync(bytes, { level: 9 });
	const etag = `"${createHash("sha256").update(bytes).digest("hex")}"`;
	const headers = {
		"content-type": "text/html; charset=utf-8",
		"content-security-policy": `${POLICY_IN_PAGE.exec(page)?.[1] ?? PLAIN_POLICY}; frame-ancestors 'none'`,
		// A browser asks each time whether it is still this page.
		"cache-control": "no-cache",
		"cross-origin-opener-policy": "same-origin",
		"referrer-policy": "no-referrer",
		"x-content-type-options": "nosniff",
		vary: "accept-encoding",
	};
	return (request, response) => {
		const isPage = request.url === "/" && (request.method === "GET" || request.method === "HEAD");
		if (!isPage) {
			response.writeHead(404, { ...headers, "content-type": "text/plain" }).end("There is nothing here.\n");
		} else if (request.headers["if-none-match"] === etag) {
			response.writeHead(304, { ...headers, etag }).end();
		} else if (/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) {
			response.writeHead(200, { ...headers, etag, "content-encoding": "gzip" }).end(packed);
		} else response.writeHead(200, { ...headers, etag }).end(bytes);
	};
}
