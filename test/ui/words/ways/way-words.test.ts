// The sentences about ways into a room.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WayFacts } from "../../../../src/engine/api/hosting.ts";
import { joinCommand, termsWords, wayLine } from "../../../../src/ui/words/ways/way-words.ts";

const line = (facts: WayFacts) => wayLine({ facts });
const refused = { kind: "routerRefused", method: "pcp", port: 40_213, hasIpv6: false } as const;

test("A router's refusal is told with its number, and what to do fits the reason.", () => {
	assert.equal(
		line({ ...refused, refusal: { why: "noResources", code: 8 } }),
		"Your router was asked to open a port (by PCP) and refused: error 8: no room for another one. Remove port mappings nobody needs in the router's settings, or restart the router.",
	);
	assert.match(
		line({ ...refused, refusal: { why: "noAnswer" } }),
		/refused: no answer\. Restart the router, or open TCP port 40213/,
	);
	assert.match(
		line({ ...refused, method: "upnpPinhole", refusal: { why: "notAuthorized" } }),
		/asked to open its IPv6 firewall \(by UPnP\)/,
	);
	assert.match(
		line({ kind: "askingRouter", method: "upnp", externalPort: 40_213, refusal: { why: "portTaken", code: 718 } }),
		/refused a port \(by UPnP; error 718: port taken\), trying 40213\.$/,
	);
});

test("An address that is not public is explained, and IPv6 is pointed to only where there is some.", () => {
	const cgnat = { verdict: "cgnat", address: "100.64.0.1" } as const;
	assert.match(
		line({ kind: "notPublic", outside: cgnat, hasIpv6: false }),
		/^Your provider shares one address .*CGNAT.*\. Ask your provider/,
	);
	assert.match(line({ kind: "notPublic", outside: cgnat, hasIpv6: true }), /People outside can join by IPv6\./);
	const behind = { ...refused, refusal: { why: "noResources" }, outside: cgnat } as const;
	assert.match(line(behind), /and refused: no room for another one\. Your provider shares .* Ask your provider/);
});

test("Every way says the port by which people come in, and what to do by hand where no router helps.", () => {
	assert.equal(
		line({ kind: "routerOpened", method: "natpmp", externalPort: 50_000, port: 40_213 }),
		"Your router opened port 50000 (40213 on this computer) (by NAT-PMP).",
	);
	assert.match(line({ kind: "noRouterAnswers", port: 40_213 }), /^No router here opens ports .* open TCP port 40213/);
	assert.match(line({ kind: "routerNotAsked", port: 7 }), /--no-portmap.* Open TCP port 7/);
	assert.equal(line({ kind: "sameNetwork", network: "wifi" }), "For people on the same network (Wi-Fi).");
	assert.equal(
		line({ kind: "notAnnounced", detail: "Nobody answers." }),
		"Nobody answers. It is tried again every minute.",
	);
});

test("What a friend types, and whom the DHT contacts and what they learn, is told in full.", () => {
	assert.equal(joinCommand({ address: "2001:db8::5", port: 40_213 }), "./rt 2001:db8::5 40213");
	const words = termsWords("dht", { nodes: "node1.example:49737", hasRelay: true });
	assert.match(words, /node1\.example:49737.*learn this computer's address.*not the room.*your relay/);
	assert.doesNotMatch(termsWords("dht", { nodes: "n", hasRelay: false }), /relay/);
});
