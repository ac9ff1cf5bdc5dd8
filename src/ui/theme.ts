// How things look: a few named styles painted with SGR codes, for dark, light and unknown backgrounds, or without colour.
import type { Person } from "../engine/api.ts";

/** What a piece of text is, not which colour it has. */
export type Style = "plain" | "strong" | "faint" | "title" | "accent" | "good" | "warning" | "alarm" | "code";

/** The environment variables of the process, or a test's own. */
export interface Environment {
	readonly NO_COLOR?: string | undefined;
	readonly RT_THEME?: string | undefined;
	readonly COLORFGBG?: string | undefined;
	readonly TERM?: string | undefined;
	readonly COLORTERM?: string | undefined;
	readonly USER?: string | undefined;
	readonly USERNAME?: string | undefined;
}

/** Paints plain text. Painted text is as wide on screen as the text itself. */
export interface Theme {
	readonly hasColour: boolean;
	paint(style: Style, text: string): string;
	/** A person's name: the same key always has the same colour on this machine. */
	paintName(fingerprint: Person["fingerprint"], text: string): string;
}

type Background = "dark" | "light" | "unknown";
type Code = readonly [open: string, close: string];

const bold: Code = ["1", "22"];
const dim: Code = ["2", "22"];
const inverse: Code = ["7", "27"];
const foreground = (code: string): Code => [code, "39"];

// Red is left out: it would look like an alarm. "unknown" has middle tones that can be read on black and on white.
const namePalettes: Record<Background, readonly number[]> = {
	dark: [81, 114, 180, 176, 216, 117, 150, 222, 183, 109, 79, 147],
	light: [25, 28, 94, 90, 130, 31, 64, 97, 30, 55, 23, 53],
	unknown: [32, 35, 136, 133, 37, 71, 99, 172, 68, 134, 64, 139],
};
const basicNameColours: readonly number[] = [36, 32, 33, 35, 34];

function backgroundOf(env: Environment): Background {
	const wish = env.RT_THEME;
	if (wish === "dark" || wish === "light") return wish;
	// rxvt, Konsole and others set "foreground;background" in the 16 basic colours: 0–6 and 8 are dark.
	const last = env.COLORFGBG?.split(";").at(-1);
	if (last === undefined || !/^\d{1,2}$/.test(last)) return "unknown";
	const code = Number(last);
	return code <= 6 || code === 8 ? "dark" : "light";
}

function isColourWanted(env: Environment): boolean {
	// https://no-color.org: present and not empty means no colour. Bold and inverse are not colours and stay.
	if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
	return env.RT_THEME !== "none" && env.TERM !== "dumb";
}

const hasManyColours = (env: Environment): boolean =>
	/256|kitty|alacritty|ghostty|direct/.test(env.TERM ?? "") || (env.COLORTERM ?? "") !== "";

// One code per sequence: Ink's tokenizer closes combined ones ("1;36") wrongly.
function wrapIn(codes: readonly Code[], text: string): string {
	if (text === "" || codes.length === 0) return text;
	const open = codes.map(([code]) => `\u001B[${code}m`).join("");
	const close = codes.map(([, code]) => `\u001B[${code}m`).reverse();
	return open + text + close.join("");
}

const coloured: Record<Style, readonly Code[]> = {
	plain: [],
	strong: [bold],
	faint: [dim],
	title: [bold, foreground("36")],
	accent: [foreground("36")],
	good: [foreground("32")],
	warning: [foreground("33")],
	alarm: [bold, inverse, foreground("31")],
	// Black on white whatever the terminal's own colours are: cameras want it so.
	code: [foreground("30"), ["107", "49"]],
};

const colourless: Record<Style, readonly Code[]> = {
	plain: [],
	strong: [bold],
	faint: [dim],
	title: [bold],
	accent: [bold],
	good: [],
	warning: [bold],
	alarm: [bold, inverse],
	code: [],
};

// FNV-1a: spreads fingerprints evenly over the palette. Not a security function.
function hashOf(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return hash >>> 0;
}

/** Chooses the look: NO_COLOR and RT_THEME=dark|light|none are obeyed, COLORFGBG is a hint. */
export function themeFor(env: Environment): Theme {
	const hasColour = isColourWanted(env);
	const styles = hasColour ? coloured : colourless;
	const isRich = hasManyColours(env);
	const palette = isRich ? namePalettes[backgroundOf(env)] : basicNameColours;
	return {
		hasColour,
		paint: (style, text) => wrapIn(styles[style], text),
		paintName(fingerprint, text) {
			if (!hasColour) return wrapIn([bold], text);
			const colour = palette[hashOf(fingerprint) % palette.length] ?? 36;
			return wrapIn([bold, foreground(isRich ? `38;5;${colour}` : String(colour))], text);
		},
	};
}
