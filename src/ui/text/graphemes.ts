// The graphemes of a text: what a person sees as one character. What finds them is made when it is first needed, for that takes as long as drawing a screen.

let segmenter: Intl.Segmenter | undefined;

/** Returns the graphemes of a text, with their places. */
export function graphemesIn(text: string): Intl.Segments {
	segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	return segmenter.segment(text);
}
