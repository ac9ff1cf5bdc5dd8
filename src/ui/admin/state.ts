// The admin panel as a pure machine: which tab, what is chosen, which page lies over it, and what the host asks of the engine.
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { BlockView, GateCommand, GateSettings, KnockFilter } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import { type FieldState, offeredField } from "../screen/field-state.ts";
import type { Note } from "../screen/note.ts";
import { refusalWords } from "../words/refusals.ts";
import type { BlockForm } from "./block-form.ts";
import { type AdminItem, itemId } from "./items.ts";

/** Lists the tabs, in their order. */
export const adminTabs = ["people", "knocks", "blocked", "settings"] as const;
export type AdminTab = (typeof adminTabs)[number];

/** Lists what the log of knocks can be narrowed to, in the order of the keys. */
export const knockFilters: readonly KnockFilter[] = ["all", "wrong", "joined", "blocked"];

/** Says what is asked before it is done. */
export type Ask =
	| { readonly kind: "kick"; readonly person: Person }
	| { readonly kind: "unblock"; readonly block: BlockView }
	| { readonly kind: "closeRoom" };

/** Says what lies over the lists. `message` tells why something did not work. */
export type AdminPage =
	| { readonly kind: "details"; readonly item: AdminItem }
	| { readonly kind: "ask"; readonly ask: Ask; readonly message: string }
	| { readonly kind: "block"; readonly form: BlockForm; readonly message: string }
	| { readonly kind: "password" | "cap"; readonly field: FieldState; readonly message: string };

/** Says what `z` takes back, for a few seconds. */
interface Undo {
	readonly command: GateCommand;
	readonly words: string;
	readonly done: string;
}

// The chosen line: by what it is, and by its place for when that is gone.
interface Chosen {
	readonly id: string;
	readonly index: number;
}

/** Holds the panel. When it `isBusy` the engine is doing what a page asked for. A tab without `chosen` has its first line chosen, whatever that is. */
export interface AdminState {
	readonly tab: AdminTab;
	readonly chosen: Readonly<Partial<Record<AdminTab, Chosen>>>;
	readonly filter: KnockFilter;
	readonly page: AdminPage | undefined;
	readonly note: Note | undefined;
	readonly undo: Undo | undefined;
	readonly isBusy: boolean;
}

/** Holds what the machine must know of the room. `items` are the lines of the tab on show; `hitsSomebody` says that the block being filled in does. */
export interface AdminFacts {
	readonly items: readonly AdminItem[];
	readonly settings: GateSettings;
	readonly hitsSomebody: boolean;
	/** The time in milliseconds since the epoch. */
	readonly now: number;
	readonly offerPassword: () => string;
}

/** An AdminRequest is something the engine is to do, and what to say when it is done. */
export interface AdminRequest {
	readonly kind: "perform";
	readonly command: Command;
	readonly done: string;
	readonly undo?: Undo;
}

/** Says what the screen is to do. */
export type AdminOutput =
	| AdminRequest
	| { readonly kind: "close" | "closeRoom" | "help" | "invite" | "ways" | "calls" }
	| { readonly kind: "verify"; readonly person: Person };

/** An AdminStep is the new state, and what is to be done. */
export type AdminStep = readonly [AdminState, readonly AdminOutput[]];

/** Returns the panel as it opens. */
export const openAdmin = (tab: AdminTab = "people"): AdminState => ({
	tab,
	chosen: {},
	filter: "all",
	page: undefined,
	note: undefined,
	undo: undefined,
	isBusy: false,
});

/** Returns the panel as it opens to change the password; `offer` is a password to take. */
export const openForPassword = (offer: string): AdminState => ({
	...openAdmin("settings"),
	page: { kind: "password", field: offeredField(offer), message: "" },
});

/** Returns the place of the chosen line among `ids`; 0 when there is none. */
export function chosenIndex({ tab, chosen }: AdminState, ids: readonly string[]): number {
	const wanted = chosen[tab];
	if (wanted === undefined) return 0;
	const found = ids.indexOf(wanted.id);
	return found >= 0 ? found : Math.max(0, Math.min(wanted.index, ids.length - 1));
}

/** Chooses the line at `index`, or the nearest there is. The first one is chosen by its place: it stays the newest one. */
export function chooseIndex(state: AdminState, ids: readonly string[], index: number): AdminState {
	const place = Math.max(0, Math.min(index, ids.length - 1));
	const id = ids[place];
	const { [state.tab]: _, ...others } = state.chosen;
	const chosen = place === 0 || id === undefined ? others : { ...others, [state.tab]: { id, index: place } };
	return { ...state, chosen };
}

/** Returns the chosen thing of the lists; `undefined` when the list is empty. */
export function chosenItem(state: AdminState, items: readonly AdminItem[]): AdminItem | undefined {
	return items[chosenIndex(state, items.map(itemId))];
}

/** Takes in what the engine has answered to a request. The page that asked goes when it is done, and stays with the reason when it is not. */
export function adminTold(state: AdminState, request: AdminRequest, outcome: Outcome): AdminState {
	const { page, isBusy } = state;
	const over = { ...state, isBusy: false };
	if (outcome.kind === "done") {
		const told = request.done === "" ? {} : { note: { tone: "info", text: request.done } as const };
		return { ...over, ...told, page: isBusy ? undefined : page, undo: request.undo ?? state.undo };
	}
	if (isBusy && page !== undefined && page.kind !== "details") {
		return { ...over, page: { ...page, message: refusalWords(outcome) } };
	}
	return { ...over, note: { tone: "warning", text: refusalWords(outcome) } };
}

/** Is called when the time to take something back is over. */
export const undoOver = (state: AdminState): AdminState => ({ ...state, undo: undefined });
