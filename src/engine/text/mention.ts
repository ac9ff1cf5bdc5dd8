// Whether somebody says our name: as a whole word, whatever its case, in any script.

/** The matcher that was made last, with its name: the name seldom changes. */
let last: { readonly name: string; readonly pattern: RegExp } | undefined;

/** Tells whether a text says this name. `name` and `text` have passed clean.ts. */
export function mentions(text: string, name: string): boolean {
	if (last?.name !== name) last = { name, pattern: patternOf(name) };
	return last.pattern.test(folded(text));
}

function patternOf(name: string): RegExp {
	const escaped = folded(name).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
	// A mark belongs to the letter before it, so it does not begin a word but goes on with one.
	return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}_])${escaped}(?![\\p{L}\\p{N}\\p{M}_])`, "u");
}

/** Folds the case of a text. Upper case comes first, because it unfolds ß and the like. */
function folded(text: string): string {
	return text.normalize("NFC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
