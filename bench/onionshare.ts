// OnionShare's chat (Debian's onionshare-cli) as a peer: two people in it, one on the host's computer and one through an onion service of the same network.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { socksConnect } from "../src/net/socks/socks5.ts";
import { onionAddress, onionKey } from "../src/net/tor/onion-key.ts";
import type { RunningTor } from "../src/net/tor/own-tor.ts";

const patienceMs = 60_000;

/** What was measured, in ms. */
export interface ChatFigures {
	readonly joinMs: number;
	readonly lines: readonly number[];
}

/** Whether the program is here. */
export const hasOnionShare = (): boolean => spawnSync("onionshare-cli", ["--help"], { stdio: "ignore" }).status === 0;

type Dial = () => Promise<Duplex>;

/** Starts a chat without OnionShare's own Tor: the onion service that leads to it is ours. */
async function startChat(folder: string): Promise<{ readonly program: ChildProcess; readonly port: number }> {
	const env = { ...process.env, HOME: folder };
	const program = spawn("onionshare-cli", ["--chat", "--public", "--local-only"], { env });
	let said = "";
	for (;;) {
		const [bytes] = (await once(program.stdout, "data")) as [Buffer];
		said += String(bytes);
		const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
		if (port !== undefined) return { program, port: Number(port) };
	}
}

/** Fetches the page as a browser would, for the cookie that says who one is. */
async function cookieOf(dial: Dial): Promise<string> {
	const stream = await dial();
	stream.write("GET / HTTP/1.1\r\nHost: chat\r\nConnection: close\r\n\r\n");
	let text = "";
	for await (const bytes of stream) text += String(bytes);
	return /set-cookie: ([^;]+)/i.exec(text)?.[1] ?? "";
}

/** Enters the chat; resolves when everybody was told. Events come as `["name", {…}]` behind "42/chat," (Socket.IO 5 over Engine.IO 4). */
async function enter(dial: Dial, hear: (name: string, data: { msg?: string }) => void): Promise<WebSocket> {
	const cookie = await cookieOf(dial);
	const stream = await dial();
	const socket = new WebSocket("ws://chat/socket.io/?EIO=4&transport=websocket", {
		headers: { cookie },
		// A connected stream is all that ws asks of it.
		createConnection: () => stream as never,
	});
	const isIn = Promise.withResolvers<void>();
	socket.on("error", isIn.reject);
	socket.on("message", (bytes) => {
		const text = String(bytes);
		if (text.startsWith("0")) socket.send("40/chat,");
		if (text === "2") socket.send("3");
		const event = /^42\/chat,(.*)$/s.exec(text)?.[1];
		if (event === undefined) return;
		const [name, data] = JSON.parse(event) as [string, { msg?: string }];
		if (name === "status") isIn.resolve();
		hear(name, data);
	});
	await isIn.promise;
	return socket;
}

/** Measures a join through `guest`, and how long lines take from the host's computer to it. */
export async function measureOnionShare(
	host: RunningTor,
	guest: RunningTor,
	folder: string,
	count: number,
	text: (line: number) => string,
): Promise<ChatFigures> {
	const { program, port } = await startChat(folder);
	const key = onionKey(randomBytes(32));
	const address = onionAddress(key.publicKey);
	const uploaded = Promise.withResolvers<void>();
	host.control.on("HS_DESC", (words) => {
		if (words.startsWith(`UPLOADED ${address}`)) uploaded.resolve();
	});
	await host.control.send(`ADD_ONION ${key.expanded} Flags=DiscardPK Port=80,127.0.0.1:${port}`);
	await uploaded.promise;
	const direct: Dial = async () => {
		const socket = connect(port, "127.0.0.1");
		await once(socket, "connect");
		return socket;
	};
	const byTor: Dial = async () => {
		const socket = connect({ ...guest.socks });
		await once(socket, "connect");
		const request = { host: `${address}.onion`, port: 80, login: { user: "bench", password: "1" } };
		const outcome = await socksConnect(socket, request, AbortSignal.timeout(patienceMs));
		if (outcome.kind === "failed") throw new Error(outcome.code);
		return socket;
	};
	const one = await enter(direct, () => {});
	let heard = (_text: string): void => {};
	const begun = performance.now();
	const other = await enter(byTor, (name, { msg = "" }) => {
		if (name === "chat_message") heard(msg);
	});
	const joinMs = performance.now() - begun;
	const lines: number[] = [];
	for (let line = 0; line < count; line += 1) {
		const sentAt = performance.now();
		const isHeard = new Promise<void>((resolve) => {
			heard = () => resolve();
		});
		one.send(`42/chat,${JSON.stringify(["text", { msg: text(line) }])}`);
		await isHeard;
		lines.push(performance.now() - sentAt);
	}
	for (const socket of [one, other]) socket.terminate();
	program.kill("SIGINT");
	return { joinMs, lines };
}
