// Turns timeline entries into finished screen rows: wrapped once per width, kept in a bounded cache.
import type { Entry, LeaveReason, Person, Timeline, Trust } from "../engine/api.ts";
import type { Style, Theme } from "./theme.ts";
import { paintTrust, roleWords, trustMark, trustWords } from "./trust.ts";
import type { RowSource } from "./viewport.ts";
import { fit, widthOf, wrap } from "./width.ts";

/** What rows are made for. `width` in columns. */
export interface RowLook {
	readonly theme: Theme;
	readonly width: number;
}

/** From this width on names stand in a column of their own. */
const columnLayoutFrom = 60;
const nameColumn = 16;
const timeWidth = 6;
const cacheLimit = 4096;

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** Local time of day, "14:02". */
export function clockOf(at: number): string {
	const date = new Date(at);
	return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

function dayRow(at: number, { theme, width }: RowLook): string {
	return theme.paint("faint", fit(`── ${dayFormat.format(at)} ──`, width));
}

const isSameDay = (first: number, second: number): boolean =>
	new Date(first).toDateString() === new Date(second).toDateString();

interface Header {
	readonly painted: string;
	readonly width: number;
}

function nameHeader(person: Person, nameWidth: number, theme: Theme): Header {
	const name = fit(person.name, nameWidth);
	// One's own lines are marked by the arrow, everyone else's by how well they are known.
	const mark = person.isSelf ? "›" : trustMark(person.trust);
	const painted = person.isSelf ? theme.paint("strong", name) : theme.paintName(person.fingerprint, name);
	const paintedMark = person.isSelf ? theme.paint("accent", mark) : paintTrust(theme, person.trust, mark);
	return { painted: `${painted} ${paintedMark}`, width: widthOf(name) + 1 + widthOf(mark) };
}

const isChanged = (person: Person): boolean => !person.isSelf && person.trust === "changed";

function columnRows(time: string, text: readonly string[], from: Person, theme: Theme): readonly string[] {
	const mark = from.isSelf ? 1 : widthOf(trustMark(from.trust));
	const header = nameHeader(from, isChanged(from) ? 40 : nameColumn - 1 - mark, theme);
	const indent = " ".repeat(timeWidth + nameColumn + 1);
	const lead = `${theme.paint("faint", time)} ${" ".repeat(Math.max(0, nameColumn - header.width))}${header.painted}`;
	// A changed key is said in full; the text then begins on the next row.
	if (header.width > nameColumn) return [lead, ...text.map((row) => indent + row)];
	return text.map((row, index) => (index === 0 ? `${lead} ${row}` : indent + row));
}

function lineRows(entry: Extract<Entry, { kind: "line" }>, look: RowLook): readonly string[] {
	const { theme, width } = look;
	const isSending = entry.delivery.kind === "sending";
	const text = isSending ? `${entry.text} …` : entry.text;
	const paint = (row: string) => (isSending ? theme.paint("faint", row) : row);
	const time = clockOf(entry.at);
	if (width >= columnLayoutFrom) {
		const rows = wrap(text, width - timeWidth - nameColumn - 1).map(paint);
		return columnRows(time, rows, entry.from, theme);
	}
	const header = nameHeader(entry.from, 12, theme);
	const lead = `${theme.paint("faint", time)} ${header.painted}`;
	const leadWidth = timeWidth + header.width;
	const [first = "", ...rest] = wrap(`${"#".repeat(Math.max(0, leadWidth - 2))} ${text}`, width - 2);
	// The "#" stand for the header while wrapping; when not even one word fits behind it, the text begins below.
	const isBeside = first.length >= leadWidth - 1 && leadWidth <= width / 2;
	const below = isBeside ? rest : wrap(text, width - 2);
	const start = isBeside ? `${lead} ${paint(first.slice(leadWidth - 1))}` : lead;
	return [start, ...below.map((row) => `  ${paint(row)}`)];
}

const leaveWords: Record<LeaveReason, string> = {
	left: "left",
	connectionLost: "is gone: the connection was lost",
	kicked: "was removed by the host",
	replaced: "came in again from elsewhere",
};

// A join by a key never met has a sign of its own, and words; the colour only goes along.
const joinSigns: Record<Trust, readonly [sign: string, style: Style]> = {
	verified: ["→", "faint"],
	known: ["→", "faint"],
	new: ["?", "warning"],
	changed: ["!!", "alarm"],
};

function announcement(entry: Extract<Entry, { kind: "joined" | "left" }>, look: RowLook): readonly string[] {
	const { person } = entry;
	const isJoin = entry.kind === "joined";
	const [sign, style] = isJoin ? joinSigns[person.isSelf ? "known" : person.trust] : (["←", "faint"] as const);
	const words = isJoin ? "joined" : leaveWords[entry.reason];
	const role = roleWords(person);
	const trust = person.isSelf ? "" : ` · ${trustWords(person.trust)}`;
	const place = isJoin && person.location !== undefined ? ` · from ${person.location.label}` : "";
	const text = `${sign} ${person.name}${role === "" ? "" : ` ${role}`} ${words} · ${person.shortFingerprint}${trust}${place}`;
	return stamped(entry.at, text, look, (row) => look.theme.paint(style, row));
}

// Time, then text wrapped beside it.
function stamped(at: number, text: string, look: RowLook, paint: (row: string) => string): readonly string[] {
	const time = look.theme.paint("faint", clockOf(at));
	return wrap(text, look.width - timeWidth).map(
		(row, index) => `${index === 0 ? `${time} ` : " ".repeat(timeWidth)}${paint(row)}`,
	);
}

function noticeRows(entry: Extract<Entry, { kind: "notice" }>, look: RowLook): readonly string[] {
	const { theme } = look;
	switch (entry.tone) {
		case "info":
			return stamped(entry.at, `· ${entry.text}`, look, (row) => theme.paint("accent", row));
		case "warning":
			return stamped(entry.at, `! ${entry.text}`, look, (row) => theme.paint("warning", row));
		case "alarm":
			return stamped(entry.at, `!! ${entry.text}`, look, (row) => theme.paint("alarm", row));
	}
}

function entryRows(entry: Entry, look: RowLook): readonly string[] {
	switch (entry.kind) {
		case "line":
			return lineRows(entry, look);
		case "joined":
		case "left":
			return announcement(entry, look);
		case "youJoined":
			return stamped(entry.at, "── you joined here; what was said before is not shown ──", look, (row) =>
				look.theme.paint("accent", row),
			);
		case "notice":
			return noticeRows(entry, look);
	}
}

/** The rows of one entry; a row with the date stands above it when `previous` was on another day. At least one row, none wider than `look.width`. */
export function rowsOf(entry: Entry, previous: Entry | undefined, look: RowLook): readonly string[] {
	const rows = entryRows(entry, look);
	const isNewDay = previous !== undefined && !isSameDay(previous.at, entry.at);
	return isNewDay ? [dayRow(entry.at, look), ...rows] : rows;
}

/** Remembers finished rows across frames, for one look at a time. */
export interface RowCache {
	/** The timeline as a source of rows. Rows are made only when asked for. */
	source(timeline: Timeline, look: RowLook): RowSource;
}

/** An empty cache of at most 4,096 entries' rows; the one unused longest goes first. A new width empties it. */
export function createRowCache(): RowCache {
	const known = new Map<string, { readonly entry: Entry; readonly rows: readonly string[] }>();
	let currentLook: RowLook | undefined;
	const rowsAt = (timeline: Timeline, look: RowLook, index: number): readonly string[] => {
		const entry = timeline.at(index);
		if (entry === undefined) return [""];
		const hit = known.get(entry.id);
		known.delete(entry.id);
		// Another object under the same id is a new state of it, e.g. delivered.
		const rows = hit?.entry === entry ? hit.rows : rowsOf(entry, timeline.at(index - 1), look);
		known.set(entry.id, { entry, rows });
		const oldest = known.size > cacheLimit ? known.keys().next().value : undefined;
		if (oldest !== undefined) known.delete(oldest);
		return rows;
	};
	return {
		source(timeline, look) {
			if (currentLook?.width !== look.width || currentLook.theme !== look.theme) known.clear();
			currentLook = look;
			return { length: timeline.length, rowsAt: (index) => rowsAt(timeline, look, index) };
		},
	};
}
