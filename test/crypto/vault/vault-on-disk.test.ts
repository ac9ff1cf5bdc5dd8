// How the vault's file gets onto the disk: durable, on file systems without hard links too, and without touching what others have beside it.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { changePassphrase, createVault, openVault, VAULT_FILE } from "../../../src/crypto/vault/file.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const sealed = ["table", "column", "row"] as const;
const value = Uint8Array.of(1, 2, 3);

/** A new vault in a new home. */
async function newVault(t: TestContext) {
	const home = temporaryHome(t);
	const made = await createVault(home);
	assert.ok(made.kind === "open");
	return { home, vault: made.vault };
}

test("what others have beside the vault's file is left alone, however old it is", async (t) => {
	const { home, vault } = await newVault(t);
	const left = ["notes.new", `${VAULT_FILE}.backup`, "vault.keys.1.new"];
	const old = new Date(Date.now() - 24 * 60 * 60_000);
	for (const name of [...left, `${VAULT_FILE}.7-0123456789ab.new`]) {
		await fs.writeFile(join(home, name), "x");
		await fs.utimes(join(home, name), old, old);
	}
	assert.deepEqual(await changePassphrase(home, vault), { kind: "changed" });
	assert.deepEqual((await fs.readdir(home)).toSorted(), [...left, VAULT_FILE].toSorted());
});

test("where the file system has no hard links the first vault is made all the same, and a second one does not take its place", async (t) => {
	const home = temporaryHome(t);
	const linking = t.mock.method(fs, "link", () =>
		Promise.reject(Object.assign(new Error("not permitted"), { code: "EPERM" })),
	);
	syncBuiltinESMExports();
	t.after(() => {
		linking.mock.restore();
		syncBuiltinESMExports();
	});
	const [first, second] = [await createVault(home), await createVault(home)];
	assert.equal(linking.mock.callCount(), 2);
	assert.ok(first.kind === "open" && second.kind === "open");
	assert.deepEqual(second.vault.open(...sealed, first.vault.seal(...sealed, value)), value);
	const opened = await openVault(home);
	assert.ok(opened.kind === "open");
	assert.deepEqual(opened.vault.open(...sealed, first.vault.seal(...sealed, value)), value);
	assert.deepEqual(await fs.readdir(home), [VAULT_FILE]);
});

test("a file that nobody else can read is opened without a change to it, so that it can be on a disk that is only read", async (t) => {
	const { home } = await newVault(t);
	const changing = t.mock.method(fs, "chmod");
	syncBuiltinESMExports();
	t.after(() => {
		changing.mock.restore();
		syncBuiltinESMExports();
	});
	assert.equal((await openVault(home)).kind, "open");
	assert.equal(changing.mock.callCount(), 0);
});

test("both the file and its name are on the disk before the vault is used, so that a power cut loses no key", async (t) => {
	const home = temporaryHome(t);
	const handle = await fs.open(home, "r");
	const syncing = t.mock.method(Object.getPrototypeOf(handle) as Pick<typeof handle, "sync">, "sync");
	await handle.close();
	assert.equal((await createVault(home)).kind, "open");
	// Windows has no such call for folders.
	assert.equal(syncing.mock.callCount(), process.platform === "win32" ? 1 : 2);
});
