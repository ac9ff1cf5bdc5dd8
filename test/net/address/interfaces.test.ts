// Where this computer stands: routing tables, interface names, the preferred source, changes, and addresses as bytes.
import assert from "node:assert/strict";
import { isIPv4 } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalAddress } from "../../../src/net/address/address.ts";
import { defaultRoutesOf4, defaultRoutesOf6, guessedGateway } from "../../../src/net/address/gateway.ts";
import { interfaceKind, preferredSource, standpoint } from "../../../src/net/address/interfaces.ts";
import { addressBytes, addressOfBytes, areOnOneSubnet } from "../../../src/net/address/ip-bytes.ts";
import { judgePublicAddress } from "../../../src/net/address/public-address.ts";

const TABLE_4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wlan0	00000000	0101A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	FE01A8C0	0003	0	0	100	00000000	0	0	0
tun0	00000000	00000000	0001	0	0	50	00000080	0	0	0
tun1	00000000	00000000	0001	0	0	0	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
`;

test("Linux's IPv4 table is read: default routes through a router, not halves of the world and not links without one", () => {
	assert.deepEqual(defaultRoutesOf4(TABLE_4), [
		{ interface: "wlan0", gateway: "192.168.1.1", metric: 600 },
		{ interface: "eth0", gateway: "192.168.1.254", metric: 100 },
	]);
});

test("Linux's IPv6 table is read, and a link-local router gets its zone", () => {
	const zeros = "0".repeat(32);
	const line = (gateway: string, metric: string, flags: string, name: string, length = "00") =>
		`${zeros} ${length} ${zeros} 00 ${gateway} ${metric} 00000001 00000000 ${flags}     ${name}\n`;
	const table =
		line("fe800000000000000000000000000001", "00000400", "00450003", "wlan0") +
		line("2a0e9999000a00000000000000000001", "00000064", "00000003", "eth0") +
		line(zeros, "ffffffff", "00200200", "lo") +
		line("2a0e9999000a00000000000000000002", "00000064", "00000003", "eth1", "01");
	assert.deepEqual(defaultRoutesOf6(table), [
		{ interface: "wlan0", gateway: "fe80::1%wlan0", metric: 1_024 },
		{ interface: "eth0", gateway: "2a0e:9999:a::1", metric: 100 },
	]);
});

test("no table makes the readers throw", () => {
	fc.assert(
		fc.property(
			fc.string(),
			fc.array(fc.constantFrom("00000000", "0003", "\t", "\n", "0".repeat(32), "00", "eth0")),
			(text, words) => {
				for (const table of [text, words.join(" "), words.join("\t")]) {
					defaultRoutesOf4(table);
					defaultRoutesOf6(table);
				}
			},
		),
	);
});

test("where the system cannot be asked, the first address of a home's subnet is the guess", () => {
	const guess = (address: string, prefixLength: number) => guessedGateway(4, { address, prefixLength })?.address;
	assert.equal(guess("192.168.1.7", 24), "192.168.1.1");
	assert.equal(guess("10.1.2.3", 16), "10.1.0.1");
	assert.equal(guess("10.1.2.130", 25), "10.1.2.129");
	assert.equal(guess("192.168.1.1", 24), undefined, "that is us");
	assert.equal(guess("10.0.0.2", 8), undefined, "no home is that large");
	assert.equal(guess("10.0.0.2", 32), undefined, "nobody else is there");
	assert.equal(guessedGateway(6, { address: "2a0e::2", prefixLength: 64 }), undefined);
});

test("interfaces are called what people call them, on Linux, macOS and Windows", () => {
	const never = () => false;
	const kinds = {
		wifi: ["wlan0", "wlp3s0", "wlx00c0ca", "Wi-Fi", "WLAN", "Wireless Network Connection"],
		cable: ["eth0", "enp3s0", "eno1", "ens33", "enx001122", "Ethernet", "Ethernet 2"],
		vpn: ["tun0", "utun4", "wg0", "ppp0", "tailscale0", "zt5u4y", "ProtonVPN TUN", "nordlynx"],
		container: ["docker0", "br-4f2a", "veth12ab", "virbr0", "vmnet8", "vEthernet (WSL)", "lxcbr0"],
		mobile: ["wwan0", "wwp0s20u4"],
		loopback: ["lo", "lo0", "Loopback Pseudo-Interface 1"],
		network: ["en0", "br-lan", "bond0", "../../etc"],
	};
	for (const [kind, names] of Object.entries(kinds)) {
		for (const name of names) assert.equal(interfaceKind(name, never), kind, name);
	}
	assert.equal(
		interfaceKind("mlan0", () => true),
		"wifi",
	);
	assert.equal(
		interfaceKind("../../x", () => assert.fail("a path is not asked about")),
		"network",
	);
});

function info(address: string, bits: number, internal = false): NetworkInterfaceInfo {
	const family = isIPv4(address) ? { family: "IPv4" as const } : { family: "IPv6" as const, scopeid: 0 };
	return { address, netmask: "", mac: "", internal, cidr: `${address}/${bits}`, ...family };
}

test("a restriction never falls back to another way out", async () => {
	const interfaces = {
		lo: [info("127.0.0.1", 8, true)],
		wlan7: [info("192.168.77.2", 24), info("fe80::2", 64), info("2a0e:9999:a::2", 64)],
		eth7: [info("10.7.7.2", 16)],
	};
	const chosen = async (only: { interface?: string; bind?: string }, family: 4 | 6 = 4) =>
		(await standpoint(family, only, interfaces))?.address;
	assert.equal(await chosen({ interface: "wlan7" }), "192.168.77.2");
	assert.equal(await chosen({ interface: "wlan7" }, 6), "2a0e:9999:a::2");
	assert.equal(await chosen({ bind: "10.7.7.2" }), "10.7.7.2");
	assert.equal(await chosen({ interface: "wlan7", bind: "10.7.7.2" }), undefined);
	assert.equal(await chosen({ interface: "tun0" }), undefined);
	assert.equal(await chosen({ bind: "192.168.77.9" }), undefined);
	assert.equal(await chosen({ bind: "127.0.0.1" }), undefined, "no router is behind loopback");
	assert.equal(await chosen({ interface: "eth7" }, 6), undefined);
});

test("the preferred source is an address of this computer, or there is none", async () => {
	for (const family of [4, 6] as const) {
		const source = await preferredSource(family);
		if (source !== undefined) assert.equal(isIPv4(source), family === 4);
	}
});

test("every address has its sixteen bytes and comes back from them", () => {
	const addresses = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalAddress(text) ?? "");
	fc.assert(
		fc.property(addresses, (address) => {
			assert.equal(addressOfBytes(addressBytes(address)), address);
			assert.ok(areOnOneSubnet(address, address, isIPv4(address) ? 32 : 128));
		}),
	);
	assert.equal(addressOfBytes(new Uint8Array(4)), undefined);
	assert.throws(() => addressBytes("router.example"));
});

test("neighbours share the bits of their prefix, and families never mix", () => {
	assert.ok(areOnOneSubnet("192.168.1.2", "192.168.1.254", 24));
	assert.ok(!areOnOneSubnet("192.168.1.2", "192.168.2.2", 24));
	assert.ok(areOnOneSubnet("192.168.1.2", "192.168.2.2", 22));
	assert.ok(areOnOneSubnet("2a0e:9999:a::2", "2a0e:9999:a:0:1::", 64));
	assert.ok(!areOnOneSubnet("2a0e:9999:a::2", "2a0e:9999:a:1::2", 64));
	assert.ok(!areOnOneSubnet("0.0.0.0", "::", 0));
	assert.ok(!areOnOneSubnet("x", "x", 0));
});

test("the address that a router gives as its own on the Internet is judged by what kind of address it is", () => {
	const verdicts: Readonly<Record<string, string>> = {
		"44.128.0.10": "public",
		"100.64.0.1": "cgnat",
		"100.127.255.255": "cgnat",
		"100.128.0.0": "public",
		"10.0.0.1": "private",
		"172.31.255.255": "private",
		"172.32.0.0": "public",
		"192.168.0.1": "private",
		"::ffff:192.168.0.1": "private",
		"203.0.113.1": "reserved",
		"127.0.0.1": "reserved",
		"169.254.1.1": "reserved",
		"224.0.0.1": "reserved",
		"255.255.255.255": "reserved",
		"2a0e::1": "otherFamily",
		"0.0.0.0": "none",
		"": "none",
		"1.2.3": "nonsense",
		"044.1.1.1": "nonsense",
	};
	for (const [text, verdict] of Object.entries(verdicts)) {
		assert.equal(judgePublicAddress(text, 4).verdict, verdict, text);
	}
	assert.equal(judgePublicAddress(undefined, 4).verdict, "none");
	assert.equal(judgePublicAddress("2a0e::1", 6).verdict, "public");
	assert.equal(judgePublicAddress("fd00::1", 6).verdict, "private");
	assert.equal(judgePublicAddress("ff02::1", 6).verdict, "reserved");
	fc.assert(fc.property(fc.string(), (text) => void judgePublicAddress(text, 4)));
});
