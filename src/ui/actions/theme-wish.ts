// The themes a person can ask for: in config.toml, in RT_THEME and behind /theme. Pure.

/** Lists all names of themes. `auto` goes by the terminal's background. */
export const themeWishes = ["auto", "dark", "light", "high-contrast", "16-colours", "none"] as const;

/** The name of a theme a person has asked for. */
export type ThemeWish = (typeof themeWishes)[number];

/** Reads the name of a theme as people write it, also "16", "16-colors" or "contrast", and returns `undefined` when there is no such theme. */
export function readThemeWish(written: string): ThemeWish | undefined {
	const name = written.trim().toLowerCase();
	const whole = /^16(?:-?colou?rs?)?$/.test(name) ? "16-colours" : name === "contrast" ? "high-contrast" : name;
	return themeWishes.find((wish) => wish === whole);
}
