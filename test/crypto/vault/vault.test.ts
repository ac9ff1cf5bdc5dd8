// Sealing at rest: what is sealed opens in its own place only, and the key file is whole, private and refused in words.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import {
	changePassphrase,
	createVault,
	openVault,
	VAULT_FILE,
	type VaultOutcome,
} from "../../../src/crypto/vault/file.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import type { Sealer } from "../../../src/store/sealer.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const isPosix = process.platform !== "win32";

function vaultOf(outcome: VaultOutcome): Vault {
	if (outcome.kind !== "open") assert.fail(`the vault is ${outcome.kind}`);
	return outcome.vault;
}

const sealedProbe = (vault: Vault) => vault.seal("t", "c", "1", bytesOf("probe"));
const opensProbe = (vault: Vault, sealed: Uint8Array) => vault.open("t", "c", "1", sealed) !== undefined;

async function newHome(t: TestContext, passphrase?: string) {
	const home = temporaryHome(t);
	const vault = vaultOf(await createVault(home, passphrase));
	return { home, path: join(home, VAULT_FILE), vault, sealed: sealedProbe(vault) };
}

test("a sealed value opens in the place it was sealed for, and is different each time", () => {
	const sealer: Sealer = new Vault(randomBytes(32));
	fc.assert(
		fc.property(fc.string(), fc.string(), fc.string(), fc.uint8Array(), (table, column, row, bytes) => {
			const sealed = sealer.seal(table, column, row, bytes);
			assert.deepEqual(sealer.open(table, column, row, sealed), bytes);
			assert.notDeepEqual(sealer.seal(table, column, row, bytes), sealed);
		}),
	);
});

test("attack: a sealed value moved to another table, column or row does not open", () => {
	const vault = new Vault(randomBytes(32));
	const place = fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }));
	fc.assert(
		fc.property(place, place, (from, to) => {
			fc.pre(from.some((part, index) => part !== to[index]));
			assert.equal(vault.open(...to, vault.seal(...from, bytesOf("secret"))), undefined);
		}),
	);
	// The same letters, divided up otherwise.
	assert.equal(vault.open("a", "bc", "d", vault.seal("ab", "c", "d", bytesOf("secret"))), undefined);
});

test("attack: a sealed value that was altered, cut, lengthened or sealed under another key does not open", () => {
	const vault = new Vault(randomBytes(32));
	const sealed = sealedProbe(vault);
	for (let bit = 0; bit < sealed.length * 8; bit++) {
		const bent = Uint8Array.from(sealed);
		bent[bit >> 3] = bent[bit >> 3]! ^ (1 << (bit & 7));
		assert.equal(opensProbe(vault, bent), false, `bit ${bit}`);
	}
	for (let length = 0; length < sealed.length; length++)
		assert.equal(opensProbe(vault, sealed.subarray(0, length)), false);
	assert.equal(opensProbe(vault, Uint8Array.from([...sealed, 0])), false);
	assert.equal(opensProbe(new Vault(randomBytes(32)), sealed), false);
});

test("a blind name is the same each time, and tells keys, tables, columns and values apart", () => {
	const key = randomBytes(32);
	const vault = new Vault(key);
	const name = vault.blind("contacts", "id", "Ada");
	assert.match(name, /^[0-9a-f]{32}$/);
	assert.equal(new Vault(key).blind("contacts", "id", "Ada"), name);
	const others = [
		vault.blind("contacts", "id", "Adb"),
		vault.blind("contact", "sid", "Ada"),
		vault.blind("rooms", "id", "Ada"),
	];
	assert.equal(new Set([name, ...others, new Vault(randomBytes(32)).blind("contacts", "id", "Ada")]).size, 5);
});

test("a wiped vault refuses to work instead of sealing under zeros", () => {
	const vault = new Vault(randomBytes(32));
	const sealed = sealedProbe(vault);
	vault.wipe();
	assert.throws(() => sealedProbe(vault), /wiped/);
	assert.throws(() => opensProbe(vault, sealed), /wiped/);
	assert.throws(() => vault.blind("t", "c", "1"), /wiped/);
	assert.throws(() => vault.copyKey(), /wiped/);
});

test("there is no vault until one is made, and then only that one", async (t) => {
	const home = temporaryHome(t);
	const path = join(home, VAULT_FILE);
	assert.deepEqual(await openVault(home), { kind: "missing", trouble: { path, why: "missing", detail: "" } });
	const sealed = sealedProbe(vaultOf(await createVault(home)));
	assert.ok(opensProbe(vaultOf(await createVault(home)), sealed));
	assert.ok(opensProbe(vaultOf(await openVault(home)), sealed));
});

test("first starts at the same moment end up with one and the same vault", async (t) => {
	const home = temporaryHome(t);
	const vaults = (await Promise.all(Array.from({ length: 10 }, () => createVault(home)))).map(vaultOf);
	const sealed = sealedProbe(vaults[0]!);
	assert.ok(vaults.every((vault) => opensProbe(vault, sealed)));
	assert.deepEqual(readdirSync(home), [VAULT_FILE]);
});

test("the key file is 0600, whatever the umask, and is closed to others when it is found open", {
	skip: !isPosix,
}, async (t) => {
	const before = process.umask(0);
	t.after(() => process.umask(before));
	const { home, path, vault } = await newHome(t);
	const mode = () => statSync(path).mode & 0o777;
	assert.equal(mode(), 0o600);
	assert.equal((await changePassphrase(home, vault, undefined)).kind, "changed");
	assert.equal(mode(), 0o600);
	chmodSync(path, 0o644);
	await openVault(home);
	assert.equal(mode(), 0o600);
});

test("a vault behind a passphrase opens with that passphrase only, in either form of its accents", async (t) => {
	const { home, path, vault, sealed } = await newHome(t, "caf\u00e9 au lait");
	assert.deepEqual(await openVault(home), { kind: "locked" });
	assert.deepEqual(await openVault(home, ""), { kind: "locked" });
	assert.deepEqual(await openVault(home, "cafe au lait"), { kind: "wrongPassphrase" });
	assert.ok(opensProbe(vaultOf(await openVault(home, "cafe\u0301 au lait")), sealed));
	assert.equal(readFileSync(path).includes(Buffer.from(vault.copyKey())), false);
});

test("another passphrase, or none, opens what was sealed before, and the old passphrase does not", async (t) => {
	const { home, vault, sealed } = await newHome(t, "old");
	assert.deepEqual(await changePassphrase(home, vault, "new"), { kind: "changed" });
	assert.deepEqual(await openVault(home, "old"), { kind: "wrongPassphrase" });
	assert.ok(opensProbe(vaultOf(await openVault(home, "new")), sealed));
	assert.deepEqual(await changePassphrase(home, vault), { kind: "changed" });
	assert.ok(opensProbe(vaultOf(await openVault(home)), sealed));
	assert.deepEqual(readdirSync(home), [VAULT_FILE]);
});

test("wiping the vault while its passphrase is being changed does not write a file of zeros", async (t) => {
	const { home, vault, sealed } = await newHome(t);
	const changing = changePassphrase(home, vault, "new");
	vault.wipe();
	assert.deepEqual(await changing, { kind: "changed" });
	assert.ok(opensProbe(vaultOf(await openVault(home, "new")), sealed));
});

test("a change that can't be written leaves the vault as it was, and says so", async (t) => {
	const { home, path, vault, sealed } = await newHome(t);
	const before = readFileSync(path);
	const elsewhere = join(home, "gone");
	const outcome = await changePassphrase(elsewhere, vault);
	assert.equal(outcome.kind, "failed");
	assert.deepEqual(readFileSync(path), before);
	assert.ok(opensProbe(vaultOf(await openVault(home)), sealed));
	assert.equal((await createVault(elsewhere)).kind, "damaged");
});

test("a file that a killed change left behind does no harm, and is cleared away once it is old", async (t) => {
	const { home, path, vault, sealed } = await newHome(t);
	const [old, young] = [`${path}.1-abc.new`, `${path}.2-abc.new`];
	for (const left of [old, young]) writeFileSync(left, "half a f");
	const now = Date.now() / 1000;
	utimesSync(old, 1, 1);
	utimesSync(young, now, now);
	assert.ok(opensProbe(vaultOf(await openVault(home)), sealed));
	await changePassphrase(home, vault);
	assert.deepEqual(readdirSync(home).sort(), [VAULT_FILE, `${VAULT_FILE}.2-abc.new`]);
});

test("random damage to the key file is always seen and never throws", async (t) => {
	const files = [await newHome(t), await newHome(t, "secret")];
	const change = fc.oneof(
		fc.record({ kind: fc.constant("flip" as const), at: fc.nat(200), bits: fc.integer({ min: 1, max: 255 }) }),
		fc.record({ kind: fc.constant("cut" as const), at: fc.nat(200), bits: fc.constant(0) }),
		fc.record({ kind: fc.constant("append" as const), at: fc.nat(200), bits: fc.nat(255) }),
	);
	for (const { home, path } of files) {
		const whole = readFileSync(path);
		await fc.assert(
			fc.asyncProperty(change, async ({ kind, at, bits }) => {
				const bent = kind === "cut" ? whole.subarray(0, at % whole.length) : Buffer.from(whole);
				if (kind === "flip") bent[at % bent.length] = bent[at % bent.length]! ^ bits;
				writeFileSync(path, kind === "append" ? Buffer.concat([bent, Buffer.alloc(1 + at, bits)]) : bent);
				const outcome = await openVault(home, "secret");
				assert.equal(outcome.kind, "damaged");
				assert.equal(outcome.kind === "damaged" && outcome.trouble.why, "damaged");
			}),
		);
	}
});

test("a key file of a newer version is refused as one", async (t) => {
	const { home, path } = await newHome(t);
	const newer = readFileSync(path).subarray(0, -32);
	newer[7] = 2;
	writeFileSync(path, Buffer.concat([newer, createHash("sha256").update(newer).digest()]));
	const outcome = await openVault(home);
	assert.equal(outcome.kind === "damaged" && outcome.trouble.why, "newer");
});

test("a directory or a huge file in place of the key file is refused unread", async (t) => {
	const { home, path } = await newHome(t);
	const damaged = { kind: "damaged", trouble: { path, why: "damaged", detail: "" } };
	// Three gibibytes of nothing, which take no room on the disk. Whoever wants to read them is told by the system that they are too many.
	truncateSync(path, 3 * 2 ** 30);
	assert.deepEqual(await openVault(home), damaged);
	rmSync(path);
	mkdirSync(path);
	assert.deepEqual(await openVault(home), damaged);
});
