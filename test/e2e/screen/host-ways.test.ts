// The keys of the host's screen that open further ways in, in real terminals at the usual size and at the smallest: a relay that the person has named, and Tor.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { startRelay } from "../../../src/net/relay/server.ts";
import { hasTor, privateTor } from "../../support/net/private-tor.ts";
import { openRt } from "../../support/program/rt.ts";
import { leafTo, terminalSizes } from "../../support/program/two-screens.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

const relay = await startRelay({ port: 0, bind: "127.0.0.1", names: [], page: "" });
if (relay.kind === "failed") throw new Error(relay.detail);
after(() => relay.close());
const isTorThere = hasTor();
const network = isTorThere ? await privateTor() : undefined;
after(() => network?.close());

for (const size of terminalSizes) {
	test(`At ${size.columns}×${size.rows}, r opens the way through the relay and t the one through Tor, each after saying what that means, and again takes it away.`, {
		skip: !isTorThere,
	}, async (t) => {
		const home = temporaryHome(t);
		const torrc = join(home, "private-torrc");
		writeFileSync(torrc, `${network?.lines.join("\n")}\n`);
		writeFileSync(join(home, "config.toml"), `[relay]\nurls = ["ws://127.0.0.1:${relay.port}"]\n`);
		const host = openRt(t, ["--name", "Hana", "--no-dht", "--torrc", torrc], { home, ...size });
		await host.waitFor("What should others call you?");
		host.type(keys.enter);
		await host.waitFor("Start a room");
		host.type(keys.enter);
		await host.waitFor("Server has been started.");
		await leafTo(host, "It learns your address and theirs");
		await leafTo(host, "nobody learns this computer's address");
		host.type("r");
		await leafTo(host, "r takes the way through your relay");
		host.type("t");
		await leafTo(host, "t takes the way through Tor away");
		host.type("?");
		await leafTo(host, "leads here from anywhere through Tor");
		await leafTo(host, "UDP is blocked (through the relay)");
		host.type("r");
		await leafTo(host, "r lets friends come through your relay");
		host.type("t");
		await leafTo(host, "t lets friends come through Tor");
	});
}
