// Structured bodies as CBOR (RFC 8949): encoded deterministically, decoded only through a strict schema.
import { decode, encode } from "cborg";
import * as v from "valibot";

export type Decoded<T> =
	| { readonly kind: "value"; readonly value: T }
	| { readonly kind: "refused"; readonly detail: string };

/** Encodes a value as deterministic CBOR (RFC 8949 §4.2.1). It throws only for values that CBOR cannot hold, which is a bug of the caller. */
export function encodeBody(value: unknown): Uint8Array {
	return encode(value);
}

/**
 * Decodes one CBOR item that fills `bytes` exactly and fits `schema`. Any other encoding of it than `encodeBody`'s own is refused:
 * trailing bytes, indefinite lengths, keys twice or in another order, longer integers, texts that are not UTF-8. So are unknown
 * fields (use `v.strictObject`). It never throws.
 */
export function decodeBody<Schema extends v.GenericSchema>(
	schema: Schema,
	bytes: Uint8Array,
): Decoded<v.InferOutput<Schema>> {
	const item = decodeItem(bytes, false);
	return item.kind === "refused" ? item : fitting(schema, item.value);
}

/**
 * Decodes one CBOR map whose keys are small whole numbers, as `decodeBody` does. The schema sees an object with those numbers as names; with
 * `v.looseObject` fields that are not known are left alone. It never throws.
 */
export function decodeNumbered<Schema extends v.GenericSchema>(
	schema: Schema,
	bytes: Uint8Array,
): Decoded<v.InferOutput<Schema>> {
	const item = decodeItem(bytes, true);
	if (item.kind === "refused") return item;
	const { value } = item;
	if (!(value instanceof Map) || ![...value.keys()].every((key) => Number.isSafeInteger(key) && key >= 0)) {
		return { kind: "refused", detail: "the body is no map with numbers as keys" };
	}
	return fitting(schema, Object.fromEntries(value));
}

function decodeItem(bytes: Uint8Array, useMaps: boolean): Decoded<unknown> {
	try {
		const value: unknown = decode(bytes, {
			strict: true,
			allowIndefinite: false,
			allowUndefined: false,
			allowNaN: false,
			allowInfinity: false,
			rejectDuplicateMapKeys: true,
			useMaps,
		});
		// The library lets some things pass, such as broken UTF-8. Whatever it takes must have only one form.
		if (Buffer.compare(encode(value), bytes) !== 0)
			return { kind: "refused", detail: "the body is not in its one encoding" };
		return { kind: "value", value };
	} catch {
		// The library's message may quote the bytes; the fact is enough. Deep nesting ends here too, as a RangeError.
		return { kind: "refused", detail: "the body is not well-formed CBOR" };
	}
}

function fitting<Schema extends v.GenericSchema>(schema: Schema, item: unknown): Decoded<v.InferOutput<Schema>> {
	const parsed = v.safeParse(schema, item);
	if (parsed.success) return { kind: "value", value: parsed.output };
	const issue = parsed.issues[0];
	return { kind: "refused", detail: `the field "${v.getDotPath(issue) ?? "(whole body)"}" is missing or wrong` };
}

/** Reads a body of one byte, which stands for a name in `codes`. It returns `undefined` for another size, and for a code that is not known. */
export function decodeCode<Name extends string>(
	codes: Readonly<Record<Name, number>>,
	body: Uint8Array,
): Name | undefined {
	const names = Object.keys(codes) as Name[];
	return body.length === 1 ? names.find((name) => codes[name] === body[0]) : undefined;
}

/** Makes the schema of a byte string of `min` to `max` bytes (exactly `min` when `max` is left out). */
export function bytesOf(min: number, max = min) {
	return v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length >= min && value.length <= max);
}

/** Makes the schema of a whole number from `min` to `max`, both within the safe integers. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
	return v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
}

/** Makes the schema of a text of at most `maxBytes` bytes of UTF-8. */
export function textOf(maxBytes: number) {
	return v.pipe(v.string(), v.maxBytes(maxBytes));
}
