// Runs inside the lab: says whether an echo server can be reached. Arguments: tcp or udp, address, port, ms to wait. Prints "echoed" or why not.
import { createSocket } from "node:dgram";
import { connect, isIPv4 } from "node:net";

const [, , protocol, host = "", port, waitMs] = process.argv;
const TEXT = "is anybody there?";

function end(what: string): void {
	process.stdout.write(what, () => process.exit());
}

setTimeout(end, Number(waitMs), "silence");
const hear = (bytes: Buffer) => end(bytes.toString() === TEXT ? "echoed" : "garbled");
if (protocol === "tcp") {
	const socket = connect({ host, port: Number(port) });
	socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "failed"));
	socket.on("data", hear);
	socket.write(TEXT);
} else {
	const socket = createSocket(isIPv4(host) ? "udp4" : "udp6");
	socket.on("error", () => end("failed"));
	socket.on("message", hear);
	socket.send(TEXT, Number(port), host);
}
