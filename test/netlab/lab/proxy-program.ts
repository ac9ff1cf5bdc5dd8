// A company's proxy (HTTP CONNECT) at the address and port that are given: it lets people out to port 443 and to no other.
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";

const [address, port] = process.argv.slice(2);
const server = createServer((_request, answer) => void answer.writeHead(405).end());
server.on("connect", ({ url = "" }, socket: Socket, head) => {
	const [, host = "", wanted = ""] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(url) ?? [];
	socket.on("error", () => {});
	if (wanted !== "443") return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
	const up = connect({ host, port: Number(wanted) });
	up.once("connect", () => {
		socket.write("HTTP/1.1 200 OK\r\n\r\n");
		up.write(head);
		socket.pipe(up).pipe(socket);
	});
	up.on("error", () => socket.destroy());
	socket.on("close", () => up.destroy());
	up.on("close", () => socket.destroy());
});
server.listen(Number(port), address, () => void process.stdout.write("ready\n"));
