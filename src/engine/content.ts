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

const textSchema = v.strictObject({ ...common, kind: v.literal("text"), text: textOf(maxTextBytes) });

/** Of content from a newer version: enough to say that there was something. */
const unknownSchema = v.looseObject({ ...common, kind: textOf(64) });

type Common = { readonly id: Uint8Array; readonly at: number; readonly seen: Seen };
export type Seen = { readonly seq: number; readonly head: Uint8Array };
export type Content =
	| (Common & { readonly kind: "text"; readonly text: string })
	| (Common & { readonly kind: "unknown"; readonly name: string });

export function encodeText(content: Common & { readonly text: string }): Uint8Array {
	return encodeBody({ v: 1, kind: "text", ...content });
}

/** Decodes content; a kind this version does not know comes back as `unknown`, a known kind that is malformed is refused. */
export function decodeContent(bytes: Uint8Array): Decoded<Content> {
	const any = decodeBody(unknownSchema, bytes);
	if (any.kind === "refused") return any;
	const { id, at, seen, kind } = any.value;
	if (kind !== "text") return { kind: "value", value: { kind: "unknown", id, at, seen, name: kind } };
	const text = decodeBody(textSchema, bytes);
	if (text.kind === "refused") return text;
	return { kind: "value", value: { kind: "text", id, at, seen, text: text.value.text } };
}
