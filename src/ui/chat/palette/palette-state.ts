// Runs the command palette as a pure machine: it lists every action with its key and every command, narrowed by what is typed.
import type { Action } from "../../actions/action.ts";
import { isOpenTo, type KeyAction } from "../../actions/actions.ts";
import { isAloneEnough, type SlashCommand, slashCommands, typedWords } from "../../actions/slash-commands.ts";
import { applyEdit, type Edit, emptyEdit } from "../../screen/edit.ts";
import { editActionOf } from "../../screen/edit-keys.ts";
import type { Keymap } from "../../settings/keymap.ts";
import type { Press } from "../../terminal/key-press.ts";

/** A PaletteItem is one line of the palette. `keys` is "" when the action has none. */
export interface PaletteItem {
	readonly title: string;
	readonly does: string;
	readonly keys: string;
	readonly choice: PaletteChoice;
}

/**
 * Says what is done when a line is chosen: the action, or the submission of a text as if it had been typed, or the text is put into the message box to go on
 * with.
 */
export type PaletteChoice =
	| { readonly kind: "action"; readonly action: KeyAction }
	| { readonly kind: "submit" | "offer"; readonly text: string }
	| { readonly kind: "room"; readonly go: () => void };

/** The palette's state: what is typed, and the index of the chosen line among those that fit. */
export interface Palette {
	readonly edit: Edit;
	readonly chosen: number;
}

/** The state of a palette that has just been opened. */
export const freshPalette: Palette = { edit: emptyEdit, chosen: 0 };

/** Lists everything that a host, or a guest, can do. The palette itself is left out, for it is open. */
export function paletteItems(keymap: Keymap, isHost: boolean): readonly PaletteItem[] {
	const isOffered = (one: Pick<Action, "who">) => isOpenTo(one, isHost);
	const byKey = keymap.bindings.filter(({ action }) => action !== "palette").filter(isOffered);
	const typed = slashCommands.filter(isOffered);
	return [
		...byKey.map(
			({ action, does }): PaletteItem => ({
				title: titleOf(action),
				does,
				keys: keymap.wordsOf(action),
				choice: { kind: "action", action },
			}),
		),
		...typed.map(
			(one): PaletteItem => ({ title: typedWords(one), does: one.does, keys: "", choice: typedChoice(one) }),
		),
	];
}

/** Lists the other rooms, so that a few letters of a name lead there. */
export function roomItems(
	rooms: readonly { readonly words: string; readonly go: () => void }[],
): readonly PaletteItem[] {
	return rooms.map(({ words, go }) => ({
		title: `Room: ${words}`,
		does: "go there",
		keys: "",
		choice: { kind: "room", go },
	}));
}

const typedChoice = (command: SlashCommand): PaletteChoice =>
	isAloneEnough(command) ? { kind: "submit", text: `/${command.name}` } : { kind: "offer", text: `/${command.name} ` };

const titleOf = (action: KeyAction): string => {
	const words = action.replaceAll("-", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Returns the lines that have every word of `wish` in them; those whose title begins with it come first. */
export function fitting(items: readonly PaletteItem[], wish: string): readonly PaletteItem[] {
	const words = wish.toLowerCase().split(/\s+/).filter(Boolean);
	const isFit = ({ title, does, keys }: PaletteItem) => {
		const text = `${title} ${does} ${keys}`.toLowerCase();
		return words.every((word) => text.includes(word));
	};
	const start = wish.trim().toLowerCase().replace(/^\//, "");
	const isFirst = ({ title }: PaletteItem) => title.toLowerCase().replace(/^\//, "").startsWith(start);
	const fit = items.filter(isFit);
	return [...fit.filter(isFirst), ...fit.filter((item) => !isFirst(item))];
}

type PaletteStep =
	| readonly [Palette, { readonly kind: "close" } | { readonly kind: "chosen"; readonly item: PaletteItem }]
	| readonly [Palette];

const maxWishLength = 200;
const pageStep = 10;
const steps: Readonly<Record<string, number>> = {
	up: -1,
	"ctrl+p": -1,
	wheelUp: -1,
	down: 1,
	"ctrl+n": 1,
	wheelDown: 1,
	pageUp: -pageStep,
	pageDown: pageStep,
};

/** Takes one press. `items` are the lines that fit now. `openKeys` tells whether a key opens the palette, for such a key closes it too. */
export function pressPalette(
	palette: Palette,
	press: Press,
	items: readonly PaletteItem[],
	openKeys: (key: string) => boolean,
): PaletteStep {
	const key = press.kind === "key" ? press.name : "";
	if (key === "escape" || key === "ctrl+c" || openKeys(key)) return [palette, { kind: "close" }];
	const item = items[palette.chosen];
	if (key === "enter" || key === "tab") return item === undefined ? [palette] : [palette, { kind: "chosen", item }];
	const step = steps[key];
	if (step !== undefined) {
		return [{ ...palette, chosen: Math.max(0, Math.min(items.length - 1, palette.chosen + step)) }];
	}
	const action = editActionOf(press);
	if (action === undefined) return [palette];
	const edit = applyEdit(palette.edit, action.kind === "insert" ? { ...action, text: oneLine(action.text) } : action);
	return [edit.text.length > maxWishLength ? palette : { edit, chosen: 0 }];
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, " ");
