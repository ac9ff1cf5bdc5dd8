// Work that is spread out: one piece in each turn of the event loop.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { SpreadTurns } from "../../../src/engine/bounds/spread-turns.ts";

/** Counts the turns of the event loop from now on. */
function loopTurns() {
	let turn = 0;
	let isOver = false;
	const step = (): void => {
		turn += 1;
		if (!isOver) setImmediate(step);
	};
	setImmediate(step);
	return {
		now: () => turn,
		stop() {
			isOver = true;
		},
	};
}

test("pieces of work have a turn of the event loop each, in the order in which they were asked for", async () => {
	const turns = new SpreadTurns();
	const loop = loopTurns();
	const done: (readonly [piece: number, turn: number])[] = [];
	const work = async (piece: number): Promise<void> => {
		await turns.next();
		done.push([piece, loop.now()]);
	};
	await Promise.all([1, 2, 3, 4, 5].map(work));
	loop.stop();
	assert.deepEqual(
		done.map(([piece]) => piece),
		[1, 2, 3, 4, 5],
	);
	assert.equal(new Set(done.map(([, turn]) => turn)).size, 5, `two had the same turn: ${JSON.stringify(done)}`);
});

test("attack: frames that come by a connection meanwhile are heard before all the work that waited first is done", async (t) => {
	const server = createServer().listen(0, "127.0.0.1");
	t.after(() => server.close());
	await once(server, "listening");
	const address = server.address();
	assert.ok(address !== null && typeof address === "object");
	const [[inside], speaker] = await Promise.all([
		once(server, "connection"),
		(async () => {
			const socket = connect(address.port, "127.0.0.1");
			await once(socket, "connect");
			return socket;
		})(),
	]);
	t.after(() => void speaker.destroy());
	t.after(() => void inside.destroy());
	const turns = new SpreadTurns();
	const pieces = 1_000;
	let left = pieces;
	const all = Array.from({ length: pieces }, () =>
		turns.next().then(() => {
			left -= 1;
		}),
	);
	speaker.write("a line");
	await once(inside, "data");
	const leftThen = left;
	await Promise.all(all);
	assert.ok(leftThen > 0, "all the work was done before the line was heard");
});
