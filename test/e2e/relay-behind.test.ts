// Two relays behind each web server of docs/relay: the room stays with one of them, and comes back on the other when that one dies.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { encodeInvite, parseInvite } from "../../src/engine/wire/invite.ts";
import type { Link } from "../../src/net/link/link.ts";
import { dialsRelays } from "../../src/net/relay/dial-socket.ts";
import { relayKeyPair } from "../../src/net/relay/keys.ts";
import { relayTransport } from "../../src/net/relay/relay-transport.ts";
import { startRelay } from "../../src/net/relay/server.ts";
import { tcpTransport } from "../../src/net/tcp/tcp.ts";
import { needs } from "../support/needs.ts";
import { ownPort } from "../support/net/own-port.ts";
import { cleanEnvironment, root, rtPath } from "../support/program/rt.ts";
import { startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";

const bind = "127.0.0.1";
const password = "open the door";

interface WebServer {
	readonly program: string;
	readonly file: string;
	/** `folder`: where it may write. */
	readonly words: (file: string, folder: string) => readonly string[];
}

const servers: readonly WebServer[] = [
	{
		program: "nginx",
		file: "nginx.conf",
		words: (file, folder) => ["-p", folder, "-c", file, "-e", "stderr", "-g", `daemon off; pid ${folder}/pid;`],
	},
	{ program: "haproxy", file: "haproxy.cfg", words: (file) => ["-db", "-f", file] },
	{ program: "caddy", file: "Caddyfile", words: (file) => ["run", "--adapter", "caddyfile", "--config", file] },
];

async function relayAt(t: TestContext, port: number, name: string) {
	const relay = await startRelay({ port: 0, bind, names: [name], isBehindProxy: true, page: "<p>A relay.</p>" });
	assert.ok(relay.kind === "running", `port ${port}`);
	t.after(() => relay.close());
	return relay;
}

function isOpen(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, bind, () => {
			socket.destroy();
			resolve(true);
		}).on("error", () => resolve(false));
	});
}

/** Starts the server with its file of docs/relay, other ports and nothing else changed. */
async function startServer(t: TestContext, server: WebServer, port: number, relays: readonly number[]) {
	const folder = temporaryHome(t);
	const [one, two] = relays;
	const text = readFileSync(join(root, "docs", "relay", server.file), "utf8")
		.replaceAll("8080", String(port))
		.replaceAll("48720", String(one))
		.replaceAll("48721", String(two));
	const file = join(folder, server.file);
	writeFileSync(file, text);
	const { PATH = "" } = process.env;
	const child = spawn(server.program, server.words(file, folder), {
		env: { PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
	});
	let said = "";
	for (const output of [child.stdout, child.stderr]) output.on("data", (chunk) => (said += chunk));
	t.after(async () => {
		if (child.exitCode !== null) return;
		child.kill("SIGTERM");
		await once(child, "exit");
	});
	await until(
		() => isOpen(port),
		`${server.program} listens`,
		() => said,
	);
}

/** Starts `rt relay` as its operator does, behind a web server. */
async function relayProgram(t: TestContext, name: string) {
	const words = ["relay", "--port", "0", "--metrics-port", "0", "--behind-proxy", "--public-name", name, "--json"];
	const program = spawn(rtPath, words, { env: cleanEnvironment(temporaryHome(t)) });
	t.after(() => void program.kill("SIGKILL"));
	const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
	const { port, metricsPort } = (JSON.parse(line) as { params: { port: number; metricsPort: number } }).params;
	const rooms = async (): Promise<number> => {
		const metrics = await (await fetch(`http://${bind}:${metricsPort}/metrics`)).text();
		return Number(/^\S*rooms\S* (\d+)$/m.exec(metrics)?.[1]);
	};
	return { program, port, rooms };
}

for (const server of servers) {
	test(`Behind ${server.program} two people talk on by the other relay when theirs is killed`, async (t) => {
		if (!needs(t, server.program)) return;
		const port = await ownPort();
		const name = `${bind}:${port}`;
		const relays = [await relayProgram(t, name), await relayProgram(t, name)];
		await startServer(
			t,
			server,
			port,
			relays.map((relay) => relay.port),
		);
		const host = startRpc(t, ["host", "--bind", bind, "--name", "Hana", "--relay", `ws://${name}`]);
		await host.waitFor("passwordRequired");
		await host.call("password", { password });
		const { invite = "" } = await host.waitFor("reachability", ({ ways }) =>
			ways.some(({ way, state }) => way === "relay" && state === "open"),
		);
		const read = parseInvite(invite);
		assert.ok(read.kind === "invite");
		const guest = startRpc(t, ["join", encodeInvite({ ...read.invite, endpoints: [] }), "--name", "Gus"]);
		await guest.waitFor("passwordRequired");
		await guest.call("password", { password });
		await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
		const rooms = await Promise.all(relays.map((relay) => relay.rooms()));
		assert.deepEqual(rooms.toSorted(), [0, 1], "the room is at one of them");
		const killedAt = performance.now();
		relays[rooms.indexOf(1)]?.program.kill("SIGKILL");
		await guest.waitFor("reconnecting");
		await guest.call("send", { text: "said in between" });
		await host.waitFor("message", ({ text }) => text === "said in between");
		t.diagnostic(`back after ${Math.round(performance.now() - killedAt)} ms`);
		assert.equal(await relays[rooms.indexOf(0)]?.rooms(), 1);
	});

	test(`Behind ${server.program} each room is at one of two relays, and at the other one when that has died`, async (t) => {
		if (!needs(t, server.program)) return;
		const port = await ownPort();
		const name = `${bind}:${port}`;
		const relays = [await relayAt(t, 0, name), await relayAt(t, 0, name)];
		await startServer(
			t,
			server,
			port,
			relays.map((relay) => relay.port),
		);
		const rooms = Array.from({ length: 8 }, () => {
			const key = relayKeyPair(randomBytes(32));
			const lost = Promise.withResolvers<string>();
			const transport = relayTransport({
				relay: new URL(`ws://${name}`),
				secret: randomBytes(16),
				hostKey: key.publicKey,
				host: { key },
				open: dialsRelays(tcpTransport()),
				onLost: lost.resolve,
			});
			t.after(() => transport.close());
			return { transport, lost: lost.promise };
		});
		const talk = async ({ transport }: (typeof rooms)[number]): Promise<void> => {
			const arrived = Promise.withResolvers<Link>();
			await until(async () => (await transport.listen(arrived.resolve)).kind === "listening", "the room is at a relay");
			const dialled = await transport.dial({ signal: new AbortController().signal, timeoutMs: 60_000 });
			assert.ok(dialled.kind === "linked", dialled.kind === "failed" ? dialled.detail : "");
			dialled.link.stream.write("hello");
			const { stream } = await arrived.promise;
			assert.equal(String((await once(stream, "data"))[0]), "hello");
		};
		await Promise.all(rooms.map(talk));
		const [first, second] = relays;
		assert.ok(first && second);
		assert.equal(first.counts().rooms + second.counts().rooms, 8);
		const [busier, other] = first.counts().rooms >= second.counts().rooms ? [first, second] : [second, first];
		const moved = busier.counts().rooms;
		const lost = Promise.race(rooms.map((room) => room.lost.then(() => room)));
		await busier.close();
		const room = await lost;
		await talk(room);
		assert.ok(moved > 0 && other.counts().joined > 0);
	});
}
