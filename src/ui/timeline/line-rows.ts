// What a person said as rows: who, the text with links and code, above it what it answers, below it the reactions.
import { homedir } from "node:os";
import type { LineEntry } from "../../engine/api/content.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import type { Person } from "../../engine/api/people.ts";
import { paintTrust, trustMark } from "../look/person-words.ts";
import type { Theme } from "../look/theme.ts";
import { clockOf } from "../text/clock.ts";
import { linkSpans } from "../text/links.ts";
import { flat, laySpans, type Span, termSpans } from "../text/spans.ts";
import { fill, fit, widthOf } from "../text/width.ts";
import { measureWords } from "../words/files/file-state.ts";
import { blocksOf, codeRows, inOneRow, snippetSpans } from "./code-rows.ts";
import { fileSign, stateRows } from "./file-rows.ts";
import { endWords, foldRows, goneWords, quoteWords, reactionWords } from "./line-words.ts";
import { flow, marginWidth, type RowLook, type RowMarks, timeWidth } from "./row-look.ts";

/** From this width on names stand in a column of their own. */
const columnLayoutFrom = 60;
const nameColumn = 16;
/** Names in a narrow room, and those whose changed key is said in full. */
const narrowName = 12;
const longName = 40;

interface Header {
	readonly painted: string;
	readonly width: number;
}

/** Says where the text of a message stands beside its time and name. `indent` columns stand before every row of text but one beside a narrow header. */
interface TextPosition {
	readonly header: Header;
	readonly indent: number;
	/** The text begins on the row of the header; `hang` counts the columns of that row that are not the text's. */
	readonly isBeside: boolean;
	readonly hang: number;
}

const isChanged = (person: Person): boolean => !person.isSelf && person.trust === "changed";

// One's own lines are marked by the arrow, everyone else's by how well they are known.
function markOf(person: Person, theme: Theme): Header {
	const mark = person.isSelf ? "›" : trustMark(person.trust);
	const painted = person.isSelf ? theme.paint("accent", mark) : paintTrust(theme, person.trust, mark);
	return { painted, width: widthOf(mark) };
}

const paintedName = (person: Person, name: string, theme: Theme): string =>
	person.isSelf ? theme.paint("strong", name) : theme.paintName(person.fingerprint, name);

function nameHeader(person: Person, nameWidth: number, theme: Theme): Header {
	const name = fit(person.name, nameWidth);
	const mark = markOf(person, theme);
	return { painted: `${paintedName(person, name, theme)} ${mark.painted}`, width: widthOf(name) + 1 + mark.width };
}

// In an action the name is part of the sentence, and a star stands in the place of the name.
function headerOf(line: LineEntry, nameWidth: number, theme: Theme): Header {
	if (line.isAction === true) return { painted: theme.paint("accent", "*"), width: 1 };
	return nameHeader(line.from, nameWidth, theme);
}

function positionIn({ width, theme }: RowLook, line: LineEntry): TextPosition {
	if (width >= columnLayoutFrom) {
		const room = nameColumn - 1 - markOf(line.from, theme).width;
		const name = headerOf(line, isChanged(line.from) ? longName : room, theme);
		const indent = marginWidth + timeWidth + nameColumn + 1;
		const space = " ".repeat(Math.max(0, nameColumn - name.width));
		const header = { painted: `${space}${name.painted}`, width: Math.max(nameColumn, name.width) };
		// A changed key is said in full; the text then begins on the next row.
		return { header, indent, isBeside: name.width <= nameColumn, hang: 0 };
	}
	const header = headerOf(line, narrowName, theme);
	const indent = marginWidth + 2;
	const used = marginWidth + timeWidth + header.width + 1;
	return { header, indent, isBeside: used <= width / 2 + 2, hang: used - indent };
}

/** Returns the name of somebody who does something, as the beginning of the text. */
function actorSpans(person: Person, theme: Theme): { readonly text: string; readonly spans: readonly Span[] } {
	const name = flat(person.name);
	const mark = person.isSelf ? "" : trustMark(person.trust);
	const text = mark === "" ? `${name} ` : `${name} ${mark} `;
	const paintMark = (piece: string) => paintTrust(theme, person.trust, piece);
	const spans: readonly Span[] = [
		{ from: 0, to: name.length, paint: (piece) => paintedName(person, piece, theme) },
		{ from: name.length + 1, to: name.length + 1 + mark.length, paint: paintMark },
	];
	return { text, spans: mark === "" ? spans.slice(0, 1) : spans };
}

interface TextLook extends RowLook {
	readonly columns: number;
	/** Counts the columns of the first row that are not the text's. */
	readonly hang: number;
	readonly base: (piece: string) => string;
	readonly file: FileView | undefined;
	readonly term: string | undefined;
}

const matchSpans = (text: string, { theme, term }: TextLook): readonly Span[] =>
	term === undefined ? [] : termSpans(text, term, (piece) => theme.paint("match", piece));

const spansIn = (text: string, look: TextLook): readonly Span[] => [
	...snippetSpans(text, (piece) => look.theme.paint("codeText", piece)),
	...(look.hasLinks === false ? [] : linkSpans(text, (piece) => look.theme.paint("link", piece))),
	...matchSpans(text, look),
];

const movedBy = (spans: readonly Span[], by: number): readonly Span[] =>
	spans.map((span) => ({ ...span, from: span.from + by, to: span.to + by }));

/** Returns the text of a line as painted rows; the first is empty where nothing fits behind the header. */
function textRows(line: LineEntry, look: TextLook): readonly string[] {
	const { theme, columns, base } = look;
	if (line.gone !== undefined) {
		const layout = { columns, hang: look.hang, spans: [], base: (row: string) => theme.paint("faint", row) };
		return laySpans(goneWords(line.gone), layout);
	}
	if (line.file !== undefined) return offerRows(line, look);
	const actor = line.isAction === true ? actorSpans(line.from, theme) : { text: "", spans: [] };
	return blocksOf(flat(line.text)).flatMap(({ kind, text }, index) => {
		const { text: lead, spans: leadSpans } = index === 0 ? actor : { text: "", spans: [] };
		const hang = index === 0 ? look.hang : 0;
		if (kind === "text") {
			const spans = [...movedBy(spansIn(text, look), lead.length), ...leadSpans];
			return laySpans(lead + text, { columns, hang, spans, base });
		}
		// Code stands in rows of its own, below a narrow header and the name of somebody who does something.
		const above = hang === 0 && lead === "" ? [] : laySpans(lead, { columns, hang, spans: leadSpans, base });
		return [...above, ...codeRows(text, columns, theme, matchSpans(text, look))];
	});
}

// What is offered: a name is nobody's formatting, so nothing in it is a link or code.
function offerRows(line: LineEntry, look: TextLook): readonly string[] {
	const { theme, columns, hang, base, file } = look;
	const name = flat(line.text);
	const text = file === undefined ? name : `${name} (${measureWords(file.sizeBytes, file.folder?.files)})`;
	const spans: readonly Span[] = [{ from: 0, to: name.length, paint: (piece) => theme.paint("strong", piece) }];
	return laySpans(text, { columns, hang, spans: [...matchSpans(name, look), ...spans], base });
}

const fileOf = ({ file, gone }: LineEntry, { files }: RowMarks): FileView | undefined =>
	file === undefined || gone !== undefined ? undefined : files?.get(file);

function fileRows(line: LineEntry, { theme, width }: RowLook, indent: number, marks: RowMarks): readonly string[] {
	const view = fileOf(line, marks);
	if (view === undefined) return [];
	const look = { hasMotion: marks.isStill !== true, home: homedir() };
	const rows = stateRows(view, theme, width - indent, look);
	return rows.map((row, index) => signed(index === 0 ? theme.paint("faint", fileSign) : " ", row, indent));
}

// Words behind the text: on its last row where they fit, else below it.
function withEnd(rows: readonly string[], ends: readonly string[], columns: number, hang: number): readonly string[] {
	const [first, ...more] = flow(ends, " ", columns);
	if (first === undefined) return rows;
	const last = rows.at(-1) ?? "";
	const used = widthOf(last) + (rows.length === 1 ? hang : 0);
	if (last === "" || used + 1 + widthOf(first) > columns) return [...rows, first, ...more];
	return [...rows.slice(0, -1), `${last} ${first}`, ...more];
}

// A sign before the text, where no text can stand: what is said can't pass for it.
const signed = (sign: string, row: string, indent: number): string => `${" ".repeat(indent - 2)}${sign} ${row}`;

function quoteRow(line: LineEntry, { theme, width }: RowLook, indent: number): readonly string[] {
	if (line.reply === undefined || line.gone !== undefined) return [];
	const { text } = line.reply;
	const words = fit(quoteWords({ ...line.reply, text: inOneRow(flat(text)) }), width - indent);
	return [signed(theme.paint("quote", "┌"), theme.paint("quote", words), indent)];
}

function reactionRows({ reactions = [] }: LineEntry, { theme, width }: RowLook, indent: number): readonly string[] {
	const room = width - indent;
	const pieces = reactionWords(reactions).map(({ text, style }) => theme.paint(style, fit(text, room)));
	return flow(pieces, "  ", room).map((row) => signed(theme.paint("faint", "↳"), row, indent));
}

/** Returns the sign in the margin of the row with the name: the line is chosen, or calls the person. */
function signOf(line: LineEntry, isSelected: boolean, theme: Theme): string {
	if (isSelected) return theme.paint("accent", "▸");
	return line.mentionsMe === true ? theme.paint("mention", "@") : " ".repeat(marginWidth);
}

function bodyRows(line: LineEntry, look: RowLook, position: TextPosition, marks: RowMarks): readonly string[] {
	const { theme, width } = look;
	const { term } = marks;
	const columns = Math.max(2, width - position.indent);
	const isOnItsWay = line.delivery.kind === "sending" || line.delivery.kind === "failed";
	const base = (row: string) =>
		isOnItsWay ? theme.paint("faint", row) : line.mentionsMe === true ? theme.paint("strong", row) : row;
	const hang = position.isBeside ? position.hang : 0;
	const ends = endWords(line).map(({ text, style }) => theme.paint(style, fit(text, columns)));
	// What is searched for must be seen where it stands.
	const isOpen = term !== undefined || marks.openIds?.has(line.id) === true;
	const text = textRows(line, { ...look, columns, hang, base, term, file: fileOf(line, marks) });
	const shown = foldRows(text, isOpen, (words) => theme.paint("accent", fit(words, columns)));
	return withEnd(shown, ends, columns, hang);
}

/** Returns the rows of a line. Of `marks` only what touches this line counts. */
export function lineRows(line: LineEntry, look: RowLook, marks: RowMarks): readonly string[] {
	const { theme, width } = look;
	const isSelected = marks.selectedId === line.id;
	const position = positionIn(look, line);
	// Without a column for names the text begins near the edge, where the program's rows do: a sign keeps them apart.
	const isNarrow = width < columnLayoutFrom;
	const indent = isNarrow ? signed(theme.paint("faint", "│"), "", position.indent) : " ".repeat(position.indent);
	const lead = `${signOf(line, isSelected, theme)}${theme.paint("faint", clockOf(line.at))} ${position.header.painted}`;
	const body = bodyRows(line, look, position, marks);
	const [first = "", ...rest] = body;
	const text = position.isBeside
		? [first === "" ? lead : `${lead} ${first}`, ...rest.map((row) => indent + row)]
		: [lead, ...body.map((row) => indent + row)];
	const rows = [
		...quoteRow(line, look, position.indent),
		...text,
		...fileRows(line, look, position.indent, marks),
		...reactionRows(line, look, position.indent),
	];
	return isSelected ? rows.map((row) => theme.paint("selected", fill(row, width))) : rows;
}
