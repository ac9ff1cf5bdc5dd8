// The look of now: by the person's wish and by the background, which the terminal tells a moment after the first frame and whenever it changes.
import { useMemo, useSyncExternalStore } from "react";
import { useSettings } from "../settings/use-settings.tsx";
import type { TerminalInput } from "../terminal/input.ts";
import { backgroundOf } from "./background.ts";
import { type Environment, type Theme, themeFor } from "./theme.ts";

/** The theme, again whenever it is another one. Inside the settings. */
export function useTheme(env: Environment, input: TerminalInput): Theme {
	const { theme: wish } = useSettings().settings;
	const colour = useSyncExternalStore(input.onBackground, input.background);
	const background = colour === undefined ? "unknown" : backgroundOf(colour);
	return useMemo(() => themeFor(env, wish, background), [env, wish, background]);
}
