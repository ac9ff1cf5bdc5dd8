// Reads paths as people type and paste them: quoted, with backslashes before blanks, as file:// addresses, as terminals write what was dropped on them. Pure.

/** At most this many paths are read; a folder is the way to send more. */
const mostPaths = 100;
const longestPath = 4_096;

/** One piece of a typed line: "…", '…', a backslash with what it stands before, or what has no blank in it. */
const piece = /"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|[^\s"'\\]+/y;

/**
 * Reads paths with blanks between them. Blanks inside one stand in quotes or behind a backslash, as in a shell. Returns `undefined` where a quote has no end or there are
 * more than 100.
 */
export function typedPaths(text: string): readonly string[] | undefined {
	const paths: string[] = [];
	let at = 0;
	while (at < text.length) {
		const blanks = /\s*/y;
		blanks.lastIndex = at;
		at += blanks.exec(text)?.[0].length ?? 0;
		if (at >= text.length) break;
		const read = wordAt(text, at);
		if (read === undefined || paths.push(read.word) > mostPaths) return undefined;
		at = read.end;
	}
	return paths;
}

/** Reads the first path of a line, written as for `typedPaths`, and what stands behind it; `undefined` where there is none or a quote has no end. */
export function firstPath(text: string): { readonly path: string; readonly rest: string } | undefined {
	const from = /^\s*/.exec(text)?.[0].length ?? 0;
	const read = from < text.length ? wordAt(text, from) : undefined;
	return read && { path: read.word, rest: text.slice(read.end) };
}

function wordAt(text: string, from: number): { readonly word: string; readonly end: number } | undefined {
	let word = "";
	let at = from;
	while (at < text.length && !/\s/.test(text[at] ?? "")) {
		piece.lastIndex = at;
		const found = piece.exec(text)?.[0];
		if (found === undefined) return undefined;
		word += plain(found);
		at += found.length;
		if (word.length > longestPath) return undefined;
	}
	return { word, end: at };
}

function plain(found: string): string {
	if (found.startsWith("'")) return found.slice(1, -1);
	if (found.startsWith('"')) return found.slice(1, -1).replace(/\\(["\\$`])/g, "$1");
	return found.startsWith("\\") ? found.slice(1) : found;
}

/** Returns the last path of a line, as far as it is typed: where it begins, and what it is without its quotes and backslashes. */
export function begunPathIn(text: string): { readonly from: number; readonly path: string } {
	let from = 0;
	let path = "";
	let quote = "";
	for (let at = 0; at < text.length; at += 1) {
		const character = text[at] ?? "";
		if (quote === "" && /\s/.test(character)) {
			from = at + 1;
			path = "";
		} else if (character === quote) quote = "";
		else if (quote === "" && /["']/.test(character)) quote = character;
		else if (character === "\\" && quote !== "'" && at + 1 < text.length) {
			at += 1;
			path += text[at] ?? "";
		} else path += character;
	}
	return { from, path };
}

/** Writes a path so that `typedPaths` reads it as one: with backslashes before what would end it. */
export const quotedPath = (path: string): string => path.replace(/[\s"'\\]/g, "\\$&");

const address = /^file:\/\/(?:localhost)?(?=\/)/i;

function pathOf(word: string): string | undefined {
	if (!address.test(word)) return /^(?:~?\/|\\\\|[a-z]:[\\/])/i.test(word) ? word : undefined;
	try {
		return decodeURIComponent(word.replace(address, ""));
	} catch {
		return undefined;
	}
}

/**
 * Reads a paste as the paths of files that were dropped on the terminal: whole paths and nothing else, quoted or not, or one path with bare blanks in it. Returns
 * `undefined` where it is anything else. Whether there are such files is not known here.
 */
export function pastedPaths(pasted: string): readonly string[] | undefined {
	const text = pasted.trim();
	if (text.length > longestPath * 4 || !/^(?:["']?(?:~?\/|[a-z]:[\\/])|file:\/\/)/i.test(text)) return undefined;
	const words = typedPaths(text);
	const paths = words?.map(pathOf);
	if (paths?.every((path) => path !== undefined) === true) return paths;
	// Some terminals write a path as it is, blanks and quotes included.
	return /^~?\/[^\n]*$/.test(text) && text.length <= longestPath ? [text] : undefined;
}
