// What one person in a room says to another so that only they can read it: a letter, sealed by OpenPGP, in a line that all others leave alone (docs/protocol.md, "Letters").
import * as v from "valibot";
import { SEAT_BYTES } from "../../crypto/opening/knock.ts";
import { READING_KEY_BYTES } from "../../crypto/posts/reading-key.ts";
import { bytesOf, type Decoded, decodeBody, encodeBody, textOf, wholeNumber } from "./codec.ts";
import { maxWayBytes } from "./content-kinds.ts";
import { roomIdBytes } from "./handshake.ts";

/** Says what a room of two is. */
export const pairKinds = ["buddy", "offRecord"] as const;
export type PairKind = (typeof pairKinds)[number];

const roomId = bytesOf(roomIdBytes);
const what = v.variant("what", [
	/** The sender has opened a room for the two, and the seat lets the other one in until that time, in seconds since the epoch. */
	v.strictObject({
		what: v.literal("propose"),
		kind: v.picklist(pairKinds),
		pair: roomId,
		seat: bytesOf(SEAT_BYTES),
		invite: textOf(maxWayBytes),
		until: wholeNumber(0),
	}),
	/** The answer to a proposal is no. */
	v.strictObject({ what: v.literal("decline"), pair: roomId }),
	/** A proposal of one's own is taken back. */
	v.strictObject({ what: v.literal("withdraw"), pair: roomId }),
	/** The sender's posts may be read with this key, which is of that time, in ms since the epoch. */
	v.strictObject({ what: v.literal("posts"), key: bytesOf(READING_KEY_BYTES), since: wholeNumber(0) }),
]);

/** `room` is the room in which the letter is sent: in another one it says nothing. */
const letter = v.strictObject({ v: v.literal(1), room: roomId, letter: what });

/** A Letter is what a letter says. */
export type Letter = Readonly<v.InferOutput<typeof what>>;
export type LetterOf<What extends Letter["what"]> = Extract<Letter, { readonly what: What }>;

/** Encodes a letter that is sent in this room. */
export const encodeLetter = (room: Uint8Array, one: Letter): Uint8Array => encodeBody({ v: 1, room, letter: one });

/** Decodes a letter that came in this room; one that was sent in another is refused. */
export function decodeLetter(room: Uint8Array, bytes: Uint8Array): Decoded<Letter> {
	const decoded = decodeBody(letter, bytes);
	if (decoded.kind === "refused") return decoded;
	if (Buffer.compare(decoded.value.room, room) !== 0) return { kind: "refused", detail: "a letter of another room" };
	return { kind: "value", value: decoded.value.letter };
}
