// A double of Tor's control port, for what a real Tor cannot be made to say: one that is old, or one that lies.
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryHome } from "../temporary-home.ts";

/** A control port that answers each line as `answer` says; `undefined`: not at all. */
export async function controlPort(t: TestContext, answer: (line: string, socket: Socket) => string | undefined) {
	const path = join(temporaryHome(t), "control");
	const server = createServer((socket) => {
		socket.on("error", () => {});
		let rest = "";
		socket.setEncoding("latin1").on("data", (text: string) => {
			const lines = (rest + text).split("\r\n");
			rest = lines.pop() ?? "";
			for (const line of lines) {
				const words = answer(line, socket);
				if (words !== undefined) socket.write(`${words}\r\n`);
			}
		});
		t.after(() => socket.destroy());
	});
	await new Promise<void>((resolve) => void server.listen(path, resolve));
	t.after(() => server.close());
	return { path };
}

/** What a control port says of how to log in. */
export const protocolInfo = (auth: string) =>
	`250-PROTOCOLINFO 1\r\n250-AUTH ${auth}\r\n250-VERSION Tor="0.4.8"\r\n250 OK`;
