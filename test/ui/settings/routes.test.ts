// [tor] and [relay] of config.toml beside what is typed: which of them holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { relaySettings, torSettings } from "../../../src/ui/settings/routes.ts";
import { readSettings } from "../../../src/ui/settings/settings.ts";

function settingsOf(text: string) {
	const read = readSettings(text);
	assert.ok(read.kind === "settings", JSON.stringify(read));
	return read.settings;
}

test("The table [tor] of config.toml holds until something else is typed, and a Tor that runs already takes no lines of ours", () => {
	const own = settingsOf('[tor]\nbridges = ["192.0.2.1:443"]\ntorrc = "/etc/more"');
	assert.deepEqual(torSettings({}, own), { bridges: ["192.0.2.1:443"], torrc: "/etc/more" });
	assert.deepEqual(torSettings({ torrc: "/mine" }, own), { bridges: ["192.0.2.1:443"], torrc: "/mine" });
	const typed = { control: "9051", socks: "9050" };
	assert.deepEqual(torSettings(typed, own), typed);
	const running = settingsOf('[tor]\ncontrol = "9051"\nsocks = "9050"');
	assert.deepEqual(torSettings(undefined, running), typed);
	assert.deepEqual(torSettings({ torrc: "/mine" }, running), { torrc: "/mine" });
	assert.deepEqual(torSettings(undefined, settingsOf("")), {});
	const page = settingsOf("[tor]\npage = true");
	assert.deepEqual(torSettings({ torrc: "/mine" }, page), { torrc: "/mine", hasPage: true }, "whichever Tor it is");
});

test("The table [relay] of config.toml holds until other relays are typed, whose token is another one too", () => {
	const set = settingsOf('[relay]\nurls = ["wss://a.example", "wss://b.example"]\ntoken-file = "/token"');
	assert.deepEqual(relaySettings({}, set), { relays: "wss://a.example,wss://b.example", tokenFile: "/token" });
	assert.deepEqual(relaySettings({ relays: "wss://c.example" }, set), { relays: "wss://c.example" });
	assert.deepEqual(relaySettings(undefined, settingsOf("")), {});
});

test("A name that [tor] or [relay] does not know is refused with the place", () => {
	for (const text of ['[tor]\nbridge = ["x"]', "[relay]\nurls = 5"]) assert.equal(readSettings(text).kind, "refused");
});
