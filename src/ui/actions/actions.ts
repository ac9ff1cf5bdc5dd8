// The table of everything a person can do in a room. Keymap, palette, typed commands, Tab, help, line mode, status bars and `rt help rpc` all read it.
import type { Action } from "./action.ts";
import { fileActions } from "./files.ts";
import { hostActions } from "./host.ts";
import { peopleActions } from "./people.ts";
import { postActions } from "./posts.ts";
import { helpActions, leavingActions, roomActions, scrollActions, settingActions } from "./screen.ts";
import { talkActions } from "./talk.ts";

/** This table has every action by its name, in the order in which typed commands are listed. */
export const actions = {
	...helpActions,
	...talkActions,
	...fileActions,
	...peopleActions,
	...postActions,
	...settingActions,
	...hostActions,
	...roomActions,
	...scrollActions,
	...leavingActions,
} as const;

/** The name of an action. Those with keys stand in config.toml, so they must not change. */
export type ActionId = keyof typeof actions;

type ActionsWith<Part> = { [Id in ActionId]: (typeof actions)[Id] extends Part ? Id : never }[ActionId];

/** An action that keys can be bound to. */
export type KeyAction = ActionsWith<{ readonly keys: readonly string[] }>;

/** An action that is typed without anything behind it, and that each view does in its own way. */
export type LocalAction = ActionsWith<{ readonly slash: { readonly read: "view" } }>;

/** An action that the full screen has a handler for (chat/actions.ts). */
export type ScreenAction = KeyAction | LocalAction;

/** An action that line mode has a handler for (plain/commands.ts). */
export type LineModeAction = Exclude<LocalAction, ActionsWith<{ readonly screenOnly: string }>>;

/** An action that can be done with a chosen message; timeline/message-selection.ts has a handler for it. */
export type ChosenAction = ActionsWith<{ readonly chosen: object }>;

/** The actions in the order in which their keys are listed and bound. */
export const actionsByKey: typeof actions = { ...helpActions, ...peopleActions, ...actions };

/** Returns the entry of an action, with the parts that it may have. */
export const actionOf = (id: ActionId): Action => actions[id];

/** Tells whether keys can be bound to an action. */
export const isKeyAction = (id: ActionId): id is KeyAction => actionOf(id).keys !== undefined;

/** Tells whether an action, as it is typed, is done by the view itself. */
export const isLocalAction = (id: ActionId): id is LocalAction => actionOf(id).slash?.read === "view";

/** Tells whether line mode does an action that is typed, rather than to say that it is for the full screen. */
export const isLineModeAction = (id: LocalAction): id is LineModeAction => actionOf(id).screenOnly === undefined;

const isActionId = (name: string): name is ActionId => Object.hasOwn(actions, name);

/** Lists the names of all actions, or of all in `table` in its order. */
export const actionIds = (table: typeof actions = actions): readonly ActionId[] =>
	Object.keys(table).filter(isActionId);

/** Returns what an action does, with "(host)" behind it when only a host can do it. */
export const doesWords = ({ does, who }: Pick<Action, "does" | "who">): string =>
	who === undefined ? does : `${does} (${who})`;

/** Tells whether a host, or else a guest, may do an action. */
export const isOpenTo = ({ who }: Pick<Action, "who">, isHost: boolean): boolean =>
	who === undefined || who === (isHost ? "host" : "guest");
