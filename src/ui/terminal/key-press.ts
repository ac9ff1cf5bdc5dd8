// Key presses under one name each ("ctrl+w", "alt+b", "pageUp"), whatever shape Ink delivers them in.
import type { Key } from "ink";

/** `text`: typed characters; `paste`: pasted ones, as they came; `key`: anything else, named like "enter", "ctrl+c", "f1". */
export type Press =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "paste"; readonly text: string }
	| { readonly kind: "key"; readonly name: string };

/** A named key. */
export const keyPress = (name: string): Press => ({ kind: "key", name });

const named: readonly (readonly [keyof Key, string])[] = [
	["upArrow", "up"],
	["downArrow", "down"],
	["leftArrow", "left"],
	["rightArrow", "right"],
	["pageUp", "pageUp"],
	["pageDown", "pageDown"],
	["home", "home"],
	["end", "end"],
	["return", "enter"],
	["escape", "escape"],
	["tab", "tab"],
	["backspace", "backspace"],
	["delete", "delete"],
];

function controlName(character: string): string {
	if (character === "\r") return "enter";
	if (character === "\t") return "tab";
	const code = character.charCodeAt(0);
	if (code === 0) return "ctrl+ ";
	// The last four of ASCII's control characters; Ctrl-_ is what most terminals send for Ctrl-7 and Ctrl-/ too.
	if (code >= 28 && code <= 31) return `ctrl+${String.fromCharCode(code + 64)}`;
	return code >= 1 && code <= 26 ? `ctrl+${String.fromCharCode(code + 96)}` : "unknown";
}

// A slow connection delivers several keys as one text ("hello\r"). More than one line end, or text behind one, is a paste
// into a terminal without bracketed paste: its lines must not be sent one by one.
function pressesOfText(text: string): readonly Press[] {
	if (/[\r\n][\s\S]/.test(text)) return [{ kind: "paste", text }];
	const parts = text.match(/[\u0000-\u001F\u007F]|[^\u0000-\u001F\u007F]+/g) ?? [];
	return parts.map((part) =>
		/^[\u0000-\u001F\u007F]$/.test(part) ? keyPress(controlName(part)) : { kind: "text", text: part },
	);
}

/** What one call of Ink's `useInput` handler means. Function keys come by terminal-tap.ts: Ink does not tell them apart. */
export function pressesOf(input: string, key: Key): readonly Press[] {
	const name = named.find(([flag]) => key[flag] === true)?.[1];
	if (name !== undefined) {
		// Escape comes with `meta` when it is pressed twice fast; it means the same.
		const isPlain = name === "escape";
		const prefix = isPlain ? "" : `${key.ctrl ? "ctrl+" : ""}${key.meta ? "alt+" : ""}`;
		return [keyPress(name === "tab" && key.shift ? "shift+tab" : prefix + name)];
	}
	if (input === "") return [];
	if (key.ctrl) return [keyPress(`ctrl+${key.meta ? "alt+" : ""}${input}`)];
	if (key.meta) return [keyPress(`alt+${input}`)];
	return pressesOfText(input);
}
