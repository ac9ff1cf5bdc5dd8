// Reading bounded lines, passwords and signals: the small parts below line mode and JSON-RPC.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { LineReader } from "../../../src/ui/lines/line-reader.ts";
import { readPassword, readPasswordFile } from "../../../src/ui/lines/passwords-from.ts";
import { stopOnSignals } from "../../../src/ui/lines/stop-signals.ts";
import { nearest } from "../../../src/ui/text/nearest.ts";

const limitBytes = 10;

async function allLines(input: Readable): Promise<readonly string[]> {
	const reader = new LineReader(input);
	const lines: string[] = [];
	for (;;) {
		const read = await reader.next(limitBytes);
		if (read.kind === "end") return lines;
		lines.push(read.kind === "line" ? read.bytes.toString("latin1") : read.kind);
	}
}

test("However the bytes arrive, the lines are the same, and too long ones are told", async () => {
	const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n", "é"), minLength: 1, maxLength: 15 });
	await fc.assert(
		fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
			const chunks = pieces.map((text) => Buffer.from(text, "latin1"));
			const whole = Buffer.concat(chunks).toString("latin1");
			const expected = whole.split("\n").map((line) => (line.length > limitBytes ? "tooLong" : line));
			if (expected.at(-1) === "") expected.pop();
			assert.deepEqual(await allLines(Readable.from(chunks)), expected);
		}),
	);
});

test("A line without end is thrown away as it arrives, and the line behind it is read", async () => {
	const mebibyte = 1024 * 1024;
	const before = process.memoryUsage().arrayBuffers;
	let atEndOfFlood = 0;
	function* flood() {
		for (let count = 0; count < 512; count += 1) yield Buffer.alloc(mebibyte, "x");
		atEndOfFlood = process.memoryUsage().arrayBuffers;
		yield Buffer.from("\nnext\n");
	}
	assert.deepEqual(await allLines(Readable.from(flood())), ["tooLong", "next"]);
	assert.ok(atEndOfFlood - before < 256 * mebibyte, "half a gibibyte was not kept");
});

test("An input that breaks is one that ended", async () => {
	const input = new PassThrough();
	const reader = new LineReader(input);
	const reading = reader.next(limitBytes);
	input.destroy(new Error("EIO"));
	assert.deepEqual(await reading, { kind: "end" });
	assert.deepEqual(await reader.next(limitBytes), { kind: "end" });
});

test("A password is one line of a file, with a warning when others can read it", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "rt-password-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "password");
	const read = (content: string | Buffer, mode: number) => {
		writeFileSync(file, content);
		chmodSync(file, mode);
		return readPasswordFile(file);
	};
	assert.deepEqual(await read("correct horse\r\n", 0o600), { kind: "found", password: "correct horse" });
	assert.deepEqual(await read(" spaces count ", 0o600), { kind: "found", password: " spaces count " });
	const exposed = await read("correct horse", 0o644);
	assert.ok(exposed.kind === "found" && exposed.warning?.includes("chmod 600"));
	for (const content of ["", "\n", "two\nlines\n", "x".repeat(1025), "x".repeat(5000), Buffer.from([0xff])]) {
		assert.equal((await read(content, 0o600)).kind, "failed");
	}
	assert.equal((await read("x".repeat(1024), 0o600)).kind, "found");
	assert.equal((await readPasswordFile(folder)).kind, "failed");
});

test("A password from the input is exactly its first line", async () => {
	const reader = new LineReader(Readable.from([Buffer.from("correct horse\nfirst"), Buffer.from(" words\n")]));
	assert.deepEqual(await readPassword("-", reader), { kind: "found", password: "correct horse" });
	const rest = await reader.next(100);
	assert.ok(rest.kind === "line" && rest.bytes.toString() === "first words");
	assert.equal((await readPassword("-", reader)).kind, "failed");
});

test("The first stop signal asks to leave, the second ends the process", () => {
	const exits: number[] = [];
	const source = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
	const { signal, dispose } = stopOnSignals(source);
	source.emit("SIGTERM");
	assert.ok(signal.aborted);
	assert.deepEqual(exits, []);
	source.emit("SIGINT");
	assert.deepEqual(exits, [1]);
	dispose();
	assert.equal(source.listenerCount("SIGINT") + source.listenerCount("SIGTERM") + source.listenerCount("SIGHUP"), 0);
});

test("A SIGHUP that was ignored when the program was started stays ignored", () => {
	const source = Object.assign(new EventEmitter(), { exit: () => {}, env: { RT_HUP_IGNORED: "1" } });
	const { signal, dispose } = stopOnSignals(source);
	// With a listener it has no default effect.
	assert.equal(source.listenerCount("SIGHUP"), 1);
	source.emit("SIGHUP");
	assert.equal(signal.aborted, false);
	source.emit("SIGTERM");
	assert.ok(signal.aborted);
	dispose();
	assert.equal(source.listenerCount("SIGHUP"), 0);
});

test("The nearest word is found for slips of the finger only", () => {
	const known = ["--port", "--plain", "--password-file"];
	assert.equal(nearest("--prot", known), "--port");
	assert.equal(nearest("--paswordfile", known), "--password-file");
	assert.equal(nearest("--unrelated-thing", known), undefined);
	fc.assert(fc.property(fc.string({ maxLength: 60 }), (word) => [...known, undefined].includes(nearest(word, known))));
});
