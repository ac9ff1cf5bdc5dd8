// Which characters clean-strays.ts asks about: classes of the Unicode standard, each function takes one character.

/** Scripts whose letters join as in handwriting (ArabicShaping.txt); their letters and marks. */
const cursive =
	/^[[\p{L}\p{M}]&&[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mand}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Phag}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Mani}\p{scx=Phlp}\p{scx=Sogd}\p{scx=Chrs}\p{scx=Ougr}]]$/v;

/** Scripts of India and its neighbours in which a joiner chooses between forms of a cluster; their letters and marks. */
const indic = new RegExp(
	`^[[\\p{L}\\p{M}]&&[${[
		...["Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Khmr", "Mymr", "Java", "Bali"],
		...["Sund", "Cakm", "Gran", "Tirh", "Newa", "Modi", "Nand", "Shrd", "Takr", "Dogr", "Sidd", "Kthi", "Khoj", "Sind"],
		...["Mtei", "Limb", "Lepc", "Saur", "Sylo", "Lana", "Cham", "Brah", "Ahom", "Diak", "Gonm", "Gong", "Bhks", "Tibt"],
	]
		.map((script) => `\\p{scx=${script}}`)
		.join("")}]]$`,
	"v",
);

/** Canonical combining class 9 (UnicodeData.txt), which the regular expressions of JavaScript cannot ask for. */
const virama =
	/^[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1715\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua82c\ua8c4\ua953\ua9c0\uaaf6\uabed\u{10a3f}\u{11046}\u{11070}\u{1107f}\u{110b9}\u{11133}\u{11134}\u{111c0}\u{11235}\u{112ea}\u{1134d}\u{113ce}-\u{113d0}\u{11442}\u{114c2}\u{115bf}\u{1163f}\u{116b6}\u{1172b}\u{11839}\u{1193d}\u{1193e}\u{119e0}\u{11a34}\u{11a47}\u{11a99}\u{11c3f}\u{11d44}\u{11d45}\u{11d97}\u{11f41}\u{11f42}]$/u;

const combiningMark = /^\p{M}$/u;
const pictograph = /^\p{Extended_Pictographic}$/u;
/** Finds pictographs that can be joined. © ® ‼ ⁉ ™ ℹ are none: they stand in plain text and are part of no joined emoji. */
const joinablePictograph = /^[\p{Extended_Pictographic}--[\u0000-\u218f]]$/v;
const tag = /^[\u{e0020}-\u{e007f}]$/u;
const variationSelector = /^[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;

/** Finds medial and final letters of a Hangul syllable; terminals draw them over the cell before. */
const trailingJamo = /^[\u1160-\u11ff\ud7b0-\ud7fb]$/u;
const leadingHangul = /^[\u1100-\u115e\ua960-\ua97c\uac00-\ud7a3]$/u;

/** Finds what VS1 to VS14 vary (StandardizedVariants.txt), by class rather than by entry. */
const standardVariationBase =
	/^[\p{Ideographic}\p{Sm}\p{Script=Mymr}\p{Script=Phag}\p{Script=Mani}\p{Script=Egyp}\u2018\u2019\u201c\u201d\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]$/u;
const ideograph = /^\p{Ideographic}$/u;
const mongolianLetter = /^[\p{Script=Mongolian}&&\p{L}]$/v;

/** Tells whether this is a letter or mark of a script that joins its letters: Arabic, Syriac, Mongolian, N'Ko and others. */
export function isCursive(character: string): boolean {
	return cursive.test(character);
}

/** Tells whether this is a letter or mark of a script of the Brahmi family in which joiners choose forms. */
export function isIndic(character: string): boolean {
	return indic.test(character);
}

/** Tells whether this is the sign that takes a consonant's vowel away. */
export function isVirama(character: string): boolean {
	return virama.test(character);
}

/** Tells whether this is a combining mark of any kind. */
export function isMark(character: string): boolean {
	return combiningMark.test(character);
}

/** Tells whether this may be part of an emoji joined from several (UAX #29 GB11). */
export function isPictograph(character: string): boolean {
	return joinablePictograph.test(character);
}

/** Tells whether this is one of the invisible letters that are of use only in flags. */
export function isTag(character: string): boolean {
	return tag.test(character);
}

/** Tells whether this is one of VS1 to VS256 or of Mongolian's own. */
export function isVariationSelector(character: string): boolean {
	return variationSelector.test(character);
}

/** Tells whether this is a Hangul letter that only shows after another. */
export function isTrailingJamo(character: string): boolean {
	return trailingJamo.test(character);
}

/** Tells whether `mark`, a mark or a trailing jamo, can stand on `base`. */
export function bearsMarks(base: string, mark: string): boolean {
	return isMark(mark) || leadingHangul.test(base);
}

/** Tells whether `selector` chooses between forms of `base`. Text and emoji style are for pictographs; keycaps are not decided here. */
export function takesSelector(base: string, selector: string): boolean {
	if (selector === "\ufe0e" || selector === "\ufe0f") return pictograph.test(base);
	if (selector < "\u1810") return mongolianLetter.test(base);
	return selector <= "\ufe0d" && selector >= "\ufe00" ? standardVariationBase.test(base) : ideograph.test(base);
}
