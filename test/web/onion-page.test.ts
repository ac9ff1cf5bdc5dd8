// The page from the host's own onion, as somebody with Tor Browser meets it: a private Tor network on loopback, and Chromium with Tor as its proxy.
//
// Tor Browser counts onions as safe places and asks for their keys by itself; Chromium does neither, so here it is told the first by a switch, and Tor is given the key.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { chromium } from "playwright-core";
import { Tor } from "../../src/net/tor/tor.ts";
import { needs } from "../support/needs.ts";
import { hasTor, privateTor } from "../support/net/private-tor.ts";
import { wholeStretching } from "../support/program/rt.ts";
import { startRpc } from "../support/program/rt-rpc.ts";
import { asked, CHROMIUM, flags, joined, looked, openPage, password, say } from "./browser.ts";

const network = hasTor() ? await privateTor() : undefined;
const { lines = [] } = network ?? {};
const folder = mkdtempSync(join(tmpdir(), "rt-onion-page-"));
after(async () => {
	await network?.close();
	rmSync(folder, { recursive: true, force: true });
});

/** A Tor of the guest's, as a proxy on a port of loopback, which takes keys of onions. */
async function guestsTor(t: TestContext) {
	const use = new Tor({ kind: "own", folder: join(folder, "guest"), extras: { lines } }).use();
	t.after(() => use.release());
	const ready = await use.ready(new AbortController().signal);
	assert.ok(ready.kind === "ready", JSON.stringify(ready));
	const { control, socks } = ready.tor;
	const server = createServer((socket) => {
		const tor = connect(socks);
		for (const one of [socket, tor]) one.on("error", () => {});
		socket.pipe(tor).pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => void server.close());
	const bound = server.address();
	assert.ok(bound !== null && typeof bound === "object");
	return { control, proxy: `socks5://127.0.0.1:${bound.port}` };
}

test("the host's onion answers a browser that has the invite's key with the page, which comes in by it: a wrong password is a strike, a right one lets in, and the two talk", async (t) => {
	if (!needs(t, CHROMIUM) || !needs(t, "tor")) return;
	const torrc = join(folder, "torrc");
	writeFileSync(torrc, `${lines.join("\n")}\n`);
	const host = startRpc(t, ["host", "--tor", "--page", "--torrc", torrc, "--name", "Hanna"], { env: wholeStretching });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const isOpen = ({ way, state }: { way: string; state: string }) => way === "tor" && state === "open";
	const reached = await host.waitFor("reachability", ({ ways, invite }) => invite !== undefined && ways.some(isOpen));
	const { page: where } = reached.ways.find(isOpen) ?? {};
	assert.ok(where);
	const guest = await guestsTor(t);
	const browser = await chromium.launch({
		executablePath: CHROMIUM,
		args: [...flags, `--unsafely-treat-insecure-origin-as-secure=${where.url}`],
		proxy: { server: guest.proxy },
	});
	t.after(() => browser.close());
	const link = `${where.url}#${reached.invite}`;
	await assert.rejects(openPage(browser, link), "nobody gets the page without the key");
	const address = new URL(where.url).hostname.replace(".onion", "");
	const typed = Buffer.from(bytesOf(where.key)).toString("base64");
	const given = await guest.control.send(`ONION_CLIENT_AUTH_ADD ${address} x25519:${typed}`);
	assert.equal(given.kind, "done");
	const wanda = await openPage(browser, link);
	await looked(wanda, "onion");
	await asked(wanda, "Wanda");
	await wanda.page.getByLabel("Password").fill("wrong words");
	await wanda.page.getByRole("button", { name: "Go in" }).click();
	await host.waitFor("strike");
	await wanda.page.getByRole("button", { name: "Cancel" }).click();
	await joined(wanda, "Wanda");
	await say(wanda, "hello through the onion");
	assert.equal((await host.waitFor("message", ({ own }) => !own)).text, "hello through the onion");
	await host.call("send", { text: "welcome" });
	await wanda.page.getByText("welcome").waitFor();
	const members = (await host.call("members")) as readonly { name: string; inBrowser?: true }[];
	assert.equal(members.find(({ name }) => name === "Wanda")?.inBrowser, true);
	assert.deepEqual(wanda.complaints, []);
});

/** Reads base32 (RFC 4648 §6), as Tor Browser does with a key that is typed. */
function bytesOf(text: string): readonly number[] {
	const bits = [...text].map((letter) =>
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
	);
	return (bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}
