// Ranges of addresses: what is read, the one spelling, and what lies in them; checked against node's own BlockList.
import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { type Cidr, doCidrsMeet, isInCidr, parseCidr } from "../../../src/net/address/cidr.ts";

function cidr(text: string): Cidr {
	const parsed = parseCidr(text);
	assert.ok(parsed, text);
	return parsed;
}

test("a range is written in one way, whichever of its addresses it was given by", () => {
	for (const [typed, text] of [
		["81.2.69.160/24", "81.2.69.0/24"],
		["81.2.69.160/32", "81.2.69.160/32"],
		["1.2.3.4/0", "0.0.0.0/0"],
		["2001:DB8:0:0::7/32", "2001:db8::/32"],
		["2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"],
		["2001:db8::9/128", "2001:db8::9/128"],
		["::1/0", "::/0"],
		["::ffff:81.2.69.160/120", "81.2.69.0/24"],
	] as const) {
		assert.equal(cidr(typed).text, text);
		assert.deepEqual(cidr(text), cidr(typed));
	}
});

test("a text that is no range is refused", () => {
	for (const text of [
		"",
		"/24",
		"81.2.69.0",
		"81.2.69.0/",
		"81.2.69.0/33",
		"81.2.69.0/-1",
		"81.2.69.0/2 4",
		"81.2.69/24",
		"2001:db8::/129",
		"::ffff:1.2.3.4/95",
		"81.2.69.0/24/8",
		"host/24",
		`${"1".repeat(200)}/8`,
	]) {
		assert.equal(parseCidr(text), undefined, text);
	}
});

test("an IPv4 address lies in a range in either spelling, and never in an IPv6 range", () => {
	assert.equal(isInCidr("::ffff:81.2.69.1", cidr("81.2.69.0/24")), true);
	assert.equal(isInCidr("81.2.70.1", cidr("81.2.69.0/24")), false);
	assert.equal(isInCidr("81.2.69.1", cidr("::/0")), false);
	assert.equal(isInCidr("fe80::1%eth0", cidr("fe80::/10")), true);
	assert.equal(isInCidr("memory", cidr("0.0.0.0/0")), false);
});

const byte = fc.nat(255);
const ipv4 = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join("."));
const group = fc.nat(0xffff).map((value) => value.toString(16));
const ipv6 = fc
	.tuple(group, group, group, group, group, group, group, group)
	.filter(([one]) => one !== "0")
	.map((groups) => groups.join(":"));

test("an address lies in a range exactly where Node's BlockList says so", () => {
	const near = <T extends string>(address: fc.Arbitrary<T>) =>
		fc
			.tuple(address, address, fc.boolean(), fc.nat(128))
			.map(([one, other, isSame, bits]) => [one, isSame ? one : other, bits] as const);
	for (const [family, address, size] of [
		["ipv4", ipv4, 32],
		["ipv6", ipv6, 128],
	] as const) {
		fc.assert(
			fc.property(near<string>(address), ([network, candidate, wanted]) => {
				const bits = Math.min(wanted, size);
				const list = new BlockList();
				list.addSubnet(network, bits, family);
				const range = cidr(`${network}/${bits}`);
				assert.equal(isInCidr(candidate, range), list.check(candidate, family));
				assert.ok(isInCidr(network, range));
			}),
		);
	}
});

test("two ranges meet when one lies in the other", () => {
	assert.equal(doCidrsMeet(cidr("10.0.0.0/8"), cidr("10.1.2.0/24")), true);
	assert.equal(doCidrsMeet(cidr("10.1.2.0/24"), cidr("10.0.0.0/8")), true);
	assert.equal(doCidrsMeet(cidr("10.1.2.0/24"), cidr("10.1.3.0/24")), false);
	assert.equal(doCidrsMeet(cidr("0.0.0.0/0"), cidr("::/0")), false);
});
