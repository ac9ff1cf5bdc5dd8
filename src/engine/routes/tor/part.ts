// What an invite says of Tor (docs/protocol.md, section 15.4): the public key of the room's onion service.
import * as v from "valibot";
import { ONION_KEY_BYTES } from "../../../net/tor/onion-key.ts";
import { bytesOf } from "../../wire/codec.ts";

/** The key of this part in an invite. */
export const torPartKey = 5;

const schema = bytesOf(ONION_KEY_BYTES);

/** Reads the part: the 32 bytes of the key, or `undefined` when it is none. Never throws. */
export function readTorPart(value: unknown): Uint8Array | undefined {
	const read = v.safeParse(schema, value);
	return read.success ? read.output : undefined;
}
