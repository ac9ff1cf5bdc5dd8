// A key press as every screen receives it: each key has one name ("ctrl+w", "alt+b", "pageUp"), whatever bytes the terminal sent for it.

/** One press: `text` holds typed characters, `paste` holds pasted ones as they came, and `key` is any other key by its name, such as "enter", "ctrl+c" or "f1". */
export type Press =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "paste"; readonly text: string }
	| { readonly kind: "key"; readonly name: string };

/** Makes the press of a named key. */
export const keyPress = (name: string): Press => ({ kind: "key", name });

/** Tells whether a press closes a page: Escape, Ctrl-C, q, or one of the keys named besides. */
export const closesPage = (press: Press, ...keys: readonly string[]): boolean =>
	press.kind === "key"
		? ["escape", "ctrl+c", ...keys].includes(press.name)
		: press.kind === "text" && press.text.toLowerCase() === "q";
