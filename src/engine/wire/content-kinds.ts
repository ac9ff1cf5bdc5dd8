// The kinds of content there are and the fields of each (docs/protocol.md §11). Only their form is judged here; what they may do is decided where they are used.
import * as v from "valibot";
import { FILE_KEY_BYTES } from "../../crypto/file/pieces.ts";
import { SHARE_BYTES, TAG_BYTES } from "../../crypto/password/pake-sizes.ts";
import { FEED_NAME_BYTES } from "../../crypto/posts/reading-key.ts";
import { bytesOf, textOf, wholeNumber } from "./codec.ts";

export const contentIdBytes = 16;
/** Limits the text of one line, in bytes of UTF-8. */
export const maxTextBytes = 64 * 1024;
/** Limits what a reply repeats of the line it answers, in bytes of UTF-8. */
export const maxQuoteBytes = 400;
/** The longest emoji, in UTF-8: the longest sequences of RGI emoji have about 35. */
export const maxEmojiBytes = 64;
/** Limits the label of a place, in bytes of UTF-8. */
export const maxPlaceBytes = 400;
/** At most this many people with browsers are named at once: as many as a room holds. */
const maxBrowsers = 200;
/** Messages stay for four weeks at most when they are to disappear. */
export const maxDisappearSeconds = 2_419_200;
/** Limits the question that goes with a request to verify, in bytes of UTF-8. */
export const maxQuestionBytes = 400;
export const verifyRunBytes = 16;
/** Limits an invite, which has 1,024 characters at most. */
export const maxWayBytes = 1024;
/** Limits a sealed letter: the longest invite and what OpenPGP puts around it take about 3 KiB. */
export const maxLetterBytes = 8 * 1024;

/** Limits one sealed note of a feed: a part of a feed and what is around it. */
export const maxFeedNoteBytes = 65 * 1024;
/** At most this many feeds are named in one message. */
export const mostFeedNotes = 65;

/** The longest name of a room that is kept, in UTF-8. */
export const maxRoomNameBytes = 120;
/** The longest time, in days, that what is said waits for who is away. */
export const maxKeptDays = 365;
/** The longest time, in days, that what is said is kept on disk. */
export const maxHistoryDays = 3_650;
/** The most, in MiB, that waits for who is away. */
export const maxKeptMegabytes = 1024;

/** Limits the name of a file, in bytes of UTF-8, as file systems do. */
const maxFileNameBytes = 255;
/** The largest file or folder: 4 TiB. */
const maxFileBytes = 2 ** 42;
/** The most files in a folder that is sent. */
export const maxFolderFiles = 20_000;
/** Limits the list of a folder: this many of the longest paths there can be. */
const maxFolderListBytes = 16 * 1024 * 1024;

/** A fingerprint has 20 bytes for a v4 key and 32 for a v6 key (RFC 9580 §5.5.4). */
const fingerprint = v.union([bytesOf(20), bytesOf(32)]);
const id = bytesOf(contentIdBytes);
/** A line: ids are unique for their sender only. */
const reference = v.strictObject({ by: fingerprint, id });

/** One step of the shared-secret check (verification.ts). `to` says whom it is for; all others leave it alone. */
const verifyStep = v.variant("step", [
	v.strictObject({ step: v.literal("ask"), share: bytesOf(SHARE_BYTES), question: textOf(maxQuestionBytes) }),
	v.strictObject({ step: v.literal("answer"), share: bytesOf(SHARE_BYTES) }),
	v.strictObject({ step: v.literal("confirm"), tag: bytesOf(TAG_BYTES) }),
	v.strictObject({ step: v.literal("finish"), tag: bytesOf(TAG_BYTES) }),
	v.strictObject({ step: v.literal("end"), reason: v.picklist(["declined", "mismatched", "busy"]) }),
]);

/** Lists by kind the fields beside those that every content has. */
export const contentFields = {
	text: {
		text: textOf(maxTextBytes),
		reply: v.optional(v.strictObject({ of: reference, quote: textOf(maxQuoteBytes) })),
	},
	/** Is what /me says. */
	action: { text: textOf(maxTextBytes) },
	/** A line of the sender's own has this text now. */
	edit: { of: id, text: textOf(maxTextBytes) },
	/** A line of the sender's own is taken back. */
	delete: { of: id },
	react: { of: reference, emoji: textOf(maxEmojiBytes), on: v.boolean() },
	typing: { on: v.boolean() },
	/** Says nothing but `seen`. */
	receipt: {},
	/** Comes from the host only. With 0 messages stay. */
	disappear: { seconds: wholeNumber(0, maxDisappearSeconds) },
	/** Comes from the host only: the room lasts under this name, and messages for those who are away wait for this time and up to this size. */
	keep: {
		name: textOf(maxRoomNameBytes),
		days: wholeNumber(1, maxKeptDays),
		megabytes: wholeNumber(1, maxKeptMegabytes),
		history: v.boolean(),
		/** Counts the days that what is said is kept on members' disks, where `history` is true. */
		historyDays: v.exactOptional(wholeNumber(1, maxHistoryDays)),
	},
	/** Comes from the host only, and says where somebody who is about to enter comes from. */
	place: { of: fingerprint, label: textOf(maxPlaceBytes) },
	/** Offers a file. `root` is that of its sealed pieces, `key` what opens them. `folder`: it is a folder with so many files, and a list of them. */
	file: {
		name: textOf(maxFileNameBytes),
		size: wholeNumber(0, maxFileBytes),
		root: bytesOf(32),
		key: bytesOf(FILE_KEY_BYTES),
		folder: v.optional(
			v.strictObject({ files: wholeNumber(1, maxFolderFiles), list: wholeNumber(1, maxFolderListBytes) }),
		),
	},
	/** Says what has become of a file: the sender of this has all of it, wants none of it, or takes back what they offered. */
	"quiet-file": {
		of: reference,
		what: v.picklist(["got", "declined", "leftOut", "withdrawn", "changed", "unreadable"]),
	},
	/**
	 * The sender gives what goes with a post to whoever has its key, until `quiet-file` says that it is withdrawn. Neither name nor key stand in it, and sizes count blocks
	 * of 64 KiB.
	 */
	"quiet-lend": {
		file: id,
		root: bytesOf(32),
		blocks: wholeNumber(0, maxFileBytes / 65_536),
		listBlocks: wholeNumber(0, maxFolderListBytes / 65_536),
	},
	/** Asks for a file that its sender of this had declined: the host may keep nothing of it any more, and its owner gives it once more. */
	"quiet-file-wanted": { of: reference },
	verify: { to: fingerprint, run: bytesOf(verifyRunBytes), what: verifyStep },
	/** Comes from the host only: all who are here with a browser, by the kind of their channel. */
	"quiet-browsers": { of: v.pipe(v.array(fingerprint), v.maxLength(maxBrowsers)) },
	/** Comes from the host of a room of two only, and says by which ways it can be reached from now on. */
	"quiet-way": { invite: textOf(maxWayBytes) },
	/** Is a letter that only one person in the room can open (letter.ts); all others leave it alone. */
	"quiet-letter": { to: fingerprint, sealed: bytesOf(1, maxLetterBytes) },
	/** Says something of feeds that only who has their reading keys can open (feed-note.ts); all others leave it alone. */
	"quiet-posts": {
		notes: v.pipe(
			v.array(v.strictObject({ feed: bytesOf(FEED_NAME_BYTES), sealed: bytesOf(1, maxFeedNoteBytes) })),
			v.minLength(1),
			v.maxLength(mostFeedNotes),
			v.readonly(),
		),
	},
} as const;

export type ContentKind = keyof typeof contentFields;
type FieldsOf<Entries> = Entries extends v.ObjectEntries
	? Readonly<v.InferOutput<v.StrictObjectSchema<Entries, undefined>>>
	: never;
/** A Body is what is said, without id, time and `seen`. */
export type Body = {
	readonly [Kind in ContentKind]: { readonly kind: Kind } & FieldsOf<(typeof contentFields)[Kind]>;
}[ContentKind];
export type BodyOf<Kind extends ContentKind> = Extract<Body, { readonly kind: Kind }>;
export type LineReference = Readonly<v.InferOutput<typeof reference>>;
export type VerifyStep = Readonly<v.InferOutput<typeof verifyStep>>;
/** Says where the person with this key comes from, as far as the host tells. */
export type PlaceNote = Omit<BodyOf<"place">, "kind">;
