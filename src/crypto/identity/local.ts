// Identities whose secret key is kept by this program, behind a passphrase or not: making, opening, importing, locking anew.
import {
	createMessage,
	decrypt,
	decryptKey,
	encryptKey,
	generateKey,
	type PrivateKey,
	readMessage,
	sign,
} from "openpgp";
import {
	type Certificate,
	certificateFromKey,
	MAX_SEALED_BYTES,
	MAX_USER_NAME_LENGTH,
	reasonOf,
	toBeSigned,
	verifySignature,
} from "./certificate.ts";
import { type Decrypted, type SealedFor, type Signer, SigningFailed } from "./identity.ts";
import { isOfOtr, privateKeysIn } from "./key-file.ts";
import { judgementDate, openpgpConfig, signingDate } from "./openpgp-policy.ts";
import { decryptSealed } from "./sealed-message.ts";

/**
 * Says why a key file is of no use. `noKey`: there is no OpenPGP private key in it · `otr`: it is a key of another kind, of an OTR program · `severalKeys`: there are several · `unusable`: it is too weak, expired, or
 * cannot sign and decrypt · `halvesDiffer`: the secret key does not fit the public one · `cannotUnlock`: its kind of passphrase protection is not known here.
 * `detail` is what the library says; it is "" when the problem says it all.
 */
export interface KeyFileProblem {
	readonly problem: "noKey" | "otr" | "severalKeys" | "unusable" | "halvesDiffer" | "cannotUnlock";
	readonly detail: string;
}

/** Says what stands between a key file and its use. */
type Unusable =
	/** It is behind a passphrase, and none was given. */
	| { readonly kind: "locked" }
	| { readonly kind: "wrongPassphrase" }
	/** It is no key, a broken one, or one that cannot sign and decrypt here and now. */
	| ({ readonly kind: "refused" } & KeyFileProblem);

export interface LocalIdentity {
	/** The secret key as armored text, behind the passphrase if there is one. It is to be kept safe. */
	readonly armoredPrivateKey: string;
	readonly signer: Signer;
}

export type Opened = { readonly kind: "opened"; readonly signer: Signer } | Unusable;
export type Imported = ({ readonly kind: "imported" } & LocalIdentity) | Unusable;
export type Relocked = { readonly kind: "relocked"; readonly armoredPrivateKey: string } | Unusable;

class LocalSigner implements Signer {
	readonly certificate: Certificate;
	readonly #key: PrivateKey;

	constructor(key: PrivateKey, certificate: Certificate) {
		this.#key = key;
		this.certificate = certificate;
	}

	get fingerprint() {
		return this.certificate.fingerprint;
	}

	async sign(context: string, ...fields: readonly Uint8Array[]): Promise<Uint8Array> {
		const message = await createMessage({ binary: toBeSigned(context, fields) });
		const options = { signingKeys: this.#key, detached: true, format: "binary", config: openpgpConfig() } as const;
		try {
			return await sign({ message, date: signingDate(this.#key), ...options });
		} catch (error) {
			throw new SigningFailed("other", reasonOf(error));
		}
	}

	decrypt(message: Uint8Array, from: Certificate, purpose: SealedFor = "admission"): Promise<Decrypted> {
		return decryptSealed(this, message, from, purpose);
	}

	async unseal(message: Uint8Array): Promise<Decrypted> {
		if (message.length > MAX_SEALED_BYTES) return { kind: "failed", detail: "message too long" };
		try {
			const { data } = await decrypt({
				message: await readMessage({ binaryMessage: message, config: openpgpConfig() }),
				decryptionKeys: this.#key,
				date: judgementDate(this.#key),
				format: "binary",
				config: openpgpConfig(),
			});
			return { kind: "decrypted", data: Uint8Array.from(data) };
		} catch (error) {
			return { kind: "failed", detail: reasonOf(error) };
		}
	}
}

/** Makes the signer and tries it once: a key file whose secret and public halves differ is found here, not in a room. */
async function signerFor(key: PrivateKey): Promise<Opened> {
	const read = await certificateFromKey(key.toPublic());
	if (read.kind === "refused") return { kind: "refused", problem: "unusable", detail: read.detail };
	const signer = new LocalSigner(key, read.certificate);
	try {
		await key.getDecryptionKeys(undefined, judgementDate(key), undefined, openpgpConfig());
		const signature = await signer.sign("self-test");
		if (await verifySignature(signer.certificate, signature, "self-test")) return { kind: "opened", signer };
	} catch (error) {
		return { kind: "refused", problem: "unusable", detail: reasonOf(error) };
	}
	return { kind: "refused", problem: "halvesDiffer", detail: "" };
}

type Parsed = { readonly kind: "key"; readonly key: PrivateKey } | ({ readonly kind: "refused" } & KeyFileProblem);

async function parse(file: string | Uint8Array): Promise<Parsed> {
	const [key, another] = await privateKeysIn(file);
	if (key === undefined) return { kind: "refused", problem: isOfOtr(file) ? "otr" : "noKey", detail: "" };
	return another === undefined ? { kind: "key", key } : { kind: "refused", problem: "severalKeys", detail: "" };
}

function isLocked(key: PrivateKey): boolean {
	return key.getKeys().some(({ keyPacket }) => {
		// A part that is not here at all (GnuPG's stub for one kept elsewhere) needs no passphrase.
		const isHere = "isMissingSecretKeyMaterial" in keyPacket && !keyPacket.isMissingSecretKeyMaterial();
		return isHere && !keyPacket.isDecrypted();
	});
}

type Unlocked = { readonly kind: "unlocked"; readonly key: PrivateKey } | Unusable;

async function unlock(key: PrivateKey, passphrase: string | undefined): Promise<Unlocked> {
	if (!isLocked(key)) return { kind: "unlocked", key };
	if (passphrase === undefined) return { kind: "locked" };
	try {
		return { kind: "unlocked", key: await decryptKey({ privateKey: key, passphrase, config: openpgpConfig() }) };
	} catch (error) {
		const detail = reasonOf(error);
		if (detail.includes("Incorrect key passphrase")) return { kind: "wrongPassphrase" };
		return { kind: "refused", problem: "cannotUnlock", detail };
	}
}

async function parseAndUnlock(text: string | Uint8Array, passphrase: string | undefined): Promise<Unlocked> {
	const parsed = await parse(text);
	return parsed.kind === "key" ? unlock(parsed.key, passphrase) : parsed;
}

async function lockWith(key: PrivateKey, passphrase: string | undefined): Promise<string> {
	const kept = passphrase ? await encryptKey({ privateKey: key, passphrase, config: openpgpConfig() }) : key;
	return kept.armor(openpgpConfig());
}

/**
 * Makes a new identity: OpenPGP v4 with the older names of Ed25519 and X25519, iterated S2K, no AEAD, a user id that is just the name: the shape GnuPG 2.2
 * imports. It never expires. The caller has checked that `name` is not empty and has at most `MAX_USER_NAME_LENGTH`.
 */
export async function createLocalIdentity(options: {
	readonly name: string;
	readonly passphrase?: string;
}): Promise<LocalIdentity> {
	const { name, passphrase } = options;
	if (name === "" || name.length > MAX_USER_NAME_LENGTH) throw new RangeError("the name is empty or too long");
	const { privateKey } = await generateKey({
		type: "ecc",
		curve: "curve25519Legacy",
		userIDs: [{ name }],
		format: "object",
		config: openpgpConfig(),
	});
	const opened = await signerFor(privateKey);
	if (opened.kind !== "opened") throw new Error(`a new key is not usable: ${JSON.stringify(opened)}`);
	return { armoredPrivateKey: await lockWith(privateKey, passphrase), signer: opened.signer };
}

/** Opens a key that this program keeps. */
export async function openLocalIdentity(armoredPrivateKey: string, passphrase?: string): Promise<Opened> {
	const unlocked = await parseAndUnlock(armoredPrivateKey, passphrase);
	return unlocked.kind === "unlocked" ? signerFor(unlocked.key) : unlocked;
}

/** Takes over a key from elsewhere, armored or binary (`gpg --export-secret-keys`). It stays behind the passphrase it came with. */
export async function importPrivateKey(text: string | Uint8Array, passphrase?: string): Promise<Imported> {
	const parsed = await parse(text);
	if (parsed.kind === "refused") return parsed;
	const { key } = parsed;
	const armoredPrivateKey = key.armor(openpgpConfig());
	const unlocked = await unlock(key, passphrase);
	if (unlocked.kind !== "unlocked") return unlocked;
	const opened = await signerFor(unlocked.key);
	return opened.kind === "opened" ? { kind: "imported", armoredPrivateKey, signer: opened.signer } : opened;
}

/** Returns the same key behind another passphrase; behind none if `next` is absent or empty. */
export async function changePassphrase(
	armoredPrivateKey: string,
	current: string | undefined,
	next: string | undefined,
): Promise<Relocked> {
	const unlocked = await parseAndUnlock(armoredPrivateKey, current);
	if (unlocked.kind !== "unlocked") return unlocked;
	return { kind: "relocked", armoredPrivateKey: await lockWith(unlocked.key, next) };
}
