// Whoever gives a file is not trusted: what was not asked for, or is not what was signed, ends that file and nothing else.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { SEALED_BLOCK_BYTES } from "../../../src/crypto/file/pieces.ts";
import {
	decodeWant,
	encodeBlock,
	encodeHashes,
	encodeOver,
	type Over,
} from "../../../src/engine/wire/files/file-frames.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import type { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { bytesOf, framePair, guestPort, MemorySink, type SealedFile, sealedFile, somebody } from "./ports.ts";

/** How a hostile host answers: everything is as it should be but for what is overridden. */
interface Lies {
	readonly hashes?: (file: SealedFile) => Uint8Array;
	/** Returns the blocks that are sent in place of the one that was wanted. */
	readonly blocks?: (
		block: number,
		sealed: Uint8Array,
		file: SealedFile,
	) => readonly { readonly block: number; readonly sealed: Uint8Array }[];
}

const blockOf = ({ sealed }: SealedFile, block: number): Uint8Array => {
	const at = (block % 16) * SEALED_BLOCK_BYTES;
	return (sealed[Math.floor(block / 16)] ?? new Uint8Array()).subarray(at, at + SEALED_BLOCK_BYTES);
};

async function lieTo(frames: FrameStream, file: SealedFile, lies: Lies, signal: AbortSignal): Promise<void> {
	for (;;) {
		const next = await frames.next(signal);
		if (next.kind !== "frame") return;
		const { type, body } = next.frame;
		const transfer = Buffer.from(body).readUInt32BE(0);
		if (type === frameType.askHashes) {
			frames.send(frameType.hashes, encodeHashes(transfer, 0, lies.hashes?.(file) ?? file.hashes));
		}
		const want = type === frameType.want ? decodeWant(body) : undefined;
		for (let block = want?.from ?? 0; block < (want?.from ?? 0) + (want?.count ?? 0); block += 1) {
			const sealed = blockOf(file, block);
			for (const sent of lies.blocks?.(block, sealed, file) ?? [{ block, sealed }]) {
				frames.send(frameType.block, ...encodeBlock(transfer, sent.block, sent.sealed));
			}
		}
	}
}

/** Takes a file of two pieces from a host that lies, and then one from the same host that does not lie about it. */
async function takes(t: TestContext, lies: Lies): Promise<Over | "stopped"> {
	const [mine, theirs] = framePair();
	const stop = new AbortController();
	t.after(() => stop.abort());
	const file = sealedFile(bytesOf(2));
	const lying = lieTo(theirs, file, lies, stop.signal);
	const port = guestPort(mine);
	const running = port.run();
	const sink = new MemorySink(file.wanted);
	const why = await new Promise<Over | "stopped">((resolve) => {
		port.get(somebody, { wanted: file.wanted, sink, onOver: resolve });
	});
	for (const [piece, sealed] of sink.pieces) assert.deepEqual(sealed, Uint8Array.from(file.sealed[piece] ?? []));
	assert.equal(port.count, 0, "nothing of it goes on");
	port.close();
	assert.equal((await running).kind, "lost", "the Link itself was not ended for it");
	mine.stream.destroy();
	await lying;
	return why;
}

test("a file that comes as it was signed is taken", async (t) => {
	assert.equal(await takes(t, {}), "done");
});

test("hashes that are not those of the signed root are refused before a block is asked for", async (t) => {
	assert.equal(await takes(t, { hashes: ({ hashes }) => randomBytes(hashes.length) }), "broken");
});

test("fewer and more hashes than there are pieces are refused", async (t) => {
	assert.equal(await takes(t, { hashes: ({ hashes }) => Buffer.concat([hashes, randomBytes(32)]) }), "broken");
});

test("two blocks that were swapped are refused", async (t) => {
	const swapped = new Map([
		[3, 4],
		[4, 3],
	]);
	const blocks: Lies["blocks"] = (block, _, file) => {
		const sent = swapped.get(block) ?? block;
		return [{ block: sent, sealed: blockOf(file, sent) }];
	};
	assert.equal(await takes(t, { blocks }), "broken");
});

test("two blocks that were swapped under each other's numbers are refused", async (t) => {
	const swapped = new Map([
		[3, 4],
		[4, 3],
	]);
	const blocks: Lies["blocks"] = (block, _, file) => [{ block, sealed: blockOf(file, swapped.get(block) ?? block) }];
	assert.equal(await takes(t, { blocks }), "broken");
});

test("a block that comes twice is refused", async (t) => {
	const blocks: Lies["blocks"] = (block, sealed) =>
		block === 5
			? [
					{ block, sealed },
					{ block, sealed },
				]
			: [{ block, sealed }];
	assert.equal(await takes(t, { blocks }), "broken");
});

test("a short block is refused", async (t) => {
	const blocks: Lies["blocks"] = (block, sealed) => [{ block, sealed: block === 5 ? sealed.subarray(1) : sealed }];
	assert.equal(await takes(t, { blocks }), "broken");
});

test("a block of another file is refused", async (t) => {
	const other = sealedFile(bytesOf(2));
	const blocks: Lies["blocks"] = (block, sealed) => [{ block, sealed: block === 5 ? blockOf(other, block) : sealed }];
	assert.equal(await takes(t, { blocks }), "broken");
});

test("a block with one changed bit is refused", async (t) => {
	const blocks: Lies["blocks"] = (block, sealed) => {
		const changed = Uint8Array.from(sealed);
		if (block === 17) changed[100] = (changed[100] ?? 0) ^ 1;
		return [{ block, sealed: changed }];
	};
	assert.equal(await takes(t, { blocks }), "broken");
});

test("a file of 100 GB that is said to be all there after 1 KB is refused", async (t) => {
	const [mine, theirs] = framePair();
	const { wanted, hashes } = sealedFile(1_000);
	const port = guestPort(mine);
	const running = port.run();
	t.after(() => mine.stream.destroy());
	const claimed = { ...wanted, layout: { contentBytes: 100_000_000_000, listBytes: 0 } };
	const why = new Promise<Over | "stopped">((resolve) => {
		port.get(somebody, { wanted: claimed, sink: new MemorySink(claimed), onOver: resolve });
	});
	theirs.send(frameType.hashes, encodeHashes(1, 0, hashes));
	theirs.send(frameType.over, encodeOver(1, "done"));
	assert.equal(await why, "broken");
	port.close();
	assert.equal((await running).kind, "lost");
});
