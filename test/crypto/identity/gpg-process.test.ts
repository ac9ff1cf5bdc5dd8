// What GnuPG says of itself is told apart by its status codes. The program here is a script that says what GnuPG would; gpg.test.ts has the real one.
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type GpgCall, runGpg } from "../../../src/crypto/identity/gpg-process.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

/** A program of these lines of shell, in the place of gpg, and what comes of one call of it. */
function scripted(t: TestContext, lines: string) {
	const program = join(temporaryHome(t), "gpg");
	writeFileSync(program, `#!/bin/sh\n${lines}\n`);
	chmodSync(program, 0o700);
	return (call: Partial<GpgCall> = {}) =>
		runGpg({ args: ["--sign"], program, maxOutputBytes: 1_000, timeoutMs: 60_000, ...call });
}

const says = (...lines: readonly string[]): string =>
	`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} >&2; exit 2`;

/** An error as GnuPG writes it: where it comes from in the upper byte, what it is in the lower two (err-codes.h.in). */
const error = (code: number, source = 0): number => source * 2 ** 24 + code;

test("each error of GnuPG becomes what a person can be told", async (t) => {
	const expected = {
		wrongPassphrase: [error(11), error(11, 4)],
		noSecretKey: [error(17)],
		timedOut: [error(62)],
		passphraseNeeded: [error(85), error(177), error(9, 5), error(32_870, 5)],
		cancelled: [error(99), error(198), error(99, 5)],
		other: [error(9), error(9, 6)],
	};
	for (const [failure, codes] of Object.entries(expected)) {
		for (const code of codes) {
			for (const keyword of ["ERROR", "FAILURE"]) {
				const outcome = await scripted(t, says(`[GNUPG:] ${keyword} sign ${code}`))();
				assert.equal(outcome.kind === "failed" && outcome.failure, failure, `${keyword} ${code}`);
			}
		}
	}
});

test("the first status line that says what went wrong counts, and other lines with numbers do not", async (t) => {
	const status = ["[GNUPG:] INV_SGNR 9 17", "[GNUPG:] ERROR sign 1", "[GNUPG:] FAILURE sign 99", "[GNUPG:] ERROR x 11"];
	const outcome = await scripted(t, says("gpg: signing failed: no", ...status))();
	assert.deepEqual(outcome, { kind: "failed", failure: "cancelled", detail: "gpg: signing failed: no" });
});

test("the detail is what GnuPG said last in words, cut to a length, and something even if it said nothing", async (t) => {
	const detailOf = async (lines: string) => {
		const outcome = await scripted(t, lines)();
		return outcome.kind === "failed" && outcome.detail;
	};
	assert.equal(await detailOf(says("gpg: first", "gpg: last", "", "[GNUPG:] FAILURE sign 99")), "gpg: last");
	assert.equal(await detailOf("exit 2"), "gpg failed");
	const long = await detailOf(says(`gpg: ${"x".repeat(1_000)}`));
	assert.equal(long, `gpg: ${"x".repeat(295)}`);
});

test("only a program that ends well has done its work, and its output comes whole", async (t) => {
	const output = Uint8Array.from(Buffer.from("one two"));
	assert.deepEqual(await scripted(t, "printf one; printf ' two'")(), { kind: "done", output });
	const failed = await scripted(t, "printf one; exit 1")();
	assert.equal(failed.kind, "failed");
	const full = await scripted(t, "head -c 1000 /dev/zero")();
	assert.equal(full.kind === "done" && full.output.length, 1_000);
	const over = await scripted(t, "head -c 1001 /dev/zero; sleep 600")();
	assert.equal(over.kind === "failed" && over.failure, "tooLarge");
});

test("the passphrase comes on the first line of the input, before the data, and only when there is one", async (t) => {
	const call = scripted(t, `echo "$*"; cat`);
	const input = Buffer.from("data");
	const textOf = async (more: Partial<GpgCall>) => {
		const outcome = await call({ input, ...more });
		return outcome.kind === "done" && Buffer.from(outcome.output).toString();
	};
	const always = "--batch --no-tty --quiet --status-fd 2";
	assert.equal(await textOf({}), `${always} --sign\ndata`);
	const asked = "--pinentry-mode loopback --passphrase-fd 0";
	assert.equal(await textOf({ passphrase: "secret" }), `${always} ${asked} --sign\nsecret\ndata`);
	assert.equal(await textOf({ passphrase: "" }), `${always} ${asked} --sign\n\ndata`);
	assert.equal(await textOf({ gnupgHome: "/home/of/keys" }), `--homedir /home/of/keys ${always} --sign\ndata`);
	const nothing = await scripted(t, "cat")();
	assert.equal(nothing.kind === "done" && nothing.output.length, 0);
});

test("GnuPG speaks English to us whatever the person's language is, and may end before it has read what it was given", async (t) => {
	const outcome = await scripted(t, 'printf "$LC_ALL"')({ input: new Uint8Array(1_000_000) });
	assert.equal(outcome.kind === "done" && Buffer.from(outcome.output).toString(), "C");
});

test("a program that is not there is said to be missing", async () => {
	const outcome = await runGpg({ args: [], program: "/nowhere/gpg", maxOutputBytes: 1, timeoutMs: 60_000 });
	assert.equal(outcome.kind === "failed" && outcome.failure, "gpgMissing");
});
