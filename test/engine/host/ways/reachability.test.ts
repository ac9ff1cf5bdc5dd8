// From facts about routers and interfaces to what people read, and to what an invite names.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WayIn } from "../../../../src/engine/api/hosting.ts";
import { inviteEndpoints, type ReachabilityFacts, waysIn } from "../../../../src/engine/host/ways/reachability.ts";
import type { LocalAddress } from "../../../../src/net/address/address.ts";
import type { PortFacts } from "../../../../src/net/portmap/facts.ts";
import type { Lease, MethodName, Refusal } from "../../../../src/net/portmap/method.ts";
import { wayAdvice } from "../../../../src/ui/words/ways/way-words.ts";

const PORT = 40_213;
const wifi: LocalAddress = { address: "192.168.1.2", interface: "wlan0", scope: "local", family: 4 };
const global6: LocalAddress = { address: "2a0e:9999:a::2", interface: "wlan0", scope: "global", family: 6 };
const lease: Lease = { externalPort: PORT, seconds: 3_600, address: "44.128.0.10", verdict: "public" };
const port: PortFacts = { family: 4, protocol: "tcp", internalPort: PORT, stage: "discovering", findings: [] };

function ways(ports: readonly PortFacts[], more: Partial<ReachabilityFacts> = {}): readonly WayIn[] {
	return waysIn({ port: PORT, addresses: [wifi], ports, isMappingOff: false, ...more });
}

/** The first entry that is not about the local network. */
function outside(ports: readonly PortFacts[], more: Partial<ReachabilityFacts> = {}): WayIn {
	const [first] = ways(ports, more);
	assert.ok(first && first.way !== "local");
	return first;
}

function refusal(method: MethodName, what: Refusal, externalPort = PORT): PortFacts["findings"][number] {
	return { method, finding: { kind: "refused", refusal: what, externalPort } };
}

test("while routers are looked for, the local network is open already", () => {
	const [looking, local] = ways([port]);
	assert.deepEqual([looking?.way, looking?.state], ["upnp", "checking"]);
	assert.deepEqual(local, {
		way: "local",
		state: "open",
		address: "192.168.1.2",
		port: PORT,
		facts: { kind: "sameNetwork", network: "wifi" },
	});
});

test("error 718 of a router is told while the next port is tried", () => {
	const findings = [refusal("upnp", { why: "portTaken", code: 718 }, 40_212)];
	const way = outside([{ ...port, stage: "asking", asking: { method: "upnp", externalPort: PORT }, findings }]);
	assert.equal(way.state, "checking");
	assert.deepEqual(way.facts, {
		kind: "askingRouter",
		method: "upnp",
		externalPort: PORT,
		refusal: { why: "portTaken", code: 718 },
	});
});

test("an open port names the address and port outside", () => {
	const mapping = { method: "natpmp", lease: { ...lease, externalPort: 50_000 } } as const;
	const way = outside([{ ...port, stage: "open", mapping }]);
	assert.deepEqual([way.way, way.state, way.address, way.port], ["natpmp", "open", "44.128.0.10", 50_000]);
	assert.deepEqual(way.facts, { kind: "routerOpened", method: "natpmp", externalPort: 50_000, port: PORT });
});

test("CGNAT and a second NAT are told apart, block the way, and point to IPv6 only where there is some", () => {
	const behind = (verdict: Lease["verdict"], address: string): PortFacts => ({
		...port,
		stage: "open",
		mapping: { method: "upnp", lease: { ...lease, verdict, address } },
	});
	const cgnat = outside([behind("cgnat", "100.64.0.1")]);
	assert.equal(cgnat.state, "blocked");
	assert.equal(cgnat.address, undefined);
	const outer = { verdict: "cgnat", address: "100.64.0.1" };
	assert.deepEqual(cgnat.facts, { kind: "notPublic", outside: outer, hasIpv6: false });
	const double = outside([behind("private", "10.0.0.7")], { addresses: [wifi, global6] });
	const inner = { verdict: "private", address: "10.0.0.7" };
	assert.deepEqual(double.facts, { kind: "notPublic", outside: inner, hasIpv6: true });
});

test("a router that refuses because its own address is private says both", () => {
	const outer = { verdict: "cgnat", address: "100.64.0.1" } as const;
	const findings = [refusal("pcp", { why: "noResources", code: 8, outside: outer })];
	const way = outside([{ ...port, stage: "blocked", findings }]);
	assert.deepEqual(way.facts, {
		kind: "routerRefused",
		method: "pcp",
		refusal: { why: "noResources", code: 8 },
		outside: outer,
		port: PORT,
		hasIpv6: false,
	});
});

test("each refusal comes with something to do, and silence of all routers with how to open the port by hand", () => {
	const reasons = [
		"notAuthorized",
		"noResources",
		"networkFailure",
		"portTaken",
		"samePortOnly",
		"noAnswer",
		"malformed",
	] as const;
	for (const why of reasons) {
		const way = outside([{ ...port, stage: "blocked", findings: [refusal("upnp", { why })] }]);
		assert.equal(way.state, "blocked");
		assert.ok((wayAdvice(way)?.length ?? 0) > 20, why);
	}
	const silence = outside([{ ...port, stage: "blocked", findings: [{ method: "upnp", finding: { kind: "absent" } }] }]);
	assert.deepEqual(silence.facts, { kind: "noRouterAnswers", port: PORT });
});

test("a lost router is being asked again; an open way hides what other methods refused only for itself", () => {
	const mapping = { method: "pcp", lease } as const;
	assert.equal(outside([{ ...port, stage: "lost", mapping }]).state, "checking");
	const findings = [refusal("upnp", { why: "notAuthorized", code: 606 })];
	const both = ways([{ ...port, stage: "open", mapping, findings }]).filter(({ way }) => way !== "local");
	assert.deepEqual(
		both.map(({ way, state }) => [way, state]),
		[
			["pcp", "open"],
			["upnp", "blocked"],
		],
	);
});

test("where the router may not be asked, that is told", () => {
	const way = outside([], { isMappingOff: true });
	assert.deepEqual(way.facts, { kind: "routerNotAsked", port: PORT });
	assert.deepEqual(
		ways([]).map((one) => one.way),
		["local"],
		"and without it nothing is said of routers",
	);
});

test("IPv6 is open by a pinhole, and unproven without one", () => {
	const addresses = [wifi, global6];
	const mapping = { method: "upnpPinhole", lease: { ...lease, address: global6.address } } as const;
	const open = ways([{ ...port, family: 6, stage: "open", mapping }], { addresses });
	assert.deepEqual([open[0]?.way, open[0]?.state, open[0]?.address], ["pinhole", "open", global6.address]);
	const findings = [refusal("upnpPinhole", { why: "notAuthorized", code: 606 })];
	const refused = ways([{ ...port, family: 6, stage: "blocked", findings }], { addresses });
	assert.deepEqual(
		refused.slice(0, 2).map(({ way, state }) => [way, state]),
		[
			["pinhole", "blocked"],
			["globalIpv6", "unproven"],
		],
	);
	assert.equal(refused[0]?.facts.kind === "routerRefused" && refused[0].facts.method, "upnpPinhole");
});

test("a computer with a public address itself is not told about routers", () => {
	const server: LocalAddress = { address: "44.128.0.50", interface: "eth0", scope: "global", family: 4 };
	const [way, ...rest] = ways([], { addresses: [server], isMappingOff: true });
	assert.deepEqual([way?.way, way?.state, rest.length], ["globalIpv4", "unproven", 0]);
});

test("UDP has no say in how people join", () => {
	const mapping = { method: "pcp", lease } as const;
	assert.deepEqual(
		ways([{ ...port, protocol: "udp", stage: "open", mapping }]).map(({ way }) => way),
		["local"],
	);
});

test("an invite names what is open, then what may be, and neither what is blocked nor loopback", () => {
	const facts = { kind: "lookingForRouter" } as const;
	const named = inviteEndpoints([
		{ way: "globalIpv6", state: "unproven", address: "2a0e::1", port: 1, facts },
		{ way: "upnp", state: "blocked", address: "100.64.0.1", port: 1, facts },
		{ way: "pcp", state: "open", address: "44.128.0.10", port: 2, facts },
		{ way: "local", state: "open", address: "127.0.0.1", port: 1, facts },
		{ way: "natpmp", state: "checking", facts },
		{ way: "local", state: "open", address: "192.168.1.2", port: 1, facts },
	]);
	assert.deepEqual(
		named.map(({ address }) => address),
		["44.128.0.10", "192.168.1.2", "2a0e::1"],
	);
});

/** What is said of the ways in from outside, without what goes beyond way, state and facts. */
const saidOf = (ports: readonly PortFacts[], more: Partial<ReachabilityFacts> = {}) =>
	ways(ports, more)
		.filter(({ way }) => way !== "local")
		.map(({ way, state, facts }) => ({ way, state, ...facts }));

const refusedBy = (method: MethodName, way: string) => ({
	...{ way, state: "blocked", kind: "routerRefused", method, refusal: { why: "notAuthorized", code: 606 } },
	...{ port: PORT, hasIpv6: false },
});
const no: Refusal = { why: "notAuthorized", code: 606 };

test("at each stage it is said whom the router is asked by, and beside it what the other methods were refused", () => {
	const findings = [
		refusal("upnp", no),
		refusal("pcp", no),
		{ method: "natpmp", finding: { kind: "absent" } } as const,
	];
	const [upnp, pcp] = [refusedBy("upnp", "upnp"), refusedBy("pcp", "pcp")];
	const looking = { way: "upnp", state: "checking", kind: "lookingForRouter" };
	const asking = { method: "natpmp", externalPort: 40_300 } as const;
	const asked = { way: "natpmp", state: "checking", kind: "askingRouter", ...asking };
	const mapping = { method: "natpmp", lease: { ...lease, externalPort: 40_300 } } as const;
	const opened = { way: "natpmp", state: "open", kind: "routerOpened", ...asking, port: PORT };
	assert.deepEqual(saidOf([{ ...port, stage: "closed", findings }]), []);
	assert.deepEqual(saidOf([{ ...port, findings }]), [upnp, pcp, looking]);
	assert.deepEqual(saidOf([{ ...port, stage: "asking", asking, findings }]), [asked, upnp, pcp]);
	const again = { ...asking, method: "upnp" } as const;
	assert.deepEqual(saidOf([{ ...port, stage: "asking", asking: again, findings }]), [
		{ ...asked, ...again, way: "upnp", refusal: { why: "notAuthorized", code: 606 } },
		pcp,
	]);
	assert.deepEqual(saidOf([{ ...port, stage: "open", mapping, findings }]), [opened, upnp, pcp]);
	const byPcp = { ...mapping, method: "pcp" } as const;
	assert.deepEqual(saidOf([{ ...port, stage: "open", mapping: byPcp, findings }]), [
		{ ...opened, way: "pcp", method: "pcp" },
		upnp,
	]);
	const lost = { way: "natpmp", state: "checking", kind: "routerLost", method: "natpmp" };
	assert.deepEqual(saidOf([{ ...port, stage: "lost", mapping, findings }]), [lost]);
	assert.deepEqual(saidOf([{ ...port, stage: "lost" }]), [{ ...lost, way: "upnp", method: "upnp" }]);
	assert.deepEqual(saidOf([{ ...port, stage: "blocked", findings }]), [upnp, pcp]);
	const silent = { way: "upnp", state: "blocked", kind: "noRouterAnswers", port: PORT };
	assert.deepEqual(saidOf([{ ...port, stage: "blocked", findings: findings.slice(2) }]), [silent]);
	for (const stage of ["asking", "open"] as const) assert.throws(() => ways([{ ...port, stage }]));
});

test("a refusal is told with its number, if it has one, and with the router's own address where that is not public", () => {
	const outsideOf = (what: Refusal) => {
		const [{ facts }] = [outside([{ ...port, stage: "blocked", findings: [refusal("natpmp", what)] }])];
		return facts.kind === "routerRefused" && [facts.refusal, facts.outside];
	};
	assert.deepEqual(outsideOf({ why: "noAnswer" }), [{ why: "noAnswer" }, undefined]);
	const open = { verdict: "public", address: "44.128.0.10" } as const;
	assert.deepEqual(outsideOf({ why: "noAnswer", outside: open }), [{ why: "noAnswer" }, undefined]);
	const inner = { verdict: "private", address: "10.0.0.7" } as const;
	assert.deepEqual(outsideOf({ why: "noAnswer", outside: inner }), [{ why: "noAnswer" }, inner]);
	const hidden = { method: "upnp", lease: { externalPort: PORT, seconds: 60, verdict: "cgnat" } } as const;
	assert.deepEqual(outside([{ ...port, stage: "open", mapping: hidden }]).facts, {
		...{ kind: "notPublic", outside: { verdict: "cgnat" }, hasIpv6: false },
	});
	const bare = { method: "upnp", lease: { externalPort: PORT, seconds: 60, verdict: "public" } } as const;
	assert.equal("address" in outside([{ ...port, stage: "open", mapping: bare }]), false);
});

test("a firewall that is being asked is told as that, and each of its answers with the address of this computer", () => {
	const addresses = [wifi, global6, { ...global6, address: "2a0e:9999:a::3" }];
	const pinhole: PortFacts = { ...port, family: 6 };
	const unproven = { way: "globalIpv6", state: "unproven", kind: "publicIpv6", port: PORT };
	const checking = { way: "pinhole", state: "checking", kind: "askingFirewall" };
	assert.deepEqual(saidOf([], { addresses }), [unproven]);
	assert.deepEqual(saidOf([pinhole]), [], "without an address there is nothing to ask for");
	for (const stage of ["discovering", "asking", "lost"] as const)
		assert.deepEqual(saidOf([{ ...pinhole, stage }], { addresses }), [checking]);
	assert.deepEqual(saidOf([{ ...pinhole, stage: "closed" }], { addresses }), [unproven]);
	assert.deepEqual(saidOf([{ ...pinhole, stage: "open" }], { addresses }), [unproven]);
	assert.deepEqual(saidOf([{ ...pinhole, protocol: "udp" }], { addresses }), [unproven]);
	const [direct] = ways([], { addresses });
	assert.deepEqual([direct?.address, direct?.port], [global6.address, PORT]);
	const mapping = { method: "pcpPinhole", lease: { externalPort: 40_300, seconds: 60, verdict: "public" } } as const;
	const [open] = ways([{ ...pinhole, stage: "open", mapping }], { addresses });
	const firewall = { kind: "firewallOpened" };
	assert.deepEqual(open, { way: "pinhole", state: "open", address: global6.address, port: 40_300, facts: firewall });
	const refused = saidOf([{ ...pinhole, stage: "blocked", findings: [refusal("pcpPinhole", no)] }], { addresses });
	assert.deepEqual(refused, [{ ...refusedBy("pcpPinhole", "pinhole"), hasIpv6: true }, unproven]);
});

test("a refusal by IPv4 points to IPv6 where that is open or may be, and not while its firewall is asked", () => {
	const findings = [refusal("upnp", no)];
	const hasIpv6 = (pinhole: readonly PortFacts[], addresses = [wifi, global6]) => {
		const { facts } = outside([{ ...port, stage: "blocked", findings }, ...pinhole], { addresses });
		return facts.kind === "routerRefused" && facts.hasIpv6;
	};
	const six: PortFacts = { ...port, family: 6 };
	const mapping = { method: "pcpPinhole", lease } as const;
	assert.deepEqual([hasIpv6([]), hasIpv6([], [wifi]), hasIpv6([six])], [true, false, false]);
	assert.equal(hasIpv6([{ ...six, stage: "open", mapping }]), true);
});

test("addresses of each kind are told as what they are: public ones by IPv4, those of networks by their kind, and this computer's own", () => {
	const kindOf = (name: string) => (name === "tun0" ? "vpn" : "cable");
	const addresses: readonly LocalAddress[] = [
		{ address: "44.128.0.50", interface: "eth0", scope: "global", family: 4 },
		{ address: "127.0.0.1", interface: "lo", scope: "loopback", family: 4 },
		{ address: "10.8.0.2", interface: "tun0", scope: "local", family: 4 },
		{ address: "fd00::2", interface: "eth0", scope: "local", family: 6 },
	];
	const local = (address: string, network: string) => ({
		...{ way: "local", state: "open", address, port: PORT, facts: { kind: "sameNetwork", network } },
	});
	assert.deepEqual(ways([], { addresses, kindOf: kindOf as NonNullable<ReachabilityFacts["kindOf"]> }), [
		{ way: "globalIpv4", state: "unproven", address: "44.128.0.50", port: PORT, facts: { kind: "publicIpv4" } },
		...[local("127.0.0.1", "loopback"), local("10.8.0.2", "vpn"), local("fd00::2", "cable")],
	]);
	const off = { isMappingOff: true };
	assert.deepEqual(saidOf([], { ...off, addresses: [addresses[3] as LocalAddress] }), [], "no router translates IPv6");
	const notAsked = { way: "upnp", state: "blocked", kind: "routerNotAsked", port: PORT };
	assert.deepEqual(saidOf([], { ...off, addresses: addresses.slice(1) }), [notAsked]);
	assert.deepEqual(saidOf([], { addresses: addresses.slice(1) }), []);
});

test("loopback is named only for somebody on this computer, and no address without a port", () => {
	const facts = { kind: "lookingForRouter" } as const;
	const list: readonly WayIn[] = [
		{ way: "local", state: "open", address: "127.0.0.2", port: 1, facts },
		{ way: "local", state: "open", address: "::1", port: 1, facts },
		{ way: "local", state: "open", address: "::12", port: 1, facts },
		{ way: "local", state: "open", address: "10.127.0.1", port: 1, facts },
		{ way: "upnp", state: "open", address: "44.1.1.1", facts },
		{ way: "upnp", state: "open", port: 1, facts },
	];
	const named = (namesLoopback?: boolean) => inviteEndpoints(list, namesLoopback).map(({ address }) => address);
	assert.deepEqual(named(), ["::12", "10.127.0.1"]);
	assert.deepEqual(named(true), ["127.0.0.2", "::1", "::12", "10.127.0.1"]);
});
