// The names of files that come from others, and those under which our own go out: one safe component each, or a reason why not. Pure.

/** What file systems take: NAME_MAX of Linux and macOS in bytes; Windows counts 255 UTF-16 units, which are never more than the bytes. */
const MOST_BYTES = 255;
/** Longer names are made to hide what they end with; no title of a book needs more. */
const MOST_GRAPHEMES = 120;
/** No orthography needs more marks on one letter; floods of them cover other lines. */
const MOST_MARKS = 8;
/** This many UTF-16 units of a name are looked at: NFC makes nothing shorter than a third. */
const MOST_UNITS = 1024;

declare const brand: unique symbol;

/** A name that `readFileName` or `nameToOffer` has made: NFC, one component, safe to create in a folder and to show. */
export type FileName = string & { readonly [brand]: "FileName" };

/**
 * Says what is wrong with a name. `separator`: it has / or \ · `dots`: it begins with a dot, as "..", and hidden files do · `control`: it has control characters ·
 * `direction`: it has characters that turn the direction of text around · `unseen`: characters nobody sees, floods of marks, or nothing to see at all · `sign`: one of
 * : * ? " < > | · `beginning`: it begins with a blank, - or ~ · `ending`: it ends with a blank or a dot · `device`: it is the name of a device on Windows ·
 * `tooLong`: more than 255 bytes or 120 characters · `notText`: it is no text at all.
 */
export type FileNameProblem =
	| "empty"
	| "separator"
	| "dots"
	| "control"
	| "direction"
	| "unseen"
	| "sign"
	| "beginning"
	| "ending"
	| "device"
	| "tooLong"
	| "notText";

/** Says what came of reading a name. */
export type FileNameOutcome =
	| { readonly kind: "name"; readonly name: FileName }
	| { readonly kind: "refused"; readonly why: FileNameProblem };

/** Letters of scripts that need joiners inside words, and what emoji are joined from. */
const JOINED =
	"[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mong}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}\\p{scx=Mymr}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f]";

const SEPARATORS = /[/\\\u2044\u2215\u29f5\u29f8\uff0f\uff3c\ufe68]/u;
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Joiners where nothing is joined; everything that has no look of its own; blanks that are not the space bar's. */
const UNSEEN = new RegExp(
	`(?<!${JOINED})[\\u200c\\u200d]|[\\u200c\\u200d](?!${JOINED})|(?![\\u200c\\u200d\\ufe0e\\ufe0f])\\p{Default_Ignorable_Code_Point}|[\\p{Cf}--[\\u200c\\u200d\\u0600-\\u0605\\u06dd\\u070f]]|[\\p{Cn}\\p{Co}\\ufffc\\ufffd\\u2800]|(?! )\\p{Zs}|\\p{M}{${MOST_MARKS + 1}}`,
	"v",
);
const SIGNS = /[:*?"<>|]/;
const SOMETHING_TO_SEE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Windows, "Naming Files, Paths, and Namespaces": reserved with any ending too, and with blanks before it. The raised digits count. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/iu;

let segmenter: Intl.Segmenter | undefined;

/** Returns the graphemes of a name. What finds them takes its time to be made, and is made when it is first needed. */
function graphemesIn(name: string): Intl.Segments {
	segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	return segmenter.segment(name);
}

/**
 * Reads a name from outside as one component of a path. What macOS takes apart (NFD) is put together again (NFC); everything else is taken as it is or refused,
 * so that nobody gets a file by another name than they were told.
 */
export function readFileName(raw: unknown): FileNameOutcome {
	if (typeof raw !== "string" || !raw.isWellFormed()) return { kind: "refused", why: "notText" };
	if (raw.length > MOST_UNITS) return { kind: "refused", why: "tooLong" };
	const name = raw.normalize("NFC");
	const why = problemOf(name);
	return why === undefined ? { kind: "name", name: name as FileName } : { kind: "refused", why };
}

function problemOf(name: string): FileNameProblem | undefined {
	if (name === "") return "empty";
	if (SEPARATORS.test(name)) return "separator";
	if (CONTROLS.test(name)) return "control";
	if (DIRECTIONS.test(name)) return "direction";
	if (name.startsWith(".")) return "dots";
	if (UNSEEN.test(name) || !SOMETHING_TO_SEE.test(name)) return "unseen";
	if (SIGNS.test(name)) return "sign";
	if (/^[ \-~]/.test(name)) return "beginning";
	if (/[ .]$/.test(name)) return "ending";
	if (DEVICES.test(name)) return "device";
	return isTooLong(name) ? "tooLong" : undefined;
}

function isTooLong(name: string): boolean {
	if (Buffer.byteLength(name) > MOST_BYTES) return true;
	return name.length > MOST_GRAPHEMES && [...graphemesIn(name)].length > MOST_GRAPHEMES;
}

/** What a file is called where nothing of its own name can be used. */
const NAMELESS = "file";

/**
 * Makes of the name that a file has on our disk the one under which it is offered: what receivers would refuse becomes "_" or goes, the ending stays. A name that
 * is fine stays as it is (in NFC).
 */
export function nameToOffer(onDisk: string): FileName {
	const whole = readFileName(onDisk);
	if (whole.kind === "name") return whole.name;
	const mended = readFileName(shortened(mend(onDisk.slice(0, MOST_UNITS).toWellFormed())));
	return mended.kind === "name" ? mended.name : (NAMELESS as FileName);
}

function mend(name: string): string {
	const seen = name
		.normalize("NFC")
		.replace(/(?! )\p{Zs}/gu, " ")
		.replace(new RegExp(DIRECTIONS, "gu"), "")
		.replace(/[/\\:*?"<>|]/g, "_")
		.replace(new RegExp(SEPARATORS, "gu"), "_")
		.replace(new RegExp(CONTROLS, "gu"), "_")
		.replace(new RegExp(UNSEEN, "gv"), "")
		.replace(/^[. \-~]+|[. ]+$/g, "");
	return DEVICES.test(seen) ? `_${seen}` : seen;
}

/** Cuts the stem so that the ending stays; an ending longer than that is none. */
const LONGEST_ENDING = 20;

function shortened(name: string): string {
	if (!isTooLong(name)) return name;
	const ending = /\.[^. ]+$/.exec(name)?.[0] ?? "";
	const kept = ending.length <= LONGEST_ENDING ? ending : "";
	return `${firstOf(name.slice(0, name.length - kept.length), kept)}${kept}`;
}

function firstOf(stem: string, ending: string): string {
	let first = "";
	let count = [...graphemesIn(ending)].length;
	for (const { segment } of graphemesIn(stem)) {
		count += 1;
		if (count > MOST_GRAPHEMES || Buffer.byteLength(first + segment + ending) > MOST_BYTES) break;
		first += segment;
	}
	return first.replace(/[. ]+$/, "");
}

/** Returns the name with " (2)", " (3)" … before its ending, for where one of that name is already; still within 255 bytes. `count` 1 is the name itself. */
export function numbered(name: FileName, count: number): FileName {
	if (count === 1) return name;
	const ending = /(?<=.)(?:\.tar)?\.[^. ]{1,19}$/i.exec(name)?.[0] ?? "";
	return `${firstOf(name.slice(0, name.length - ending.length), ` (${count})${ending}`)} (${count})${ending}` as FileName;
}
