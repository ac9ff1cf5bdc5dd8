// The look of now: by the person's wish and by the background, which the terminal tells a moment after the first frame and whenever it changes.
import { useMemo, useSyncExternalStore } from "react";
import { useSettings } from "../settings/use-settings.tsx";
import type { Colour } from "../terminal/answers.ts";
import type { TerminalInput } from "../terminal/input.ts";
import type { Background } from "./palettes.ts";
import { type Environment, type Theme, themeFor } from "./theme.ts";

/** Provides the theme, again whenever it is another one. It is called inside the settings. */
export function useTheme(env: Environment, input: TerminalInput): Theme {
	const { theme: wish } = useSettings().settings;
	const colour = useSyncExternalStore(input.onBackground, input.background);
	const background = colour === undefined ? "unknown" : backgroundOf(colour);
	return useMemo(() => themeFor(env, wish, background), [env, wish, background]);
}

/** Returns the relative luminance, from 0 to 1 (WCAG 2.2). */
function luminanceOf(colour: Colour): number {
	const [red, green, blue] = colour.map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
	return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

// From here on the dark inks of the light palettes are read more easily than the light ones of the dark.
const lightFrom = 0.25;

/** Returns which palette a background wants. */
export const backgroundOf = (colour: Colour): Background => (luminanceOf(colour) < lightFrom ? "dark" : "light");
