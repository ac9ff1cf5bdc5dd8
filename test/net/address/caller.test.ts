// Whom the gate counts: which addresses are one caller, and which ranges hold one.
import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { Caller, thisComputer } from "../../../src/net/address/caller.ts";
import { parseCidr } from "../../../src/net/address/cidr.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const byte = fc.nat(255);
const ipv4 = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join("."));
const group = fc.nat(0xffff).map((value) => value.toString(16));
const ipv6 = fc
	.tuple(group, group, group, group, group, group, group, group)
	.filter(([first]) => first !== "0")
	.map((groups) => groups.join(":"));

function isIn(text: string, range: string): boolean {
	const cidr = parseCidr(range);
	assert.ok(cidr, range);
	return callerAt(text).isIn(cidr);
}

test("attack: all addresses of one IPv6 network, and both spellings of an IPv4 address, are one caller", () => {
	assert.equal(callerAt("203.0.113.7").key, "203.0.113.7");
	assert.equal(callerAt("::ffff:203.0.113.7").key, "203.0.113.7");
	assert.equal(callerAt("2001:db8:1:2:aaaa::1").key, "2001:db8:1:2::/64");
	assert.equal(callerAt("2001:db8:1:2:bbbb:cccc:dddd:eeee%eth0").key, "2001:db8:1:2::/64");
	assert.notEqual(callerAt("2001:db8:1:3::1").key, callerAt("2001:db8:1:2::1").key);
	assert.equal(callerAt("2001:db8::1").key, "2001:db8::/64");
	assert.equal(callerAt("::1").key, "::/64");
});

test("attack: whoever has one public IPv4 address does not become many callers by 6to4, whose networks of 64 bits are 65,536 for each address", () => {
	for (const network of ["0", "1", "ffff"]) assert.equal(callerAt(`2002:5102:45a0:${network}::7`).key, "81.2.69.160");
	assert.notEqual(callerAt("2002:5102:45a1::7").key, callerAt("2002:5102:45a0::7").key);
	assert.equal(callerAt("2002:5102:45a0::7").address, "2002:5102:45a0::7", "the host still sees what called");
	assert.equal(callerAt("2002:5102:45a0::7").geoAddress, "81.2.69.160");
});

test("people behind a NAT64 are told apart by their IPv4 addresses: no one of them uses up the guesses of all", () => {
	assert.equal(callerAt("64:ff9b::81.2.69.160").key, "81.2.69.160");
	assert.equal(callerAt("64:ff9b::81.2.69.161").key, "81.2.69.161");
	assert.equal(
		callerAt("64:ff9b:0:0:1::81.2.69.161").key,
		"64:ff9b::/64",
		"only the /96 of RFC 6052 carries addresses",
	);
	assert.equal(callerAt("64:ff9b:1::81.2.69.161").key, "64:ff9b:1::/64", "a local prefix says nothing (RFC 8215)");
});

test("attack: an IPv6 address that carries a private IPv4 address does not get that address blocked", () => {
	for (const [address, key] of [
		["2002:c0a8:105::1", "2002:c0a8:105::/64"],
		["2002:7f00:1::1", "2002:7f00:1::/64"],
		["64:ff9b::192.168.1.5", "64:ff9b::/64"],
		["64:ff9b::127.0.0.1", "64:ff9b::/64"],
	] as const) {
		assert.equal(callerAt(address).key, key);
		assert.equal(callerAt(address).scope, "global");
	}
});

test("a block of an address or a range holds for whoever carries it in 6to4 or NAT64, and a block of 2002::/16 holds as well", () => {
	for (const address of ["81.2.69.160", "::ffff:81.2.69.160", "2002:5102:45a0::1", "64:ff9b::81.2.69.160"]) {
		assert.equal(isIn(address, "81.2.69.0/24"), true, address);
		assert.equal(isIn(address, "81.2.70.0/24"), false, address);
	}
	assert.equal(isIn("2002:5102:45a0::1", "2002::/16"), true);
	assert.equal(isIn("2001:db8:1:2::7", "2001:db8::/32"), true);
	assert.equal(isIn("2001:db8:1:2::7", "2001:db8:1:2::7/128"), true);
	assert.equal(isIn("2001:db8:1:2::7", "2001:db8:1:2::8/128"), false);
});

test("sockets of this computer are one caller, which no address is", () => {
	assert.equal(Caller.parse(thisComputer.key), thisComputer);
	assert.equal(thisComputer.scope, "loopback");
	assert.equal(Caller.at(thisComputer.key), undefined);
	for (const range of ["0.0.0.0/0", "::/0"]) assert.equal(isIn(thisComputer.key, range), false);
	assert.notEqual(callerAt("127.0.0.1").key, thisComputer.key);
});

test("callers of one provider are neighbours: the /24 of an IPv4 address, the /48 of an IPv6 network", () => {
	assert.equal(callerAt("81.2.69.1").neighbourhood, callerAt("81.2.69.254").neighbourhood);
	assert.equal(callerAt("81.2.69.1").neighbourhood, callerAt("64:ff9b::81.2.69.9").neighbourhood);
	assert.notEqual(callerAt("81.2.69.1").neighbourhood, callerAt("81.2.70.1").neighbourhood);
	assert.equal(callerAt("2001:db8:1:2::1").neighbourhood, callerAt("2001:db8:1:ffff::1").neighbourhood);
	assert.notEqual(callerAt("2001:db8:1:2::1").neighbourhood, callerAt("2001:db8:2:2::1").neighbourhood);
	assert.equal(thisComputer.neighbourhood, thisComputer.key);
});

test("a caller's key reads back as the same caller, so that what was stored or typed by the host finds it again", () => {
	assert.equal(callerAt("2001:DB8:0:0::/64").key, "2001:db8::/64");
	for (const text of ["2001:db8:0:0:1::/64", "2001:db8::/48", "10.0.0.1/64", "memory-a", "", "fe80::1%::/64"]) {
		assert.equal(Caller.parse(text), undefined, text);
	}
	const translated = fc.tuple(fc.constantFrom("2002:", "64:ff9b::"), group, group).map((parts) => {
		const [prefix, one, other] = parts;
		return prefix === "2002:" ? `2002:${one}:${other}::1` : `64:ff9b::${one}:${other}`;
	});
	fc.assert(
		fc.property(fc.oneof(ipv4, ipv6, translated), (address) => {
			const { key } = callerAt(address);
			assert.equal(callerAt(key).key, key);
		}),
	);
	fc.assert(
		fc.property(fc.string({ unit: anyCharacter }), (text) => {
			if (isIP(text) === 0 && !text.endsWith("/64")) assert.equal(Caller.parse(text), undefined);
		}),
	);
});
