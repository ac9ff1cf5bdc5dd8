// The certificates a member judges leaves by, kept by the fingerprint it computes itself. This is the authentication service of RFC 9420 §5.3.1.
import { createHash } from "node:crypto";
import type { AuthenticationService, Credential } from "ts-mls";
import { type Certificate, readCertificate, verifySignature } from "../identity/certificate.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { lvCat } from "../length-value.ts";
import { LEAF_SIGNATURE_CONTEXT, leafSignatureFields } from "./leaf-credential.ts";
import { MAXIMUM_MEMBERS, type Refused, refused } from "./messages.ts";
import { readCredential } from "./tree.ts";

const leafName = (fingerprint: Fingerprint, leafPublicKey: Uint8Array): string =>
	`${fingerprint} ${Buffer.from(leafPublicKey).toString("base64")}`;

/** Knows at most the members' certificates and those that came with the message being judged. */
export class MemberDirectory implements AuthenticationService {
	readonly #roomId: Uint8Array;
	readonly #certificates = new Map<Fingerprint, Certificate>();
	/** Maps the digests of leaves that were verified to whose they are: each costs one OpenPGP verification only. */
	readonly #verified = new Map<string, Fingerprint>();
	/** Off the record nobody signs. The owners of these leaf keys were proven beside the group. It is absent in all other rooms. */
	readonly #vouched: Set<string> | undefined;

	constructor(roomId: Uint8Array, isOffRecord = false) {
		this.#roomId = roomId;
		if (isOffRecord) this.#vouched = new Set();
	}

	/** Returns the certificates that are known, as they were read. */
	get certificates(): readonly Uint8Array[] {
		return [...this.#certificates.values()].map(({ bytes }) => bytes);
	}

	/** Takes a leaf key for this person's, without a signature. It does nothing but off the record. */
	vouch(fingerprint: Fingerprint, leafPublicKey: Uint8Array): void {
		this.#vouched?.add(leafName(fingerprint, leafPublicKey));
	}

	/** Reads a certificate, whose fingerprint is what it hashes to, not what anybody says. */
	async learn(bytes: Uint8Array): Promise<{ readonly kind: "learnt"; readonly fingerprint: Fingerprint } | Refused> {
		const read = await readCertificate(bytes);
		if (read.kind === "refused") return refused("badCredential", `certificate: ${read.detail}`);
		const { fingerprint } = read.certificate;
		this.#certificates.set(fingerprint, read.certificate);
		return { kind: "learnt", fingerprint };
	}

	/** Reads several certificates. All or nothing is not promised: what is too much is dropped by the next `keepOnly`. */
	async learnAll(certificates: readonly Uint8Array[]): Promise<Refused | undefined> {
		if (certificates.length > MAXIMUM_MEMBERS) return refused("badCredential", "too many certificates");
		for (const bytes of certificates) {
			const outcome = await this.learn(bytes);
			if (outcome.kind === "refused") return outcome;
		}
		return undefined;
	}

	/**
	 * Tells whether the OpenPGP key named in a leaf's credential has certified this leaf key, under this name, for this room; off the record, whether the leaf key is
	 * known to be theirs. Each kind of room refuses the credentials of the other.
	 */
	async validateCredential(credential: Credential, leafPublicKey: Uint8Array): Promise<boolean> {
		const claimed = readCredential(credential);
		if (claimed === undefined || credential.credentialType !== "basic") return false;
		const { fingerprint, name, signature } = claimed;
		if (this.#vouched || signature === undefined)
			return signature === undefined && this.#vouched?.has(leafName(fingerprint, leafPublicKey)) === true;
		const digest = createHash("sha256").update(lvCat(credential.identity, leafPublicKey)).digest("base64");
		if (this.#verified.has(digest)) return true;
		const certificate = this.#certificates.get(fingerprint);
		if (certificate === undefined) return false;
		const fields = leafSignatureFields(this.#roomId, leafPublicKey, name);
		if (!(await verifySignature(certificate, signature, LEAF_SIGNATURE_CONTEXT, ...fields))) return false;
		this.#verified.set(digest, fingerprint);
		return true;
	}

	/** Drops what is known of everybody else, and every leaf that was vouched for. */
	keepOnly(members: ReadonlySet<Fingerprint>): void {
		for (const fingerprint of this.#certificates.keys())
			if (!members.has(fingerprint)) this.#certificates.delete(fingerprint);
		for (const [digest, fingerprint] of this.#verified) if (!members.has(fingerprint)) this.#verified.delete(digest);
		this.#vouched?.clear();
	}
}
