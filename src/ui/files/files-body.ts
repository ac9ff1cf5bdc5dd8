// The list of files as rows: two or three for each, the chosen one marked by a sign. Pure.
import { homedir } from "node:os";
import type { FileView } from "../../engine/api/files/files.ts";
import type { Theme } from "../look/theme.ts";
import { type Body, bodyWidth } from "../screen/page.ts";
import type { Look } from "../screen/screen.tsx";
import { clockOf } from "../text/clock.ts";
import { fit, widthOf, wrap } from "../text/width.ts";
import { stateRows } from "../timeline/file-rows.ts";
import { measureWords } from "../words/files/file-state.ts";

/** Holds what is listed. `chosen` is an index; `note` says why something was not done. */
interface Listed {
	readonly files: readonly FileView[];
	readonly chosen: number;
	readonly note: string;
	readonly isStill: boolean;
}

const nothingYet =
	"No files have been offered in this room. /send PATH offers one to everybody here; a file dropped on this window does too.";

/** Lays the list out. The row of the chosen file is in sight. */
export function filesBody({ files, chosen, note, isStill }: Listed, { theme, size }: Look): Body {
	const width = bodyWidth(size);
	if (files.length === 0) return { rows: wrap(nothingYet, width).map((row) => theme.paint("faint", row)) };
	const look = { hasMotion: !isStill, home: homedir() };
	const blocks = files.map((file, index) => [
		nameRow(file, index === chosen, theme, width),
		...stateRows(file, theme, width - 2, look).map((row) => `  ${row}`),
		...(index === chosen && note !== "" ? wrap(note, width - 2).map((row) => `  ${theme.paint("warning", row)}`) : []),
	]);
	return { rows: blocks.flat(), focusRow: blocks.slice(0, chosen + 1).flat().length - 1 };
}

function nameRow(
	{ name, from, isOwn, sizeBytes, folder, at }: FileView,
	isChosen: boolean,
	theme: Theme,
	width: number,
): string {
	const facts = `${measureWords(sizeBytes, folder?.files)} · ${isOwn ? "yours" : from.name} · ${clockOf(at)}`;
	const shown = fit(name, Math.max(8, width - 3 - widthOf(facts)));
	const rest = fit(facts, Math.max(0, width - 3 - widthOf(shown)));
	const lead = isChosen ? theme.paint("accent", "› ") : "  ";
	return `${lead}${theme.paint(isChosen ? "selected" : "strong", shown)} ${theme.paint("faint", rest)}`;
}
