// Which key does what in a text: the bindings of readline that people's fingers know.
import type { EditAction, Motion } from "./edit.ts";
import type { Press } from "./press.ts";

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
};

const erasures: Readonly<Record<string, Motion>> = {
	backspace: "left",
	delete: "right",
	"ctrl+d": "right",
	"ctrl+w": "wordLeft",
	"alt+backspace": "wordLeft",
	"ctrl+backspace": "wordLeft",
	"alt+d": "wordRight",
	"ctrl+delete": "wordRight",
	"ctrl+u": "home",
	"ctrl+k": "end",
};

/** The edit a key press asks for; `undefined` when it is none (Enter, Escape, function keys …). */
export function editActionOf(press: Press): EditAction | undefined {
	if (press.kind !== "key") return { kind: "insert", text: press.text };
	const motion = motions[press.name];
	if (motion !== undefined) return { kind: "move", motion };
	const erasure = erasures[press.name];
	if (erasure !== undefined) return { kind: "erase", motion: erasure };
	return press.name === "ctrl+y" ? { kind: "yank" } : undefined;
}
