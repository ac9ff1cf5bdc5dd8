// Searches all rooms at once, the open ones and what is kept on the disk; what is chosen is shown in its own room.
import { type ReactNode, useState } from "react";
import type { HistoryLine, HistoryPage, HistoryQuery } from "../../engine/api/content.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import type { Theme } from "../look/theme.ts";
import { type FieldState, fieldOf, pressField } from "../screen/field-state.ts";
import { listMoves } from "../screen/list-moves.ts";
import { bodyWidth, type Frame, isCompact, layPage } from "../screen/page.ts";
import { type Look, Screen, useLook } from "../screen/screen.tsx";
import { layField } from "../screen/text-field.ts";
import { useAnswer } from "../screen/use-answer.ts";
import type { Press } from "../terminal/key-press.ts";
import { rangesOf } from "../text/case-folding.ts";
import { clockOf, isSameDay, stampOf } from "../text/clock.ts";
import { paintRow, termSpans } from "../text/spans.ts";
import { fit } from "../text/width.ts";
import { listWindow } from "../timeline/list-window.ts";
import { askedOf, queryOf } from "../timeline/search.ts";
import { historyTroubleWords } from "../words/kept/history-words.ts";

/** At most this many finds are listed, the newest ones. */
const mostFinds = 200;
/** At most this many letters of a text are shown before what was found in it. */
const lettersBefore = 12;

const steps = listMoves(5);

const bar = [
	{ keys: "Enter", words: "go there" },
	{ keys: "↑ ↓", words: "choose" },
	{ keys: "Esc", words: "back" },
];

interface EverywhereProps {
	/** The text that is looked for at first. */
	readonly text: string;
	readonly history: (query: HistoryQuery) => Promise<HistoryPage>;
	readonly nameOfRoom: (room: RoomKey) => string;
	/** Shows a line in its room; `false`: that room is not open here. */
	readonly onGo: (find: HistoryLine) => boolean;
	readonly onClose: () => void;
}

/** Lays one find in two rows: where, who and when, and the text from a little before what was found. */
function findRows(
	theme: Theme,
	{ line }: HistoryLine,
	where: string,
	words: string,
	width: number,
	isChosen: boolean,
): readonly string[] {
	const when = (isSameDay(line.at, Date.now()) ? clockOf : stampOf)(line.at);
	const text = line.text.replaceAll(/\s+/g, " ");
	const start = words === "" ? 0 : (rangesOf(text, words, 1)[0]?.start ?? 0);
	const cut =
		start > lettersBefore && start + words.length > width - 2 ? `…${text.slice(start - lettersBefore)}` : text;
	const shown = fit(cut, width - 2);
	const spans = words === "" ? [] : termSpans(shown, words, (piece) => theme.paint("match", piece));
	const lead = isChosen ? theme.paint("accent", "▸ ") : "  ";
	const head = fit(`${line.from.name}  ${when}  ${where}`, width - 2);
	return [
		lead + theme.paint(isChosen ? "strong" : "faint", head),
		`  ${paintRow({ text: shown, from: 0 }, spans, (piece) => theme.paint("plain", piece))}`,
	];
}

interface Found {
	readonly finds: readonly HistoryLine[];
	readonly chosen: number;
	readonly words: string;
	/** Says what stands in place of finds, or what is wrong with the file. */
	readonly note: string;
}

function layEverywhere(
	{ theme, size }: Look,
	field: FieldState,
	found: Found,
	nameOfRoom: EverywhereProps["nameOfRoom"],
): Frame {
	const { finds, chosen, words, note } = found;
	const width = bodyWidth(size);
	const prompt = theme.paint("accent", "› ");
	const typed = layField(field.edit, width - 2, false);
	const hint = theme.paint("faint", fit("words, or from:NAME for what somebody said", width - 3));
	const top = [...(note === "" ? [] : [theme.paint("faint", fit(note, width))]), ...(isCompact(size) ? [] : [""])];
	const height = Math.max(1, size.rows - 3 - top.length);
	const rowsAt = (index: number): readonly string[] => {
		const find = finds[index];
		return find ? findRows(theme, find, nameOfRoom(find.room), words, width, index === chosen) : [];
	};
	return layPage({
		size,
		theme,
		title: "Search all rooms",
		right: finds.length === 0 ? "" : `${chosen + 1} of ${finds.length}`,
		body: {
			rows: [
				prompt + (field.edit.text === "" ? hint : typed.text),
				...top,
				...listWindow({ length: finds.length, rowsAt }, chosen, height).rows,
			],
			cursor: { row: 0, column: 2 + typed.cursorColumn },
		},
		bar,
	});
}

/** Takes what to look for and lists what is found, the newest first. Enter goes to the chosen line in its room, Escape back. */
export function Everywhere({ text, history, nameOfRoom, onGo, onClose }: EverywhereProps): ReactNode {
	const look = useLook();
	const [field, setField] = useState(() => fieldOf(text));
	const [wish, setWish] = useState(0);
	const [refusal, setRefusal] = useState("");
	const query = queryOf(field.edit.text);
	const asked = query === undefined ? "" : JSON.stringify(query);
	const page = useAnswer(asked, () => history({ ...(query ? askedOf(query) : {}), limit: mostFinds }), asked);
	const finds = (page?.lines ?? []).filter(({ line }) => line.gone === undefined).toReversed();
	const chosen = Math.max(0, Math.min(wish, finds.length - 1));
	const noteOfFinds = (): string => {
		if (page?.trouble !== undefined) return historyTroubleWords(page.trouble);
		if (query === undefined) return "";
		if (page === undefined) return "searching …";
		return finds.length === 0 ? "Nothing was found." : "";
	};
	const go = () => {
		const find = finds[chosen];
		if (find === undefined) return;
		if (!onGo(find)) setRefusal(`${nameOfRoom(find.room)} is not open here. Alt-0 opens it.`);
	};
	const onPress = (press: Press) => {
		setRefusal("");
		const key = press.kind === "key" ? press.name : "";
		if (key === "escape" || key === "ctrl+c") return onClose();
		if (key === "enter") return go();
		// Home and End move in the field.
		const step = key === "home" || key === "end" ? undefined : steps[key];
		if (step !== undefined) return setWish(Math.max(0, Math.min(chosen + step, finds.length - 1)));
		const next = pressField(field, press);
		if (next === undefined) return;
		if (next.edit.text !== field.edit.text) setWish(0);
		setField(next);
	};
	const note = refusal === "" ? noteOfFinds() : refusal;
	const found = { finds, chosen, words: query?.words ?? "", note };
	return <Screen frame={layEverywhere(look, field, found, nameOfRoom)} onPress={onPress} />;
}
