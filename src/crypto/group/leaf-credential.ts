// Who an MLS leaf belongs to: an OpenPGP fingerprint, a name, and the OpenPGP signature that ties both to the leaf's own key. Off the record there is none.
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { type Fingerprint, parseFingerprint } from "../identity/fingerprint.ts";

/** The signature context (`Signer.sign`) of the one OpenPGP signature that a leaf costs. */
export const LEAF_SIGNATURE_CONTEXT = "mls-leaf";
/** The longest name in a leaf, in UTF-8 bytes. */
export const MAXIMUM_NAME_BYTES = 128;
/** The longest OpenPGP signature in a leaf, in bytes; one of RSA-8192 fits. */
export const MAXIMUM_LEAF_SIGNATURE_BYTES = 2048;
const MAXIMUM_CREDENTIAL_BYTES = MAXIMUM_NAME_BYTES + MAXIMUM_LEAF_SIGNATURE_BYTES + 128;
const SIGNED = 1;
/** The version of a credential that nobody has signed: what ties it to the leaf is said beside it (off-record/tags.ts). */
const UNSIGNED = 2;

/** A LeafCredential is the content of the identity in an MLS basic credential (RFC 9420 §5.3). The name is as its owner sent it: clean it before showing it. */
export interface LeafCredential {
	readonly fingerprint: Fingerprint;
	readonly name: string;
	/** It is absent off the record. */
	readonly signature?: Uint8Array | undefined;
}

/** Returns the fields that an OpenPGP key signs, with `LEAF_SIGNATURE_CONTEXT`, to make `leafPublicKey` its leaf in this room under this name. */
export function leafSignatureFields(
	roomId: Uint8Array,
	leafPublicKey: Uint8Array,
	name: string,
): readonly Uint8Array[] {
	return [roomId, leafPublicKey, new TextEncoder().encode(name)];
}

/** Returns the 20 bytes of a v4 or the 32 bytes of a v6 fingerprint. */
export function fingerprintBytes(fingerprint: Fingerprint): Uint8Array<ArrayBuffer> {
	return new Uint8Array(Buffer.from(fingerprint, "hex"));
}

function fits(name: string, signature: Uint8Array | undefined): boolean {
	const nameBytes = new TextEncoder().encode(name).length;
	return (
		name.isWellFormed() &&
		nameBytes > 0 &&
		nameBytes <= MAXIMUM_NAME_BYTES &&
		(signature === undefined || (signature.length > 0 && signature.length <= MAXIMUM_LEAF_SIGNATURE_BYTES))
	);
}

/**
 * Encodes a credential as CBOR `{v, fingerprint, name, signature}`, or `{v, fingerprint, name}`, in the deterministic order of RFC 8949 §4.2.1; returns
 * `undefined` when the name or the signature does not fit.
 */
export function encodeLeafCredential(credential: LeafCredential): Uint8Array<ArrayBuffer> | undefined {
	if (!fits(credential.name, credential.signature)) return undefined;
	const { fingerprint, name, signature } = credential;
	const who = { fingerprint: fingerprintBytes(fingerprint), name };
	const fields = signature === undefined ? { v: UNSIGNED, ...who } : { v: SIGNED, ...who, signature };
	return new Uint8Array(encode(fields, rfc8949EncodeOptions));
}

function decodeMap(bytes: Uint8Array): Map<unknown, unknown> | undefined {
	try {
		const decoded: unknown = decode(bytes, {
			strict: true,
			useMaps: true,
			rejectDuplicateMapKeys: true,
			allowIndefinite: false,
			allowUndefined: false,
		});
		return decoded instanceof Map ? decoded : undefined;
	} catch {
		return undefined;
	}
}

/** Reads a credential that came from outside. Only the one encoding `encodeLeafCredential` gives is accepted; anything else is `undefined`. */
export function readLeafCredential(bytes: Uint8Array): LeafCredential | undefined {
	if (bytes.length > MAXIMUM_CREDENTIAL_BYTES) return undefined;
	const map = decodeMap(bytes);
	const version = map?.get("v");
	if (map === undefined || (version !== SIGNED && version !== UNSIGNED)) return undefined;
	const digits = map.get("fingerprint");
	const name = map.get("name");
	const signature = map.get("signature");
	if (!(digits instanceof Uint8Array) || typeof name !== "string") return undefined;
	if (signature instanceof Uint8Array !== (version === SIGNED)) return undefined;
	const fingerprint = parseFingerprint(Buffer.from(digits).toString("hex"));
	if (fingerprint === undefined) return undefined;
	const signed = signature instanceof Uint8Array ? { signature: new Uint8Array(signature) } : {};
	const credential = { fingerprint, name, ...signed };
	const canonical = encodeLeafCredential(credential);
	// Two encodings of one credential would be two leaves that look the same: extra keys, other orders and long forms all end here.
	return canonical !== undefined && Buffer.compare(canonical, bytes) === 0 ? credential : undefined;
}
