// Which key does what in a text: the bindings of readline that people's fingers know.
import type { Press } from "../terminal/key-press.ts";
import type { EditAction, Motion } from "./edit.ts";

/** The keys that begin a new line where a text has several. Terminals that can't tell Enter with Shift or Ctrl from Enter have the first two. */
export const newLineKeys: ReadonlySet<string> = new Set(["ctrl+j", "alt+enter", "shift+enter", "ctrl+enter"]);

const motions: Readonly<Record<string, Motion>> = {
	left: "left",
	"ctrl+b": "left",
	right: "right",
	"ctrl+f": "right",
	"ctrl+left": "wordLeft",
	"alt+left": "wordLeft",
	"alt+b": "wordLeft",
	"ctrl+right": "wordRight",
	"alt+right": "wordRight",
	"alt+f": "wordRight",
	home: "home",
	"ctrl+a": "home",
	end: "end",
	"ctrl+e": "end",
	"alt+<": "textStart",
	"alt+>": "textEnd",
};

const erasures: Readonly<Record<string, Motion>> = {
	backspace: "left",
	delete: "right",
	"ctrl+d": "right",
	"ctrl+w": "wordLeft",
	"alt+backspace": "wordLeft",
	"ctrl+backspace": "wordLeft",
	"alt+d": "wordRight",
	"alt+delete": "wordRight",
	"ctrl+delete": "wordRight",
	"ctrl+u": "home",
	"ctrl+k": "end",
};

/** Alt-U undoes, because every keyboard has it; so capitals are made by Alt-Shift-U. */
const others: Readonly<Record<string, EditAction>> = {
	"ctrl+y": { kind: "yank" },
	"ctrl+t": { kind: "swap", unit: "grapheme" },
	"alt+t": { kind: "swap", unit: "word" },
	"alt+c": { kind: "recase", letterCase: "capital" },
	"alt+l": { kind: "recase", letterCase: "lower" },
	"alt+U": { kind: "recase", letterCase: "upper" },
};

/** Returns the edit a key press asks for; `undefined` when it is none (Enter, Escape, function keys …). */
export function editActionOf(press: Press): EditAction | undefined {
	if (press.kind !== "key") return { kind: "insert", text: press.text };
	const motion = motions[press.name];
	if (motion !== undefined) return { kind: "move", motion };
	const erasure = erasures[press.name];
	return erasure === undefined ? others[press.name] : { kind: "erase", motion: erasure };
}
