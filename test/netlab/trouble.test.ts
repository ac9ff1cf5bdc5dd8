// Routers that are absent, unwilling, forgetful, behind another one, or hostile.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddressVerdict } from "../../src/net/address/public-address.ts";
import type { MethodName } from "../../src/net/portmap/method.ts";
import { Mapper } from "./lab/mapper.ts";
import { type RogueOrders, setTrap, startRogue } from "./lab/rogue.ts";
import type { RouterMode } from "./lab/router-daemon.ts";
import { A_MOMENT_MS, addresses, openLab } from "./lab.ts";

const { gwA, gwAOutside, hostA, hostA2, srv } = addresses;

test("an honest router in trouble", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;

	await t.test(
		"a router that speaks none of the protocols is given up on, each method by its name, and so is one that is not there",
		async (t) => {
			await lab.router("a", "off");
			const mapper = new Mapper(t, lab, "hostA");
			const { findings } = await mapper.reaches("blocked");
			assert.deepEqual(
				findings.map(({ method, finding }) => [method, finding.kind]),
				[
					["pcp", "absent"],
					["natpmp", "absent"],
					["upnp", "absent"],
				],
			);
			assert.equal(mapper.recorded.size, 0);
			await mapper.close();
			lab.hasRouter("hostA", false);
			const alone = new Mapper(t, lab, "hostA");
			await alone.until("nothing to ask", () => alone.history.length === 0);
			await alone.close();
			lab.hasRouter("hostA", true);
		},
	);

	await t.test("a router that denies says so (606), and nothing stays recorded", async (t) => {
		await lab.router("a", "deny");
		const mapper = new Mapper(t, lab, "hostA", { methods: ["upnp"] });
		const { findings } = await mapper.reaches("blocked");
		const outside = { address: gwAOutside, verdict: "public" };
		const refusal = { why: "notAuthorized", code: 606, outside };
		assert.deepEqual(findings, [{ method: "upnp", finding: { kind: "refused", refusal, externalPort: 40_213 } }]);
		assert.deepEqual(lab.opened("a"), []);
		assert.equal(mapper.recorded.size, 0);
		await mapper.close();
	});

	const restarts: readonly [mode: RouterMode, family: 4 | 6, methods: readonly MethodName[]][] = [
		["igd1", 4, ["upnp"]],
		["igd2", 6, ["upnpPinhole"]],
		["pmp", 4, ["pcp", "natpmp"]],
	];
	for (const [mode, family, methods] of restarts) {
		await t.test(
			`a router that restarts and has forgotten everything is asked again (${methods.join(", ")})`,
			async (t) => {
				await lab.router("a", mode);
				const mappers = methods.map((method, at) => {
					// A minute passes in half a second.
					const orders = { methods: [method], families: [family], port: 40_213 + at, speed: 120 };
					return new Mapper(t, lab, "hostA", orders);
				});
				for (const mapper of mappers) {
					const { mapping } = await mapper.reaches("open", "tcp", family);
					// Clocks that differ by two seconds count as the same (RFC 6887 §8.5).
					const runsLong = () => (mapper.facts("tcp", family)?.mapping?.lease.epoch?.seconds ?? 0) > 3;
					if (mapping?.lease.epoch) await mapper.until("the router's clock has run for a while", runsLong);
				}
				const before = mappers.map(({ history }) => history.length);
				await lab.router("a", mode);
				for (const [at, mapper] of mappers.entries()) {
					const later = () => mapper.history.slice(before[at]).map((facts) => facts[0]?.stage);
					await mapper.until("open again", () => later().includes("asking") && later().at(-1) === "open");
				}
				await lab.settlesAt(mappers.length);
				for (const mapper of mappers) await mapper.close();
				await lab.settlesAt(0);
			},
		);
	}

	const renewals: readonly [method: MethodName, mode: RouterMode, family: 4 | 6][] = [
		["upnp", "igd1", 4],
		["upnp", "igd2", 4],
		["pcp", "pmp", 4],
		["pcpPinhole", "pmp", 6],
		["upnpPinhole", "igd2", 6],
	];
	for (const [method, mode, family] of renewals) {
		await t.test(
			`the lease is renewed before it ends, as one port that can still be closed (${method}, ${mode})`,
			async (t) => {
				await lab.router("a", mode);
				// An hour passes in two seconds.
				const mapper = new Mapper(t, lab, "hostA", { methods: [method], families: [family], speed: 1_800 });
				await mapper.reaches("open", "tcp", family);
				const [first] = mapper.recorded.values();
				const isLater = () => ([...mapper.recorded.values()][0]?.expiresAt ?? 0) > (first?.expiresAt ?? 0) + 1_000_000;
				await mapper.until("renewed", isLater);
				await mapper.reaches("open", "tcp", family);
				await lab.settlesAt(1);
				await mapper.close();
				await lab.settlesAt(0);
				assert.equal(mapper.recorded.size, 0);
			},
		);
	}

	const behind: readonly [mode: RouterMode, method: MethodName, outside: string, verdict: AddressVerdict][] = [
		["pmp", "pcp", "100.64.7.10/24", "cgnat"],
		["pmp", "pcp", "10.77.0.10/24", "private"],
		// These two routers keep their private address to themselves.
		["pmp", "natpmp", "100.64.7.10/24", "none"],
		["igd1", "upnp", "10.77.0.10/24", "none"],
	];
	for (const [mode, method, outside, verdict] of behind) {
		await t.test(
			`a router behind another NAT (${outside}) opens nothing, and its address says why (${method})`,
			async (t) => {
				lab.outside(outside);
				await lab.router("a", mode);
				const mapper = new Mapper(t, lab, "hostA", { methods: [method] });
				const { findings } = await mapper.reaches("blocked");
				const refusal = findings[0]?.finding.kind === "refused" ? findings[0].finding.refusal : undefined;
				assert.equal(refusal?.outside?.verdict, verdict, JSON.stringify(findings));
				await mapper.close();
			},
		);
	}
});

test("attack: a hostile router", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;
	const trapUrl = `http://${srv}:80/`;
	const rogue: RogueOrders = {
		address: gwA,
		locations: [],
		trap: trapUrl,
		outside: [gwAOutside],
		client: hostA,
		hasOnlyPermanent: false,
		hangsUp: "atOnce",
	};
	const good = `http://${gwA}:5000/good`;

	await t.test(
		"a hostile router cannot send this computer to an address that is not its own, nor with a bad description",
		async (t) => {
			const traps = [
				await setTrap(lab, "hostA", "127.0.0.1", 9999),
				await setTrap(lab, "hostA2", hostA2, 80),
				await setTrap(lab, "srv", srv, 80),
			];
			const lures = ["http://127.0.0.1:9999/", `http://${hostA2}/`, trapUrl, `https://${gwA}:5000/good`];
			const tricks = [
				`http://x:y@${gwA}:5000/good`,
				`http://${gwA}.nip.io:5000/good`,
				"file:///etc/passwd",
				"http://[",
			];
			const bad = ["redirect", "huge", "slow", "malformed", "doctype", "deep", "elsewhere"];
			const locations = [...lures, ...tricks, ...bad.map((path) => `http://${gwA}:5000/${path}`)];
			const stop = await startRogue(t, lab, "gwA", { ...rogue, locations });
			const mapper = new Mapper(t, lab, "hostA", { methods: ["upnp"] });
			const { findings } = await mapper.reaches("blocked");
			assert.equal(findings[0]?.finding.kind, "absent");
			await Promise.all([mapper.close(), stop()]);
			assert.deepEqual(
				traps.flatMap(({ visits }) => visits),
				[],
			);
		},
	);

	await t.test("an honest answer among the bad ones is still found, a neighbour's is not", async (t) => {
		const locations = [`http://${gwA}:5000/slow`, `http://${gwA}:5000/doctype`, good];
		const stop = await startRogue(t, lab, "gwA", { ...rogue, locations });
		const mapper = new Mapper(t, lab, "hostA", { methods: ["upnp"] });
		await mapper.reaches("open");
		await Promise.all([mapper.close(), stop()]);
		const stopNeighbour = await startRogue(t, lab, "hostA2", {
			...rogue,
			address: hostA2,
			locations: [`http://${hostA2}:5000/good`],
		});
		const fooled = new Mapper(t, lab, "hostA", { methods: ["upnp"] });
		const { findings } = await fooled.reaches("blocked");
		assert.equal(findings[0]?.finding.kind, "absent");
		await Promise.all([fooled.close(), stopNeighbour()]);
	});

	await t.test(
		"a router that lies about its address is seen through, and a router without leases gets none",
		async (t) => {
			const lies = [
				"192.168.0.7",
				"100.64.0.1",
				"203.0.113.9",
				"127.0.0.1",
				"2a0e::1",
				"0.0.0.0",
				"not an address",
				gwAOutside,
			];
			const orders = { ...rogue, locations: [good], outside: lies, hasOnlyPermanent: true };
			const stop = await startRogue(t, lab, "gwA", orders);
			const mapper = new Mapper(t, lab, "hostA", { methods: ["upnp"], speed: 600 });
			await mapper.until("the truth at last", () => mapper.facts()?.mapping?.lease.verdict === "public");
			const verdicts = mapper.history.flatMap(([facts]) => facts?.mapping?.lease.verdict ?? []);
			const changes = verdicts.filter((verdict, at) => verdict !== verdicts[at - 1]);
			assert.deepEqual(changes, ["private", "cgnat", "reserved", "otherFamily", "none", "nonsense", "public"]);
			assert.equal(mapper.facts()?.mapping?.lease.seconds, 0);
			await Promise.all([mapper.close(), stop()]);
		},
	);

	await t.test("a router that never answers does not hold this computer up", async (t) => {
		const stop = await startRogue(t, lab, "gwA", { ...rogue, locations: [good], hangsUp: "never" });
		const mapper = new Mapper(t, lab, "hostA", { methods: ["upnp"] });
		const { findings } = await mapper.reaches("blocked");
		assert.deepEqual(findings[0]?.finding, { kind: "refused", refusal: { why: "noAnswer" }, externalPort: 40_213 });
		await Promise.all([mapper.close(), stop()]);
		assert.equal(await lab.dial("hostB", "tcp", gwAOutside, 40_213, A_MOMENT_MS), "silence");
	});
});
