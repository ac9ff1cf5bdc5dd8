// The torrc of our own Tor: what a person may add to it, and what is refused with its place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { onionAddress, onionClientKey, onionKey } from "../../../src/net/tor/onion-key.ts";
import { torrcText, torrcTrouble } from "../../../src/net/tor/torrc.ts";

const all = (program: string) => `/usr/bin/${program}`;
const none = () => undefined;

test("lines for a private network and comments are taken", () => {
	const lines = [
		"",
		"# our own network",
		"TestingTorNetwork 1",
		"DirAuthority authority orport=5000 no-v2 v3ident=ABCD 127.0.0.1:7000 FFFF",
		"UseEntryGuards 0",
		"  ReachableAddresses *:443",
		"ClientTransportPlugin obfs4 exec /usr/bin/obfs4proxy",
	];
	assert.equal(torrcTrouble({ lines }, none), undefined);
});

test("attack: a line that opens a port, moves our files, hides in the next line or brings another file is refused with its place", () => {
	const refused = [
		"SocksPort 9050",
		"socksport 0.0.0.0:9050",
		"+SocksPort 9050",
		"ControlPort 9051",
		"ControlSocket /tmp/control",
		"ORPort 9001",
		"DNSPort 53",
		"TransPort 9040",
		"HTTPTunnelPort 8080",
		"DataDirectory /tmp",
		"HiddenServiceDir /tmp/hs",
		"HashedControlPassword 16:00",
		"CookieAuthentication 0",
		"CookieAuthFileGroupReadable 1",
		"__OwningControllerProcess 1",
		"User root",
		"Log debug file /etc/passwd",
		"RunAsDaemon 1",
		"BridgeRelay 1",
		"ExitRelay 1",
		"DisableNetwork 0",
		"%include /etc/tor/torrc",
	];
	for (const line of refused) {
		const trouble = torrcTrouble({ lines: ["# first", line] }, none);
		assert.deepEqual([trouble?.where, trouble?.line], ["torrc", 2], line);
		assert.ok(trouble?.why === "ours" || trouble?.why === "notAnOption", `${line}: ${trouble?.why}`);
	}
	assert.equal(torrcTrouble({ lines: ["UseBridges \\"] }, none)?.why, "notAnOption");
	assert.equal(torrcTrouble({ lines: ["UseBridges 1\rSocksPort 1"] }, none)?.why, "controlCharacter");
	assert.equal(torrcTrouble({ lines: ["=?"] }, none)?.why, "notAnOption");
	assert.equal(torrcTrouble({ lines: [`Bridge ${"x".repeat(3_000)}`] }, none)?.why, "tooLong");
	assert.equal(torrcTrouble({ lines: Array(300).fill("UseBridges 1") }, none)?.why, "tooMany");
});

test("a bridge needs an address, and the program of its transport on this computer", () => {
	const obfs4 = "obfs4 192.0.2.1:443 0123456789ABCDEF cert=AAAA iat-mode=0";
	const whyOf = (bridge: string, find: (program: string) => string | undefined) =>
		torrcTrouble({ bridges: [bridge] }, find)?.why;
	assert.equal(whyOf(obfs4, all), undefined);
	assert.equal(whyOf("192.0.2.1:443 0123456789ABCDEF", none), undefined);
	assert.equal(whyOf("[2001:db8::1]:443", none), undefined);
	assert.deepEqual(torrcTrouble({ bridges: ["192.0.2.1:443", obfs4] }, none), {
		where: "bridges",
		line: 2,
		why: "noPlugin",
		plugin: "obfs4proxy",
	});
	assert.equal(whyOf("carrier-pigeon 192.0.2.1:443", all), "notABridge");
	assert.equal(whyOf("pigeon 192.0.2.1:443", all), "noPlugin");
	assert.equal(whyOf("obfs4 somewhere", all), "notABridge");
	assert.equal(whyOf("192.0.2.1:443\nControlPort 9051", all), "controlCharacter");
});

test("the torrc that is written begins with the person's lines and ends with ours, which count", () => {
	const places = { data: '/home/a "b"/data', socks: "/s", control: "/c", cookie: "/k" };
	const bridges = ["obfs4 192.0.2.1:443 AA"];
	const text = torrcText(places, { lines: ["UseEntryGuards 0"], bridges }, 77, all);
	const lines = text.trim().split("\n");
	assert.equal(lines[0], "UseEntryGuards 0");
	assert.ok(lines.includes("UseBridges 1") && lines.includes("Bridge obfs4 192.0.2.1:443 AA"));
	assert.ok(lines.includes("ClientTransportPlugin obfs4 exec /usr/bin/obfs4proxy"));
	assert.ok(lines.includes('DataDirectory "/home/a \\"b\\"/data"'));
	assert.deepEqual(lines.slice(-2), ["DisableNetwork 1", "__OwningControllerProcess 77"]);
	assert.throws(() => torrcText({ ...places, data: "/a\nControlPort 1" }, {}, 1, all));
});

test("an onion's key and address are those of RFC 8032's first key, and one invite always gives the same client key", () => {
	// RFC 8032 §7.1, test 1. The address was computed from the public key by rend-spec-v3 §6, with Python's hashlib.
	const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
	const key = onionKey(seed);
	assert.equal(
		Buffer.from(key.publicKey).toString("hex"),
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	);
	assert.equal(onionAddress(key.publicKey), "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid");
	const expanded = Buffer.from(key.expanded.replace("ED25519-V3:", ""), "base64");
	assert.equal(expanded.length, 64);
	assert.deepEqual([(expanded[0] ?? 1) & 7, (expanded[31] ?? 0) & 192], [0, 64]);
	const secret = Buffer.alloc(16, 7);
	assert.deepEqual(onionClientKey(secret), onionClientKey(secret));
	assert.notDeepEqual(onionClientKey(secret), onionClientKey(Buffer.alloc(16, 8)));
	assert.match(onionClientKey(secret).publicText, /^[A-Z2-7]{52}$/);
});
