// The message box as data: its text, what it is asked, and what it gives out.
import { type Edit, editOf, emptyEdit } from "../screen/edit.ts";
import { emptyKillRing, type KillRing } from "../screen/kill-ring.ts";
import type { Note } from "../screen/note.ts";
import type { Vi } from "../vi/vi.ts";
import type { Completion, CompletionSources } from "./complete.ts";
import { emptyHistory, type History } from "./history.ts";
import type { BegunPath } from "./paths.ts";
import { freshUndo, type Undo } from "./undo.ts";

/** `ask`: what the next press answers: a paste waiting for a yes, or whether to leave. `completion`: Tab was pressed last. */
export interface Composer {
	readonly edit: Edit;
	readonly history: History;
	readonly note: Note | undefined;
	readonly ask: { readonly kind: "paste"; readonly text: string } | { readonly kind: "leave" } | undefined;
	readonly completion: Completion | undefined;
	/** Tab was pressed last and waits for what is in a folder. */
	readonly listing: { readonly path: BegunPath; readonly step: 1 | -1 } | undefined;
	readonly undo: Undo;
	readonly kills: KillRing;
	/** Ctrl-X was pressed: the next key is the second of a pair. */
	readonly isPaired: boolean;
	/** When vi's keys are wished for. */
	readonly vi: Vi | undefined;
	/** The draft that a command begun by a key or the palette stands in place of: it comes back behind the command. */
	readonly covered: string | undefined;
}

/** What the chat screen is to do. `escape`: nothing here was in the way of it. `listPaths` is answered by composerListed, `editor` by composerEdited. */
export type ComposerOutput =
	| { readonly kind: "submit"; readonly text: string }
	| { readonly kind: "listPaths"; readonly folder: string }
	| { readonly kind: "editor" }
	| { readonly kind: "escape" | "leave" };

/** What the machine must know of its surroundings: columns of a draft row, whose room it is, what Tab completes, and whose keys are wished for. */
export interface ComposerContext extends CompletionSources {
	readonly draftWidth: number;
	readonly isHost: boolean;
	readonly editing?: "emacs" | "vi";
}

/** The next state, and what the screen is to do. */
export type ComposerStep = readonly [Composer, readonly ComposerOutput[]];

/** Nothing written yet. */
export const emptyComposer: Composer = {
	edit: emptyEdit,
	history: emptyHistory,
	note: undefined,
	ask: undefined,
	completion: undefined,
	listing: undefined,
	undo: freshUndo,
	kills: emptyKillRing,
	isPaired: false,
	vi: undefined,
	covered: undefined,
};

/** A draft from before, to go on with. */
export const composerWith = (draft: string): Composer => ({ ...emptyComposer, edit: editOf(draft) });
