// How the admin panel looks: tabs, a list with the chosen line in sight, what there is to say, and the keys. Pure.
import type { GateView, KnockFilter } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import type { Theme } from "../look/theme.ts";
import { type Frame, isCompact, layBar, marginOf, titleRow } from "../screen/page.ts";
import type { Look } from "../screen/screen.tsx";
import { type BarItem, barOf, type ScreenName } from "../settings/keys.ts";
import { fit, wrap } from "../text/width.ts";
import { listWindow } from "../timeline/list-window.ts";
import { type AdminItem, itemId } from "./items.ts";
import { itemRows, settingRow } from "./rows.ts";
import { settingRows } from "./settings.ts";
import { type AdminState, type AdminTab, adminTabs, chosenIndex, chosenItem, knockFilters } from "./state.ts";

/** Says where each tab's keys are listed. */
export const tabPlaces: Record<AdminTab, ScreenName> = {
	people: "adminPeople",
	knocks: "adminKnocks",
	blocked: "adminBlocked",
	settings: "adminSettings",
};

const maxListWidth = 120;

/** Holds what the lists show. `items` are those of the tab on show. */
export interface AdminView {
	readonly state: AdminState;
	readonly people: readonly Person[];
	readonly gate: GateView;
	readonly items: readonly AdminItem[];
	/** The time in milliseconds since the epoch. */
	readonly now: number;
}

const tabNames: Readonly<Record<AdminTab, string>> = {
	people: "People",
	knocks: "Attempts",
	blocked: "Blocked",
	settings: "Settings",
};

function tabWords(tab: AdminTab, { people, gate }: AdminView): string {
	const count = tab === "people" ? people.length : tab === "blocked" ? gate.blocks.length : 0;
	return count === 0 ? tabNames[tab] : `${tabNames[tab]} ${count}`;
}

/** Returns the tabs as rich as they fit: with their numbers and counts, or by name only. The one on show stands in brackets, so that no colour is needed. */
function tabsRow(theme: Theme, view: AdminView, width: number): string {
	const rich = adminTabs.map((tab, index) => `${index + 1} ${tabWords(tab, view)}`);
	const plain = adminTabs.map((tab) => tabWords(tab, view).replace(/ .*/, ""));
	const isRich = rich.join("   ").length + 2 <= width;
	return (isRich ? rich : plain)
		.map((words, index) =>
			adminTabs[index] === view.state.tab ? theme.paint("title", `[${words}]`) : theme.paint("faint", ` ${words} `),
		)
		.join(isRich ? " " : "");
}

function filterRow(theme: Theme, current: KnockFilter): string {
	const names = knockFilters.map((filter) =>
		filter === current ? theme.paint("strong", `[${filter}]`) : theme.paint("faint", ` ${filter} `),
	);
	return theme.paint("faint", "Show ") + names.join("");
}

const emptyKnocks: Record<KnockFilter, string> = {
	all: "Nobody has tried to come in so far. Whoever does is listed here: when, from where, and how it ended.",
	wrong: "Nobody has guessed a wrong password. f shows the other attempts.",
	joined: "Nobody has joined so far. f shows the other attempts.",
	blocked: "Nobody was blocked or turned away for it. f shows the other attempts.",
};

const emptyBlocked =
	"Nobody is blocked. After six wrong passwords in two connections an address is blocked by itself. By hand: b on a person or an attempt, or a here to type an address, a range, a network owner (AS3320) or a fingerprint.";

// What to say where there is little or nothing to list, or about what is chosen.
function hintOf({ state, people, items }: AdminView): string {
	switch (state.tab) {
		case "people":
			return people.length <= 1 ? "Nobody else is here. F2 shows what to tell friends." : "";
		case "knocks":
			return items.length === 0 ? emptyKnocks[state.filter] : "";
		case "blocked":
			return items.length === 0 ? emptyBlocked : "";
		case "settings":
			return settingRows[chosenIndex(state, settingIds)]?.help ?? "";
	}
}

const settingIds: readonly string[] = settingRows.map(({ label }) => label);

function noteRows({ note, undo }: AdminState, theme: Theme, width: number): readonly string[] {
	const told = note === undefined ? [] : wrap(note.text, width).slice(0, 3);
	const style = note?.tone === "warning" ? "warning" : "accent";
	const takeBack = undo === undefined ? [] : [`${theme.paint("strong", "z")} ${fit(undo.words, width - 2)}`];
	return [...told.map((row) => theme.paint(style, row)), ...takeBack];
}

// Keys that do nothing just now stay out of the bar.
function barFor({ state, items }: AdminView): readonly BarItem[] {
	const item = chosenItem(state, items);
	const isSelf = item?.kind === "person" && item.person.isSelf;
	const isEmpty = state.tab !== "settings" && item === undefined;
	const without = [...(isSelf || isEmpty ? ["k", "b", "v", "u"] : []), ...(isEmpty ? ["Enter"] : [])];
	return barOf(tabPlaces[state.tab], without);
}

/** Returns the painted rows of the list on show, made when asked for. */
function rowsOfList(view: AdminView, look: Look, width: number) {
	const { state, gate, items, now } = view;
	const rowLook = { theme: look.theme, width, now };
	if (state.tab === "settings") {
		const chosen = chosenIndex(state, settingIds);
		const rowsAt = (index: number) => [settingRow(index, gate.settings, index === chosen, rowLook)];
		return { chosen, source: { length: settingRows.length, rowsAt } };
	}
	const chosen = chosenIndex(state, items.map(itemId));
	const rowsAt = (index: number) => {
		const item = items[index];
		return item === undefined ? [] : itemRows(item, index === chosen, rowLook);
	};
	return { chosen, source: { length: items.length, rowsAt } };
}

const padded = (rows: readonly string[], height: number): readonly string[] => [
	...rows.slice(0, height),
	...Array.from({ length: Math.max(0, height - rows.length) }, () => ""),
];

// The middle of the frame: the list, a hint right below it (or in place of it where it is empty), and at the bottom what there is to say.
function layMiddle(view: AdminView, look: Look, width: number, height: number) {
	const { theme } = look;
	const hint = hintOf(view);
	const hintRows = hint === "" ? [] : wrap(hint, width).map((row) => theme.paint("faint", row));
	const notes = noteRows(view.state, theme, width).slice(0, Math.max(0, height - 1));
	const room = height - notes.length;
	if (view.state.tab !== "settings" && view.items.length === 0)
		return { rows: [...padded(hintRows, room), ...notes], more: "" };
	const gap = hintRows.length === 0 || isCompact(look.size) ? [] : [""];
	const below = [...gap, ...hintRows].slice(0, Math.max(0, room - 1));
	const { chosen, source } = rowsOfList(view, look, width);
	const { rows, hasAbove, hasBelow } = listWindow(source, chosen, room - below.length);
	const last = rows.findLastIndex((row) => row !== "");
	return {
		rows: [...padded([...rows.slice(0, last + 1), ...below], room), ...notes],
		more: hasBelow ? "↓ more" : hasAbove ? "↑ more" : "",
	};
}

/** Returns the frame of the lists. */
export function layAdmin(view: AdminView, look: Look): Frame {
	const { theme, size } = look;
	const { state, gate, people } = view;
	const width = Math.max(10, Math.min(maxListWidth, size.columns - 2 * marginOf(size)));
	const left = " ".repeat(Math.max(marginOf(size), Math.floor((size.columns - width) / 2)));
	const gap = isCompact(size) ? [] : [""];
	const filter = state.tab === "knocks" ? [filterRow(theme, state.filter), ...gap] : [];
	const head = [...gap, tabsRow(theme, view, width), ...gap, ...filter];
	const { rows, more } = layMiddle(view, look, width, size.rows - 2 - head.length);
	const count = people.length === 1 ? "only you here" : `${people.length} people`;
	const right = gate.settings.isPaused ? `${count} · nobody new gets in` : count;
	const bar = layBar(theme, barFor(view), size, more);
	return {
		areas: bar.areas,
		rows: [
			titleRow(theme, "Your room", right, size.columns),
			...[...head, ...rows].map((row) => (row === "" ? "" : left + row)),
			bar.row,
		],
	};
}
