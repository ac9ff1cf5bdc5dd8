// A laid out frame as the painter takes it.
import type { Picture } from "../terminal/painter.ts";
import type { Frame, Size } from "./page.ts";

/** Returns the picture of a frame, with never more rows than the screen has, and the cursor if it is in sight. */
export function pictureOf({ rows: all, cursor }: Frame, { columns, rows: height }: Size): Picture {
	const rows = all.slice(0, height);
	return { rows, columns, height, ...(cursor !== undefined && cursor.y < rows.length ? { cursor } : {}) };
}
