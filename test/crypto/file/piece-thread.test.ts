// The thread that seals, hashes and opens pieces: what comes out of it, whose memory is whose, and what happens when it dies.
import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { PieceThread } from "../../../src/crypto/file/piece-thread.ts";
import { type FileSecret, PIECE_BYTES, pieceHash, sealedBytes } from "../../../src/crypto/file/pieces.ts";

const secret: FileSecret = { id: randomBytes(16), key: randomBytes(32) };

async function sealed(thread: PieceThread, index: number, content: Uint8Array): Promise<Buffer> {
	const slot = thread.slot();
	slot.set(content);
	const made = await thread.seal(secret, index, slot, content.length, true);
	assert.ok(made?.hash);
	assert.equal(made.sealed.length, sealedBytes(content.length));
	assert.deepEqual(Buffer.from(made.hash), pieceHash(made.sealed));
	return made.sealed;
}

test("pieces come out of the thread as they were, whole and short ones, and their content is hashed on the way", async () => {
	const thread = new PieceThread();
	const contents = [randomBytes(PIECE_BYTES), randomBytes(70_000)];
	const number = thread.newContent();
	for (const [index, content] of contents.entries()) {
		const made = await sealed(thread, index, content);
		assert.deepEqual(await thread.open(secret, index + 1, Buffer.from(made)), {}, "another index");
		const found = await thread.hash(made);
		assert.ok(found);
		const next = { number, bytes: content.length, isFirst: index === 0 };
		const opened = await thread.open(secret, index, found.sealed, next);
		assert.ok(opened?.plain && content.equals(opened.plain.subarray(0, content.length)));
		thread.giveBack(opened.plain);
	}
	const sha256 = hash("sha256", Buffer.concat(contents), "buffer");
	assert.deepEqual(Buffer.from((await thread.digest(number)) ?? []), sha256);
	assert.equal(await thread.digest(number), undefined, "it is known once");
});

test("a piece that is sealed again has the same tags only if nothing of it was changed, and is not hashed as a whole", async () => {
	const thread = new PieceThread();
	const content = randomBytes(200_000);
	const tagsOf = async (index: number, bytes: Uint8Array): Promise<string> => {
		const slot = thread.slot();
		slot.set(bytes);
		const made = await thread.seal(secret, index, slot, bytes.length, false);
		assert.ok(made && made.hash === undefined);
		return Buffer.from(made.tags).toString("hex");
	};
	const before = await tagsOf(3, content);
	assert.equal(await tagsOf(3, content), before);
	assert.notEqual(await tagsOf(4, content), before);
	for (const at of [0, 65_535, 65_536, 199_999]) {
		const changed = Uint8Array.from(content);
		changed[at] = (changed[at] ?? 0) ^ 1;
		assert.notEqual(await tagsOf(3, changed), before, `byte ${at}`);
	}
});

test("a piece that several read is used again only when the last one has given it back", () => {
	const thread = new PieceThread();
	const slot = thread.slot();
	thread.share(slot);
	thread.giveBack(slot.subarray(5, 9));
	assert.notEqual(thread.slot().buffer, slot.buffer);
	thread.giveBack(slot);
	assert.equal(thread.slot().buffer, slot.buffer);
});

test("a thread that can't begin loses the first piece, and the others are sealed here", async () => {
	const thread = new PieceThread(new URL("data:text/javascript,throw 1"));
	assert.equal(await thread.seal(secret, 0, thread.slot(), 5, false), undefined);
	await sealed(thread, 0, randomBytes(5));
});

test("where no thread can be made, as in a page, pieces are sealed here", async () => {
	await sealed(new PieceThread(new URL("https://127.0.0.1/piece-worker.js")), 0, randomBytes(5));
});

test("a thread that dies loses what it was given, and the next piece has a new one", async () => {
	const mortal = `import { parentPort } from "node:worker_threads";
		parentPort.on("message", ({ task, slot }) => {
			if (task.bytes === 13) process.exit();
			parentPort.postMessage({ result: { hash: Uint8Array.of(task.bytes) }, slot }, [slot]);
		});`;
	const thread = new PieceThread(new URL(`data:text/javascript,${encodeURIComponent(mortal)}`));
	const hashOf = async (bytes: number) => (await thread.hash(new Uint8Array(bytes)))?.hash[0];
	assert.deepEqual(await Promise.all([5, 13, 6].map(hashOf)), [5, undefined, undefined]);
	assert.equal(await hashOf(7), 7);
});
