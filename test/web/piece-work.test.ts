// What stands in a page for the thread of pieces answers as that does: in the order in which it was asked, and also where the browser can't do it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIECE_BYTES, sealedBytes } from "../../src/crypto/file/pieces.ts";

// The module listens as in a Web Worker where there is no document.
Object.assign(globalThis, { addEventListener: () => {} });
/** Is named so that the types of browsers, which the shim is written in, are not asked for here. */
const shim = "../../src/web/shim/worker-threads.ts";
interface PageWorker {
	on(event: "message", listener: (answer: { readonly result: object }) => void): this;
	postMessage(message: object): void;
}
const { Worker } = (await import(shim)) as { readonly Worker: new (file: URL) => PageWorker };

test("a quick task waits for a slow one before it, and one that fails is answered with no result", async () => {
	const worker = new Worker(new URL("file:///piece-worker.js"));
	const answers: { readonly result: object }[] = [];
	const all = new Promise<void>((resolve) => {
		worker.on("message", (answer) => {
			if (answers.push(answer) === 3) resolve();
		});
	});
	const secret = { id: new Uint8Array(16), key: new Uint8Array(32) };
	const slot = () => new ArrayBuffer(sealedBytes(PIECE_BYTES));
	worker.postMessage({ task: { kind: "seal", secret, index: 0, bytes: PIECE_BYTES }, slot: slot() });
	const noKey = { ...secret, key: new Uint8Array(1) };
	worker.postMessage({ task: { kind: "seal", secret: noKey, index: 0, bytes: PIECE_BYTES }, slot: slot() });
	worker.postMessage({ task: { kind: "open", secret, index: 0, bytes: 1 }, slot: slot() });
	await all;
	assert.deepEqual(
		answers.map(({ result }) => Object.keys(result)),
		[["tags"], [], ["isOpen"]],
	);
	assert.throws(() => new Worker(new URL("file:///another-worker.js")), /no such thread/);
});
