// The vault key's file: in clear (mode 0600) when the person chose no passphrase, else wrapped under one. Written whole or not at all.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, link, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { stretched } from "../argon2id.ts";
import { concatBytes } from "../length-value.ts";
import { VAULT_KEY_BYTES, Vault } from "./vault.ts";

/** The file's name inside the home directory, which must exist. */
export const VAULT_FILE = "vault.key";

// File, version 1: "RTVAULT" ‖ version (1 byte) ‖ mode (1) ‖ body ‖ SHA-256 over all before (32).
// Body, mode 0: key (32). Mode 1: Argon2id salt (16) ‖ nonce (24) ‖ XChaCha20-Poly1305(key) (48), AAD = everything before the body.
// The digest tells a damaged file from a wrong passphrase, and keeps a bent key from opening nothing. It covers no secret that the file does not hold in clear.
const MAGIC = new TextEncoder().encode("RTVAULT");
const VERSION = 1;
const HEADER_BYTES = MAGIC.length + 2;
const MODE_CLEAR = 0;
const MODE_WRAPPED = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const DIGEST_BYTES = 32;
const BODY_BYTES = [VAULT_KEY_BYTES, SALT_BYTES + NONCE_BYTES + VAULT_KEY_BYTES + TAG_BYTES];
const MAX_FILE_BYTES = 4096;

const OWNER_ONLY = 0o600;
const STALE_AFTER_MS = 10 * 60_000;

/** Says what is wrong with the key file. `detail` is what the system says; it is "" when `why` says it all. */
export interface VaultTrouble {
	readonly path: string;
	readonly why: "missing" | "damaged" | "newer" | "unreadable" | "unwritable";
	readonly detail: string;
}

/** Says what came of opening or creating a vault. */
export type VaultOutcome =
	| { readonly kind: "open"; readonly vault: Vault; readonly hasPassphrase: boolean }
	/** A passphrase is needed and none was given. */
	| { readonly kind: "locked" }
	| { readonly kind: "wrongPassphrase" }
	/** There is no vault, or none any more: `trouble` says so where there should be one. */
	| { readonly kind: "missing"; readonly trouble: VaultTrouble }
	/** The file is damaged, no vault, from a newer version, or not readable or writable. */
	| { readonly kind: "damaged"; readonly trouble: VaultTrouble };

/** Says what came of writing the key file anew. */
export type ChangeOutcome = { readonly kind: "changed" } | { readonly kind: "failed"; readonly trouble: VaultTrouble };

/** Makes a new vault in `home`; when another process made one first, opens that one. An empty passphrase is none. */
export async function createVault(home: string, passphrase?: string): Promise<VaultOutcome> {
	const path = join(home, VAULT_FILE);
	const key = randomBytes(VAULT_KEY_BYTES);
	try {
		const hasPassphrase = await place(path, await encode(key, passphrase), placeIfMissing);
		if (!hasPassphrase) return await openVault(home, passphrase);
		return { kind: "open", vault: new Vault(key), hasPassphrase: isGiven(passphrase) };
	} catch (error) {
		return { kind: "damaged", trouble: trouble(path, "unwritable", error) };
	} finally {
		key.fill(0);
	}
}

/** Opens the vault in `home`. The passphrase is ignored when the vault has none; an empty one counts as not given. */
export async function openVault(home: string, passphrase?: string): Promise<VaultOutcome> {
	const path = join(home, VAULT_FILE);
	const read = await readBounded(path);
	if (!(read instanceof Uint8Array)) return read;
	try {
		return await decode(read, path, passphrase);
	} finally {
		read.fill(0);
	}
}

/**
 * Writes the key file anew under another passphrase, or in clear when it is absent or empty. The file is the old or the new one, whole,
 * at every moment. What is sealed stays as it is: the key inside does not change, so a copy of the old file still opens with the old passphrase.
 */
export async function changePassphrase(home: string, vault: Vault, passphrase?: string): Promise<ChangeOutcome> {
	const path = join(home, VAULT_FILE);
	// A copy: the vault may be wiped while the passphrase is being stretched.
	const key = vault.copyKey();
	try {
		await place(path, await encode(key, passphrase), replace);
		await removeStale(path);
		return { kind: "changed" };
	} catch (error) {
		return { kind: "failed", trouble: trouble(path, "unwritable", error) };
	} finally {
		key.fill(0);
	}
}

const isGiven = (passphrase: string | undefined): passphrase is string => passphrase !== undefined && passphrase !== "";

async function encode(key: Uint8Array, passphrase: string | undefined): Promise<Uint8Array> {
	const header = concatBytes(MAGIC, Uint8Array.of(VERSION, isGiven(passphrase) ? MODE_WRAPPED : MODE_CLEAR));
	const body = isGiven(passphrase) ? await wrap(key, passphrase, header) : key;
	const content = concatBytes(header, body);
	return concatBytes(content, digest(content));
}

async function wrap(key: Uint8Array, passphrase: string, header: Uint8Array): Promise<Uint8Array> {
	const salt = randomBytes(SALT_BYTES);
	const nonce = randomBytes(NONCE_BYTES);
	const wrappingKey = await stretched(passphrase, salt);
	const wrapped = xchacha20poly1305(wrappingKey, nonce, header).encrypt(key);
	wrappingKey.fill(0);
	return concatBytes(salt, nonce, wrapped);
}

async function decode(file: Uint8Array, path: string, passphrase: string | undefined): Promise<VaultOutcome> {
	const content = file.subarray(0, -DIGEST_BYTES);
	const header = content.subarray(0, HEADER_BYTES);
	const isOurs = file.length >= HEADER_BYTES + DIGEST_BYTES && MAGIC.every((byte, index) => header[index] === byte);
	if (!isOurs || !timingSafeEqual(digest(content), file.subarray(-DIGEST_BYTES))) return damaged(path);
	const [version, mode] = header.subarray(MAGIC.length);
	if (version !== VERSION) {
		return { kind: "damaged", trouble: trouble(path, "newer") };
	}
	const body = content.subarray(HEADER_BYTES);
	if (mode === undefined || body.length !== BODY_BYTES[mode]) return damaged(path);
	if (mode === MODE_CLEAR) return { kind: "open", vault: new Vault(body), hasPassphrase: false };
	return isGiven(passphrase) ? unwrap(body, header, passphrase) : { kind: "locked" };
}

async function unwrap(body: Uint8Array, header: Uint8Array, passphrase: string): Promise<VaultOutcome> {
	const wrappingKey = await stretched(passphrase, body.subarray(0, SALT_BYTES));
	const nonce = body.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
	try {
		const key = xchacha20poly1305(wrappingKey, nonce, header).decrypt(body.subarray(SALT_BYTES + NONCE_BYTES));
		const vault = new Vault(key);
		key.fill(0);
		return { kind: "open", vault, hasPassphrase: true };
	} catch {
		// The digest held, so it is the tag that did not: another passphrase.
		return { kind: "wrongPassphrase" };
	} finally {
		wrappingKey.fill(0);
	}
}

/** Writes a whole file beside `path`, on disk, then puts it in place; both steps durable. Returns what `put` says. */
async function place(
	path: string,
	bytes: Uint8Array,
	put: (from: string, to: string) => Promise<boolean>,
): Promise<boolean> {
	const fresh = `${path}.${process.pid}-${randomBytes(6).toString("hex")}.new`;
	try {
		const file = await open(fresh, "wx", OWNER_ONLY);
		try {
			await file.writeFile(bytes);
			await file.sync();
		} finally {
			await file.close();
		}
		const isPlaced = await put(fresh, path);
		await syncDirectory(dirname(path));
		return isPlaced;
	} finally {
		bytes.fill(0);
		await unlink(fresh).catch(() => undefined);
	}
}

async function replace(from: string, to: string): Promise<boolean> {
	await rename(from, to);
	return true;
}

/** Puts the file in place by a hard link, which, unlike a rename, never replaces what is already there. */
async function placeIfMissing(from: string, to: string): Promise<boolean> {
	try {
		await link(from, to);
		return true;
	} catch (error) {
		if (codeOf(error) === "EEXIST") return false;
		// A file system without hard links: two first starts at the same moment could then overwrite each other.
		if ((await stat(to).catch(() => undefined)) !== undefined) return false;
		await rename(from, to);
		return true;
	}
}

/** Makes the new name survive a power cut. Windows has no such call, and needs none. */
async function syncDirectory(directory: string): Promise<void> {
	if (process.platform === "win32") return;
	const handle = await open(directory, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Removes the files of processes that were killed between writing and renaming; young ones may belong to another process. */
async function removeStale(path: string): Promise<void> {
	const directory = dirname(path);
	for (const name of await readdir(directory)) {
		if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(".new")) continue;
		const found = await stat(join(directory, name)).catch(() => undefined);
		if (found !== undefined && Date.now() - found.mtimeMs > STALE_AFTER_MS) {
			await unlink(join(directory, name)).catch(() => undefined);
		}
	}
}

async function readBounded(path: string): Promise<Uint8Array | VaultOutcome> {
	try {
		const found = await stat(path);
		if (!found.isFile() || found.size > MAX_FILE_BYTES) return damaged(path);
		if (process.platform !== "win32" && (found.mode & 0o077) !== 0) await chmod(path, OWNER_ONLY);
		return await readFile(path);
	} catch (error) {
		if (codeOf(error) === "ENOENT") return { kind: "missing", trouble: trouble(path, "missing") };
		return { kind: "damaged", trouble: trouble(path, "unreadable", error) };
	}
}

function digest(content: Uint8Array): Uint8Array {
	return createHash("sha256").update(content).digest();
}

function damaged(path: string): VaultOutcome {
	return { kind: "damaged", trouble: trouble(path, "damaged") };
}

function trouble(path: string, why: VaultTrouble["why"], error?: unknown): VaultTrouble {
	if (error === undefined) return { path, why, detail: "" };
	return { path, why, detail: error instanceof Error ? error.message : String(error) };
}

function codeOf(error: unknown): string {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}
