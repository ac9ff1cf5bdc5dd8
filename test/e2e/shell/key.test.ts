// `rt key` from the command line, with real GnuPG on the other side; and a guest whose key never leaves gpg-agent.
import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { exitCodeOf } from "../../../src/ui/words/exit-codes.ts";
import { needs } from "../../support/needs.ts";
import { type GnupgHome, gnupgHome, makeKey } from "../../support/program/gnupg-home.ts";
import { homeWithKey } from "../../support/program/home-with-key.ts";
import { openRt, type RunResult, runRt } from "../../support/program/rt.ts";
import { hostRoom, joinRoom } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const passphrase = "correct horse battery";

/** Runs `rt key …` on one home. */
function keyCommands(t: TestContext, home: string, env: Readonly<Record<string, string>> = {}) {
	return (args: readonly string[], input = ""): Promise<RunResult> => runRt(t, ["key", ...args], { home, input, env });
}

/** The whole fingerprint in what `rt key` prints, without blanks. */
function fingerprintIn({ code, output, errors }: RunResult): string {
	const digits = /((?:[0-9A-F]{4} ){9}[0-9A-F]{4})/.exec(output)?.[1];
	assert.ok(code === 0 && digits !== undefined, output + errors);
	return digits.replaceAll(" ", "");
}

const inHome = (home: GnupgHome): Readonly<Record<string, string>> => ({ GNUPGHOME: home.path });

test("A key made here is shown, exported, locked and taken along to another computer.", async (t) => {
	const { host } = await hostRoom(t, { name: "Hana" });
	await host.call("quit");
	await host.exit;
	const key = keyCommands(t, host.home);
	const shown = await key(["show"]);
	const fingerprint = fingerprintIn(shown);
	assert.match(shown.output, /^Name: +Hana$/m);
	assert.match(shown.output, /without a passphrase/);
	const publicKey = await key(["export"]);
	assert.match(publicKey.output, /^-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*-----END PGP PUBLIC KEY BLOCK-----\n$/);

	assert.equal((await key(["passphrase"], `${passphrase}\n`)).code, 0);
	assert.match((await key(["show"])).output, /locked by a passphrase/);
	const refused = await key(["export", "--private"], "not it\n");
	assert.deepEqual([refused.code, refused.output], [43, ""]);
	// Commands that need the key ask a person for its passphrase, and say without one what they need.
	const unasked = await runRt(t, ["buddies"], { home: host.home });
	assert.deepEqual([unasked.code, unasked.output], [exitCodeOf("identity_locked"), ""]);
	assert.match(unasked.errors, /Your key is locked\. At a terminal its passphrase is asked for/);
	const asked = openRt(t, ["buddies"], { home: host.home });
	await asked.waitFor("Please enter the passphrase of your key (Hana).");
	asked.type(`${passphrase}\r`);
	assert.equal((await asked.exit).code, 0);
	assert.match(asked.text(), /You have no buddies yet/);
	assert.ok(!asked.raw().includes(passphrase));
	const exported = await key(["export", "--private"], `${passphrase}\n`);
	assert.match(exported.output, /^-----BEGIN PGP PRIVATE KEY BLOCK-----/);

	const elsewhere = keyCommands(t, temporaryHome(t));
	const file = join(host.home, "exported.asc");
	writeFileSync(file, exported.output);
	const imported = await elsewhere(["import", file], `${passphrase}\n`);
	assert.equal(fingerprintIn(imported), fingerprint);
	assert.equal(fingerprintIn(await elsewhere(["show"])), fingerprint);

	const changed = await key(["passphrase"], `${passphrase}\n\n`);
	assert.match(changed.output, /The passphrase was removed/);
	assert.match((await key(["show"])).output, /without a passphrase/);
});

test("An identity is replaced only when that is said.", async (t) => {
	const key = keyCommands(t, await homeWithKey(t, "Hana"));
	const old = fingerprintIn(await key(["show"]));
	const otherHome = await homeWithKey(t, "Hugo");
	const other = keyCommands(t, otherHome);
	const file = join(otherHome, "other.asc");
	writeFileSync(file, (await other(["export", "--private"])).output);
	const refused = await key(["import", file]);
	assert.equal(refused.code, 44);
	assert.match(refused.errors, /Nothing was changed/);
	assert.equal(fingerprintIn(await key(["show"])), old);
	const replaced = fingerprintIn(await key(["import", file, "--yes"]));
	assert.equal(replaced, fingerprintIn(await other(["show"])));
});

test("Keys go both ways between Real Talk and GnuPG.", async (t) => {
	if (!needs(t, "gpg")) return;
	const gnupg = gnupgHome(t);
	const key = keyCommands(t, await homeWithKey(t, "Hana"));
	const fingerprint = fingerprintIn(await key(["show"]));
	assert.match(gnupg.run(["--import"], (await key(["export"])).output).log, new RegExp(`IMPORT_OK 1 ${fingerprint}`));
	const secret = (await key(["export", "--private"])).output;
	assert.match(gnupg.run(["--import"], secret).log, new RegExp(`IMPORT_OK 17 ${fingerprint}`));

	const made = makeKey(gnupg, "Gerda <gerda@example.org>", "future-default", passphrase);
	const file = join(gnupg.path, "gerda.gpg");
	writeFileSync(file, gnupg.run(["--export-secret-keys", made], "", passphrase).output);
	const wrong = await key(["import", file, "--yes"], "not it\n");
	assert.equal(wrong.code, 43);
	assert.equal(fingerprintIn(await key(["show"])), fingerprint);
	assert.equal(fingerprintIn(await key(["import", file, "--yes"], `${passphrase}\n`)), made);
	assert.match((await key(["show"])).output, /locked by a passphrase/);
});

test("A guest whose key stays in gpg-agent joins a room, is known by that key, and talks.", async (t) => {
	if (!needs(t, "gpg")) return;
	const gnupg = gnupgHome(t);
	const fingerprint = makeKey(gnupg, "Gerda", "future-default", passphrase);
	// As after unlocking it in another program: the agent remembers the passphrase of both parts of the key.
	gnupg.run(["--local-user", fingerprint, "--detach-sign"], "x", passphrase);
	const sealed = gnupg.run(["--recipient", fingerprint, "--encrypt"], "x");
	gnupg.run(["--decrypt"], sealed.output, passphrase);

	const home = temporaryHome(t);
	const env = inHome(gnupg);
	const key = keyCommands(t, home, env);
	const adopted = await key(["use-gpg", fingerprint]);
	assert.equal(fingerprintIn(adopted), fingerprint);
	assert.match((await key(["show"])).output, /^Kept in: +gpg$/m);
	const refused = await key(["export", "--private"]);
	assert.equal(refused.output, "");
	assert.match(refused.errors, /kept by gpg/);

	const room = await hostRoom(t);
	const guest = await joinRoom(t, room, "Gerda", { home, env });
	const { member } = await room.host.waitFor("joined", ({ self }) => self !== true);
	assert.deepEqual([member.name, member.fingerprint], ["Gerda", fingerprint]);
	await guest.call("send", { text: "signed by gpg" });
	const { from } = await room.host.waitFor("message", ({ text }) => text === "signed by gpg");
	assert.equal(from.fingerprint, fingerprint);
	await room.host.call("send", { text: "heard" });
	await guest.waitFor("message", ({ text }) => text === "heard");
});

test("A key of a kind that is not read here, or with a name that is no UTF-8, is refused in one plain sentence.", async (t) => {
	if (!needs(t, "gpg")) return;
	const gnupg = gnupgHome(t);
	const curve = makeKey(gnupg, "Curva", "brainpoolP256r1", "");
	const locked = makeKey(gnupg, "Curva", "brainpoolP256r1", passphrase);
	const named = [
		"%no-protection",
		"Key-Type: EDDSA",
		"Key-Curve: ed25519",
		"Subkey-Type: ECDH",
		"Subkey-Curve: cv25519",
	];
	const made = gnupg.run(
		["--display-charset", "utf-8", "--gen-key"],
		Buffer.from(`${named.join("\n")}\nName-Real: K\xe4the\nExpire-Date: 0\n`, "latin1"),
	);
	const latin = /KEY_CREATED \S+ ([0-9A-F]+)/.exec(made.log)?.[1] ?? assert.fail(made.log);
	for (const [fingerprint, words] of [
		[curve, /^rt: This key cannot be used: its elliptic curve is not known here\.\n$/],
		[locked, /^rt: This key cannot be unlocked here: its kind of key is not known here, or it was altered\.\n$/m],
		[latin, /^rt: This key cannot be used: it has not signed its own name: [^\n]* not UTF-8 text\.\n$/],
	] as const) {
		const file = join(gnupg.path, `${fingerprint}.gpg`);
		writeFileSync(
			file,
			gnupg.run(["--export-secret-keys", fingerprint], "", fingerprint === locked ? passphrase : "").output,
		);
		const run = await keyCommands(t, temporaryHome(t))(["import", file], `${passphrase}\n`);
		assert.notEqual(run.code, 0);
		assert.match(run.errors, words);
	}
});

test("Where the file that opens everything is missing, no passphrase is asked for: it is named, with what can be done.", async (t) => {
	const home = await homeWithKey(t, "Hana");
	rmSync(join(home, "vault.key"));
	for (const args of [["key", "show"], ["blocks"], ["host", "--plain", "--bind", "127.0.0.1"]]) {
		const run = await runRt(t, args, { home, input: "some words\nmore words\n" });
		assert.equal(run.code, 1);
		assert.match(run.errors, /vault\.key is missing\. .*Restore it from a backup/);
		assert.doesNotMatch(run.output + run.errors, /passphrase/);
	}
	assert.ok(existsSync(join(home, "rt.db")), "nothing is thrown away");
});

test("Whoever has no key yet is asked at a terminal for a name before they post something.", async (t) => {
	const newcomer = openRt(t, ["posts", "add", "hello", "--yes"]);
	await newcomer.waitFor("What shall others call you? Please type a name.");
	newcomer.type("Zoe\r");
	await newcomer.waitFor("Posted");
	assert.equal((await newcomer.exit).code, 0);
});
