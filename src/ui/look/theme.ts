// How things look: named styles painted with SGR codes, by what the person wants, what the terminal can and what stands behind the text.
import type { Person } from "../../engine/api/people.ts";
import { readThemeWish, type ThemeWish } from "../actions/theme-wish.ts";
import type { NameColours } from "./name-colours.ts";
import {
	type Background,
	basicPalettes,
	type Code,
	colourless,
	contrastPalettes,
	type Palette,
	richPalettes,
	type Style,
} from "./palettes.ts";

/** Holds the environment variables of the process, or a test's own. */
export interface Environment {
	readonly NO_COLOR?: string | undefined;
	readonly RT_THEME?: string | undefined;
	readonly COLORFGBG?: string | undefined;
	readonly TERM?: string | undefined;
	readonly COLORTERM?: string | undefined;
	readonly USER?: string | undefined;
	readonly USERNAME?: string | undefined;
}

/** Paints text. Painted text is as wide on screen as the text itself, and may be painted again: what is inside keeps its own look. */
export interface Theme {
	readonly hasColour: boolean;
	paint(style: Style, text: string): string;
	/** Paints a person's name in the colour that `withNames` gave them, else in the one of their key, which is always the same. */
	paintName(fingerprint: Person["fingerprint"], text: string): string;
	/** Says how many colours there are for names. */
	readonly nameColours: number;
	/** Returns the colour of a key by itself, from 0. */
	nameColourOf(fingerprint: Person["fingerprint"]): number;
	/** Returns this look with these colours for names. */
	withNames(colours: NameColours): Theme;
}

// rxvt, Konsole and others set "foreground;background" in the 16 basic colours: 0–6 and 8 are dark.
function hintedBackground(env: Environment): Background {
	const last = env.COLORFGBG?.split(";").at(-1);
	// The console of Linux says nothing of itself and is black.
	if (last === undefined || !/^\d{1,2}$/.test(last)) return env.TERM === "linux" ? "dark" : "unknown";
	const code = Number(last);
	return code <= 6 || code === 8 ? "dark" : "light";
}

function isColourWanted(env: Environment, wish: ThemeWish): boolean {
	if (wish === "none" || env.TERM === "dumb") return false;
	// https://no-color.org: present and not empty means no colour, unless a theme was asked for. Bold and inverse are not colours and stay.
	return wish !== "auto" || env.NO_COLOR === undefined || env.NO_COLOR === "";
}

const hasManyColours = (env: Environment): boolean =>
	/256|kitty|alacritty|ghostty|foot|wezterm|direct/.test(env.TERM ?? "") || (env.COLORTERM ?? "") !== "";

// One code per sequence: Ink's tokenizer closes combined ones ("1;36") wrongly. What ends inside begins again: 49 ends every background.
function wrapIn(codes: readonly Code[], text: string): string {
	if (text === "") return text;
	return codes.reduceRight((inner, [open, close]) => {
		const end = `\u001B[${close}m`;
		const start = `\u001B[${open}m`;
		return start + inner.replaceAll(end, end + start) + end;
	}, text);
}

// FNV-1a: spreads fingerprints evenly over the palette. Not a security function.
function hashOf(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return hash >>> 0;
}

function paletteFor(env: Environment, wish: ThemeWish, known: Background): Palette {
	if (!isColourWanted(env, wish)) return colourless;
	const background = wish === "dark" || wish === "light" ? wish : known === "unknown" ? hintedBackground(env) : known;
	if (wish === "16-colours" || !hasManyColours(env)) return basicPalettes[background];
	return (wish === "high-contrast" ? contrastPalettes : richPalettes)[background];
}

/** Returns the theme of RT_THEME, if it names one. */
export const wishOf = (env: Environment): ThemeWish | undefined => readThemeWish(env.RT_THEME ?? "");

function themeOf(palette: Palette, colours: NameColours): Theme {
	const { styles, names } = palette;
	const nameColourOf = (fingerprint: Person["fingerprint"]): number => hashOf(fingerprint) % names.length;
	return {
		hasColour: palette !== colourless,
		paint: (style, text) => wrapIn(styles[style], text),
		paintName: (fingerprint, text) => wrapIn(names[colours.get(fingerprint) ?? nameColourOf(fingerprint)] ?? [], text),
		nameColours: names.length,
		nameColourOf,
		withNames: (others) => themeOf(palette, others),
	};
}

/**
 * Returns the look. `wish` is what the person wants, by default that of RT_THEME; NO_COLOR holds where it is `auto`, and TERM=dumb always. `known` is the
 * background as the terminal has told it; COLORFGBG is a hint where it has not.
 */
export function themeFor(env: Environment, wish = wishOf(env) ?? "auto", known: Background = "unknown"): Theme {
	const palette = paletteFor(env, wish, known);
	return themeOf(palette, new Map());
}
