// Which key a terminal means by a control character, an escape sequence or a key code. Pure; input-machine.ts cuts the bytes into these pieces.
import { keyPress, type Press } from "./key-press.ts";

/** The modifier keys that were held down. `isOther` stands for Super and Hyper, which belong to the desktop. */
interface Modifiers {
	readonly isShift: boolean;
	readonly isAlt: boolean;
	readonly isCtrl: boolean;
	readonly isOther: boolean;
}

const alt = 2;
const ctrl = 4;
const superOrHyper = 8 + 16;
const meta = 32;

/** Reads xterm's modifier parameter, which is a bit field plus one. A missing parameter means that none was held. */
function modifiersOf(parameter: string | undefined): Modifiers {
	const bits = Math.max(0, Number(parameter === undefined || parameter === "" ? 1 : parameter) - 1);
	return {
		isShift: (bits & 1) !== 0,
		isAlt: (bits & (alt | meta)) !== 0,
		isCtrl: (bits & ctrl) !== 0,
		isOther: (bits & superOrHyper) !== 0,
	};
}

/** Keys on which Shift makes a difference to Real Talk; on the others, Shift is as if it were not held. */
const shiftedKey = /^(?:enter|tab|f\d+)$/;

function withModifiers(name: string, { isShift, isAlt, isCtrl }: Modifiers): string {
	if (name === "escape") return name;
	if (name === "tab" && isShift) return "shift+tab";
	const shift = isShift && shiftedKey.test(name) ? "shift+" : "";
	return `${isCtrl ? "ctrl+" : ""}${isAlt ? "alt+" : ""}${shift}${name}`;
}

/** Names the key that sends a control character (U+0000 to U+001F, or U+007F). With `isAlt`, Escape came right before it. */
export function controlKey(character: string, isAlt: boolean): Press {
	const prefix = isAlt ? "alt+" : "";
	switch (character) {
		case "\r":
			return keyPress(`${prefix}enter`);
		case "\t":
			return keyPress(`${prefix}tab`);
		case "\b":
		case "\u007F":
			return keyPress(`${prefix}backspace`);
		case "\u001B":
			return keyPress("escape");
		default: {
			const code = character.charCodeAt(0);
			// U+0000 comes from Ctrl-Space. U+001C to U+001F are Ctrl with \ ] ^ _, the last also from Ctrl-7 and Ctrl-/.
			const letter = code === 0 ? " " : String.fromCharCode(code + (code <= 26 ? 96 : 64));
			return keyPress(`ctrl+${prefix}${letter}`);
		}
	}
}

const letterKeys: Readonly<Record<string, string>> = {
	...{ A: "up", B: "down", C: "right", D: "left", F: "end", H: "home", Z: "tab" },
	...{ P: "f1", Q: "f2", R: "f3", S: "f4", M: "enter" },
};

const numberKeys: Readonly<Record<string, string>> = {
	...{ "1": "home", "3": "delete", "4": "end", "5": "pageUp", "6": "pageDown", "7": "home", "8": "end" },
	...{ "11": "f1", "12": "f2", "13": "f3", "14": "f4", "15": "f5", "17": "f6" },
	...{ "18": "f7", "19": "f8", "20": "f9", "21": "f10", "23": "f11", "24": "f12" },
};

// The keypad of the kitty keyboard protocol, from U+E057 (57399) on.
const keypadText = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "/", "*", "-", "+"];
const firstKeypadCode = 57_399;

const codeKeys: Readonly<Record<number, string>> = {
	...{ 9: "tab", 13: "enter", 27: "escape", 127: "backspace", 57414: "enter" },
	...{ 57417: "left", 57418: "right", 57419: "up", 57420: "down", 57421: "pageUp", 57422: "pageDown" },
	...{ 57423: "home", 57424: "end", 57426: "delete" },
};

/** Returns the text of a code point, or "" for one that no key can type: a control character, half a surrogate pair, or a private one. */
function textOf(code: number): string {
	if (code >= firstKeypadCode && code < firstKeypadCode + keypadText.length)
		return keypadText[code - firstKeypadCode] ?? "";
	const isControl = code < 32 || (code >= 127 && code < 160);
	const isNoCharacter = (code >= 0xd800 && code <= 0xf8ff) || code > 0x10ffff;
	return isControl || isNoCharacter || !Number.isInteger(code) ? "" : String.fromCodePoint(code);
}

/** Returns the control character that a terminal without key codes sends for Ctrl with this character; `undefined` when it has none. */
function controlCharacterOf(text: string): string | undefined {
	if (/^[@-_a-z]$/.test(text)) return String.fromCharCode(text.charCodeAt(0) & 31);
	return { " ": "\u0000", "/": "\u001F", "7": "\u001F" }[text];
}

function pressOfCode(code: number, shifted: number | undefined, base: number | undefined, modifiers: Modifiers) {
	const name = codeKeys[code];
	if (name !== undefined) return keyPress(withModifiers(name, modifiers));
	const { isShift, isAlt, isCtrl } = modifiers;
	// Ctrl and Alt go by the key's place on the keyboard where the layout has other letters than Latin ones.
	const text = textOf((isCtrl || isAlt) && code > 127 && base !== undefined ? base : code);
	if (text === "") return undefined;
	if (isCtrl) {
		const control = controlCharacterOf(text);
		return control === undefined ? keyPress(`ctrl+${isAlt ? "alt+" : ""}${text}`) : controlKey(control, isAlt);
	}
	const cased = isShift ? (shifted === undefined ? text.toUpperCase() : textOf(shifted)) : text;
	return isAlt ? keyPress(`alt+${cased}`) : ({ kind: "text", text: cased } as const);
}

// One key code with its modifiers, as CSI u (kitty keyboard protocol, "fixterms") sends it: code:shifted:base ; modifiers:event ; text.
const codeShape = /^(\d{1,7})(?::(\d{0,7}))?(?::(\d{1,7}))?(?:;(\d{0,3})(?::(\d))?)?(?:;([\d:]*))?$/;
const release = "3";

const codeOf = (digits: string | undefined): number | undefined =>
	digits === undefined || digits === "" ? undefined : Number(digits);

function pressOfKeyCode(parameters: string): Press | undefined {
	const [, code, shifted, base, held, event, typed = ""] = codeShape.exec(parameters) ?? [];
	const modifiers = modifiersOf(held);
	if (code === undefined || event === release || modifiers.isOther) return undefined;
	const text = typed
		.split(":")
		.map((one) => textOf(Number(one === "" ? 0 : one)))
		.join("");
	if (text !== "" && !modifiers.isCtrl && !modifiers.isAlt) return { kind: "text", text };
	return pressOfCode(Number(code), codeOf(shifted), codeOf(base), modifiers);
}

// xterm's modifyOtherKeys sends a key code so: CSI 27 ; modifiers ; code ~
const otherKeyShape = /^27;(\d{1,3});(\d{1,7})$/;
// Any other key is a letter (CSI 1 ; modifiers A) or a number (CSI 5 ; modifiers ~) with its modifiers and, in kitty, the event.
const keyShape = /^(\d{0,3})(?:;(\d{0,3})(?::(\d))?)?$/;

/** Names the key of a control sequence (CSI parameters final); `undefined` when it is none that Real Talk knows, or is a release. */
export function csiKey(parameters: string, final: string, isAlt: boolean): Press | undefined {
	if (final === "u") return pressOfKeyCode(parameters);
	const other = final === "~" ? otherKeyShape.exec(parameters) : null;
	if (other !== null) return pressOfKeyCode(`${other[2]};${other[1]}`);
	const match = keyShape.exec(parameters);
	if (match === null) return undefined;
	const [, number = "", held, event] = match;
	const name = final === "~" ? numberKeys[number] : number === "" || number === "1" ? letterKeys[final] : undefined;
	const modifiers = modifiersOf(held);
	if (name === undefined || event === release || modifiers.isOther) return undefined;
	const isShift = modifiers.isShift || final === "Z";
	return keyPress(withModifiers(name, { ...modifiers, isShift, isAlt: modifiers.isAlt || isAlt }));
}

const plain: Modifiers = { isShift: false, isAlt: false, isCtrl: false, isOther: false };

/** Names the key of a sequence that begins with SS3 (ESC O): arrows and function keys in application mode, and Enter on the keypad. */
export function ss3Key(parameters: string, final: string, isAlt: boolean): Press | undefined {
	// rxvt sends Ctrl with an arrow in small letters.
	if (/^[a-d]$/.test(final))
		return keyPress(withModifiers(letterKeys[final.toUpperCase()] ?? "", { ...plain, isCtrl: true, isAlt }));
	const held = parameters.split(";").at(-1);
	return final === "Z" ? undefined : csiKey(held === "" ? "" : `1;${held}`, final, isAlt);
}

/** Names the keys that rxvt sends in a shape of its own: CSI 5 ^ with Ctrl, CSI 5 $ with Shift, CSI 5 @ with both, CSI a with Shift. */
export function rxvtKey(number: string, final: string): Press | undefined {
	const arrow = /^[a-d]$/.test(final) ? letterKeys[final.toUpperCase()] : undefined;
	if (arrow !== undefined && number === "") return keyPress(arrow);
	const name = numberKeys[number];
	return name === undefined
		? undefined
		: keyPress(withModifiers(name, { ...plain, isCtrl: final === "^" || final === "@" }));
}

/** Names a function key as the console of Linux sends it: CSI [ A is F1, and CSI [ E is F5. */
export const linuxKey = (letter: string): Press => keyPress(`f${letter.charCodeAt(0) - 64}`);
