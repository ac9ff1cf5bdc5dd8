// Pictures of screens as text: what stands in each cell of a real terminal emulator, and in a second layer how it looks.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import xterm from "@xterm/headless";

const folder = join(import.meta.dirname, "./golden");

interface AppSize {
	readonly columns: number;
	readonly rows: number;
}

/** What a terminal shows. `styles`: a letter for each cell, "." for one without a style; `legend` says what the letters mean. */
export interface Picture {
	readonly text: readonly string[];
	readonly styles: readonly string[];
	readonly legend: readonly string[];
	readonly cursor: string;
}

type Cell = xterm.IBufferCell;

function colourWords(kind: "text" | "on", cell: Cell): string | undefined {
	const [isDefault, isRgb, colour] =
		kind === "text"
			? [cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()]
			: [cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()];
	if (isDefault) return undefined;
	return `${kind} ${isRgb ? `#${colour.toString(16).padStart(6, "0")}` : colour}`;
}

/** "bold text 117", "" for a cell without a style. */
function styleWords(cell: Cell): string {
	const flags = [
		cell.isBold() && "bold",
		cell.isDim() && "dim",
		cell.isItalic() && "italic",
		cell.isUnderline() && "underlined",
		cell.isInverse() && "inverse",
		cell.isInvisible() && "invisible",
		cell.isStrikethrough() && "struck",
	];
	return [...flags, colourWords("text", cell), colourWords("on", cell)].filter((word) => word).join(" ");
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** The picture after all bytes in `raw` have been drawn on a terminal of a size. */
export async function pictureOf(raw: string, { columns, rows }: AppSize): Promise<Picture> {
	const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
	await new Promise<void>((done) => term.write(raw, done));
	const { active } = term.buffer;
	const known = new Map<string, string>();
	const letterOf = (words: string): string => {
		if (words === "") return ".";
		const letter = known.get(words) ?? letters[known.size] ?? "?";
		known.set(words, letter);
		return letter;
	};
	const lines = Array.from({ length: rows }, (_, y) => active.getLine(active.baseY + y));
	// A space without a background looks like any other.
	const styleOf = (cell: Cell | undefined): string => {
		if (cell === undefined) return ".";
		const words = styleWords(cell);
		return cell.getChars().trim() === "" && !/on |inverse|underlined/.test(words) ? "." : letterOf(words);
	};
	const styles = lines.map((line) =>
		Array.from({ length: columns }, (_, x) => styleOf(line?.getCell(x)))
			.join("")
			.replace(/\.+$/, ""),
	);
	const isShown = raw.lastIndexOf("\u001B[?25h") > raw.lastIndexOf("\u001B[?25l");
	return {
		text: lines.map((line) => (line?.translateToString(true, 0, columns) ?? "").trimEnd()),
		styles,
		legend: [...known].map(([words, letter]) => `${letter} = ${words}`),
		cursor: isShown ? `${active.cursorX},${active.cursorY}` : "hidden",
	};
}

/** The text once, then a layer of styles for each theme: the text must be the same in all of them. */
function written(title: string, { columns, rows }: AppSize, pictures: ReadonlyMap<string, Picture>): string {
	const [first] = pictures.values();
	assert.ok(first !== undefined);
	const layers = [...pictures].flatMap(([theme, { styles, legend }]) => [
		"",
		`== ${theme} ==`,
		...legend,
		...styles.map((row) => `|${row}`),
	]);
	const text = first.text.map((row) => `|${row}`);
	return [`${title}, ${columns}×${rows}, cursor ${first.cursor}`, "", ...text, ...layers, ""].join("\n");
}

/** Compares with the file kept; UPDATE_GOLDEN=1 writes it, to be read by eye before it is committed. */
export function assertGolden(name: string, size: AppSize, pictures: ReadonlyMap<string, Picture>): void {
	const [[firstTheme, first] = []] = [...pictures];
	for (const [theme, picture] of pictures) {
		assert.deepEqual(picture.text, first?.text, `${theme} says the same as ${firstTheme}`);
		assert.equal(picture.cursor, first?.cursor, theme);
	}
	const path = join(folder, `${size.columns}x${size.rows}`, `${name}.txt`);
	const now = written(name, size, pictures);
	const { UPDATE_GOLDEN } = process.env;
	if (UPDATE_GOLDEN === "1") writeFileSync(path, now);
	assert.ok(existsSync(path), `${relative(process.cwd(), path)} is missing; UPDATE_GOLDEN=1 writes it`);
	assert.equal(now, readFileSync(path, "utf8"), "as in the file; UPDATE_GOLDEN=1 writes it anew");
}
