// Builds the body of a page piece by piece, keeping track of where the cursor ends up.
import type { Style } from "../look/palettes.ts";
import type { Theme } from "../look/theme.ts";
import { widthOf } from "../text/width.ts";
import type { Edit } from "./edit.ts";
import { type Body, bodyWidth, isCompact, paragraph, type Size } from "./page.ts";
import { layField } from "./text-field.ts";

/** Says how a text field is drawn. When it `isFocused` the cursor is in it. */
interface FieldLook {
	readonly edit: Edit;
	readonly isFocused: boolean;
	readonly isMasked?: boolean;
	readonly placeholder?: string;
	/** The text is drawn as an offer that typing replaces. */
	readonly isOffered?: boolean;
	/** Stands, painted, before the text in place of the arrow. */
	readonly lead?: string;
}

/** Collects the rows of one page while it is laid out. */
export interface BodyBuilder {
	readonly width: number;
	text(text: string, style?: Style): void;
	/** Adds one painted row that is known to fit. */
	row(painted: string): void;
	/** Adds an empty row, where there is room for such. */
	gap(): void;
	/** Makes sure that the next row is in sight. */
	focus(): void;
	field(field: FieldLook): void;
	finish(): Body;
}

const prompt = "› ";

/** Makes an empty body for a page of a size. */
export function buildBody(theme: Theme, size: Size): BodyBuilder {
	const width = bodyWidth(size);
	const rows: string[] = [];
	let focusRow: number | undefined;
	let cursor: Body["cursor"];
	return {
		width,
		text: (text, style = "plain") => void rows.push(...paragraph(theme, text, width, style)),
		row: (painted) => void rows.push(painted),
		gap: () => {
			if (!isCompact(size)) rows.push("");
		},
		focus: () => {
			focusRow = rows.length;
		},
		field({ edit, isFocused, isMasked = false, placeholder = "", isOffered = false, lead }) {
			// A sign, not only a colour, tells where one is.
			const start = lead ?? (isFocused ? theme.paint("accent", prompt) : "  ");
			const room = width - widthOf(start);
			const { text, cursorColumn } = layField(edit, room, isMasked);
			if (isFocused) cursor = { row: rows.length, column: widthOf(start) + cursorColumn };
			const shown =
				text === ""
					? theme.paint("faint", placeholder.slice(0, room - 1))
					: theme.paint(isOffered ? "accent" : "strong", text);
			rows.push(start + shown);
		},
		finish: () => ({
			rows,
			...(cursor === undefined ? {} : { cursor }),
			...(focusRow === undefined ? {} : { focusRow }),
		}),
	};
}
