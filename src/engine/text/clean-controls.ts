// First step of clean.ts: what never shows itself goes, wherever it stands. Escape sequences go whole, so that no "[31m" is left.

/** Finds a control sequence (ECMA-48 §5.4, CSI): parameters, intermediates, one final byte. */
const controlSequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/;
/**
 * Finds the strings of ECMA-48 §5.6: OSC, which xterm also lets end with BEL, then DCS, SOS, PM and APC. Line breaks end the attempt, so that more text is
 * kept.
 */
const operatingSystemCommand = /(?:\x1b\]|\x9d)[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)/;
const controlString = /(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x1b\\|\x9c)/;
/** Finds all other escape sequences (ECMA-35 §13.2), and the introducers above when nothing well-formed follows. */
const escapeSequence = /\x1b[ -/]*[0-~]/;

/** Finds all of them. Each attempt stops at the next control character and each starts with one, so the whole takes linear time. */
const terminalSequences = new RegExp(
	[controlSequence, operatingSystemCommand, controlString, escapeSequence].map(({ source }) => source).join("|"),
	"g",
);

const lineBreaks = /\r\n?|[\u2028\u2029]/g;

/**
 * Controls, format characters, default ignorables (zero-width, bidi, fillers, tags …) and noncharacters. Not: line break and tab; joiners,
 * variation selectors and tags of flags, which clean-strays.ts judges by where they stand; and the number signs and verse marks of
 * Arabic and Kaithi, which are format characters that show.
 */
const neverShown =
	/[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\n\t\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0020}-\u{e007f}\u{e0100}-\u{e01ef}\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]|\u070f(?![\p{Script=Syriac}&&\p{L}])/gv;

/**
 * Finds private use, and the place-holder for an object. They have no agreed look: nothing in one font, an icon of some screen's own in another. They are shown
 * as U+FFFD rather than dropped, so that it is seen that something was there.
 */
const withoutAgreedLook = /[\p{Co}\ufffc]/gu;

/** Keeps of all controls only "\n" (also for CR, CRLF, U+2028, U+2029) and "\t"; a lone surrogate becomes U+FFFD. The result is never longer. */
export function withoutControls(text: string): string {
	if (/^[\n\t -~]*$/.test(text)) return text;
	return text
		.toWellFormed()
		.replace(terminalSequences, "")
		.replace(lineBreaks, "\n")
		.replace(neverShown, "")
		.replace(withoutAgreedLook, "\ufffd");
}
