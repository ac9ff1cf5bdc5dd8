// Which rooms have a tab, which one is shown, and what keys do with them. Pure.
import type { RoomSummary } from "../../engine/api/api.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import type { Theme } from "../look/theme.ts";
import { fit, widthOf } from "../text/width.ts";

/** One tab as it is shown in the row of them. `room` is absent where none was begun yet. */
export interface TabFacts {
	readonly id: number;
	readonly room?: RoomKey;
}

/** Says what a key means for the tabs; `undefined`: nothing. */
export type TabWish = { readonly kind: "go"; readonly index: number } | { readonly kind: "next" | "another" };

/** Reads a key: Alt-1 to Alt-9 go to a tab, Alt-A to the next with something new, Alt-0 to one for another room. */
export function tabWish(key: string): TabWish | undefined {
	if (key === "alt+a") return { kind: "next" };
	if (key === "alt+0") return { kind: "another" };
	const digit = /^alt\+([1-9])$/.exec(key)?.[1];
	return digit === undefined ? undefined : { kind: "go", index: Number(digit) - 1 };
}

const summaryOf = (tab: TabFacts, rooms: readonly RoomSummary[]): RoomSummary | undefined =>
	rooms.find(({ room }) => room === tab.room);

/** Returns the tab to go to with Alt-A: the next one where our name was said, else the next with anything unread; `undefined` where nothing is. */
export function nextWithNews(
	tabs: readonly TabFacts[],
	current: number,
	rooms: readonly RoomSummary[],
): TabFacts | undefined {
	const at = tabs.findIndex(({ id }) => id === current);
	const others = [...tabs.slice(at + 1), ...tabs.slice(0, at)];
	return (
		others.find((tab) => (summaryOf(tab, rooms)?.mentions ?? 0) > 0) ??
		others.find((tab) => (summaryOf(tab, rooms)?.unread ?? 0) > 0)
	);
}

/** Returns what a tab is called: a kept room's name or else the room's host, with what is unread; the sign @ and a number say how often our name was said. */
export function tabWords(tab: TabFacts, rooms: readonly RoomSummary[]): string {
	const summary = summaryOf(tab, rooms);
	if (summary === undefined) return "start";
	const { name, role, kind, unread, mentions, state } = summary;
	const whose = role === "host" && kind === "passing" ? "Your room" : name;
	const news = mentions > 0 ? ` @${mentions}` : unread > 0 ? ` +${unread}` : "";
	return `${fit(whose, 20)}${state === "ended" ? " (over)" : ""}${news}`;
}

/** Lays out the row of tabs: the one on show in brackets and always in sight, as many of the others as fit. */
export function tabRow(
	theme: Theme,
	tabs: readonly TabFacts[],
	current: number,
	rooms: readonly RoomSummary[],
	columns: number,
): string {
	const items = tabs.map((tab, index) => {
		const text = `${index + 1} ${tabWords(tab, rooms)}`;
		const isShown = tab.id === current;
		const hasNews = (summaryOf(tab, rooms)?.unread ?? 0) > 0;
		const style = isShown ? "strong" : hasNews ? "warning" : "faint";
		return { text: isShown ? `[${text}]` : ` ${text} `, style } as const;
	});
	const at = tabs.findIndex(({ id }) => id === current);
	let from = 0;
	const widthFrom = (first: number): number =>
		items.slice(first, at + 1).reduce((sum, { text }) => sum + widthOf(text), 1);
	while (from < at && widthFrom(from) > columns) from += 1;
	let row = " ";
	let left = columns - 1;
	for (const { text, style } of items.slice(from)) {
		const shown = fit(text, left);
		row += theme.paint(style, shown);
		left -= widthOf(shown);
		if (left <= 0) break;
	}
	return row;
}
