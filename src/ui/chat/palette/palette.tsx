// Shows the command palette over the chat: a person types a few letters, chooses a line and presses Enter.
import { type ReactNode, useState } from "react";
import type { Theme } from "../../look/theme.ts";
import type { Rooms } from "../../rooms/tabs.tsx";
import { bodyWidth, type Frame, isCompact, layPage } from "../../screen/page.ts";
import { type Look, Screen, useLook } from "../../screen/screen.tsx";
import { layField } from "../../screen/text-field.ts";
import { useSettings } from "../../settings/use-settings.tsx";
import { fit, pad, widthOf } from "../../text/width.ts";
import { listWindow } from "../../timeline/list-window.ts";
import {
	fitting,
	freshPalette,
	type Palette,
	type PaletteChoice,
	type PaletteItem,
	paletteItems,
	pressPalette,
	roomItems,
} from "./palette-state.ts";

/** From this many columns on what a command does stands beside it. */
const besideFrom = 56;
const titleColumn = 28;

function itemRow(theme: Theme, { title, does, keys }: PaletteItem, width: number, isChosen: boolean): string {
	const sign = isChosen ? theme.paint("accent", "▸ ") : "  ";
	const keyRoom = keys === "" ? 0 : widthOf(keys) + 1;
	const room = width - 2 - keyRoom;
	const name = width >= besideFrom ? pad(title, titleColumn) : fit(title, room);
	const words = width >= besideFrom ? fit(does, Math.max(0, room - titleColumn - 1)) : "";
	const used = 2 + widthOf(name) + (words === "" ? 0 : 1 + widthOf(words));
	const gap = " ".repeat(Math.max(0, width - used - widthOf(keys)));
	const painted =
		theme.paint(isChosen ? "strong" : "plain", name) + (words === "" ? "" : ` ${theme.paint("faint", words)}`);
	return sign + painted + gap + theme.paint("accent", keys);
}

function layPalette({ theme, size }: Look, palette: Palette, items: readonly PaletteItem[]): Frame {
	const width = bodyWidth(size);
	const prompt = theme.paint("accent", "› ");
	const field = layField(palette.edit, width - 2, false);
	const placeholder = theme.paint("faint", fit("Type a few letters of what you want to do", width - 3));
	const gap = isCompact(size) ? [] : [""];
	const height = Math.max(1, size.rows - 3 - 2 * gap.length);
	const nothing = ["Nothing fits. Take letters away, or Esc goes back.", ...Array.from({ length: height }, () => "")];
	const list =
		items.length === 0
			? nothing.slice(0, height).map((row) => fit(row, width))
			: listWindow(
					{ length: items.length, rowsAt: (index) => rowsOfItem(theme, items, index, width, palette.chosen) },
					palette.chosen,
					height,
				).rows;
	return layPage({
		size,
		theme,
		title: "Commands",
		right: String(items.length),
		body: {
			rows: [prompt + (palette.edit.text === "" ? placeholder : field.text), ...gap, ...list],
			cursor: { row: 0, column: 2 + field.cursorColumn },
		},
		bar: [
			{ keys: "Enter", words: "do it" },
			{ keys: "↑ ↓", words: "choose" },
			{ keys: "Esc", words: "back" },
		],
	});
}

function rowsOfItem(
	theme: Theme,
	items: readonly PaletteItem[],
	index: number,
	width: number,
	chosen: number,
): readonly string[] {
	const item = items[index];
	return item === undefined ? [] : [itemRow(theme, item, width, index === chosen)];
}

/** Shows the palette. `onChoose` is called after the palette has been closed. */
export function PaletteScreen({
	isHost,
	rooms,
	onClose,
	onChoose,
}: {
	readonly isHost: boolean;
	/** The other rooms, and what goes to each. */
	readonly rooms: Rooms["others"];
	readonly onClose: () => void;
	readonly onChoose: (choice: PaletteChoice) => void;
}): ReactNode {
	const look = useLook();
	const { keymap } = useSettings().settings;
	const [palette, setPalette] = useState(freshPalette);
	const items = fitting([...roomItems(rooms), ...paletteItems(keymap, isHost)], palette.edit.text);
	return (
		<Screen
			frame={layPalette(look, palette, items)}
			onPress={(press) => {
				const [next, output] = pressPalette(palette, press, items, (key) => keymap.actionOf(key) === "palette");
				setPalette(next);
				if (output === undefined) return;
				onClose();
				if (output.kind === "chosen") onChoose(output.item.choice);
			}}
		/>
	);
}
