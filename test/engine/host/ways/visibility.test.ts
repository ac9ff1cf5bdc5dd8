// Whether a room is shown on the network, without a network: on loopback alone it is shown to nobody.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import { keyWords } from "../../../../src/crypto/identity/safety-words.ts";
import { Visibility } from "../../../../src/engine/host/ways/visibility.ts";
import { type LanSocket, LanSockets } from "../../../../src/net/lan/socket.ts";

const fingerprint = parseFingerprint("A".repeat(40)) as Fingerprint;

/** How a room is shown, at each moment at which its host's screen is drawn. */
function visible() {
	const seen: unknown[] = [];
	const visibility: Visibility = new Visibility({
		...{ name: "Hana", fingerprint, port: 4000, only: { bind: "127.0.0.1" }, onContact: () => {} },
		changed: () => seen.push(visibility.view()),
	});
	return { visibility, seen };
}

test("a room is on no network until its host wants that, and its screen then has the words by which friends know it, until it is taken back", async () => {
	const { visibility, seen } = visible();
	assert.equal(visibility.view(), undefined);
	visibility.set(false);
	assert.deepEqual(seen, []);
	visibility.set(true);
	visibility.set(true);
	assert.deepEqual(seen, [{ interfaces: [] }]);
	const shown = { interfaces: [], words: await keyWords(fingerprint) };
	while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(seen.slice(1), [{ interfaces: [] }, shown], "there is no network, and the words are known");
	visibility.set(false);
	visibility.set(true);
	assert.deepEqual(seen.slice(3), [undefined, shown]);
	await visibility.close();
	assert.equal(visibility.view(), undefined);
});

test("a room that its host takes back says goodbye on every network by which it was shown, once, and is shown again only when the host wants it", async (t) => {
	const network = { interface: "tun0", address: "192.0.2.1" };
	const told = t.mock.fn(async () => {});
	t.mock.method(LanSockets.prototype, "sockets", () => [{ network, send: told } as unknown as LanSocket]);
	const closing = t.mock.method(LanSockets.prototype, "close");
	const calls = () => [told, closing].map(({ mock }) => mock.callCount());
	const { visibility, seen } = visible();
	visibility.set(true);
	while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(visibility.view()?.interfaces, [{ name: "tun0", kind: "vpn" }]);
	visibility.set(false);
	visibility.set(true);
	await visibility.close();
	assert.deepEqual(calls(), [1, 1], "who has changed their mind at once was shown all the time");
	await visibility.close();
	assert.deepEqual(calls(), [1, 1]);
});

test("a room that closes before it was shown is not shown after that", async () => {
	const { visibility, seen } = visible();
	visibility.set(true);
	await visibility.close();
	assert.deepEqual(seen, [{ interfaces: [] }, undefined]);
});
