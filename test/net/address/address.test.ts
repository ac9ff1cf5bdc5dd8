// What systems report about addresses, read the same way everywhere.
import assert from "node:assert/strict";
import { isIP } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalAddress, localAddresses, scopeOf } from "../../../src/net/address/address.ts";
import { anyCharacter } from "../../support/any-character.ts";

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();

test("addresses have one spelling (RFC 5952)", () => {
	const spellings: Readonly<Record<string, string>> = {
		"192.0.2.1": "192.0.2.1",
		"2001:DB8:0:0:1:0:0:1": "2001:db8::1:0:0:1",
		"2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
		"0:0:0:0:0:0:0:0": "::",
		"0::1": "::1",
		"::ffff:192.0.2.1": "192.0.2.1",
		"0:0:0:0:0:FFFF:C000:0201": "192.0.2.1",
		"::ffff:0:1": "0.0.0.1",
		"fe80::1%wlan0": "fe80::1",
		"::1.2.3.4": "::102:304",
	};
	for (const [text, canonical] of Object.entries(spellings)) assert.equal(canonicalAddress(text), canonical, text);
	for (const text of ["", "1.2.3", "01.2.3.4", "1.2.3.4 ", "[::1]", "::1/64", "::1::", "12345::", "localhost", ":"]) {
		assert.equal(canonicalAddress(text), undefined, text);
	}
});

test("canonical addresses are addresses, stay as they are, and garbage never throws", () => {
	fc.assert(
		fc.property(fc.oneof(ipv4, ipv6, fc.string({ unit: anyCharacter })), (text) => {
			const canonical = canonicalAddress(text);
			if (canonical === undefined) return assert.equal(isIP(text), 0);
			assert.notEqual(isIP(canonical), 0);
			assert.equal(canonicalAddress(canonical), canonical);
			assert.equal(canonicalAddress(canonical.toUpperCase()), canonical);
		}),
		{ numRuns: 1000 },
	);
});

test("an address says how far it reaches: on this computer, in its network or everywhere", () => {
	const scopes = {
		loopback: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"],
		local: [
			...["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.1.1", "100.64.0.1", "100.127.255.255"],
			...[
				"192.0.2.1",
				"198.18.0.1",
				"203.0.113.1",
				"0.0.0.0",
				"::",
				"fe80::1",
				"fe80::1%eth0",
				"fd12::1",
				"2001:db8::1",
			],
		],
		global: ["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1", "64:ff9b::808:808", "memory-a"],
	};
	for (const [scope, addresses] of Object.entries(scopes)) {
		for (const address of addresses) assert.equal(scopeOf(address), scope, address);
	}
});

function info(address: string, internal = false): NetworkInterfaceInfo {
	const common = { address, netmask: "", mac: "02:00:00:00:00:01", internal, cidr: null };
	return address.includes(":") ? { ...common, family: "IPv6", scopeid: 0 } : { ...common, family: "IPv4" };
}

test("a computer's own addresses are listed as a person would want them", () => {
	const listed = localAddresses({
		lo: [info("127.0.0.1", true), info("::1", true)],
		docker0: [info("172.17.0.1")],
		tailscale0: [info("100.101.102.103")],
		enp3s0: [info("fe80::1"), info("2a02:8070::5"), info("169.254.7.7"), info("192.168.1.5")],
		"br-lan": [info("192.168.8.1")],
		"vEthernet (WSL)": [info("172.20.0.1")],
	});
	assert.deepEqual(
		listed.map(({ address }) => address),
		["192.168.1.5", "192.168.8.1", "169.254.7.7", "2a02:8070::5", "172.17.0.1", "100.101.102.103", "172.20.0.1"],
	);
	assert.deepEqual(listed[3], { address: "2a02:8070::5", interface: "enp3s0", scope: "global", family: 6 });
});

test("loopback is listed only when there is nothing else", () => {
	const alone = localAddresses({ lo: [info("127.0.0.1", true), info("::1", true)], eth0: [info("fe80::1")] });
	assert.deepEqual(
		alone.map(({ address, scope }) => [address, scope]),
		[
			["127.0.0.1", "loopback"],
			["::1", "loopback"],
		],
	);
	assert.deepEqual(localAddresses({}), []);
	assert.ok(localAddresses().length > 0, "this computer has an address");
});
