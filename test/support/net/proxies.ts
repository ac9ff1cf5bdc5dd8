// Proxies on loopback that really connect: SOCKS5 and HTTP CONNECT, with or without a login. They know the name "friend.test" and no other.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** What was asked of a proxy, as "HOST:PORT", in the order of asking. */
export interface TestProxy {
	readonly port: number;
	readonly asked: readonly string[];
}

/** `login`: "USER:PASSWORD" that the proxy wants. */
interface ProxyRules {
	readonly login?: string;
}

export const KNOWN_NAME = "friend.test";

const addressOf = (host: string): string => (host === KNOWN_NAME ? "127.0.0.1" : host);

async function portOf(t: TestContext, server: Server): Promise<number> {
	const open = new Set<Socket>();
	server.on("connection", (socket) => {
		open.add(socket);
		socket.on("error", () => {});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		for (const socket of open) socket.destroy();
		server.close();
	});
	const address = server.address();
	return typeof address === "object" && address !== null ? address.port : 0;
}

function join(one: Socket, other: Socket): void {
	one.on("error", () => other.destroy());
	other.on("error", () => one.destroy());
	one.pipe(other);
	other.pipe(one);
}

/** Opens a proxy that speaks HTTP. */
export async function httpProxy(t: TestContext, { login }: ProxyRules = {}): Promise<TestProxy> {
	const asked: string[] = [];
	const server = createHttpServer((_request, response) => response.end("a web server"));
	server.on("connect", ({ url = "", headers }, socket: Socket, head) => {
		const wanted = login && `Basic ${Buffer.from(login).toString("base64")}`;
		if (headers["proxy-authorization"] !== wanted) {
			socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
			return;
		}
		asked.push(url);
		const [, host = "", port = ""] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(url) ?? [];
		const up = connect({ host: addressOf(host), port: Number(port), allowHalfOpen: true });
		up.once("connect", () => {
			socket.write("HTTP/1.1 200 OK\r\n\r\n");
			if (head.length > 0) up.write(head);
			join(socket, up);
		});
		up.once("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
	});
	return { port: await portOf(t, server), asked };
}

/** Opens a proxy that speaks SOCKS5. It reads as if each message came in one piece, which on loopback it does. */
export async function socksProxy(t: TestContext, { login }: ProxyRules = {}): Promise<TestProxy> {
	const asked: string[] = [];
	const server = createServer({ allowHalfOpen: true }, (socket) => void serveSocks(socket, login, asked));
	return { port: await portOf(t, server), asked };
}

async function nextPiece(socket: Socket): Promise<Buffer> {
	const [piece] = await once(socket, "data");
	return piece;
}

async function serveSocks(socket: Socket, login: string | undefined, asked: string[]): Promise<void> {
	const greeting = await nextPiece(socket);
	const method = login === undefined ? 0 : 2;
	if (!greeting.subarray(2).includes(method)) return void socket.end(Uint8Array.of(5, 0xff));
	socket.write(Uint8Array.of(5, method));
	if (login !== undefined) {
		const given = await nextPiece(socket);
		const user = given.subarray(2, 2 + (given[1] ?? 0));
		const password = given.subarray(3 + user.length);
		const isRight = `${user}:${password}` === login;
		socket.write(Uint8Array.of(1, isRight ? 0 : 1));
		if (!isRight) return;
	}
	const request = await nextPiece(socket);
	const body = request.subarray(4, -2);
	const host = request[3] === 1 ? body.join(".") : request[3] === 3 ? `${body.subarray(1)}` : "::1";
	const port = request.readUInt16BE(request.length - 2);
	asked.push(`${host}:${port}`);
	if (request[3] === 3 && host !== KNOWN_NAME) return void socket.end(Uint8Array.of(5, 4, 0, 1, 0, 0, 0, 0, 0, 0));
	const up = connect({ host: addressOf(host), port, allowHalfOpen: true });
	up.once("connect", () => {
		socket.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
		join(socket, up);
	});
	up.once("error", () => socket.end(Uint8Array.of(5, 5, 0, 1, 0, 0, 0, 0, 0, 0)));
}
