// What a person says, as it travels inside MLS: CBOR { v, id, at, kind, … } (docs/protocol.md, "Content").
import * as v from "valibot";
import { bytesOf, type Decoded, decodeBody, encodeBody, textOf, wholeNumber } from "./codec.ts";
import { hashBytes } from "./entry.ts";

export const contentIdBytes = 16;
/** Of one line, in UTF-8. */
export const maxTextBytes = 64 * 1024;

/** Every content carries these. `seen` says what the sender had before it spoke, so that a host showing people different conversations is found out. */
const common = {
	v: v.literal(1),
	id: bytesOf(contentIdBytes),
	/** Sender's clock, ms since the epoch. */
	at: wholeNumber(0),
	seen: v.strictObject({ seq: wholeNumber(0), head: bytesOf(hashBytes) }),
};

/** Of the label of a place, in UTF-8. */
export const maxPlaceBytes = 400;

const textSchema = v.strictObject({ ...common, kind: v.literal("text"), text: textOf(maxTextBytes) });

/** From the host only: where somebody who is about to enter comes from. `of`: their fingerprint (RFC 9580 §5.5.4: 20 or 32 bytes). */
const placeSchema = v.strictObject({
	...common,
	kind: v.literal("place"),
	of: v.union([bytesOf(20), bytesOf(32)]),
	label: textOf(maxPlaceBytes),
});

/** Of content from a newer version: enough to say that there was something. */
const unknownSchema = v.looseObject({ ...common, kind: textOf(64) });

type Common = { readonly id: Uint8Array; readonly at: number; readonly seen: Seen };
export type Seen = { readonly seq: number; readonly head: Uint8Array };
/** Where the person with this key comes from, as far as the host tells. */
export interface Place {
	readonly of: Uint8Array;
	readonly label: string;
}
export type Content =
	| (Common & { readonly kind: "text"; readonly text: string })
	| (Common & { readonly kind: "place" } & Place)
	| (Common & { readonly kind: "unknown"; readonly name: string });

export function encodeText(content: Common & { readonly text: string }): Uint8Array {
	return encodeBody({ v: 1, kind: "text", ...content });
}

export function encodePlaceOf(content: Common & Place): Uint8Array {
	return encodeBody({ v: 1, kind: "place", ...content });
}

/** Decodes content; a kind this version does not know comes back as `unknown`, a known kind that is malformed is refused. */
export function decodeContent(bytes: Uint8Array): Decoded<Content> {
	const any = decodeBody(unknownSchema, bytes);
	if (any.kind === "refused") return any;
	const { id, at, seen, kind } = any.value;
	if (kind === "place") {
		const place = decodeBody(placeSchema, bytes);
		if (place.kind === "refused") return place;
		const { of, label } = place.value;
		return { kind: "value", value: { kind: "place", id, at, seen, of, label } };
	}
	if (kind !== "text") return { kind: "value", value: { kind: "unknown", id, at, seen, name: kind } };
	const text = decodeBody(textSchema, bytes);
	if (text.kind === "refused") return text;
	return { kind: "value", value: { kind: "text", id, at, seen, text: text.value.text } };
}
