// Names that look alike map to the same skeleton (after UTS #39 §4), so that nobody passes for another by a letter from another alphabet.

/** What a case-folded Cyrillic, Greek, Armenian or look-alike sign is mistaken for: in lower case, or in the upper case it folds from. */
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
		"'": "’‘`´ʼ",
		"-": "‐‑‒–—−_",
	}).flatMap(([plain, signs]) => [...signs].map((sign) => [sign, plain] as const)),
);

/** Two names a person may take for the same have the same skeleton. It is for comparing, never for showing. */
export function skeletonOf(name: string): string {
	const folded = foldCase(
		name.normalize("NFKC").replace(/[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]/gu, ""),
	);
	const plain = [...folded.normalize("NFKC")].map((sign) => lookalikes.get(sign) ?? sign).join("");
	return plain.replaceAll("rn", "m").replaceAll("vv", "w");
}

/** Upper case first: it unfolds ß, ŉ and the like, and lower case alone tells the two small sigmas apart. */
function foldCase(text: string): string {
	return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
