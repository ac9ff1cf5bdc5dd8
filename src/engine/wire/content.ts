// What a person says, as it travels inside MLS: CBOR { v, id, at, kind, … } (docs/protocol.md, "Content").
import * as v from "valibot";
import { bytesOf, type Decoded, decodeBody, encodeBody, textOf, wholeNumber } from "./codec.ts";
import { type Body, type ContentKind, contentFields, contentIdBytes } from "./content-kinds.ts";
import { hashBytes } from "./entering-frames.ts";

/** Every content carries these. `seen` says what the sender had before it spoke, so that a host showing people different conversations is found out. */
const common = {
	v: v.literal(1),
	id: bytesOf(contentIdBytes),
	/** The time by the sender's clock, in milliseconds since the epoch. */
	at: wholeNumber(0),
	seen: v.strictObject({ seq: wholeNumber(0), head: bytesOf(hashBytes) }),
};

/** Reads enough of content from a newer version to say that there was something. */
const unknownSchema = v.looseObject({ ...common, kind: textOf(64) });

/** Tells whether an unknown kind says nothing that a person would miss, such as what is sent while somebody types. */
export const isQuiet = (name: string): boolean => name.startsWith("quiet-");

export type Seen = { readonly seq: number; readonly head: Uint8Array };
/** Holds what every content has. */
export type Common = { readonly id: Uint8Array; readonly at: number; readonly seen: Seen };
export type Content = Common & (Body | { readonly kind: "unknown"; readonly name: string });

/** Encodes content in the form that goes into `Group.encrypt`. */
export function encodeContent({ id, at, seen }: Common, body: Body): Uint8Array {
	return encodeBody({ v: 1, id, at, seen, ...body });
}

function isKnown(kind: string): kind is ContentKind {
	return Object.hasOwn(contentFields, kind);
}

/** Decodes content; a kind this version does not know comes back as `unknown`, a known kind that is malformed is refused. */
export function decodeContent(bytes: Uint8Array): Decoded<Content> {
	const any = decodeBody(unknownSchema, bytes);
	if (any.kind === "refused") return any;
	const { id, at, seen, kind } = any.value;
	if (!isKnown(kind)) return { kind: "value", value: { kind: "unknown", id, at, seen, name: kind } };
	const known = decodeBody(v.strictObject({ ...common, kind: v.literal(kind), ...contentFields[kind] }), bytes);
	if (known.kind === "refused") return known;
	const { v: _, ...content } = known.value;
	// The compiler can't tell that the fields go with the kind.
	return { kind: "value", value: content as Content };
}
