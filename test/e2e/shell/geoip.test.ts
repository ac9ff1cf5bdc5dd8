// `rt geoip` as people run it: the built program, its worker, and an update from a server on this computer, at a terminal and in a pipe.
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { worldwideCity, worldwideOwner } from "../../support/geoip/geoip-data.ts";
import { LoopbackDatabases } from "../../support/geoip/loopback-download.ts";
import { cityRecord, mmdb, network4 } from "../../support/geoip/mmdb-writer.ts";
import { openRt, root, runRt } from "../../support/program/rt.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

const thisMonth = new Date().toISOString().slice(0, 7);

test("A look-up works without a network and before anything was set up, also with a home given by a relative path", async (t) => {
	const home = temporaryHome(t);
	const found = await runRt(t, ["geoip", "lookup", "81.2.69.142"], { home });
	assert.equal(found.code, 0, found.errors);
	assert.match(found.output, /United Kingdom · Andrews & Arnold Ltd \(AS20712\)/);
	const file = join(home, "city.mmdb");
	writeFileSync(file, mmdb("GeoLite2-City", [network4("8.8.8.0/24", cityRecord("SE", "Luleå"))]));
	// RT_HOME must be a whole path.
	const where = ["--home", relative(root, home)];
	const imported = await runRt(t, ["geoip", "import", file, ...where], { home });
	assert.equal(imported.code, 0, imported.errors);
	const own = await runRt(t, ["geoip", "lookup", "8.8.8.8", ...where], { home });
	assert.equal(own.output, "Luleå, Sweden · Google LLC (AS15169)\n");
	const { output } = await runRt(t, ["geoip", "status", ...where], { home });
	assert.match(output, /GeoLite2-City 2026-05-28/);
	assert.match(output, /This product includes GeoLite2 data created by MaxMind/);
});

test("An update at a terminal says what it will get, asks, shows a bar, and is in use afterwards", async (t) => {
	const server = await LoopbackDatabases.open(t);
	// Newer than what comes with any program: that would be used instead.
	const builtOn = "2099-12-31";
	server.publish("dbip-city-lite", thisMonth, worldwideCity("Atlantis", builtOn));
	server.publish("dbip-asn-lite", thisMonth, worldwideOwner("Nemo Net", builtOn));
	const env = { RT_GEOIP_DBIP: server.url.href };
	const rt = openRt(t, ["geoip", "update"], { env, columns: 120 });
	await rt.waitFor("type yes");
	assert.equal(server.fileBytes, 0);
	rt.type(`yes${keys.enter}`);
	await rt.waitFor(`Network owners are now from DBIP-ASN-Lite ${builtOn}.`);
	const { code } = await rt.exit;
	assert.equal(code, 0);
	const found = await runRt(t, ["geoip", "lookup", "8.8.8.8"], { home: rt.home });
	assert.equal(found.output, "Atlantis, Berlin, Germany · Nemo Net (AS64500)\n");
	assert.deepEqual(readdirSync(join(rt.home, "geoip", "partial")), []);
});

test("An update in a pipe needs --yes, and a server that is not there changes nothing", async (t) => {
	const server = await LoopbackDatabases.open(t);
	for (const file of ["dbip-city-lite", "dbip-asn-lite"] as const) {
		server.publish(file, thisMonth, Buffer.from("damage"));
	}
	const env = { RT_GEOIP_DBIP: server.url.href };
	const asked = await runRt(t, ["geoip", "update"], { env });
	assert.equal(asked.code, 2);
	assert.match(asked.errors, /--yes/);
	const refused = await runRt(t, ["geoip", "update", "--yes"], { env });
	assert.equal(refused.code, 1);
	assert.match(refused.errors, /still in use/);
	server.close();
	const gone = await runRt(t, ["geoip", "update", "--yes"], { env });
	assert.equal(gone.code, 1);
	assert.match(gone.errors, /connection to 127\.0\.0\.1:\d+ failed/);
	const unsafe = await runRt(t, ["geoip", "update"], { env: { RT_GEOIP_DBIP: "http://server.example/" } });
	assert.equal(unsafe.code, 2);
	assert.match(unsafe.errors, /https/);
});
