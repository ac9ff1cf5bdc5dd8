// Translates the names of keys: the program uses "ctrl+k", people write "Ctrl-K" in their settings and read "Ctrl-K" or "PgUp" on the screen. Pure.

const named: Readonly<Record<string, readonly [name: string, shown: string]>> = {
	up: ["up", "↑"],
	down: ["down", "↓"],
	left: ["left", "←"],
	right: ["right", "→"],
	pageup: ["pageUp", "PgUp"],
	pgup: ["pageUp", "PgUp"],
	pagedown: ["pageDown", "PgDn"],
	pgdn: ["pageDown", "PgDn"],
	home: ["home", "Home"],
	end: ["end", "End"],
	delete: ["delete", "Del"],
};

/** Keys that can't be bound: Ctrl-C and Ctrl-Z keep their meaning so that nobody can lock themselves in, and to a terminal Ctrl-I is Tab, Ctrl-M is Enter and Ctrl-J is the new line. Esc, Enter and Tab have no name here at all. */
const kept: ReadonlySet<string> = new Set(["ctrl+c", "ctrl+z", "ctrl+i", "ctrl+m", "ctrl+j"]);

const shape = /^(?:(ctrl)[-+])?(?:(alt)[-+])?(.+)$/i;

/** Returns the program's name for a key as a person wrote it, or `undefined` for a key that does not exist, that types a letter or that can't be bound. */
export function readKeyName(written: string): string | undefined {
	const [, ctrl, alt, key = ""] = shape.exec(written.trim()) ?? [];
	const prefix = `${ctrl === undefined ? "" : "ctrl+"}${alt === undefined ? "" : "alt+"}`;
	const name = named[key.toLowerCase()]?.[0];
	if (name !== undefined) return prefix + name;
	if (/^f(?:[1-9]|1[0-2])$/i.test(key)) return prefix === "" ? key.toLowerCase() : undefined;
	const isLetter = /^[a-z]$/i.test(key);
	const isTypeable = isLetter ? prefix !== "" : /^[!-~]$/.test(key) && prefix === "alt+";
	// With Ctrl the terminal sends the same byte for a small and a capital letter.
	const whole = prefix + (ctrl === undefined && !isLetter ? key : key.toLowerCase());
	return isTypeable && !kept.has(whole) ? whole : undefined;
}

/** Returns the name of a key as people read it, for example "Ctrl-K", "Alt-↑" or "PgUp". */
export function shownKeyName(name: string): string {
	const parts = name.split("+");
	const key = parts.pop() || "+";
	const shown = named[key.toLowerCase()]?.[1] ?? (key.length <= 3 ? key.toUpperCase() : key);
	return [...parts.map((part) => (part === "ctrl" ? "Ctrl" : "Alt")), shown].join("-");
}
