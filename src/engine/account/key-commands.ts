// What `rt key` does to the identity: show, export, import, hand over to gpg, lock.
import { type Certificate, exportPublic } from "../../crypto/identity/certificate.ts";
import { parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { gpgIdentity } from "../../crypto/identity/gpg.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { changePassphrase, importPrivateKey } from "../../crypto/identity/local.ts";
import type { KeyCommands, KeyOutcome, KeyProblem, KeyRefusal, KeyText, KeyView } from "../api/key.ts";
import { cleanLine, cleanName } from "../text/clean.ts";
import type { Account } from "./account.ts";
import { fileTrouble, gpgTrouble } from "./own-signer.ts";

type Done = Extract<KeyOutcome, { kind: "done" }>;

const refuse = (problem: KeyProblem): Extract<KeyRefusal, { kind: "refused" }> => ({ kind: "refused", problem });
const noKey = refuse({ why: "noKey" });

/** Works on one account; keeps nothing itself. */
export class AccountKeyCommands implements KeyCommands {
	readonly #account: Account;

	constructor(account: Account) {
		this.#account = account;
	}

	show(): KeyView {
		return this.#account.key();
	}

	/** Returns the certificate as armored text. A key that is locked needs its passphrase, because it is sealed whole. */
	async exportPublic(passphrase?: string): Promise<KeyText> {
		const opened = await this.#unlock(passphrase);
		if (opened.kind !== "certificate") return opened;
		return { kind: "key", armored: exportPublic(opened.certificate) };
	}

	/** Returns the private key as armored text, behind the passphrase the identity is kept behind, or none. */
	async exportPrivate(passphrase?: string): Promise<KeyText> {
		const opened = await this.#unlock(passphrase);
		if (opened.kind !== "certificate") return opened;
		const armored = this.#account.privateKey();
		if (!armored) return refuse({ why: "keptByGpg" });
		if (!passphrase) return { kind: "key", armored };
		const locked = await changePassphrase(armored, undefined, passphrase);
		return locked.kind === "relocked"
			? { kind: "key", armored: locked.armoredPrivateKey }
			: refuse({ why: "notLocked" });
	}

	/** Takes over a private key made elsewhere. The passphrase it comes with becomes the one of the identity. */
	async importKey(bytes: Uint8Array, passphrase?: string): Promise<KeyOutcome> {
		const imported = await importPrivateKey(bytes, passphrase);
		if (imported.kind === "locked") return { kind: "passphraseNeeded" };
		if (imported.kind === "wrongPassphrase") return imported;
		if (imported.kind === "refused") return refuse({ why: "key", trouble: fileTrouble(imported) });
		const clear = await changePassphrase(imported.armoredPrivateKey, passphrase, undefined);
		if (clear.kind !== "relocked") return refuse({ why: "notUnlocked" });
		const kept = await this.#account.keepLocal(imported.signer, clear.armoredPrivateKey, passphrase);
		return kept ? this.#done(imported.signer) : refuse({ why: "notKept" });
	}

	/** Makes the key with this fingerprint in gpg-agent the identity from now on. */
	async adoptGpgKey(text: string): Promise<KeyOutcome> {
		const fingerprint = parseFingerprint(text);
		if (!fingerprint) return refuse({ why: "notAFingerprint" });
		const { GNUPGHOME: gnupgHome } = process.env;
		const gpg = await gpgIdentity({ fingerprint, ...(gnupgHome ? { gnupgHome } : {}) });
		if (gpg.kind !== "opened") return refuse({ why: "key", trouble: gpgTrouble(gpg) });
		const kept = await this.#account.keepGpg(gpg.signer, gnupgHome);
		return kept ? this.#done(gpg.signer) : refuse({ why: "notKept" });
	}

	/** Locks the identity behind another passphrase; behind none when `fresh` is absent. */
	async setPassphrase(old: string | undefined, fresh: string | undefined): Promise<KeyOutcome> {
		const opened = await this.#unlock(old);
		if (opened.kind !== "certificate") return opened;
		const problem = await this.#account.setPassphrase(fresh);
		if (problem) return refuse(problem);
		const key = this.#account.key();
		if (key.kind === "none") return noKey;
		return { kind: "done", name: key.name, fingerprint: opened.certificate.fingerprint };
	}

	async #unlock(
		passphrase: string | undefined,
	): Promise<{ readonly kind: "certificate"; readonly certificate: Certificate } | KeyRefusal> {
		if (this.#account.key().kind === "none") return noKey;
		await this.#account.whenOpen();
		if (!this.#account.self()) {
			const outcome = await this.#account.unlock(passphrase ?? "");
			if (outcome.kind === "refused" && outcome.code === "wrong_passphrase") {
				return passphrase ? { kind: "wrongPassphrase" } : { kind: "passphraseNeeded" };
			}
			if (outcome.kind === "refused") {
				const { kind: _, ...refusal } = outcome;
				return refuse({ why: "refused", refusal });
			}
		}
		const self = this.#account.self();
		if (self) return { kind: "certificate", certificate: self.signer.certificate };
		const trouble = this.#account.trouble();
		return trouble ? refuse({ why: "key", trouble }) : noKey;
	}

	#done({ fingerprint, certificate }: Signer): Done {
		const key = this.#account.key();
		const name = key.kind === "present" ? key.name : cleanName(certificate.userName);
		return { kind: "done", name: cleanLine(name ?? ""), fingerprint };
	}
}
