// What the other one in a room off the record could show to somebody else: all that was sent, and all that their own program knew. As a file: JSON.
import * as v from "valibot";

const bytes = v.pipe(
	v.string(),
	v.maxLength(4 * 1024 * 1024),
	v.base64(),
	v.transform((text): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"))),
);
const person = v.strictObject({ name: v.pipe(v.string(), v.maxLength(128)), certificate: bytes });

/** A conversation has at most this many lines. */
const maxForgedLines = 1000;

const transcript = v.strictObject({
	v: v.literal(1),
	/** The guest, who shows it. */
	me: person,
	/** The host, of whom it is said to show something. */
	them: person,
	/** The 32 bytes that TLS exports: of the channel no more is ever used. */
	exporter: bytes,
	hello: bytes,
	knock: bytes,
	hostProof: bytes,
	sealedByMe: bytes,
	sealedByThem: bytes,
	guestTag: bytes,
	hostTag: bytes,
	admission: bytes,
	guestLeaf: bytes,
	enter: bytes,
	/** The guest's own program knew this beside that. */
	seat: bytes,
	secretOfMe: bytes,
	secretOfThem: bytes,
	group: bytes,
	lines: v.pipe(
		v.array(v.strictObject({ from: v.picklist(["me", "them"]), message: bytes })),
		v.maxLength(maxForgedLines),
	),
});

export type Transcript = Omit<v.InferOutput<typeof transcript>, "v">;

/** Returns the same with byte strings as base64. */
function inBase64(value: unknown): unknown {
	if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
	if (Array.isArray(value)) return value.map(inBase64);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inBase64(one)]));
}

/** Writes a transcript as text. */
export const writeTranscript = (one: Transcript): string =>
	`${JSON.stringify(inBase64({ v: 1, ...one }), undefined, "\t")}\n`;

/** Reads a transcript; `undefined` when it is none. It never throws. */
export function readTranscript(text: string): Transcript | undefined {
	const read = v.safeParse(v.pipe(v.string(), v.parseJson(), transcript), text);
	return read.success ? read.output : undefined;
}
