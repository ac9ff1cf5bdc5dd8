// magic-wormhole of Debian as a peer of the bench of files, with its own servers on loopback: from the command to the file.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ownPort } from "../test/support/net/own-port.ts";

/** Both ends find each other by the mailbox; with `isThrough` neither listens, so that all bytes go through its transit relay. Returns ms; `undefined`: it is not there, or did not work, which is said. */
export async function byWormhole(file: string, folder: string, isThrough: boolean): Promise<number | undefined> {
	if (spawnSync("wormhole", ["--version"]).status !== 0) return undefined;
	const to = join(folder, "wormhole");
	mkdirSync(to, { recursive: true });
	const servers: ChildProcess[] = [];
	const serve = async (...words: readonly string[]): Promise<number> => {
		const port = await ownPort();
		const listening = `tcp:${port}:interface=127.0.0.1`;
		servers.push(spawn("twist3", [...words, "--port", listening], { stdio: "ignore", cwd: folder }));
		await answers(port);
		return port;
	};
	try {
		const mailbox = await serve("wormhole-mailbox", "--channel-db", ":memory:");
		const helper = isThrough ? `tcp:127.0.0.1:${await serve("transitrelay")}` : "";
		const servedBy = ["--relay-url", `ws://127.0.0.1:${mailbox}/v1`, "--transit-helper", helper];
		const how = ["--hide-progress", ...(isThrough ? ["--no-listen"] : [])];
		const code = `${100 + Math.floor(Math.random() * 800)}-bench-file`;
		const begun = performance.now();
		const sending = spawn("wormhole", [...servedBy, "send", ...how, "--code", code, file], { stdio: "ignore" });
		const receive = [...servedBy, "receive", ...how, "--accept-file", code];
		const taking = spawn("wormhole", receive, { stdio: "ignore", cwd: to });
		const [ended] = await once(taking, "exit");
		const ms = performance.now() - begun;
		sending.kill();
		if (ended !== 0) throw new Error("it did not work");
		return ms;
	} catch (error) {
		console.log(`magic-wormhole: ${String(error)}`);
		return undefined;
	} finally {
		for (const server of servers) server.kill();
		rmSync(to, { recursive: true, force: true });
	}
}

/** Waits until somebody listens at a port of loopback. */
async function answers(port: number): Promise<void> {
	for (let attempt = 0; attempt < 300; attempt += 1) {
		const socket = connect(port, "127.0.0.1");
		const isThere = await new Promise<boolean>((resolve) => {
			socket.once("connect", () => resolve(true));
			socket.once("error", () => resolve(false));
		});
		socket.destroy();
		if (isThere) return;
		await sleep(100);
	}
	throw new Error("its server did not start");
}
