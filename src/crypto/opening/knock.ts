// The knock: how a guest shows that it holds a secret of the host's (a seat, an invite, or only the fingerprint) without showing the secret.
//
// A knock is always four tags of 32 bytes: newest seat, previous seat, invite, pin. A tag for which the guest has no secret is random.
import {
	createHash,
	createHmac,
	createSecretKey,
	hkdfSync,
	type KeyObject,
	randomBytes,
	timingSafeEqual,
} from "node:crypto";
import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import { concatBytes, lvCat } from "../length-value.ts";

export const TAG_BYTES = 32;
const SLOTS = 4;
export const KNOCK_BYTES = SLOTS * TAG_BYTES;
/** The size in bytes of a seat: the secret by which a member comes back. */
export const SEAT_BYTES = 32;
/** The size in bytes of the secret that an invite carries. */
export const INVITE_SECRET_BYTES = 16;

const KEY_BYTES = 32;
const ascii = new TextEncoder();
const SALT = ascii.encode("real-talk/2");
const KNOCK_DOMAIN = ascii.encode("real-talk/2 knock");
const HOST_DOMAIN = ascii.encode("real-talk/2 host");
const OFF_HOST_DOMAIN = ascii.encode("real-talk/2 off host");
const NOTHING = new Uint8Array(0);

/** Says what a guest can hold of a host. A seat belongs to one person in one room; an invite, a feed link and a pin to the host alone. */
export type Held =
	| { readonly kind: "seat"; readonly secret: Uint8Array; readonly roomId: Uint8Array; readonly guest: Fingerprint }
	| { readonly kind: "invite"; readonly secret: Uint8Array }
	/** The secret is that of a feed link; its tag stands in the place of the invite's, and opens nothing but the feed. */
	| { readonly kind: "feed"; readonly secret: Uint8Array }
	/** The secret is the host's fingerprint: it hides the host from those who do not know it, and no more. */
	| { readonly kind: "pin" };

/** The two keys that come from one secret: the guest's shows that it is held, the host's answers that. Neither tells the other. */
export interface TagKeys {
	readonly guest: KeyObject;
	readonly host: KeyObject;
}

function subKey(held: Held, who: "guest" | "host", host: Fingerprint): KeyObject {
	const secret = held.kind === "pin" ? fingerprintBytes(host) : held.secret;
	const [room, guest] = held.kind === "seat" ? [held.roomId, fingerprintBytes(held.guest)] : [NOTHING, NOTHING];
	const info = lvCat(SALT, ascii.encode(held.kind), ascii.encode(who), fingerprintBytes(host), room, guest);
	const derived = new Uint8Array(hkdfSync("sha256", secret, SALT, info, KEY_BYTES));
	const key = createSecretKey(derived);
	derived.fill(0);
	return key;
}

/** Derives both keys of a secret with HKDF-SHA-256 (RFC 5869). `host` says whose secret it is. */
export function tagKeys(held: Held, host: Fingerprint): TagKeys {
	return { guest: subKey(held, "guest", host), host: subKey(held, "host", host) };
}

/** Reads the keys of a secret that were kept in its place. Each has 32 bytes. */
export function tagKeysFrom({ guest, host }: { readonly guest: Uint8Array; readonly host: Uint8Array }): TagKeys {
	return { guest: createSecretKey(guest), host: createSecretKey(host) };
}

/** Computes the guest's tag, HMAC-SHA-256 over B: it is right in this one channel only. */
export function knockTag(key: KeyObject, channel: Uint8Array): Uint8Array {
	return createHmac("sha256", key).update(lvCat(KNOCK_DOMAIN, channel)).digest();
}

/** Computes the host's answer to a right tag, HMAC-SHA-256 over T. */
export function hostTag(key: KeyObject, opening: Uint8Array): Uint8Array {
	return createHmac("sha256", key).update(lvCat(HOST_DOMAIN, opening)).digest();
}

/** Computes the host's answer where nothing is signed: it covers the host and the knock as well, which a signature covers elsewhere. */
export function offHostTag(key: KeyObject, opening: Uint8Array, host: Fingerprint, knock: Uint8Array): Uint8Array {
	const heard = createHash("sha256").update(knock).digest();
	return createHmac("sha256", key)
		.update(lvCat(OFF_HOST_DOMAIN, opening, fingerprintBytes(host), heard))
		.digest();
}

/** Says what a guest holds, by the place of its tag in the knock. */
export interface KnockSecrets {
	readonly newestSeat?: TagKeys;
	readonly previousSeat?: TagKeys;
	readonly invite?: TagKeys;
	readonly pin?: TagKeys;
}

/** Lists the keys in the order of their tags. */
const inSlots = ({ newestSeat, previousSeat, invite, pin }: KnockSecrets) => [newestSeat, previousSeat, invite, pin];

/** Says whether the guest holds anything by which the host can be asked to prove itself. */
export function holdsAnything(secrets: KnockSecrets): boolean {
	return inSlots(secrets).some((keys) => keys !== undefined);
}

/** Makes the body of a knock: `KNOCK_BYTES`, alike for everybody who does not have the secrets. `channel` is B. */
export function makeKnock(secrets: KnockSecrets, channel: Uint8Array, random = randomBytes): Uint8Array<ArrayBuffer> {
	return concatBytes(...inSlots(secrets).map((keys) => (keys ? knockTag(keys.guest, channel) : random(TAG_BYTES))));
}

/** Says whether the host's tag is the right answer to one of the guest's secrets. Tries all of them. */
export const answersKnock = (tag: Uint8Array, secrets: KnockSecrets, opening: Uint8Array): boolean =>
	isOneOf(tag, secrets, (keys) => hostTag(keys.host, opening));

/** Tells whether a tag is the one that is made by one of the secrets. Tries all of them, so that the time says nothing. */
function isOneOf(tag: Uint8Array, secrets: KnockSecrets, made: (keys: TagKeys) => Uint8Array): boolean {
	let isRight = false;
	for (const keys of inSlots(secrets)) if (keys && equals(tag, made(keys))) isRight = true;
	return isRight;
}

/** Says whether a tag of `offHostTag` is the right answer to one of the guest's secrets. Tries all of them. */
export const answersOffKnock = (
	tag: Uint8Array,
	secrets: KnockSecrets,
	opening: Uint8Array,
	host: Fingerprint,
	knock: Uint8Array,
): boolean => isOneOf(tag, secrets, (keys) => offHostTag(keys.host, opening, host, knock));

/** One secret that the host has given out; `value` is what it stands for. `slots` says where in a knock it may be shown. */
export interface KnownKeys<Value> {
	readonly value: Value;
	readonly keys: TagKeys;
	readonly slots: "seat" | "invite" | "pin";
}

const slotNumbers: Readonly<Record<KnownKeys<unknown>["slots"], readonly number[]>> = {
	seat: [0, 1],
	invite: [2],
	pin: [3],
};

/**
 * Finds which of the host's secrets a knock shows, in the order of `known`. Computes and compares all of them, whatever is found, so that
 * the time tells nothing. `knock`: `KNOCK_BYTES`. `channel` is B.
 */
export function shownIn<Value>(
	knock: Uint8Array,
	channel: Uint8Array,
	known: Iterable<KnownKeys<Value>>,
): readonly KnownKeys<Value>[] {
	const tags = Array.from({ length: SLOTS }, (_, slot) => knock.subarray(slot * TAG_BYTES, (slot + 1) * TAG_BYTES));
	const shown: KnownKeys<Value>[] = [];
	for (const one of known) {
		const expected = knockTag(one.keys.guest, channel);
		let isShown = false;
		for (const slot of slotNumbers[one.slots]) if (equals(tags[slot] ?? NOTHING, expected)) isShown = true;
		if (isShown) shown.push(one);
	}
	return shown;
}

function equals(left: Uint8Array, right: Uint8Array): boolean {
	return left.length === right.length && timingSafeEqual(left, right);
}
