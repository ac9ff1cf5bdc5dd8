// Property of a relay: whatever many pairs do at once, in whatever order, no byte reaches anybody but the other end of its own pair.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import fc from "fast-check";
import type { Link } from "../../../src/net/link/link.ts";
import { dialsRelays } from "../../../src/net/relay/dial-socket.ts";
import { relayKeyPair } from "../../../src/net/relay/keys.ts";
import { relayTransport } from "../../../src/net/relay/relay-transport.ts";
import { startRelay } from "../../../src/net/relay/server.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { until } from "../../support/until.ts";
import { patiently } from "../link/conformance.ts";

const bind = "127.0.0.1";
const relay = await startRelay({ port: 0, bind, names: [], page: "" });
assert.ok(relay.kind === "running");
after(() => relay.close());

/** One end of a pair, and what it was given. Every byte that it sends is its own number. */
class End {
	readonly number: number;
	readonly link: Link;
	sentBytes = 0;
	readonly heard: Buffer[] = [];
	isOver = false;

	constructor(number: number, link: Link) {
		this.number = number;
		this.link = link;
		link.stream.on("data", (chunk: Buffer) => this.heard.push(chunk));
		for (const event of ["end", "close"]) link.stream.once(event, () => (this.isOver = true));
	}

	say(sizeBytes: number): void {
		if (!this.link.stream.writable) return;
		this.link.stream.write(Buffer.alloc(sizeBytes, this.number));
		this.sentBytes += sizeBytes;
	}
}

async function roomWithGuests(guests: number, firstNumber: number): Promise<readonly (readonly [End, End])[]> {
	const key = relayKeyPair(randomBytes(32));
	const room = relayTransport({
		relay: new URL(`ws://${bind}:${relay.kind === "running" ? relay.port : 0}`),
		secret: randomBytes(16),
		hostKey: key.publicKey,
		host: { key },
		open: dialsRelays(tcpTransport()),
	});
	const arrivals: Link[] = [];
	assert.equal((await room.listen((link) => arrivals.push(link))).kind, "listening");
	const pairs: (readonly [End, End])[] = [];
	for (let guest = 0; guest < guests; guest += 1) {
		const dialled = await room.dial(patiently());
		assert.ok(dialled.kind === "linked");
		await until(() => arrivals.length > guest, "the guest's other end");
		const other = arrivals[guest];
		assert.ok(other);
		const number = firstNumber + 2 * guest;
		pairs.push([new End(number, dialled.link), new End(number + 1, other)]);
	}
	return pairs;
}

const deed = fc.record({
	pair: fc.nat(5),
	side: fc.constantFrom(0 as const, 1 as const),
	what: fc.oneof(
		{
			weight: 8,
			arbitrary: fc.record({ kind: fc.constant("say" as const), sizeBytes: fc.integer({ min: 1, max: 200_000 }) }),
		},
		{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("end" as const, "destroy" as const) }) },
		{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const) }) },
	),
	/** Lets the sockets work before the next one. */
	isLast: fc.boolean(),
});

test("No byte reaches anybody but the other end of its own pair, whatever is said, ended, broken and paused", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(deed, { maxLength: 60 }), async (deeds) => {
			const rooms = await Promise.all([roomWithGuests(3, 1), roomWithGuests(3, 101)]);
			const pairs = rooms.flat();
			const broken = new Set<number>();
			for (const { pair, side, what, isLast } of deeds) {
				const end = pairs[pair]?.[side];
				assert.ok(end);
				const { stream } = end.link;
				if (what.kind === "say") end.say(what.sizeBytes);
				else if (what.kind === "end") stream.end();
				else if (what.kind === "pause") stream.pause();
				else if (what.kind === "resume") stream.resume();
				else {
					broken.add(pair);
					stream.destroy();
				}
				if (isLast) await new Promise((resolve) => setImmediate(resolve));
			}
			for (const [one, other] of pairs) for (const { link } of [one, other]) link.stream.resume().end();
			await until(() => pairs.flat().every(({ isOver }) => isOver), "every pair is over");
			for (const [index, [one, other]] of pairs.entries()) {
				for (const [from, to] of [
					[one, other],
					[other, one],
				] as const) {
					const heard = Buffer.concat(to.heard);
					assert.ok(
						heard.every((byte) => byte === from.number),
						"only what the other end has said",
					);
					if (broken.has(index)) assert.ok(heard.length <= from.sentBytes);
					else assert.equal(heard.length, from.sentBytes, "all of it, where nobody broke off");
				}
			}
		}),
		{ numRuns: 12 },
	);
});
