// Ways in that real programs offer in real terminals, at the usual size and at the smallest: one line that works from anywhere where no port is open, a
// host who comes back with another password, and one who says nothing.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { privateDht } from "../../support/net/private-dht.ts";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { hostOnScreen, joinOnScreen, leafTo, terminalSizes } from "../../support/program/two-screens.ts";
import { keys, type TerminalSize } from "../../support/terminal/terminal.ts";

const password = "quiet morning rain 42";

/** The invite that was copied last (OSC 52). */
function copiedInvite(terminal: RtTerminal): string | undefined {
	const [, base64 = ""] = [...terminal.raw().matchAll(/\]52;c;([A-Za-z0-9+/=]+)/g)].at(-1) ?? [];
	return /rt:\/\/\S+/.exec(Buffer.from(base64, "base64").toString("utf8"))?.[0];
}

async function hostBehindARouter(t: TestContext, size: TerminalSize, bootstrap: string): Promise<RtTerminal> {
	// No router is asked here, so nothing leads in from outside.
	const host = openRt(t, ["--name", "Hana", "--dht-bootstrap", bootstrap], size);
	await host.waitFor("What should others call you?");
	host.type(keys.enter);
	await host.waitFor("Start a room");
	host.type(`${password}${keys.enter}`);
	await host.waitFor("Server has been started.");
	return host;
}

for (const size of terminalSizes) {
	const at = `At ${size.columns}×${size.rows}`;

	test(`${at}, where no port is open the host screen offers one line that works from anywhere, with whom that contacts, and a friend comes in by it.`, async (t) => {
		const dht = await privateDht();
		t.after(() => dht.close());
		const [{ host: address, port } = { host: "", port: 0 }] = dht.bootstrap;
		const host = await hostBehindARouter(t, size, `${address}:${port}`);
		await leafTo(host, "friends elsewhere can't come in");
		await leafTo(host, "f lets friends find you anyway");
		await leafTo(host, "They learn this computer's address");
		host.type("f");
		await leafTo(host, "f stops letting friends find you");
		await leafTo(host, "finds you from anywhere");
		host.type("i");
		await host.waitFor("To the clipboard:");
		const invite = copiedInvite(host);
		assert.ok(invite !== undefined);
		const guest = openRt(t, [invite, "--name", "Gabi"], size);
		await guest.waitFor("What should others call you?");
		guest.type(keys.enter);
		await guest.waitFor("Please enter the password of this room");
		guest.type(`${password}${keys.enter}`);
		await guest.waitFor("2 people");
		host.type(keys.enter);
		await host.waitFor("2 people");
	});

	test(`${at}, a host who comes back with another password finds the guest's chat and what they were typing as it was.`, async (t) => {
		const port = await ownPort();
		const host = await hostOnScreen(t, { name: "Hana", port, ...size });
		const guest = await joinOnScreen(t, { name: "Gabi", port, ...size });
		await host.waitFor("2 people");
		host.type(`before the power went${keys.enter}`);
		await guest.waitFor("before the power went");
		guest.type("half a thought");
		await guest.waitFor("half a thought");
		process.kill(host.pid, "SIGKILL");
		await host.exit;
		await guest.waitFor("reconnecting");
		const again = openRt(t, ["host", "--bind", "127.0.0.1", "--port", String(port)], { home: host.home, ...size });
		await again.waitFor("Start a room");
		again.type(`another ${password}${keys.enter}`);
		await again.waitFor("Server has been started.");
		// A room that was not kept is another one now: that is said first, over what was said and written.
		await guest.waitFor("The room is over");
		await guest.waitFor("before the power went");
		await guest.waitFor("Not sent: half a thought");
		guest.type(keys.enter);
		await guest.waitFor("wants the password");
		await guest.waitFor("before the power went");
		await guest.waitFor("Waits: half a thought");
		guest.type(`another ${password}${keys.enter}`);
		await guest.waitFor("› half a thought");
		guest.type(keys.enter);
		again.type(keys.enter);
		await again.waitFor("half a thought");
	});

	test(`${at}, an address that takes the call and then says nothing is given up within a minute, with what can be done.`, async (t) => {
		const silent = createServer((socket) => socket.on("error", () => {}).resume());
		silent.listen(0, "127.0.0.1");
		await once(silent, "listening");
		t.after(() => silent.close());
		const { port } = silent.address() as AddressInfo;
		const guest = openRt(t, ["127.0.0.1", String(port), "--name", "Gabi"], size);
		await guest.waitFor("What should others call you?");
		guest.type(keys.enter);
		await guest.waitFor("Nobody answered in time.");
	});
}
