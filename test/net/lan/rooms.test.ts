// The list of rooms in a network under whatever neighbours say, the limits of what is read of them, and which networks count.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isNeighbour, lanNetworks } from "../../../src/net/lan/networks.ts";
import { LanRates } from "../../../src/net/lan/rates.ts";
import {
	type HeardRooms,
	heard,
	looksTheSame,
	MAX_LAN_ROOMS,
	MAX_LAN_ROOMS_OF_ONE,
	saidGoodbye,
	stillThere,
} from "../../../src/net/lan/rooms.ts";

const sighting = { instance: "rt-1", fingerprint: "A".repeat(40), name: "Hana", port: 4000, ttlSeconds: 20 } as const;
const from = "192.168.1.5";

test("A room is listed once however often it is heard of, and leaves when it is not heard of any more", () => {
	let rooms: HeardRooms = heard([], sighting, from, 0);
	rooms = heard(rooms, sighting, from, 15_000);
	assert.equal(rooms.length, 1);
	assert.equal(stillThere(rooms, 34_999), rooms);
	assert.deepEqual(stillThere(rooms, 35_000), []);
});

test("A goodbye counts only from where the room was announced", () => {
	const rooms = heard([], sighting, from, 0);
	assert.equal(saidGoodbye(rooms, "rt-1", "192.168.1.66").length, 1);
	assert.equal(saidGoodbye(rooms, "rt-2", from).length, 1);
	assert.deepEqual(saidGoodbye(rooms, "rt-1", from), []);
});

test("Whoever takes another's name, or says to be another's key, stands beside them and not in their place", () => {
	let rooms = heard([], sighting, from, 0);
	rooms = heard(rooms, { ...sighting, fingerprint: "B".repeat(40) }, from, 0);
	rooms = heard(rooms, sighting, "192.168.1.66", 0);
	assert.deepEqual(
		rooms.map(({ address, fingerprint }) => `${address} ${fingerprint[0]}`),
		["192.168.1.5 A", "192.168.1.5 B", "192.168.1.66 A"],
	);
});

test("No flood makes the list long, gives one neighbour more than its places, or puts out who was there first", () => {
	const flood = fc.array(
		fc.record({
			port: fc.integer({ min: 1, max: 65_535 }),
			fingerprint: fc.stringMatching(/^[0-9A-F]{40}$/),
			instance: fc.string(),
			host: fc.integer({ min: 6, max: 200 }),
		}),
		{ minLength: 100, maxLength: 400 },
	);
	fc.assert(
		fc.property(flood, (all) => {
			let rooms = heard([], sighting, from, 0);
			for (const { host, ...more } of all) rooms = heard(rooms, { ...sighting, ...more }, `192.168.1.${host}`, 1);
			assert.ok(rooms.length <= MAX_LAN_ROOMS);
			for (const { address } of rooms) {
				assert.ok(rooms.filter((one) => one.address === address).length <= MAX_LAN_ROOMS_OF_ONE);
			}
			assert.equal(rooms[0]?.address, from);
		}),
		{ numRuns: 30 },
	);
});

test("An announcement that only renews a room looks the same, and one with another name does not", () => {
	const rooms = heard([], sighting, from, 0);
	assert.ok(looksTheSame(rooms, heard(rooms, sighting, from, 9_000)));
	assert.ok(!looksTheSame(rooms, heard(rooms, { ...sighting, name: "Hanna" }, from, 9_000)));
	assert.ok(!looksTheSame(rooms, []));
	assert.ok(!looksTheSame([], rooms));
});

test("A loud neighbour is heard only a little, a crowd of made-up neighbours no more than that, and a quiet one is still heard", () => {
	let now = 0;
	const rates = new LanRates(() => now);
	const admitted = (address: string, times: number) =>
		Array.from({ length: times }, () => rates.admits(address)).filter(Boolean).length;
	assert.equal(admitted("10.0.0.1", 1_000), 20);
	assert.equal(admitted("10.0.0.2", 1), 1);
	now += 1_000;
	assert.equal(admitted("10.0.0.1", 1_000), 10);
	const crowd = Array.from({ length: 5_000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
	const heardOfCrowd = crowd.filter((address) => rates.admits(address)).length;
	assert.ok(heardOfCrowd <= 256);
	now += 3_000;
	assert.equal(admitted("10.0.0.3", 1), 1, "after the flood there is room again");
});

const info = (address: string, netmask: string, bits: number, internal = false) =>
	({ address, netmask, family: "IPv4", mac: "", internal, cidr: `${address}/${bits}` }) as const;
const interfaces = {
	lo: [info("127.0.0.1", "255.0.0.0", 8, true)],
	wlan0: [info("192.168.1.5", "255.255.255.0", 24)],
	eth0: [info("10.0.0.5", "255.255.255.252", 30), info("203.0.113.7", "255.255.255.255", 32)],
	tun0: [info("10.8.0.2", "255.255.255.0", 24)],
	docker0: [info("172.17.0.1", "255.255.0.0", 16)],
};

test("Rooms are shown and looked for on Wi-Fi and cable, not through a VPN or among containers, and where a person says so there alone", () => {
	const of = (only = {}) => lanNetworks(only, interfaces).map(({ address }) => address);
	assert.deepEqual(of(), ["192.168.1.5", "10.0.0.5"]);
	assert.deepEqual(of({ interface: "tun0" }), ["10.8.0.2"]);
	assert.deepEqual(of({ interface: "eth0" }), ["10.0.0.5"]);
	assert.deepEqual(of({ bind: "192.168.1.5" }), ["192.168.1.5"]);
	assert.deepEqual(of({ bind: "172.17.0.1" }), ["172.17.0.1"]);
	assert.deepEqual(of({ bind: "127.0.0.1" }), []);
	assert.deepEqual(of({ interface: "wlan0", bind: "10.0.0.5" }), []);
});

test("Only a computer in the same network is a neighbour in it", () => {
	const [network] = lanNetworks({ interface: "wlan0" }, interfaces);
	assert.ok(network);
	for (const address of ["192.168.1.1", "192.168.1.254"]) assert.ok(isNeighbour(address, network));
	for (const address of ["192.168.2.1", "8.8.8.8", "127.0.0.1", "::1", "nonsense"])
		assert.ok(!isNeighbour(address, network));
});
