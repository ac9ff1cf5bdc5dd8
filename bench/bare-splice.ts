// The peer of the relay bench: joins every two WebSockets that come, and copies. It asks nobody anything, and bounds nothing but what a slow reader holds.
import { type WebSocket, WebSocketServer } from "ws";

const highWaterBytes = 256 * 1024;
const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
let waiting: WebSocket | undefined;

function copy(from: WebSocket, to: WebSocket): void {
	from.on("message", (message) => {
		to.send(message, { binary: true }, () => {
			if (to.bufferedAmount < highWaterBytes / 2) from.resume();
		});
		if (to.bufferedAmount > highWaterBytes) from.pause();
	});
	from.on("close", () => to.close());
}

server.on("connection", (socket) => {
	if (waiting === undefined) {
		waiting = socket;
		return;
	}
	copy(socket, waiting);
	copy(waiting, socket);
	waiting = undefined;
});
server.on("listening", () => {
	const address = server.address();
	if (typeof address === "object" && address !== null) console.log(JSON.stringify({ params: { port: address.port } }));
});
