// Draws a QR code (ISO/IEC 18004) in a terminal: two modules in each character, one above the other.
import { encode } from "uqr";
import type { Theme } from "../look/theme.ts";

/** The width of the quiet zone in modules. The standard asks for 4; phones read codes with 2, because the screen around them is mostly empty, and 2 leave more room. */
const borderModules = 2;

/** Returns painted rows, all of the same width in columns. `text` must fit into a QR code, which holds about 2,900 characters. */
export function qrRows(text: string, theme: Theme): { readonly rows: readonly string[]; readonly width: number } {
	const { data, size } = encode(text, { ecc: "L", border: borderModules });
	const rows = Array.from({ length: Math.ceil(size / 2) }, (_, half) => {
		const upper = data[half * 2] ?? [];
		// Two rows of modules make one row of text. Where the last one has none below it, there is more border.
		const lower = data[half * 2 + 1] ?? [];
		const columns = Array.from({ length: size }, (_, at) => halves(upper[at] === true, lower[at] === true, theme));
		return theme.paint("code", columns.join(""));
	});
	return { rows, width: size };
}

/** Draws dark modules on white where there is colour. Without colour it draws the light modules, because most terminals are dark. */
function halves(isUpperDark: boolean, isLowerDark: boolean, { hasColour }: Theme): string {
	const isUpper = isUpperDark === hasColour;
	const isLower = isLowerDark === hasColour;
	if (isUpper) return isLower ? "█" : "▀";
	return isLower ? "▄" : " ";
}
