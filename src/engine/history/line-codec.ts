// A line of the timeline as it is kept on disk, and back. What is read is cleaned again: a file is something from outside.
import * as v from "valibot";
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { HistoryLine, HistoryRow } from "../../store/history/history-rows.ts";
import type { LineEntry } from "../api/content.ts";
import type { Person } from "../api/people.ts";
import { cleanLine, cleanName, cleanText } from "../text/clean.ts";

const contentIdBytes = 16;
/** An own line is known by its id alone, others' by the author's fingerprint and the id. */
const entryIdShape = /^(?:([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}) )?([0-9a-f]{32})$/;

const someone = v.strictObject({ fingerprint: v.string(), name: v.string() });
const restSchema = v.strictObject({
	isAction: v.exactOptional(v.literal(true)),
	isEdited: v.exactOptional(v.literal(true)),
	mentionsMe: v.exactOptional(v.literal(true)),
	gone: v.exactOptional(v.picklist(["deleted", "disappeared"])),
	reply: v.exactOptional(
		v.strictObject({
			id: v.exactOptional(v.string()),
			name: v.string(),
			isUnchecked: v.exactOptional(v.literal(true)),
		}),
	),
	reactions: v.exactOptional(
		v.array(v.strictObject({ emoji: v.string(), people: v.array(someone), isMine: v.boolean() })),
	),
});
type Rest = v.InferOutput<typeof restSchema>;

/** This is kept of a line whose time is over. */
export const disappearedRest = JSON.stringify({ gone: "disappeared" } satisfies Rest);

/** Says whose line an Entry.id names. */
export interface LineName {
	readonly author: Fingerprint;
	readonly content: Uint8Array;
}

/** Reads an Entry.id; `undefined` when it names no line. */
export function lineNameOf(entryId: string, self: Fingerprint): LineName | undefined {
	const [, by, id] = entryIdShape.exec(entryId) ?? [];
	const author = by === undefined ? self : parseFingerprint(by);
	return author === undefined || id === undefined ? undefined : { author, content: contentOf(id) };
}

/** Reads the id that an author gave a line; `undefined` when it is none. */
export function contentNamed(id: string): Uint8Array | undefined {
	return /^[0-9a-f]{32}$/.test(id) ? contentOf(id) : undefined;
}

function contentOf(hex: string): Uint8Array {
	return new Uint8Array(Buffer.from(hex, "hex"));
}

/** Returns what is to be kept of a line; `undefined` when its id is not one of a line. */
export function keptLineOf(room: string, line: LineEntry, self: Fingerprint): HistoryLine | undefined {
	const name = lineNameOf(line.id, self);
	if (name === undefined) return undefined;
	const { at, from, text, reply, disappearsAt, isAction, isEdited, mentionsMe, gone, reactions } = line;
	const answers = reply?.id === undefined ? undefined : lineNameOf(reply.id, self);
	const rest: Rest = {
		...(isAction ? { isAction } : {}),
		...(isEdited ? { isEdited } : {}),
		...(mentionsMe ? { mentionsMe } : {}),
		...(gone ? { gone } : {}),
		...(reply ? { reply: withoutText(reply) } : {}),
		...(reactions
			? {
					reactions: reactions.map(({ emoji, people, isMine }) => ({
						emoji,
						people: people.map(({ fingerprint, name: called }) => ({ fingerprint, name: called })),
						isMine,
					})),
				}
			: {}),
	};
	return {
		room,
		...name,
		name: from.name,
		at,
		text,
		...(reply ? { quote: reply.text } : {}),
		...(answers ? { answers } : {}),
		...(disappearsAt === undefined ? {} : { disappearsAt: Math.ceil(disappearsAt) }),
		rest: JSON.stringify(rest),
	};
}

function withoutText({ id, name, isUnchecked }: NonNullable<LineEntry["reply"]>): NonNullable<Rest["reply"]> {
	return { ...(id === undefined ? {} : { id }), name, ...(isUnchecked ? { isUnchecked } : {}) };
}

/** Says how people are shown, and who we are. */
export interface Readers {
	readonly self: Fingerprint;
	readonly person: (fingerprint: Fingerprint, name: string) => Person;
}

/** Reads a line; `undefined` when it makes no sense to this version. */
export function lineOf(row: HistoryRow, { self, person }: Readers): LineEntry | undefined {
	const author = parseFingerprint(row.author);
	const rest = restOf(row.rest);
	if (author === undefined || rest === undefined || row.content.length !== contentIdBytes) return undefined;
	const id = Buffer.from(row.content).toString("hex");
	const { reply, reactions, ...marks } = rest;
	const name = cleanName(row.name) ?? `(no name) ${author.slice(-16)}`;
	return {
		kind: "line",
		id: author === self ? id : `${author} ${id}`,
		at: row.at,
		from: person(author, name),
		text: cleanText(row.text),
		delivery: { kind: "sent" },
		...marks,
		...(reply ? { reply: { ...reply, name: cleanLine(reply.name), text: cleanLine(row.quote ?? "") } } : {}),
		...(reactions && reactions.length > 0 ? { reactions: reactions.flatMap(reactionOf) } : {}),
		...(row.disappearsAt === undefined ? {} : { disappearsAt: row.disappearsAt }),
	};
}

function reactionOf({ emoji, people, isMine }: NonNullable<Rest["reactions"]>[number]) {
	const known = people.flatMap(({ fingerprint, name }) => {
		const key = parseFingerprint(fingerprint);
		return key === undefined ? [] : [{ fingerprint: key, name: cleanLine(name) }];
	});
	return known.length === 0 ? [] : [{ emoji: cleanLine(emoji), people: known, isMine }];
}

function restOf(text: string): Rest | undefined {
	const read = v.safeParse(v.pipe(v.string(), v.parseJson(), restSchema), text);
	return read.success ? read.output : undefined;
}
