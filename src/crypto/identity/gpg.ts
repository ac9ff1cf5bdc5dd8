// An identity whose secret key stays in GnuPG: in gpg-agent, on a smartcard or a security token. Signs and decrypts by calling gpg.
import { readKeys } from "openpgp";
import { type Certificate, certificateFromKey, MAX_SEALED_BYTES, reasonOf, toBeSigned } from "./certificate.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { type GpgCall, type GpgFailure, type GpgOutcome, runGpg } from "./gpg-process.ts";
import { type Decrypted, type KeyFailure, type SealedFor, type Signer, SigningFailed } from "./identity.ts";
import { MAX_PLAINTEXT_BYTES, openpgpConfig } from "./openpgp-policy.ts";
import { decryptSealed } from "./sealed-message.ts";

/** A call may take this long: gpg-agent may be asking a person for a passphrase, or for a touch of a token. */
const PERSON_TIMEOUT_MS = 120_000;
const LOOKUP_TIMEOUT_MS = 20_000;
const MAX_EXPORT_BYTES = 1024 * 1024;
const MAX_SIGNATURE_BYTES = 8 * 1024;

export interface GpgIdentityOptions {
	/** The fingerprint of the primary key. */
	readonly fingerprint: Fingerprint;
	/** The home of GnuPG; without it gpg's own default is used. */
	readonly gnupgHome?: string;
	/** The passphrase. When it is absent gpg-agent asks the person by itself, which needs a graphical pinentry or an unlocked key, as the screen is ours. */
	readonly passphrase?: string;
	/** The program to call; without it that is `gpg`. */
	readonly program?: string;
}

export type GpgOpened =
	| { readonly kind: "opened"; readonly signer: Signer }
	/** `detail` is what GnuPG said, for logs. */
	| { readonly kind: "failed"; readonly failure: KeyFailure; readonly detail: string };

type Request = Pick<GpgCall, "args" | "input" | "maxOutputBytes" | "timeoutMs">;

function call({ gnupgHome, passphrase, program }: GpgIdentityOptions, request: Request): Promise<GpgOutcome> {
	return runGpg({
		...request,
		...(gnupgHome === undefined ? {} : { gnupgHome }),
		...(passphrase === undefined ? {} : { passphrase }),
		...(program === undefined ? {} : { program }),
	});
}

class GpgSigner implements Signer {
	readonly certificate: Certificate;
	readonly #options: GpgIdentityOptions;

	constructor(options: GpgIdentityOptions, certificate: Certificate) {
		this.#options = options;
		this.certificate = certificate;
	}

	get fingerprint() {
		return this.certificate.fingerprint;
	}

	async sign(context: string, ...fields: readonly Uint8Array[]): Promise<Uint8Array> {
		const form = ["--no-armor", "--no-textmode", "--digest-algo", "SHA512"];
		const signed = await call(this.#options, {
			// Without "!": with it GnuPG would insist on the primary key, which often may not sign data.
			args: [...form, "--local-user", this.fingerprint, "--output", "-", "--detach-sign"],
			input: toBeSigned(context, fields),
			maxOutputBytes: MAX_SIGNATURE_BYTES,
			timeoutMs: PERSON_TIMEOUT_MS,
		});
		if (signed.kind === "done") return signed.output;
		throw new SigningFailed(signed.failure, signed.detail);
	}

	decrypt(message: Uint8Array, from: Certificate, purpose: SealedFor = "admission"): Promise<Decrypted> {
		return decryptSealed(this, message, from, purpose);
	}

	async unseal(message: Uint8Array): Promise<Decrypted> {
		if (message.length > MAX_SEALED_BYTES) return { kind: "failed", detail: "message too long" };
		const decrypted = await call(this.#options, {
			args: ["--max-output", String(MAX_PLAINTEXT_BYTES), "--output", "-", "--decrypt"],
			input: message,
			maxOutputBytes: MAX_PLAINTEXT_BYTES,
			timeoutMs: PERSON_TIMEOUT_MS,
		});
		if (decrypted.kind === "done") return { kind: "decrypted", data: Uint8Array.from(decrypted.output) };
		return { kind: "failed", detail: `${decrypted.failure}: ${decrypted.detail}` };
	}
}

function failed({ failure, detail }: Pick<GpgFailure, "failure" | "detail">): GpgOpened {
	return { kind: "failed", failure, detail };
}

async function readExport(bytes: Uint8Array, expected: Fingerprint): Promise<Certificate | string> {
	try {
		const [key] = await readKeys({ binaryKeys: bytes, config: openpgpConfig() });
		if (key === undefined) return "no key was exported";
		const read = await certificateFromKey(key);
		if (read.kind === "refused") return read.detail;
		return read.certificate.fingerprint === expected ? read.certificate : "this is the fingerprint of a subkey";
	} catch (error) {
		return reasonOf(error);
	}
}

/** Finds the key in GnuPG and checks that it is usable. It asks for no passphrase yet: the first signature does. */
export async function gpgIdentity(options: GpgIdentityOptions): Promise<GpgOpened> {
	const lookup = { maxOutputBytes: MAX_EXPORT_BYTES, timeoutMs: LOOKUP_TIMEOUT_MS };
	const { fingerprint, passphrase: _unused, ...place } = options;
	const listed = await call({ fingerprint, ...place }, { ...lookup, args: ["--list-secret-keys", fingerprint] });
	if (listed.kind === "failed") {
		const isUnknown = listed.failure === "other";
		return failed(isUnknown ? { failure: "noSecretKey", detail: listed.detail } : listed);
	}
	const form = ["--no-armor", "--export-options", "export-minimal,no-export-attributes", "--output", "-"];
	const exported = await call({ fingerprint, ...place }, { ...lookup, args: [...form, "--export", fingerprint] });
	if (exported.kind === "failed") return failed(exported);
	const certificate = await readExport(exported.output, fingerprint);
	if (typeof certificate === "string") return failed({ failure: "other", detail: certificate });
	return { kind: "opened", signer: new GpgSigner(options, certificate) };
}
