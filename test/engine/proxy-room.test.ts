// A whole room reached through proxies on loopback, and everything that is left out while one is set.
import assert from "node:assert/strict";
import { test } from "node:test";
import { httpProxy, KNOWN_NAME, socksProxy } from "../support/net/proxies.ts";
import { openTestEngine } from "../support/rooms/real-engine.ts";

const password = "four calm green words";

for (const [kind, open] of [
	["socks5", socksProxy],
	["http", httpProxy],
] as const) {
	test(`${kind}: a room is joined and talked in through the proxy, by a name that only the proxy can look up`, async (t) => {
		const proxy = await open(t, { login: "ann:secret" });
		const host = await openTestEngine(t, "Hanna");
		await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
		const { port } = await host.told("listening");
		const guest = await openTestEngine(t, "Gero", {}, { proxy: `${kind}://ann:secret@127.0.0.1:${proxy.port}` });
		assert.equal(guest.engine.snapshot().proxy, `${kind}://127.0.0.1:${proxy.port}`);
		await guest.does({ kind: "join", target: `${KNOWN_NAME} ${port}` });
		await guest.told("passwordRequired");
		await guest.does({ kind: "password", password });
		await guest.told("joined", (event) => event.self);
		await guest.does({ kind: "send", text: "through the proxy" });
		await host.told("message", (event) => event.text === "through the proxy");
		assert.deepEqual(proxy.asked, [`${KNOWN_NAME}:${port}`], "the one way is the proxy's: no second dial by UDP");
		const transports = guest.events.flatMap((event) => (event.kind === "attempt" ? event.transport : []));
		assert.deepEqual([...new Set(transports)], ["proxy"]);
		assert.doesNotMatch(JSON.stringify([guest.events, guest.engine.snapshot()]), /secret/);
	});
}

test("through a proxy nothing else is used: no room is opened, no network and no DHT asked", async (t) => {
	const all = { proxy: "socks5://127.0.0.1:9", isPortmapAllowed: true, isLanAllowed: true };
	const { engine } = await openTestEngine(t, "Gero", {}, all);
	assert.deepEqual(await engine.perform({ kind: "host", password }), {
		kind: "refused",
		code: "cannot_listen",
		why: "throughProxy",
	});
	const viaDht = await engine.perform({ kind: "host", password, wish: { routes: ["dht"] } });
	assert.deepEqual(viaDht, { kind: "refused", code: "dht_off", why: "proxy" });
	assert.deepEqual(await engine.perform({ kind: "browseLan", isOn: true }), { kind: "refused", code: "lan_off" });
	assert.deepEqual(engine.snapshot().routeTerms, {});
});

test("a proxy that makes no sense is refused before anything is opened", async (t) => {
	await assert.rejects(openTestEngine(t, "Gero", {}, { proxy: "ftp://hunter2@example" }), /otherScheme(?!.*hunter2)/);
});
