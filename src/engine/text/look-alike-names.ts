// Names that look alike share a skeleton (after UTS #39 §4), so that nobody passes for another by a letter from another alphabet.
import { prototypeOf } from "./confusables.ts";

/** Changes when the skeletons of some names do: what was kept by them is then to be kept anew. */
export const skeletonVersion = "Unicode 16.0.0, 1";

/**
 * Says what a case-folded Cyrillic, Greek or Armenian letter or a sign is mistaken for beyond Unicode's table: in lower case, or in the upper case it folds
 * from.
 */
const lookalikes: ReadonlyMap<string, string> = new Map(
	Object.entries({
		a: "аαɑ",
		b: "вβь",
		c: "сϲ",
		d: "ԁɗ",
		e: "еεєҽ",
		g: "ɡԍ",
		h: "нηһհ",
		j: "јϳ",
		k: "кκ",
		// One stroke: I, l, 1 and | can't be told apart in many fonts.
		l: "iıіιɩ1|ӏ",
		m: "мμ",
		n: "νпո",
		o: "0оοօσө",
		p: "рρ",
		q: "ԛզ",
		r: "гɼ",
		s: "ѕ$ꜱ",
		t: "тτ",
		u: "υսʋ",
		v: "ѵ",
		w: "ԝшѡω",
		x: "хχ",
		y: "уүγʏ",
		z: "ζᴢ",
		"3": "зҙӡ",
	}).flatMap(([plain, signs]) => [...signs].map((sign) => [sign, plain] as const)),
);

/**
 * Returns the skeletons of a name, one or two; names that a person may take for the same have one in common. One is of the name in lower
 * case, the other of the name as it looks: a letter may be mistaken for one of its case only. They are for comparing, never for showing.
 */
export function skeletonsOf(name: string): readonly string[] {
	const text = name.normalize("NFKC").replace(/[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]/gu, "");
	return [...new Set([skeletonOf(foldCase(text)), skeletonOf(foldCase(prototypeOf(text)))])];
}

/** Says whether a person may take two names for the same. */
export function lookAlike(one: string, other: string): boolean {
	const skeletons = skeletonsOf(other);
	return skeletonsOf(one).some((skeleton) => skeletons.includes(skeleton));
}

function skeletonOf(folded: string): string {
	const plain = withLookalikes(foldCase(prototypeOf(withLookalikes(folded.normalize("NFKC")))))
		// A dot over i or j, which have one, does not show.
		.replace(/(?<=[lj])\u0307/g, "")
		.replaceAll("rn", "m")
		.replaceAll("vv", "w");
	// Marks that are easily overlooked: punctuation, letters made modifiers, a dot below.
	return plain.replace(/[\p{P}\p{Sk}\u02b0-\u02ff]|\u0323/gu, "") || plain;
}

const withLookalikes = (text: string): string => [...text].map((sign) => lookalikes.get(sign) ?? sign).join("");

/** Folds upper case first: that unfolds ß, ŉ and the like, and lower case alone tells the two small sigmas apart. */
function foldCase(text: string): string {
	return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
