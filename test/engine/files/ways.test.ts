// Files by every way into a room: each with a program that is ended and started again in the middle, and talk beside it. Tor is in `tor-room.test.ts`.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { dhtNodesText } from "../../../src/net/dht/nodes.ts";
import { startRelay } from "../../../src/net/relay/server.ts";
import { privateDht } from "../../support/net/private-dht.ts";
import { udpBetween } from "../../support/net/udp-between.ts";
import {
	hostRoom,
	joinRoom,
	joinTarget,
	openAgain,
	openTestEngine,
	type TestEngine,
} from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { openWire } from "../cuttable-wire.ts";
import { makeFile, passesWithRestart, password, send } from "./people.ts";

/** Every link that a guest has come by so far. */
const cameBy = ({ events }: TestEngine): readonly string[] =>
	events.flatMap((event) => (event.kind === "attempt" && event.state === "answered" ? [event.transport] : []));

/** Opens a room that is reached by this way, and returns its invite. */
async function reachedBy(host: TestEngine, route: "dht" | "relay"): Promise<string> {
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", routes: [route] } });
	const way = () => host.engine.snapshot().hosting?.ways.find((one) => one.way === route);
	await host.until(() => way()?.state === "open", `the ${route} is open`);
	return host.engine.snapshot().hosting?.invite ?? "";
}

test("a file goes on by itself when the connection of its Link was cut", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Ann"), await openTestEngine(t, "Bob")];
	const wire = await openWire(await hostRoom(host, password));
	t.after(() => wire.close());
	await joinRoom(guest, wire.port, password);
	const made = await makeFile(t, "long.bin", 12_000_000);
	await guest.does({ kind: "limitFiles", bytesPerSecond: 3_000_000 });
	const id = await send(host, made.path);
	await guest.told("fileOffered");
	await guest.does({ kind: "acceptFile", id, to: temporaryHome(t) });
	await guest.told("fileProgress", (event) => event.done > 2_000_000);
	wire.cut();
	await guest.told("reconnecting");
	wire.mend();
	const { path } = await guest.told("fileDone");
	assert.deepEqual(await readFile(path), made.bytes);
});

test("a file passes by UDP alone, a program ends in the middle of it, and it goes on", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Ann"), await openTestEngine(t, "Bob")];
	const port = await udpBetween(t, await hostRoom(host, password), 200);
	await joinRoom(guest, port, password);
	await passesWithRestart(t, host, guest, async () => {
		const again = await openAgain(t, guest);
		await joinRoom(again, port, password);
		return again;
	});
	assert.deepEqual([...new Set(cameBy(guest))], ["udp"]);
});

test("a file passes by the DHT's link, a program ends in the middle of it, and it goes on", async (t) => {
	const dht = await privateDht();
	after(() => dht.close());
	const choice = { bootstrap: dhtNodesText(dht.bootstrap) };
	const [host, guest] = [await openTestEngine(t, "Ann", choice), await openTestEngine(t, "Bob")];
	const invite = await reachedBy(host, "dht");
	await joinTarget(guest, invite, password);
	await passesWithRestart(t, host, guest, async () => {
		const again = await openAgain(t, guest);
		await joinTarget(again, invite, password);
		return again;
	});
	assert.deepEqual([...new Set(cameBy(guest))], ["dht"]);
});

test("a file passes through a relay, a program ends in the middle of it, and it goes on", async (t) => {
	const relay = await startRelay({ port: 0, bind: "127.0.0.1", names: [], page: "" });
	assert.ok(relay.kind === "running");
	after(() => relay.close());
	const choice = { relay: { relays: `ws://127.0.0.1:${relay.port}` } };
	const [host, guest] = [await openTestEngine(t, "Ann", {}, choice), await openTestEngine(t, "Bob")];
	const invite = await reachedBy(host, "relay");
	await joinTarget(guest, invite, password);
	await passesWithRestart(t, host, guest, async () => {
		const again = await openAgain(t, guest);
		await joinTarget(again, invite, password);
		return again;
	});
	assert.deepEqual([...new Set(cameBy(guest))], ["relay"]);
});
