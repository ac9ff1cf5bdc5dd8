// Dials a relay from a program: by a connection that is dialled as everything is, and a WebSocket over it.
import type { Transport } from "../link/link.ts";
import { connectToRelay } from "./connection.ts";
import { type OpenRelaySocket, RelaySocket } from "./socket.ts";
import { MAX_MESSAGE_BYTES } from "./wire.ts";

/** Makes what opens sockets to relays by this Transport. */
export function dialsRelays(transport: Transport): OpenRelaySocket {
	return async (url, { signal, token, onContact }) => {
		// It brings Node's HTTP client, which takes its time and which most rooms never need.
		const { WebSocket } = await import("ws");
		const connection = await connectToRelay(url, transport, { signal, ...(onContact && { onContact }) });
		const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
		const socket = new WebSocket(url, {
			perMessageDeflate: false,
			maxPayload: MAX_MESSAGE_BYTES,
			headers,
			followRedirects: false,
			createConnection: () => connection,
		});
		return RelaySocket.opened(socket, signal);
	};
}
