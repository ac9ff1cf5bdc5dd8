// Shows a room that is over for us: why it is over, what to do, and what was said, which stays readable until the person goes.
import type { ReactNode } from "react";
import type { Phase, Timeline } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import { chatSpace, type Foot, layChat } from "../chat/frame.ts";
import { type Look, Screen, scrollStep, useLook, useMouse } from "../screen/screen.tsx";
import type { Press } from "../terminal/key-press.ts";
import { fit, wrap } from "../text/width.ts";
import { useBookmark, useScrollback } from "../timeline/use-scrollback.ts";
import { endHeading, endingOf } from "../words/endings.ts";
import { type Finding, type HostSearch, searchBar, searchWords, useHostSearch } from "./find-host.ts";

type EndedPhase = Extract<Phase, { kind: "ended" }>;

function layEnding(phase: EndedPhase, draft: string, search: HostSearch | undefined, { theme, size }: Look): Foot {
	const { title, advice, isAlarm = false } = endingOf(phase);
	const width = size.columns - 2;
	return {
		rows: [
			...wrap(title, width).map((row) => ` ${theme.paint(isAlarm ? "alarm" : "warning", row)}`),
			...wrap(advice, width).map((row) => ` ${row}`),
			...(search === undefined ? [] : searchRows(search, width, theme)),
			...(draft === "" ? [] : [` ${theme.paint("faint", fit(`Not sent: ${draft.replaceAll("\n", " ")}`, width))}`]),
		],
	};
}

function searchRows(search: HostSearch, width: number, theme: Look["theme"]): readonly string[] {
	const [text, style] = searchWords(search);
	return wrap(text, width).map((row) => ` ${theme.paint(style, row)}`);
}

interface EndedProps {
	readonly phase: EndedPhase;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	/** The text that was being written; it is there again when the same room is joined again. */
	readonly draft: string;
	readonly finding: Finding;
	/** Joins the same room again. It is absent when we hosted it. */
	readonly onAgain?: () => void;
	readonly onHome: () => void;
	readonly onLeave: () => void;
}

/** Shows the end of a room. Enter joins again, Escape goes to the start, Ctrl-C leaves Real Talk. */
export function Ended(props: EndedProps): ReactNode {
	const { phase, people, timeline, draft, finding, onAgain, onHome, onLeave } = props;
	const look = useLook();
	useMouse();
	const { search, onText } = useHostSearch(phase.code, finding);
	const foot = layEnding(phase, draft, search, look);
	const space = { ...chatSpace(look.size, foot.rows.length), hasSidebar: false, rowWidth: look.size.columns - 1 };
	const scrollback = useScrollback(
		useBookmark(),
		timeline,
		{ theme: look.theme, width: space.rowWidth },
		space.listHeight,
	);
	const onPress = (press: Press) => {
		if (press.kind === "text") return onText(press.text);
		if (press.kind !== "key") return;
		const step = scrollStep(press.name, { ...look.size, rows: space.listHeight + 3 });
		if (step !== undefined) return scrollback.scroll(step);
		const { found } = search ?? {};
		if (press.name === "enter") return found === undefined ? (onAgain ?? onHome)() : finding.join(found.target);
		if (press.name === "escape") return onHome();
		if (press.name === "ctrl+c") return onLeave();
	};
	const again = onAgain === undefined ? [] : searchBar(search, "join again");
	const frame = layChat({
		look,
		title: endHeading(phase),
		right: people.length > 1 ? `${people.length} people were here` : "",
		space,
		list: scrollback.list,
		people: [],
		scroll: scrollback,
		foot,
		bar: [...again, { keys: "Esc", words: "back" }, { keys: "Ctrl-C", words: "leave" }],
	});
	return <Screen frame={frame} onPress={onPress} />;
}
