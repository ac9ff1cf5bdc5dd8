// Finds the program that a person writes long texts with: $VISUAL, $EDITOR, or what is usually there. Pure; no shell ever reads these words.

/** The environment variables in which a person names their editor. */
export interface EditorEnvironment {
	readonly VISUAL?: string | undefined;
	readonly EDITOR?: string | undefined;
}

const usual: readonly (readonly string[])[] = [["nano"], ["vi"]];
const usualOnWindows: readonly (readonly string[])[] = [["notepad"]];

const word = /(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/y;
const part = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\])/g;

const unquoted = (written: string): string =>
	written.replace(part, (_, single?: string, double?: string, escaped?: string, plain?: string) => {
		if (double !== undefined) return double.replace(/\\(["\\$`])/g, "$1");
		return single ?? escaped ?? plain ?? "";
	});

/** Parts a command into words as a shell does by blanks, quotes and backslashes. Returns `undefined` when a quote is not closed, and when there are no words. */
export function wordsOf(line: string): readonly string[] | undefined {
	const words: string[] = [];
	let at = 0;
	while (true) {
		while (/\s/.test(line.charAt(at))) at++;
		if (at >= line.length) return words.length === 0 ? undefined : words;
		word.lastIndex = at;
		const found = word.exec(line)?.[0];
		if (found === undefined) return undefined;
		words.push(unquoted(found));
		at += found.length;
		if (at < line.length && !/\s/.test(line.charAt(at))) return undefined;
	}
}

/** Returns the commands to try in their order, or says what is wrong with the one that the person has named. */
export function editorsOf(
	{ VISUAL, EDITOR }: EditorEnvironment,
	platform: NodeJS.Platform,
):
	| { readonly kind: "editors"; readonly commands: readonly (readonly string[])[] }
	| { readonly kind: "wrong"; readonly message: string } {
	const name = VISUAL === undefined || VISUAL.trim() === "" ? "EDITOR" : "VISUAL";
	const wish = name === "VISUAL" ? VISUAL : EDITOR;
	if (wish === undefined || wish.trim() === "") {
		return { kind: "editors", commands: platform === "win32" ? usualOnWindows : usual };
	}
	const words = wordsOf(wish);
	if (words === undefined) return { kind: "wrong", message: `$${name} is no command: a quote in it is not closed.` };
	return { kind: "editors", commands: [words] };
}
