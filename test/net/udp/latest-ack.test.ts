// One acknowledgement goes out where udx makes many in one turn of the event loop, and nothing that only one of them said is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { LatestAck } from "../../../src/net/udp/latest-ack.ts";

const TYPE = { ack: 0, data: 1, sack: 4, destroy: 16, heartbeat: 32 } as const;

/** A packet as udx makes it: its header, of which only the type and what is acknowledged matter here. */
function packet(type: number, upTo: number): Buffer {
	const bytes = Buffer.alloc(20);
	bytes.set([255, 1, type, 0]);
	bytes.writeUInt32LE(upTo >>> 0, 16);
	return bytes;
}

function collected() {
	const sent: Buffer[] = [];
	return { sent, latest: new LatestAck((one) => void sent.push(one)) };
}

test("of the acknowledgements of one turn the newest goes out, alone; those of the next turn have their own", async () => {
	const { sent, latest } = collected();
	const packets = [packet(TYPE.ack, 1), packet(TYPE.sack, 1), packet(TYPE.sack, 1), packet(TYPE.ack, 4)];
	for (const one of packets) latest.take(one);
	assert.deepEqual(sent, []);
	await turn();
	assert.deepEqual(sent, packets.slice(-1));
	const later = packet(TYPE.ack, 5);
	latest.take(later);
	await turn();
	assert.deepEqual(sent, [...packets.slice(-1), later]);
});

test("data go out at once and stand for an acknowledgement that says no more than they do, also where the count begins anew", async () => {
	for (const upTo of [3, 4, -1]) {
		const { sent, latest } = collected();
		const data = packet(TYPE.data, upTo + 1);
		latest.take(packet(TYPE.ack, upTo));
		latest.take(data);
		await turn();
		assert.deepEqual(sent, [data]);
	}
});

test("an acknowledgement that says more than the data goes out all the same: of what came out of order, and of what came since", async () => {
	for (const ack of [packet(TYPE.sack, 3), packet(TYPE.ack, 8)]) {
		const { sent, latest } = collected();
		const data = packet(TYPE.data, 7);
		latest.take(ack);
		latest.take(data);
		await turn();
		assert.deepEqual(sent, [data, ack]);
	}
});

test("signs of life and the end of a stream wait for nothing", () => {
	const { sent, latest } = collected();
	const packets = [packet(TYPE.heartbeat, 0), packet(TYPE.destroy, 0)];
	for (const one of packets) latest.take(one);
	assert.deepEqual(sent, packets);
});

test("where no later turn comes, an acknowledgement that waits goes out now, and once", async () => {
	const { sent, latest } = collected();
	const ack = packet(TYPE.ack, 1);
	latest.take(ack);
	latest.flush();
	assert.deepEqual(sent, [ack]);
	await turn();
	assert.deepEqual(sent, [ack]);
});
