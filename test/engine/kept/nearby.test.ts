// A guest whose host is not where it was looks on the same network: what is announced there proves nothing, and leads to the host all the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { usualPolicy } from "../../../src/engine/kept/records.ts";
import { nearbyLooker, placesOf } from "../../../src/engine/stay/nearby.ts";
import { maxInviteEndpoints } from "../../../src/engine/wire/invite.ts";
import { parseCidr } from "../../../src/net/address/cidr.ts";
import type { HostAndPort, Link, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { freshAddress, newSelf, transportOf } from "../../support/rooms/memory-room.ts";
import { until } from "../../support/until.ts";
import { type Hosting, host, newResident, visit } from "./kept-people.ts";

const former: HostAndPort = { host: "192.168.1.2", port: 4_000 };

/** Leads to whoever is at this port; nobody else is there. */
function transportTo(places: ReadonlyMap<number, Hosting>, dialled: number[]): Transport {
	const base = transportOf(() => assert.fail());
	return {
		...base,
		dial: async ({ port }) => {
			dialled.push(port);
			const there = places.get(port);
			if (!there) return { kind: "failed", failure: "refused", detail: "nobody" };
			const [near, far] = memoryLinkPair([freshAddress(), "host"]);
			there.hosted.server.take(far);
			return { kind: "linked", link: near };
		},
	};
}

test("attack: whoever announces a room with the key of a buddy who has moved is dialled once and learns nothing; the true one is found behind them", async (t) => {
	const [hanna, bob] = [await newResident("Hanna"), await newResident("Bob")];
	const hosting = await host(t, hanna);
	const liar = await host(t, await newResident("Mallory"));
	const first = visit(t, bob, () => hosting);
	await first.untilIn();
	assert.ok(await hosting.hosted.keep(hanna.rooms, "host2345", { name: "Room", policy: usualPolicy }));
	await first.keep();
	await first.stop();
	const dialled: number[] = [];
	const transport = transportTo(
		new Map([
			[2, liar],
			[3, hosting],
		]),
		dialled,
	);
	const places = [2, 3].map((port) => ({ host: "host", port }));
	const looked: unknown[] = [];
	const back = visit(t, bob, () => hosting, undefined, {
		transport,
		lookNearby: async ({ host: key, former: [place] }) => {
			looked.push([key, place?.port]);
			return places;
		},
	});
	await back.untilIn();
	assert.deepEqual(dialled, [1, 2, 3]);
	assert.deepEqual(looked, [[hanna.self.signer.fingerprint, 1]]);
	assert.equal(back.asked(), 0);
	assert.deepEqual(liar.ears.heard, []);
});

test("only announced rooms of the host's key count, not where the host was, and no more of them than an invite names", async () => {
	const { fingerprint } = (await newSelf("Hanna")).signer;
	const room = { instance: "rt-1", name: "Hanna", fingerprint, address: "192.168.1.7", port: 1, until: 0 };
	const other = { ...room, fingerprint: "A".repeat(40), port: 2 };
	const before = { ...room, address: former.host, port: former.port };
	assert.deepEqual(placesOf([other, before, room], fingerprint, [former]), [{ host: room.address, port: room.port }]);
	const many = Array.from({ length: 50 }, (_, port) => ({ ...room, port }));
	assert.equal(placesOf(many, fingerprint, []).length, maxInviteEndpoints);
});

test("no network is asked in which the host has never been", async () => {
	const { fingerprint } = (await newSelf("Hanna")).signer;
	const range = parseCidr("127.0.0.1/8");
	assert.ok(range);
	const network = { address: "127.0.0.1", interface: "lo", range };
	const look = nearbyLooker(
		undefined,
		() => assert.fail("somebody was asked"),
		() => [network],
	);
	const { signal } = new AbortController();
	for (const places of [[former], [{ host: "host.example", port: 1 }], []]) {
		assert.deepEqual(await look({ host: fingerprint, former: places, signal }), []);
	}
});

test("a guest of a passing room asks no network when its host is gone", async (t) => {
	const hosting = await host(t, await newResident("Hanna"));
	const places = new Map([[1, hosting]]);
	const links: Link[] = [];
	const dialled: number[] = [];
	const base = transportTo(places, dialled);
	const transport: Transport = {
		...base,
		dial: async (...target) => {
			const outcome = await base.dial(...target);
			if (outcome.kind === "linked") links.push(outcome.link);
			if (dialled.length === 3) places.set(1, hosting);
			return outcome;
		},
	};
	let looked = 0;
	const bob = visit(t, await newResident("Bob"), () => hosting, undefined, {
		transport,
		watchNetwork: (_, onChange) => void setImmediate(onChange),
		lookNearby: async () => {
			looked += 1;
			return [];
		},
	});
	await bob.untilIn();
	places.clear();
	links[0]?.stream.destroy();
	await until(() => links.length === 2 && bob.isIn(), "the guest is back");
	assert.equal(looked, 0);
	assert.ok(dialled.length > 3);
});
