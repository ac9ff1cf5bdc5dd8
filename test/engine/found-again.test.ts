// A room that is found again by its port.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { hostRoom, openTestEngine, type TestEngine } from "../support/rooms/real-engine.ts";

const password = "four calm green words";
const portOf = ({ engine }: TestEngine): number => engine.snapshot().hosting?.port ?? 0;

test("A room takes the port of the last one again, and another one when somebody else has it now.", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const opens = async () => {
		await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
		return portOf(host);
	};
	const port = await hostRoom(host, password);
	await host.does({ kind: "leave" });
	assert.equal(await opens(), port);
	await host.does({ kind: "leave" });
	const other = net.createServer();
	await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
	t.after(() => other.close());
	const next = await opens();
	assert.ok(next !== port && next > 0);
	await host.does({ kind: "leave" });
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", port: 0 } });
	assert.notEqual(portOf(host), 0);
});
