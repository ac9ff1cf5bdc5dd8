// WeeChat in the same kind of terminal as our program, in a room of a tiny IRC server on loopback: the peer of keys.bench.ts. Debian: weechat-curses.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPty, type Pty } from "../test/support/terminal/pty.ts";

/** Lines handed over at a time while the room is filled. */
const linesAtOnce = 500;

/** A terminal with a chat in it, and somebody else in the room. */
export interface ChatInTerminal {
	readonly terminal: Pty;
	/** Somebody else says a line. */
	say(text: string): void;
	close(): void;
}

export const isWeechatHere = (): boolean =>
	spawnSync("weechat", ["--version"], { stdio: "ignore" }).error === undefined;

const said = (text: string): string => `:grace!g@bench PRIVMSG #room :${text}\r\n`;

// As much of a server as it takes to have somebody in a channel.
function answer(line: string): string {
	const [command = "", argument = ""] = line.split(" ");
	switch (command) {
		case "CAP":
			return argument === "LS" ? ":bench CAP * LS :\r\n" : "";
		case "USER":
			return ":bench 001 ada :Welcome\r\n:bench 376 ada :\r\n";
		case "JOIN":
			return ":ada!a@bench JOIN #room\r\n:bench 353 ada = #room :ada grace\r\n:bench 366 ada #room :\r\n";
		case "PING":
			return `:bench PONG bench ${argument}\r\n`;
		default:
			return "";
	}
}

/** Answers until the client is in the channel, and from then on too. */
function serve(socket: Socket, onJoined: () => void): void {
	let rest = "";
	socket.setEncoding("utf8");
	socket.on("error", () => {});
	socket.on("data", (chunk: string) => {
		const lines = (rest + chunk).split("\r\n");
		rest = lines.pop() ?? "";
		for (const line of lines) {
			socket.write(answer(line));
			if (line.startsWith("JOIN")) onJoined();
		}
	});
}

/** WeeChat in a room in which so many lines were said. */
export async function openWeechat(
	lines: readonly string[],
	size: { columns: number; rows: number },
): Promise<ChatInTerminal> {
	const home = mkdtempSync(join(tmpdir(), "rt-bench-weechat-"));
	const joined = Promise.withResolvers<Socket>();
	const server = createServer((socket) => serve(socket, () => joined.resolve(socket))).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" ? address?.port : undefined;
	const commands = [
		"/set weechat.history.max_buffer_lines_number 0",
		`/server add bench 127.0.0.1/${port}`,
		"/set irc.server.bench.nicks ada",
		"/set irc.server.bench.autojoin #room",
		"/connect bench",
	];
	const args = ["--dir", home, "--plugins", "irc,buflist", "--run-command", commands.join(";")];
	const { PATH = "" } = process.env;
	const terminal = openPty({ command: "weechat", args, ...size, env: { PATH, HOME: home, LANG: "C.UTF-8" } });
	const socket = await joined.promise;
	for (let from = 0; from < lines.length; from += linesAtOnce) {
		if (
			!socket.write(
				lines
					.slice(from, from + linesAtOnce)
					.map(said)
					.join(""),
			)
		)
			await once(socket, "drain");
	}
	await terminal.waitFor(`${lines.at(-1)?.trim()}`.slice(0, 12), "the last line in WeeChat");
	return {
		terminal,
		say: (text) => void socket.write(said(text)),
		close() {
			terminal.close();
			socket.destroy();
			server.close();
			rmSync(home, { recursive: true, force: true });
		},
	};
}
