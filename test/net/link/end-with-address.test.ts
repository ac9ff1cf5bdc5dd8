// A Link ends with the address by which it leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { endWithAddress } from "../../../src/net/link/end-with-address.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { ADDRESSES_EVERY_MS } from "../../../src/net/link/watch-addresses.ts";
import { manualClock } from "../../support/manual-clock.ts";

function linkFrom(own: string | undefined, first: readonly string[]) {
	const clock = manualClock();
	const [link] = memoryLinkPair();
	let there = first;
	endWithAddress(link, own, { clock, addresses: () => there.map((address) => ({ address })) });
	const look = (addresses: readonly string[]): void => {
		there = addresses;
		clock.advance(ADDRESSES_EVERY_MS);
	};
	return { clock, link, look };
}

test("a Link ends when its own address is missing at two looks in a row, and nobody looks after its end", async () => {
	const { clock, link, look } = linkFrom("192.168.1.3", ["192.168.1.3", "10.0.0.2"]);
	look(["192.168.1.3"]);
	look(["10.0.0.2"]);
	assert.equal(link.stream.destroyed, false);
	look(["10.0.0.2"]);
	assert.equal(link.stream.destroyed, true);
	await new Promise((resolve) => link.stream.once("close", resolve));
	assert.equal(clock.waiting, 0);
});

test("an address that is missing for a moment ends nothing, however often", () => {
	const { link, look } = linkFrom("192.168.1.3", ["192.168.1.3"]);
	for (let count = 0; count < 10; count += 1) {
		look([]);
		look(["192.168.1.3"]);
	}
	assert.equal(link.stream.destroyed, false);
});

test("a Link from an address that the system does not list is left alone", () => {
	for (const own of [undefined, "127.0.0.2"]) {
		const { clock, link, look } = linkFrom(own, ["127.0.0.1", "192.168.1.3"]);
		for (let count = 0; count < 5; count += 1) look([]);
		assert.equal(link.stream.destroyed, false);
		assert.equal(clock.waiting, 0);
	}
});
