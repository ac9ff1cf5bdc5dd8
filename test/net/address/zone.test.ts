// Link-local IPv6 addresses with and without the name of an interface behind them.
import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import { typeableAddresses } from "../../../src/net/address/address.ts";
import { throughEachInterface, zoneTrouble } from "../../../src/net/address/zone.ts";

function info(address: string, internal = false): NetworkInterfaceInfo {
	const common = { address, netmask: "", mac: "02:00:00:00:00:01", internal, cidr: null };
	return address.includes(":") ? { ...common, family: "IPv6", scopeid: 0 } : { ...common, family: "IPv4" };
}

const lo = [info("127.0.0.1", true), info("::1", true)];
const interfaces = {
	lo,
	eth0: [info("fe80::a")],
	wlan0: [info("192.168.1.5"), info("fe80::b")],
	tun0: [info("10.8.0.2")],
};

test("a link-local address is dialled through each interface that has such addresses, and any other target as it is", () => {
	const hosts = (host: string) => throughEachInterface({ host, port: 5000 }, interfaces).map((one) => one.host);
	assert.deepEqual(hosts("fe80::1"), ["fe80::1%eth0", "fe80::1%wlan0"]);
	for (const host of ["fe80::1%eth0", "fe80::1%eth9", "2a0e::1", "192.168.1.7", "fe80.example", "room.example"]) {
		assert.deepEqual(hosts(host), [host]);
	}
	const [only] = throughEachInterface({ host: "fe80::1", port: 5000 }, { lo });
	assert.deepEqual(only, { host: "fe80::1", port: 5000 }, "there is no interface to go by, and the system says so");
});

test("a zone that names no interface of this computer is told, with those that there are", () => {
	assert.equal(zoneTrouble("fe80::1%eth0", interfaces), undefined);
	assert.equal(zoneTrouble("fe80::1", interfaces), undefined);
	const words = 'This computer has no network interface "eth9" that is switched on';
	assert.equal(zoneTrouble("fe80::1%eth9", interfaces), `${words}; it has eth0, wlan0.`);
	assert.equal(zoneTrouble("fe80::1%eth9", { lo }), `${words}.`);
});

test("link-local addresses are named to people where no cable and no Wi-Fi has another address, before those of virtual networks and of this computer", () => {
	const named = (of: Parameters<typeof typeableAddresses>[0]) => typeableAddresses(of).map(({ address }) => address);
	assert.deepEqual(named(interfaces), ["192.168.1.5", "10.8.0.2"]);
	const { wlan0: _, ...cable } = interfaces;
	assert.deepEqual(named({ ...cable, docker0: [info("fe80::d")] }), ["fe80::a", "10.8.0.2"]);
	assert.deepEqual(named({ lo, eth0: [info("fe80::a")] }), ["fe80::a", "127.0.0.1", "::1"]);
	assert.deepEqual(named({ lo }), ["127.0.0.1", "::1"]);
});
