// `rt key …` with commands that only remember what was asked of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import type { KeyCommands, KeyOutcome, KeyText, KeyView } from "../../../src/engine/api/key.ts";
import type { KeyAction } from "../../../src/ui/cli/arguments/key-arguments.ts";
import { runKeyCommand } from "../../../src/ui/cli/key-commands.ts";
import { Collected, FakeTerminalInput } from "../../support/terminal/streams.ts";

const fingerprint = "AB12".repeat(10);
const grouped = "AB12 ".repeat(10).trim();
const present = { kind: "present", name: "Ann", fingerprint, keptIn: "rt with passphrase" } as const;
const done: KeyOutcome = { kind: "done", name: "Ann", fingerprint };
const rightPassphrase = "open sesame";

class RememberedCommands implements KeyCommands {
	readonly asked: unknown[] = [];
	view: KeyView = present;
	/** True: the key is locked by `rightPassphrase`. */
	isLocked = false;

	show(): KeyView {
		return this.view;
	}

	exportPublic(): Promise<KeyText> {
		return Promise.resolve({ kind: "key", armored: "PUBLIC\n" });
	}

	exportPrivate(passphrase?: string): Promise<KeyText> {
		if (!this.isLocked || passphrase === rightPassphrase) return Promise.resolve({ kind: "key", armored: "PRIVATE\n" });
		return Promise.resolve({ kind: passphrase === undefined ? "passphraseNeeded" : "wrongPassphrase" });
	}

	importKey(bytes: Uint8Array, passphrase?: string): Promise<KeyOutcome> {
		this.asked.push(["import", Buffer.from(bytes).toString(), passphrase]);
		if (!this.isLocked || passphrase === rightPassphrase) return Promise.resolve(done);
		return Promise.resolve({ kind: passphrase === undefined ? "passphraseNeeded" : "wrongPassphrase" });
	}

	adoptGpgKey(wanted: string): Promise<KeyOutcome> {
		this.asked.push(["gpg", wanted]);
		return Promise.resolve(done);
	}

	setPassphrase(old: string | undefined, fresh: string | undefined): Promise<KeyOutcome> {
		this.asked.push(["passphrase", old, fresh]);
		return Promise.resolve(old === "wrong" ? { kind: "wrongPassphrase" } : done);
	}
}

function run(keys: KeyCommands, action: KeyAction, input: Readable = new PassThrough().end()) {
	const output = new Collected();
	const errors = new Collected();
	return { output, errors, exit: runKeyCommand({ keys, action, input, output, errors }) };
}

function pipe(text: string): Readable {
	return new PassThrough().end(text);
}

function keyFile(t: TestContext, content = "KEY"): string {
	const folder = mkdtempSync(join(tmpdir(), "rt-key-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "key.asc");
	writeFileSync(file, content);
	return file;
}

test("Show prints name, whole fingerprint and where the key is kept", async () => {
	const { output, exit } = run(new RememberedCommands(), { kind: "show" });
	assert.equal(await exit, 0);
	assert.match(output.text, /Ann/);
	assert.ok(output.text.includes(grouped));
	assert.match(output.text, /passphrase/);
});

test("Show without an identity says so and has an exit code of its own", async () => {
	const keys = new RememberedCommands();
	keys.view = { kind: "none" };
	assert.equal(await run(keys, { kind: "show" }).exit, 41);
});

test("An export prints the key and nothing else on the output", async () => {
	const publicKey = run(new RememberedCommands(), { kind: "export", isPrivate: false });
	assert.equal(await publicKey.exit, 0);
	assert.equal(publicKey.output.text, "PUBLIC\n");
	const keys = new RememberedCommands();
	keys.view = { ...present, keptIn: "rt without passphrase" };
	const privateKey = run(keys, { kind: "export", isPrivate: true });
	assert.equal(await privateKey.exit, 0);
	assert.equal(privateKey.output.text, "PRIVATE\n");
	assert.match(privateKey.errors.text, /no passphrase/);
});

test("An export of a locked key asks for its passphrase away from the output", async () => {
	const keys = new RememberedCommands();
	keys.isLocked = true;
	const { output, errors, exit } = run(keys, { kind: "export", isPrivate: true }, pipe(`${rightPassphrase}\n`));
	assert.equal(await exit, 0);
	assert.equal(output.text, "PRIVATE\n");
	assert.match(errors.text, /passphrase of your key/);
	assert.equal(await run(keys, { kind: "export", isPrivate: true }, pipe("no\n")).exit, 43);
});

test("An export that is refused prints nothing on the output", async () => {
	const keys = new RememberedCommands();
	keys.exportPublic = () =>
		Promise.resolve({
			kind: "refused",
			problem: { why: "key", trouble: { why: "gpg", failure: "gpgMissing", detail: "ENOENT" } },
		});
	const { output, errors, exit } = run(keys, { kind: "export", isPrivate: false });
	assert.equal(await exit, 1);
	assert.equal(output.text, "");
	assert.match(errors.text, /GnuPG is not installed/);
});

test("Replacing an identity without a terminal needs --yes, and says what would happen", async (t) => {
	const keys = new RememberedCommands();
	const file = keyFile(t);
	for (const action of [
		{ kind: "import", file, isConfirmed: false },
		{ kind: "useGpg", fingerprint, isConfirmed: false },
	] as const) {
		const { errors, exit } = run(keys, action, pipe("yes\n"));
		assert.equal(await exit, 44);
		assert.match(errors.text, /will be replaced[\s\S]*changed key[\s\S]*--yes/);
	}
	assert.deepEqual(keys.asked, []);
	assert.equal(await run(keys, { kind: "import", file, isConfirmed: true }).exit, 0);
	assert.equal(await run(keys, { kind: "useGpg", fingerprint, isConfirmed: true }).exit, 0);
	assert.deepEqual(keys.asked, [
		["import", "KEY", undefined],
		["gpg", fingerprint],
	]);
});

test("At a terminal replacing is asked for, and only yes is yes", async (t) => {
	const file = keyFile(t);
	for (const [typed, exitCode, count] of [
		["y\n", 44, 0],
		["\n", 44, 0],
		["yes\n", 0, 1],
	] as const) {
		const keys = new RememberedCommands();
		const input = new FakeTerminalInput();
		const { errors, exit } = run(keys, { kind: "import", file, isConfirmed: false }, input);
		await errors.until("Type yes");
		input.write(typed);
		assert.equal(await exit, exitCode, typed);
		assert.equal(keys.asked.length, count);
	}
});

test("The first identity is imported without a question", async () => {
	const keys = new RememberedCommands();
	keys.view = { kind: "none" };
	const { output, exit } = run(keys, { kind: "import", file: "-", isConfirmed: false }, pipe("KEY\nFROM\nPIPE"));
	assert.equal(await exit, 0);
	assert.deepEqual(keys.asked, [["import", "KEY\nFROM\nPIPE", undefined]]);
	assert.ok(output.text.includes(grouped));
});

test("A key locked by a passphrase asks for it with the echo off, three times at a terminal and once in a pipe", async (t) => {
	const keys = new RememberedCommands();
	keys.view = { kind: "none" };
	keys.isLocked = true;
	const file = keyFile(t);
	const input = new FakeTerminalInput();
	const typed = run(keys, { kind: "import", file, isConfirmed: false }, input);
	await typed.errors.until("passphrase of that key");
	assert.ok(input.isRaw);
	input.write("no\r");
	await typed.errors.until("wrong");
	input.write(`${rightPassphrase}\r`);
	assert.equal(await typed.exit, 0);
	assert.doesNotMatch(typed.errors.text, /sesame/);
	assert.equal(await run(keys, { kind: "import", file, isConfirmed: false }, pipe(`${rightPassphrase}\n`)).exit, 0);
	assert.equal(
		await run(keys, { kind: "import", file, isConfirmed: false }, pipe(`no\n${rightPassphrase}\n`)).exit,
		43,
	);
	assert.equal(await run(keys, { kind: "import", file, isConfirmed: false }).exit, 43);
});

test("A key file that is missing, a folder, or too large is refused before anything is asked", async (t) => {
	const keys = new RememberedCommands();
	for (const file of ["/nonexistent/key", tmpdir(), keyFile(t, "x".repeat(1024 * 1024 + 1))]) {
		assert.equal(await run(keys, { kind: "import", file, isConfirmed: true }).exit, 2);
	}
	const endless = pipe("x".repeat(1024 * 1024 + 1));
	assert.equal(await run(keys, { kind: "import", file: "-", isConfirmed: true }, endless).exit, 2);
	assert.deepEqual(keys.asked, []);
});

test("A new passphrase is asked for twice at a terminal and must be the same", async () => {
	for (const [second, exitCode] of [
		["fresh", 0],
		["frehs", 2],
	] as const) {
		const keys = new RememberedCommands();
		keys.view = { ...present, keptIn: "rt without passphrase" };
		const input = new FakeTerminalInput();
		const { errors, exit } = run(keys, { kind: "passphrase" }, input);
		await errors.until("new passphrase");
		input.write("fresh\r");
		await errors.until("Once more");
		input.write(`${second}\r`);
		assert.equal(await exit, exitCode);
		assert.deepEqual(keys.asked, exitCode === 0 ? [["passphrase", undefined, "fresh"]] : []);
		assert.doesNotMatch(errors.text, /fresh|frehs/);
	}
});

test("A weak passphrase is set, and told to be weak; a strong one is not", async () => {
	for (const [fresh, isWeak] of [
		["summer2024", true],
		["ocean velvet tiger lamp north apple", false],
	] as const) {
		const keys = new RememberedCommands();
		const { errors, exit } = run(keys, { kind: "passphrase" }, pipe(`old\n${fresh}\n`));
		assert.equal(await exit, 0);
		assert.equal(/That passphrase is weak/.test(errors.text), isWeak, fresh);
		assert.deepEqual(keys.asked, [["passphrase", "old", fresh]]);
	}
});

test("In a pipe the present and the new passphrase are a line each, and an empty new one removes it", async () => {
	const keys = new RememberedCommands();
	assert.equal(await run(keys, { kind: "passphrase" }, pipe("old\nnew\n")).exit, 0);
	const removed = run(keys, { kind: "passphrase" }, pipe("old\n\n"));
	assert.equal(await removed.exit, 0);
	assert.match(removed.output.text, /removed/);
	assert.equal(await run(keys, { kind: "passphrase" }, pipe("wrong\nnew\n")).exit, 43);
	assert.deepEqual(keys.asked, [
		["passphrase", "old", "new"],
		["passphrase", "old", undefined],
		["passphrase", "wrong", "new"],
	]);
});

test("An input that ends before the new passphrase came removes nothing", async () => {
	const keys = new RememberedCommands();
	assert.equal(await run(keys, { kind: "passphrase" }, pipe("old\n")).exit, 2);
	assert.deepEqual(keys.asked, []);
});

test("The passphrase of a key that gpg keeps is left to gpg", async () => {
	const keys = new RememberedCommands();
	keys.view = { ...present, keptIn: "gpg-agent" };
	const { errors, exit } = run(keys, { kind: "passphrase" });
	assert.equal(await exit, 2);
	assert.match(errors.text, /gpg --change-passphrase/);
});
