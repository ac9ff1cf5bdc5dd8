// Shows what every key and command does, from the tables of keys and actions. F1 or /help open it.
import { type ReactNode, useState } from "react";
import { doesWords } from "../actions/actions.ts";
import { callRows } from "../actions/calls.ts";
import { slashCommands, typedWords } from "../actions/slash-commands.ts";
import type { Theme } from "../look/theme.ts";
import { bodyWidth, layPage } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";
import { barOf, bindingsOf, editingKeys, type KeyBinding, messageKeys, type ScreenName } from "../settings/keys.ts";
import type { Settings } from "../settings/settings.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { closesPage } from "../terminal/key-press.ts";
import { pad, widthOf, wrap } from "../text/width.ts";
import { lineSigns } from "../timeline/line-words.ts";
import { selectKeys } from "../timeline/message-selection.ts";
import { About } from "./about.tsx";

const narrowKeys = 18;
/** This many columns have room for all but the longest commands beside what they do. */
const wideKeys = 26;
const wideFrom = 76;

function twoColumns(theme: Theme, key: string, does: string, width: number): readonly string[] {
	if (width < 50) {
		const [first = "", ...rest] = wrap(`${key}  ${does}`, width - 2);
		return [
			theme.paint("strong", first.slice(0, key.length)) + first.slice(key.length),
			...rest.map((row) => `  ${row}`),
		];
	}
	const column = width < wideFrom ? narrowKeys : wideKeys;
	// A key or command that is longer than its column has a row to itself.
	if (widthOf(key) >= column) {
		const below = wrap(does, width - column).map((row) => " ".repeat(column) + row);
		return [...wrap(key, width).map((row) => theme.paint("strong", row)), ...below];
	}
	return wrap(does, width - column).map(
		(row, index) => theme.paint("strong", pad(index === 0 ? key : "", column)) + row,
	);
}

const bindingRows = (theme: Theme, bindings: readonly KeyBinding[], width: number): readonly string[] =>
	bindings.flatMap(({ keys, does }) => twoColumns(theme, keys, does, width));

const trustRows: readonly (readonly [string, string])[] = [
	["◌ first time", "never met before"],
	["○ known", "the same key as last time"],
	["● verified", "you compared fingerprints, in person or by phone"],
	["KEY CHANGED", "a name you know, with another key: ask them before you trust it"],
];

/** Lays out all rows of the help for a screen. */
function helpRows(theme: Theme, place: ScreenName, { keymap, calls }: Settings, width: number): readonly string[] {
	const title = (text: string) => theme.paint("title", text);
	const keys = [title("Keys"), ...bindingRows(theme, bindingsOf(place, keymap), width)];
	const typing = place === "chat" ? [...editingKeys, ...messageKeys] : editingKeys;
	const editing = ["", title("While typing"), ...bindingRows(theme, typing, width)];
	const about = ["", ...twoColumns(theme, "a", "here: about Real Talk, and whose data it uses", width)];
	if (place !== "chat") return [...keys, ...(place.startsWith("admin") ? [] : editing), ...about];
	const commands = slashCommands.flatMap((command) =>
		twoColumns(theme, typedWords(command), doesWords(command), width),
	);
	const chosen = selectKeys.flatMap(({ keys: key, words }) => twoColumns(theme, key, words, width));
	const signs = lineSigns.flatMap(([sign, words]) => twoColumns(theme, sign, words, width));
	const callsNow = callRows(calls).flatMap(({ name, value, words }) =>
		twoColumns(theme, `${name} = ${value}`, words, width),
	);
	const trust = trustRows.flatMap(([sign, words]) => twoColumns(theme, sign, words, width));
	return [
		...keys,
		"",
		title("Commands"),
		...commands,
		"",
		title("With a message chosen"),
		...chosen,
		...editing,
		"",
		title("What the signs say"),
		...signs,
		"",
		title("What calls you (config.toml: [calls])"),
		...callsNow,
		"",
		title("How well you know someone"),
		...trust,
		...about,
	];
}

/** Shows the help over a screen. Escape, F1, Enter or q close it; a tells about Real Talk. */
export function Help({ place, onClose }: { readonly place: ScreenName; readonly onClose: () => void }): ReactNode {
	const { theme, size } = useLook();
	const { settings } = useSettings();
	const [isAboutOpen, setAboutOpen] = useState(false);
	const rows = helpRows(theme, place, settings, bodyWidth(size));
	if (isAboutOpen) return <About onClose={() => setAboutOpen(false)} />;
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title: "Help", body: { rows }, bar: barOf("help"), scroll })}
			onPress={(press) => {
				if (press.kind === "text" && press.text === "a") return setAboutOpen(true);
				if (closesPage(press, "f1", "enter")) onClose();
			}}
		/>
	);
}
