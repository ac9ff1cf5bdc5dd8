// What is shown in a window too small for any screen. The screens stay as they are behind it. Pure.
import type { Theme } from "../look/theme.ts";
import { fit, wrap } from "../text/width.ts";
import type { Frame, Size } from "./page.ts";

/** From this size on every screen is whole. */
const leastSize: Size = { columns: 40, rows: 12 };

/** Tells whether a window is too small for the screens. */
export const isTooSmall = ({ columns, rows }: Size): boolean => columns < leastSize.columns || rows < leastSize.rows;

/** Returns the size screens are laid out for: theirs, or the least one behind the words of `laySmallWindow`. */
export const sizeForScreens = ({ columns, rows }: Size): Size => ({
	columns: Math.max(columns, leastSize.columns),
	rows: Math.max(rows, leastSize.rows),
});

const kind = `Please make the window larger (${leastSize.columns}×${leastSize.rows} or more). Nothing is lost.`;

/** Returns friendly words about that, as far as they fit. `isLeaving` says that Ctrl-C was pressed once. */
export function laySmallWindow({ columns, rows }: Size, isLeaving: boolean, theme: Theme): Frame {
	const leave = isLeaving ? "Ctrl-C again leaves." : "Ctrl-C twice leaves.";
	const words = wrap(kind, columns).map((row) => theme.paint("strong", fit(row, columns)));
	const shown = [...words, ...wrap(leave, columns).map((row) => fit(row, columns))].slice(0, rows);
	return { rows: [...shown, ...Array.from({ length: rows - shown.length }, () => "")] };
}
