// The socket of the background process: its owner comes in, nobody else, and a killed process leaves nothing in the way.
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connectLocal, listenLocal } from "../../../src/net/local/local-socket.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

test("Bytes that are written at one end come out at the other, and the socket is its owner's alone", async (t) => {
	const path = join(temporaryHome(t), "rt.sock");
	const listening = await listenLocal(path, (socket) => socket.pipe(socket));
	assert.ok(listening.kind === "listening");
	assert.equal(statSync(path).mode & 0o777, 0o600);
	const connected = await connectLocal(path);
	assert.ok(connected.kind === "connected");
	connected.socket.write("hello");
	const [heard] = await once(connected.socket, "data");
	assert.equal(String(heard), "hello");
	connected.socket.destroy();
	await listening.close();
	assert.deepEqual(await connectLocal(path), { kind: "nobody" });
});

test("attack: a folder or socket that others can reach is used neither for listening nor for connecting", async (t) => {
	const home = join(temporaryHome(t), "open");
	mkdirSync(home, { mode: 0o755 });
	chmodSync(home, 0o755);
	const path = join(home, "rt.sock");
	const refused = await listenLocal(path, () => {});
	assert.equal(refused.kind === "failed" && refused.why, "notSafe");
	chmodSync(home, 0o700);
	const listening = await listenLocal(path, () => {});
	assert.ok(listening.kind === "listening");
	chmodSync(path, 0o666);
	const open = await connectLocal(path);
	assert.equal(open.kind === "failed" && open.why, "notSafe");
	await listening.close();
	writeFileSync(path, "no socket", { mode: 0o600 });
	const file = await connectLocal(path);
	assert.equal(file.kind === "failed" && file.why, "notSafe");
});

test("A path that the system takes for no socket is refused with that reason", async (t) => {
	const path = join(temporaryHome(t), "x".repeat(100), "rt.sock");
	const listening = await listenLocal(path, () => {});
	assert.equal(listening.kind === "failed" && listening.why, "pathTooLong");
	const connected = await connectLocal(path);
	assert.equal(connected.kind === "failed" && connected.why, "pathTooLong");
});
