// Names of keys as the program uses them ("ctrl+k"), as people write them in their settings ("Ctrl-K") and as they read them. Pure.

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

/** Esc, Enter, Ctrl-C and Ctrl-Z always mean the same, so that nobody can lock themselves in. Tab, Ctrl-I and Ctrl-M are the same keys as Tab and Enter. */
const kept: ReadonlySet<string> = new Set(["ctrl+c", "ctrl+z", "ctrl+i", "ctrl+m", "ctrl+j"]);

const shape = /^(?:(ctrl)[-+])?(?:(alt)[-+])?(.+)$/i;

/** The program's name for a key as a person wrote it; `undefined` for one that does not exist, types a letter or always means the same. */
export function readKeyName(written: string): string | undefined {
	const [, ctrl, alt, key = ""] = shape.exec(written.trim()) ?? [];
	const prefix = `${ctrl === undefined ? "" : "ctrl+"}${alt === undefined ? "" : "alt+"}`;
	const name = named[key.toLowerCase()]?.[0];
	if (name !== undefined) return prefix + name;
	if (/^f(?:[1-9]|1[0-2])$/i.test(key)) return prefix === "" ? key.toLowerCase() : undefined;
	const isLetter = /^[a-z]$/i.test(key);
	const isTypeable = isLetter ? prefix !== "" : /^[!-~]$/.test(key) && prefix === "alt+";
	// The terminal sends control letters without their case.
	const whole = prefix + (ctrl === undefined && !isLetter ? key : key.toLowerCase());
	return isTypeable && !kept.has(whole) ? whole : undefined;
}

/** "Ctrl-K", "Alt-↑", "PgUp". */
export function shownKeyName(name: string): string {
	const parts = name.split("+");
	const key = parts.pop() || "+";
	const shown = named[key.toLowerCase()]?.[1] ?? (key.length <= 3 ? key.toUpperCase() : key);
	return [...parts.map((part) => (part === "ctrl" ? "Ctrl" : "Alt")), shown].join("-");
}
