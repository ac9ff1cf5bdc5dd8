// The colours of every theme: SGR codes for each style, and colours for names. Chosen by contrast; test/ui/look/palettes.test.ts computes it.

/** Says what a piece of text is, not which colour it has. `match` was found by a search; `code` is a QR code, and `codeText` a program's text. */
export type Style =
	| "plain"
	| "strong"
	| "faint"
	| "title"
	| "accent"
	| "good"
	| "warning"
	| "alarm"
	| "code"
	| "link"
	| "mention"
	| "selected"
	| "match"
	| "codeText"
	| "quote";

/** Holds what switches a look on, and what ends it. */
export type Code = readonly [open: string, close: string];

/** Holds the looks of all styles. `names` are what a person's name may look like. */
export interface Palette {
	readonly styles: Readonly<Record<Style, readonly Code[]>>;
	readonly names: readonly (readonly Code[])[];
}

/** Says what is known of what stands behind the text. */
export type Background = "dark" | "light" | "unknown";

const bold: Code = ["1", "22"];
const underline: Code = ["4", "24"];
const inverse: Code = ["7", "27"];
/** Returns one of the sixteen colours, which everybody sets as they like: 30 to 37 for text. */
const basic = (code: number): Code => [String(code), "39"];
/** Returns one of the 216 colours and 24 greys that look the same everywhere. */
const on = (colour: number): Code => [`48;5;${colour}`, "49"];
const ink = (colour: number): Code => [`38;5;${colour}`, "39"];
const boldInks = (...colours: readonly number[]) => colours.map((colour) => [bold, ink(colour)] as const);

// Black on white whatever the terminal's own colours are: cameras want it so.
const qrCode: readonly Code[] = [basic(30), ["107", "49"]];
// These bring their own background, so they look the same on every one.
const loud = {
	alarm: [bold, ink(231), on(160)],
	mention: [bold, ink(231), on(90)],
	match: [ink(16), on(220)],
	code: qrCode,
} as const;

// Red is left out of all names: it would look like an alarm.
const dark: Palette = {
	styles: {
		...loud,
		plain: [],
		strong: [bold],
		// A grey of its own: what terminals make of SGR 2 can often not be read.
		faint: [ink(248)],
		title: [bold, ink(117)],
		accent: [ink(117)],
		good: [ink(114)],
		warning: [ink(221)],
		link: [underline, ink(111)],
		selected: [on(237)],
		codeText: [ink(223)],
		quote: [ink(250)],
	},
	names: boldInks(81, 114, 180, 176, 216, 117, 150, 222, 183, 109, 79, 147),
};

const light: Palette = {
	styles: {
		...loud,
		plain: [],
		strong: [bold],
		faint: [ink(240)],
		title: [bold, ink(24)],
		accent: [ink(24)],
		good: [ink(22)],
		warning: [ink(94)],
		link: [underline, ink(25)],
		selected: [on(195)],
		codeText: [ink(53)],
		quote: [ink(60)],
	},
	names: boldInks(25, 22, 94, 90, 24, 92, 58, 61, 23, 126, 60, 53),
};

// Middle tones: the few that can be read on black and on white.
const either: Palette = {
	styles: {
		...loud,
		plain: [],
		strong: [bold],
		faint: [ink(243)],
		title: [bold, ink(63)],
		accent: [ink(63)],
		good: [ink(29)],
		warning: [ink(131)],
		link: [underline, ink(63)],
		selected: [inverse],
		codeText: [ink(98)],
		quote: [ink(243)],
	},
	names: boldInks(29, 63, 98, 131, 163),
};

/** Has no colour at all. Bold, underline and inverse are not colours. */
export const colourless: Palette = {
	styles: {
		plain: [],
		strong: [bold],
		faint: [],
		title: [bold],
		accent: [bold],
		good: [],
		warning: [bold],
		alarm: [bold, inverse],
		code: [],
		link: [underline],
		mention: [bold, inverse],
		selected: [inverse],
		match: [bold, underline, inverse],
		codeText: [],
		quote: [],
	},
	names: [[bold]],
};

const contrastDark: Palette = {
	styles: {
		...colourless.styles,
		title: [bold, ink(123)],
		accent: [bold, ink(123)],
		good: [bold, ink(120)],
		warning: [bold, ink(227)],
		alarm: [bold, ink(231), on(88)],
		match: [bold, ink(16), on(226)],
		code: qrCode,
		link: [underline, ink(153)],
	},
	names: boldInks(81, 120, 222, 219, 216, 117, 195, 183),
};

const contrastLight: Palette = {
	styles: {
		...colourless.styles,
		title: [bold, ink(18)],
		accent: [bold, ink(18)],
		good: [bold, ink(22)],
		warning: [bold, ink(53)],
		alarm: [bold, ink(231), on(88)],
		match: [bold, ink(16), on(226)],
		code: qrCode,
		link: [underline, ink(18)],
	},
	names: boldInks(18, 22, 90, 54, 53, 17, 89, 55),
};

// Only those of the sixteen colours are here that are usually readable on such a background: no blue on dark, no cyan, green and yellow on light. No grey: on some it is the background.
const basicDark: Palette = {
	styles: {
		...colourless.styles,
		title: [bold, basic(36)],
		accent: [basic(36)],
		good: [basic(32)],
		warning: [bold, basic(33)],
		alarm: [bold, inverse, basic(31)],
		code: qrCode,
		link: [underline, basic(36)],
		codeText: [basic(33)],
	},
	names: [36, 32, 33, 35].map((code) => [bold, basic(code)]),
};

const basicLight: Palette = {
	styles: {
		...colourless.styles,
		title: [bold, basic(34)],
		accent: [basic(34)],
		warning: [bold, basic(35)],
		alarm: [bold, inverse, basic(31)],
		code: qrCode,
		link: [underline, basic(34)],
		codeText: [basic(35)],
	},
	names: [34, 35].map((code) => [bold, basic(code)]),
};

const basicEither: Palette = {
	styles: {
		...colourless.styles,
		warning: [bold, basic(35)],
		alarm: [bold, inverse, basic(31)],
		code: qrCode,
	},
	names: [[bold, basic(35)], [bold]],
};

/** These are for terminals with 256 colours. */
export const richPalettes: Readonly<Record<Background, Palette>> = { dark, light, unknown: either };

/** These are for eyes that need more contrast; without a known background they have only what is safe on both. */
export const contrastPalettes: Readonly<Record<Background, Palette>> = {
	dark: contrastDark,
	light: contrastLight,
	unknown: { ...colourless, styles: { ...colourless.styles, code: qrCode } },
};

/** These are for terminals with sixteen colours. */
export const basicPalettes: Readonly<Record<Background, Palette>> = {
	dark: basicDark,
	light: basicLight,
	unknown: basicEither,
};
