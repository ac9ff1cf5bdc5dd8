// A receiver whose disk is slower than the line: what has come and waits for the disk is bounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FilePort } from "../../../src/engine/files/pieces/port.ts";
import { SpeedLimit } from "../../../src/engine/files/pieces/speed.ts";
import { until } from "../../support/until.ts";
import { bytesOf, framePair, guestPort, MemorySink, sealedFile, somebody, uptime } from "./ports.ts";

const pieces = 24;
/** As many as the widest window has, and one. */
const mostBegun = 9;

/** Holds every piece until it is let go. */
class SlowSink extends MemorySink {
	readonly held: (() => void)[] = [];

	override async write(piece: number, sealed: Uint8Array): Promise<boolean> {
		await new Promise<void>((resolve) => this.held.push(resolve));
		return super.write(piece, sealed);
	}
}

test("while the disk writes nothing no more is asked for than fits in the widest window, and it goes on with each piece that is written", async (t) => {
	const file = sealedFile(bytesOf(pieces));
	const given = new Set<number>();
	const source = {
		...file.source,
		// Whoever gets a piece gives its memory back, for other pieces.
		piece: async (index: number) => {
			given.add(index);
			const sealed = file.sealed[index];
			return sealed && Uint8Array.from(sealed);
		},
	};
	const [guestFrames, hostFrames] = framePair();
	const host: FilePort = new FilePort({
		frames: hostFrames,
		limit: new SpeedLimit(uptime),
		uptime,
		onOpening: ({ transfer }) => host.give(transfer, source, { onOver: () => {} }),
	});
	const guest = guestPort(guestFrames);
	t.after(() => {
		host.close();
		guest.close();
	});
	void host.run();
	void guest.run();
	const sink = new SlowSink(file.wanted);
	const over: string[] = [];
	guest.get(somebody, { wanted: file.wanted, sink, onOver: (why) => over.push(why) });
	await until(() => sink.held.length >= mostBegun);
	assert.equal(given.size, mostBegun);
	for (let piece = 0; piece < pieces; piece += 1) {
		await until(() => sink.held.length > 0);
		assert.ok(given.size <= piece + mostBegun, `${given.size} pieces were given while ${piece} were written`);
		sink.held.shift()?.();
		await until(() => sink.count === piece + 1);
	}
	await until(() => over.length > 0);
	assert.deepEqual(over, ["done"]);
});
