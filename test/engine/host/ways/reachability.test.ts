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

test("718 is told while the next port is tried", () => {
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
