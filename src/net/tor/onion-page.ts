// What a room's onion answers to browsers: the page for guests, and the WebSockets by which it comes in (docs/protocol.md, section 15.4). Only Tor knows the socket it listens on.
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Link } from "../link/link.ts";
import { pageServer } from "../relay/page.ts";
import { RelayStream } from "../relay/stream.ts";
import { ONION_ROOM_PATH } from "./onion-key.ts";

/** Browsers ask for a page at this port of the onion. */
export const PAGE_PORT = 80;
/** At most this many browsers may be asking or coming in at once; tor bounds what one circuit may open. */
const MAX_CONNECTIONS = 128;
/** The whole request must have come after this time, by Tor. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Makes the server; whoever has made it listens and closes. `onStream` gets each guest's line, whose owner ends it. */
export function onionPageServer(page: string, onStream: (stream: RelayStream) => void): Server {
	const { http, sockets } = pageServer(page, REQUEST_TIMEOUT_MS);
	http.maxConnections = MAX_CONNECTIONS;
	http.on("upgrade", (request, socket: Duplex, head) => {
		socket.on("error", () => socket.destroy());
		if (request.url !== ONION_ROOM_PATH) socket.destroy();
		else sockets.handleUpgrade(request, socket, head, (open) => onStream(new RelayStream(open, [])));
	});
	return http;
}

/** Makes a Link of a guest's line: nothing tells one guest from another, as at the onion's other port. */
export const browserLink = (stream: Duplex): Link => ({ stream, far: { transport: "tor", isWebSocket: true } });
