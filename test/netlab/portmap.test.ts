// Port mapping against the real miniupnpd: somebody in another household reaches this computer, and only for as long as it wants.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MethodName, Protocol } from "../../src/net/portmap/method.ts";
import { Mapper } from "./lab/mapper.ts";
import type { RouterMode } from "./lab/router-daemon.ts";
import { A_MOMENT_MS, addresses, type Lab, openLab } from "./lab.ts";

const { gwAOutside, hostA6 } = addresses;
const PORT = 40_213;
const BOTH: readonly Protocol[] = ["tcp", "udp"];

async function guestComesIn(lab: Lab, mapper: Mapper, protocol: Protocol, family: 4 | 6 = 4): Promise<void> {
	const { mapping } = await mapper.reaches("open", protocol, family);
	const { address, externalPort } = mapping?.lease ?? {};
	assert.equal(await lab.dial("hostB", protocol, address ?? "", externalPort ?? 0), "echoed");
}

const ways: readonly [what: string, mode: RouterMode, method: MethodName][] = [
	["UPnP IGD 1", "igd1", "upnp"],
	["UPnP IGD 2", "igd2", "upnp"],
	["NAT-PMP", "pmp", "natpmp"],
	["PCP", "pmp", "pcp"],
];

const pinholes: readonly [what: string, mode: RouterMode, method: MethodName][] = [
	["UPnP IGD 2", "igd2", "upnpPinhole"],
	["PCP", "pmp", "pcpPinhole"],
];

test("a router that opens ports", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;

	for (const [what, mode, method] of ways) {
		await t.test(
			`${what}: a guest in another household comes in by TCP and UDP until the port is closed`,
			async (t) => {
				await lab.router("a", mode);
				const mapper = new Mapper(t, lab, "hostA", { methods: [method], protocols: BOTH });
				for (const protocol of BOTH) await guestComesIn(lab, mapper, protocol);
				const { mapping } = await mapper.reaches("open");
				assert.equal(mapping?.method, method);
				assert.equal(mapping?.lease.address, gwAOutside);
				assert.equal(mapping?.lease.verdict, "public");
				assert.equal(mapper.recorded.size, 2);
				await mapper.close();
				await lab.settlesAt(0);
				assert.equal(mapper.recorded.size, 0);
				assert.equal(await lab.dial("hostB", "tcp", gwAOutside, PORT, A_MOMENT_MS), "silence");
			},
		);
	}

	for (const [what, mode, method] of pinholes) {
		await t.test(`${what}: a guest comes in through a pinhole in the IPv6 firewall until it is closed`, async (t) => {
			await lab.router("a", mode);
			assert.equal(await lab.dial("hostB", "tcp", hostA6, PORT, A_MOMENT_MS), "silence");
			const mapper = new Mapper(t, lab, "hostA", { methods: [method], families: [6], protocols: BOTH });
			for (const protocol of BOTH) await guestComesIn(lab, mapper, protocol, 6);
			assert.equal(mapper.facts("tcp", 6)?.mapping?.lease.address, hostA6);
			await mapper.close();
			await lab.settlesAt(0);
			assert.equal(await lab.dial("hostB", "tcp", hostA6, PORT, A_MOMENT_MS), "silence");
		});
	}

	await t.test("a router that speaks all methods is asked by one for each family, not by all", async (t) => {
		await lab.router("a", "all");
		const mapper = new Mapper(t, lab, "hostA", { families: [4, 6] });
		await mapper.reaches("open", "tcp", 4);
		await mapper.reaches("open", "tcp", 6);
		await lab.settlesAt(2);
		await mapper.close();
		await lab.settlesAt(0);
	});

	for (const [what, mode] of [
		["UPnP IGD 1", "igd1"],
		["UPnP IGD 2", "igd2"],
		["NAT-PMP and PCP", "pmp"],
	] as const) {
		await t.test(
			`${what}: a port that somebody else at home has is left alone, and another one is opened`,
			async (t) => {
				await lab.router("a", mode);
				const neighbour = new Mapper(t, lab, "hostA2");
				const theirs = await neighbour.reaches("open");
				const mapper = new Mapper(t, lab, "hostA");
				const { mapping } = await mapper.reaches("open");
				assert.equal(theirs.mapping?.lease.externalPort, PORT);
				assert.notEqual(mapping?.lease.externalPort, PORT);
				await guestComesIn(lab, mapper, "tcp");
				const wasTold = mapper.history
					.flat()
					.some(({ findings }) =>
						findings.some(({ finding }) => finding.kind === "refused" && finding.refusal.code === 718),
					);
				assert.equal(wasTold, mode !== "pmp", "only UPnP leaves the choice to us, and then it is said why");
				await Promise.all([mapper.close(), neighbour.close()]);
			},
		);
	}
});

test("what a crash leaves open", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;
	const all: readonly [method: MethodName, mode: RouterMode, family: 4 | 6][] = [
		["upnp", "igd2", 4],
		["natpmp", "pmp", 4],
		["pcp", "pmp", 4],
		["pcpPinhole", "pmp", 6],
		["upnpPinhole", "igd2", 6],
	];
	for (const [method, mode, family] of all) {
		await t.test(
			`${method}: a port that a crash left open is closed by the next start, which opens its own`,
			async (t) => {
				await lab.router("a", mode);
				const crashed = new Mapper(t, lab, "hostA", { methods: [method], families: [family] });
				await crashed.reaches("open", "tcp", family);
				await crashed.kill();
				await lab.settlesAt(1);
				const stale = [...crashed.recorded.values()];
				const next = new Mapper(t, lab, "hostA", { methods: [method], families: [family], port: PORT + 1, stale });
				await next.reaches("open", "tcp", family);
				await lab.settlesAt(1);
				assert.match(lab.opened("a").join(), new RegExp(String(PORT + 1)));
				assert.deepEqual(
					[...next.recorded.values()].map(({ internalPort }) => internalPort),
					[PORT + 1],
				);
				await next.close();
				await lab.settlesAt(0);
			},
		);
	}

	await t.test("the old port is closed even where the same port is opened again", async (t) => {
		await lab.router("a", "pmp");
		const crashed = new Mapper(t, lab, "hostA", { methods: ["pcp"] });
		await crashed.reaches("open");
		await crashed.kill();
		const next = new Mapper(t, lab, "hostA", { methods: ["pcp"], stale: [...crashed.recorded.values()] });
		await guestComesIn(lab, next, "tcp");
		await next.close();
		await lab.settlesAt(0);
	});

	await t.test("the old port is left alone where it has gone to another program since", async (t) => {
		await lab.router("a", "igd1");
		const other = new Mapper(t, lab, "hostA");
		await other.reaches("open");
		const [theirs] = other.recorded.values();
		assert.ok(theirs);
		// The router would let this computer remove it: it is of the same address.
		const stale = [{ ...theirs, nonce: "0".repeat(24), internalPort: PORT + 2 }];
		const mapper = new Mapper(t, lab, "hostA", { stale, port: PORT + 1 });
		await mapper.reaches("open");
		await guestComesIn(lab, other, "tcp");
		await Promise.all([mapper.close(), other.close()]);
	});
});
