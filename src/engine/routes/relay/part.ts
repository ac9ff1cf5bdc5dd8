// What an invite says of relays (docs/protocol.md, section 15.3): their addresses, and the host's key there.
import * as v from "valibot";
import { RELAY_KEY_BYTES } from "../../../net/relay/keys.ts";
import { MAX_RELAY_URL_CHARACTERS, MAX_RELAYS, readRelayUrl, relayUrlText } from "../../../net/relay/relay-url.ts";
import { bytesOf } from "../../wire/codec.ts";

/** The key of this part in an invite. */
export const relayPartKey = 6;

export interface RelayPart {
	readonly relays: readonly URL[];
	/** The raw Ed25519 key that the host has at each of them. */
	readonly hostKey: Uint8Array;
}

const url = v.pipe(v.string(), v.maxLength(MAX_RELAY_URL_CHARACTERS));
const schema = v.strictTuple([v.pipe(v.array(url), v.minLength(1), v.maxLength(MAX_RELAYS)), bytesOf(RELAY_KEY_BYTES)]);

/** Writes the part as a value for CBOR. */
export function packRelayPart({ relays, hostKey }: RelayPart): readonly unknown[] {
	return [relays.map(relayUrlText), hostKey];
}

/** Reads the part; `undefined` when it makes no sense. It never throws. */
export function readRelayPart(value: unknown): RelayPart | undefined {
	const read = v.safeParse(schema, value);
	if (!read.success) return undefined;
	const [texts, hostKey] = read.output;
	const relays = texts.map(readRelayUrl);
	return relays.every((one) => one !== undefined) ? { relays, hostKey } : undefined;
}
