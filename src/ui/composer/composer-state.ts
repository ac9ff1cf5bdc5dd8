// Defines the state of the message box, what it must know of its surroundings, and what it asks of the screen.
import { type Edit, editOf, emptyEdit } from "../screen/edit.ts";
import { emptyKillRing, type KillRing } from "../screen/kill-ring.ts";
import type { Note } from "../screen/note.ts";
import type { Vi } from "../vi/vi.ts";
import type { Completion, CompletionSources } from "./complete.ts";
import { emptyHistory, type History } from "./history.ts";
import type { BegunPath } from "./paths.ts";
import { freshUndo, type Undo } from "./undo.ts";

/**
 * The state of the message box. `ask` is the question that the next press answers: whether a big paste goes in, or what was typed while a password was checked, or whether to leave. `completion` is
 * there when Tab was pressed last.
 */
export interface Composer {
	readonly edit: Edit;
	readonly history: History;
	readonly note: Note | undefined;
	readonly ask:
		| { readonly kind: "paste" | "typedAhead"; readonly text: string }
		| { readonly kind: "leave" }
		| undefined;
	readonly completion: Completion | undefined;
	/** The path that Tab completes once the names in its folder are read. */
	readonly listing: { readonly path: BegunPath; readonly step: 1 | -1 } | undefined;
	readonly undo: Undo;
	readonly kills: KillRing;
	/** Says whether Ctrl-X was pressed, so that the next key is the second of a pair. */
	readonly isPaired: boolean;
	/** The state of vi's keys, for a person who has chosen them. */
	readonly vi: Vi | undefined;
	/** The draft that had to make room for a command which a key or the palette began. It comes back once the command is given. */
	readonly covered: string | undefined;
}

/**
 * Says what the message box asks of the screen. `escape` means that the box had no use for the key. The answer to `listPaths` is given to `composerListed`,
 * that to `editor` to `composerEdited`.
 */
export type ComposerOutput =
	| { readonly kind: "submit"; readonly text: string }
	| { readonly kind: "listPaths"; readonly folder: string }
	| { readonly kind: "editor" }
	| { readonly kind: "escape" | "leave" };

/**
 * Holds what the machine must know of its surroundings: the columns of a row, whether the person is the host, what Tab completes, and which keys they have
 * chosen.
 */
export interface ComposerContext extends CompletionSources {
	readonly draftWidth: number;
	readonly isHost: boolean;
	/** The room goes on without the person. */
	readonly isKept?: boolean | undefined;
	readonly editing?: "emacs" | "vi";
}

/** The next state, with what the screen is to do. */
export type ComposerStep = readonly [Composer, readonly ComposerOutput[]];

/** Nothing is written in the message box yet. */
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

/** Makes a message box that has an earlier draft in it. */
export const composerWith = (draft: string): Composer => ({ ...emptyComposer, edit: editOf(draft) });
