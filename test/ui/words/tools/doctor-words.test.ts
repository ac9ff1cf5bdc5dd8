// What the doctor says of a STUN server's answer, and of routers that cannot help.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Examination, MethodFinding } from "../../../../src/engine/api/doctor.ts";
import { examinationLines, stunLines, stunNotice } from "../../../../src/ui/words/tools/doctor-words.ts";

const home: Examination = {
	addresses: [{ address: "192.168.1.5", interface: "wlan0", scope: "local", family: 4, network: "wifi" }],
	standpoints: [{ family: 4, address: "192.168.1.5", prefixLength: 24, interface: "wlan0", network: "wifi" }],
	findings: [],
};

const opened = (address: string, verdict: "public" | "cgnat"): Examination => {
	const lease = { externalPort: 50_000, seconds: 120, address, verdict };
	const finding: MethodFinding = { method: "upnp", trial: { kind: "opened", lease, isLeftOpen: false } };
	return { ...home, findings: [finding] };
};

const seen = (address: string) => ({ kind: "seen", address, port: 50_001 }) as const;
const said = (address: string, found: Examination) => stunLines(seen(address), found).join("\n");

test("the address that a STUN server sees is compared with what is known here", () => {
	assert.match(said("81.2.69.160", opened("81.2.69.160", "public")), /as the router says/);
	assert.match(said("81.2.69.160", opened("100.64.1.1", "cgnat")), /another NAT stands in between/);
	assert.match(said("192.168.1.5", home), /own address: no NAT/);
	assert.equal(said("81.2.69.160", home), "  It sees 81.2.69.160.");
	assert.match(stunLines({ kind: "failed", why: "noAnswer" }, home).join(), /did not answer/);
});

test("the computers that STUN contacts are named, with the name server where there is a name", () => {
	assert.match(
		stunNotice({ host: "stun.example.org", port: 3478, isName: true }),
		/^The name server .* asked for stun\.example\.org/,
	);
	assert.doesNotMatch(stunNotice({ host: "81.2.69.160", port: 3478, isName: false }), /name server/);
});

test("an address shared by a provider is said to keep people out, though the router opened the port", () => {
	const report = examinationLines(opened("100.64.1.1", "cgnat")).join("\n");
	assert.match(report, /CGNAT/);
	assert.doesNotMatch(report, /Can join by IPv4/);
	assert.match(examinationLines(opened("81.2.69.160", "public")).join("\n"), /Can join by IPv4.*81\.2\.69\.160/);
});

test("the report begins with what it comes to, in plain words", () => {
	const inShort = (found: Examination): string => examinationLines(found)[0] ?? "";
	const [address] = home.addresses;
	assert.ok(address);
	const { findings: _, ...notAsked } = home;
	assert.match(inShort(opened("81.2.69.160", "public")), /^Friends anywhere can join/);
	assert.match(inShort(opened("100.64.1.1", "cgnat")), /friends elsewhere cannot.*rt host --dht/);
	assert.match(inShort(home), /friends elsewhere cannot/);
	assert.match(inShort(notAsked), /is not known, because your router was not asked/);
	const isPublic = { ...address, address: "2a01:4f8::1", family: 6, scope: "global" } as const;
	assert.match(inShort({ ...home, addresses: [address, isPublic] }), /can perhaps join/);
	assert.match(inShort({ ...home, standpoints: [] }), /only people on the same network/);
	assert.match(inShort({ addresses: [], standpoints: [], findings: [] }), /on no network: nobody can join/);
	for (const found of [home, notAsked, opened("100.64.1.1", "cgnat")])
		assert.doesNotMatch(inShort(found), /UPnP|PCP|NAT|CGNAT|IPv[46]/);
});

test("a computer on no network is told so", () => {
	const report = examinationLines({ addresses: [], standpoints: [], findings: [] }).join("\n");
	assert.match(report, /on no network/);
	assert.match(report, /no way leads to the Internet/);
});
