// When this computer's addresses become others.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalAddress } from "../../../src/net/address/address.ts";
import { ADDRESSES_EVERY_MS, watchAddresses } from "../../../src/net/link/watch-addresses.ts";
import { manualClock } from "../../support/manual-clock.ts";

test("a change of addresses is told once, their order is none, and nothing is told after the end", async () => {
	const clock = manualClock();
	const one = (address: string): LocalAddress => ({ address, interface: "eth0", scope: "local", family: 4 });
	let now = [one("192.168.1.2"), one("192.168.1.3")];
	const told: string[][] = [];
	const ending = new AbortController();
	const onChange = (addresses: readonly LocalAddress[]) => void told.push(addresses.map(({ address }) => address));
	watchAddresses({ signal: ending.signal, onChange, read: () => now, clock });
	clock.advance(3 * ADDRESSES_EVERY_MS);
	now = now.toReversed();
	clock.advance(3 * ADDRESSES_EVERY_MS);
	assert.deepEqual(told, []);
	now = [one("10.0.0.2")];
	clock.advance(3 * ADDRESSES_EVERY_MS);
	assert.deepEqual(told, [["10.0.0.2"]]);
	ending.abort();
	now = [];
	clock.advance(3 * ADDRESSES_EVERY_MS);
	assert.equal(told.length, 1);
	assert.equal(clock.waiting, 0);
});
