// What people type and what systems report about addresses, read the same way everywhere.
import assert from "node:assert/strict";
import { isIP } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalAddress, localAddresses, parseTarget, scopeOf } from "../../../src/net/address/address.ts";

const readable: Readonly<Record<string, readonly [host: string, port: number]>> = {
	"192.168.1.5 40213": ["192.168.1.5", 40213],
	"192.168.1.5:40213": ["192.168.1.5", 40213],
	"192.168.1.5,   40213": ["192.168.1.5", 40213],
	"\t192.168.1.5\t40213 \n": ["192.168.1.5", 40213],
	"[2001:DB8::0:1]:5000": ["2001:db8::1", 5000],
	"[2001:db8::1] 5000": ["2001:db8::1", 5000],
	"2001:db8:0:0:0:0:0:1 5000": ["2001:db8::1", 5000],
	"2001:db8:: 5000": ["2001:db8::", 5000],
	"::ffff:10.0.0.1 5000": ["10.0.0.1", 5000],
	"fe80::1%eth0 5000": ["fe80::1%eth0", 5000],
	"2001:db8::1%eth0 5000": ["2001:db8::1", 5000],
	"friend.example 1": ["friend.example", 1],
	"Friend.Example.:65535": ["friend.example.", 65535],
	"localhost 05000": ["localhost", 5000],
	"my_pc 5000": ["my_pc", 5000],
	"bücher.example 5000": ["xn--bcher-kva.example", 5000],
	"１９２.168.1.5：40213": ["192.168.1.5", 40213],
	"./rt 192.168.1.5 40213": ["192.168.1.5", 40213],
	"$ rt join [::1]:40213": ["::1", 40213],
	"rt 40213": ["rt", 40213],
};

test("every way people write an address and a port is read", () => {
	for (const [typed, [host, port]] of Object.entries(readable)) {
		assert.deepEqual(parseTarget(typed), { kind: "target", host, port, display: `${host} ${port}` }, typed);
	}
	assert.deepEqual(parseTarget(["::1", "7"]), { kind: "target", host: "::1", port: 7, display: "::1 7" });
});

const refusals: Readonly<Record<string, RegExp>> = {
	"": /Type the address/,
	"192.168.1.5": /port is missing/,
	"192.168.1.5:": /port is missing/,
	"[2001:db8::1]": /port is missing/,
	"friend.example": /port is missing/,
	"192.168.1.5 0": /1 to 65535/,
	"192.168.1.5 65536": /1 to 65535/,
	"192.168.1.5 4e4": /1 to 65535/,
	"192.168.1.5 -1": /1 to 65535/,
	"40213 192.168.1.5": /address comes first/,
	"300.1.1.1 40213": /not an IPv4 address/,
	"1.2.3 40213": /not an IPv4 address/,
	"127.1:40213": /not an IPv4 address/,
	"0x7f.0.0.0x1 40213": /not an IPv4 address/,
	"2130706433 40213": /not an IPv4 address/,
	"010.0.0.1 40213": /not an IPv4 address/,
	"2001:db8::1": /space before its port/,
	"2001:db8::1:40213": /space before its port/,
	"1:2:3:4:5:6:7:8:40213": /space before its port/,
	"2001:db8::g 40213": /not an IPv6 address/,
	"[2001:db8::1:40213": /not an IPv6 address/,
	"192.168.1.5:40213 40213": /not an IPv6 address/,
	"0.0.0.0 40213": /every address/,
	"[::]:40213": /every address/,
	"http://friend.example:40213": /web address/,
	"my friend 40213": /too many words/,
	"me@friend.example 40213": /neither/,
	"friend.example/room 40213": /neither/,
	"%31.example 40213": /neither/,
	"-friend.example 40213": /neither/,
	"friend..example 40213": /neither/,
	"friend\u001b[31m 40213": /invisible/,
	"friend\u0000.example 40213": /invisible/,
	"fri\u200bend.example 40213": /invisible/,
	"\u202e5.1.861.291 40213": /invisible/,
};

test("what cannot be dialled is refused with what to type instead", () => {
	for (const [typed, detail] of Object.entries(refusals)) {
		const outcome = parseTarget(typed);
		assert.match(outcome.kind === "refused" ? outcome.detail : `accepted ${outcome.display}`, detail, typed);
	}
	for (const typed of [`${"a".repeat(64)}.example 1`, `${"abc.".repeat(70)}example 1`, "a".repeat(100_000)]) {
		assert.equal(parseTarget(typed).kind, "refused");
	}
});

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const port = fc.integer({ min: 1, max: 65_535 });

test("whatever is typed: no exception, and a target reads the same when typed again", () => {
	const word = fc.oneof(ipv4, ipv6, fc.domain(), port.map(String), fc.constantFrom("[", "]", ":", "::", "%eth0", "rt"));
	const mixture = fc.array(fc.oneof(word, fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 6 });
	const glued = fc.tuple(mixture, fc.constantFrom("", " ", ":", ".")).map(([parts, glue]) => parts.join(glue));
	fc.assert(
		fc.property(fc.oneof(glued, fc.string({ unit: "binary", maxLength: 400 })), (typed) => {
			const outcome = parseTarget(typed);
			if (outcome.kind === "target") {
				assert.deepEqual(parseTarget(outcome.display), outcome);
				assert.match(outcome.display, /^[!-~]+ \d+$/);
			} else assert.doesNotMatch(outcome.detail, /\p{C}/u);
		}),
		{ numRuns: 2000 },
	);
});

test("any literal address and port are read in each notation as the same target", () => {
	fc.assert(
		fc.property(fc.oneof(ipv4, ipv6), port, (address, number) => {
			const bracketed = address.includes(":") ? `[${address}]` : address;
			const [spaced, joined] = [parseTarget(`${address} ${number}`), parseTarget(`${bracketed}:${number}`)];
			assert.deepEqual(spaced, joined);
			assert.deepEqual(spaced, parseTarget([address, String(number)]));
			if (spaced.kind === "target") assert.equal(spaced.host, canonicalAddress(address));
			else assert.match(spaced.detail, /every address/);
		}),
	);
});

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
		fc.property(fc.oneof(ipv4, ipv6, fc.string({ unit: "binary" })), (text) => {
			const canonical = canonicalAddress(text);
			if (canonical === undefined) return assert.equal(isIP(text), 0);
			assert.notEqual(isIP(canonical), 0);
			assert.equal(canonicalAddress(canonical), canonical);
			assert.equal(canonicalAddress(canonical.toUpperCase()), canonical);
		}),
		{ numRuns: 1000 },
	);
});

test("how far an address reaches", () => {
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
