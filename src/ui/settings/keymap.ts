// Binds keys to actions in the chat: the standard keys, changed by the person's own bindings. Pure.
import type { Action } from "../actions/action.ts";
import { actionIds, actionOf, actionsByKey, isKeyAction, type KeyAction } from "../actions/actions.ts";
import { readKeyName, shownKeyName } from "./key-names.ts";

/** A binding is an action with the keys it has now. */
export interface Binding extends Pick<Action, "does" | "who" | "bar" | "barWithPanel"> {
	readonly action: KeyAction;
	/** The names of its keys as the program uses them, for example "ctrl+k". */
	readonly keys: readonly string[];
}

/** A keymap says which key does what. */
export interface Keymap {
	/** All actions that keys can be bound to, in the order of the help and the status bar. */
	readonly bindings: readonly Binding[];
	/** Returns the action of a key, which is named as in terminal/key-press.ts; `undefined` when the key belongs to the message box. */
	actionOf(key: string): KeyAction | undefined;
	/** Returns the keys of an action, fit to show; "" when it has none. */
	wordsOf(action: KeyAction): string;
}

const keyActions = actionIds(actionsByKey).filter(isKeyAction);

/** The bindings that a person wants: each name of an action leads to its key ("Ctrl-K") or to several; an empty list takes its key away. */
export type OwnKeys = Readonly<Record<string, string | readonly string[]>>;

/** Makes the keymap with a person's own bindings, whose keys lose what they meant before, or says in `message` what is wrong with the bindings. */
export function keymapOf(
	own: OwnKeys = {},
): { readonly kind: "keymap"; readonly keymap: Keymap } | { readonly kind: "refused"; readonly message: string } {
	const wished = new Map<KeyAction, readonly string[]>();
	const taken = new Map<string, string>();
	for (const [name, written] of Object.entries(own)) {
		const action = keyActions.find((id) => id === name);
		if (action === undefined) {
			return refused(`there is no action "${name.slice(0, 40)}". There are: ${keyActions.join(", ")}.`);
		}
		const keys: string[] = [];
		for (const one of [written].flat()) {
			const key = readKeyName(one);
			if (key === undefined) return refused(`"${one.slice(0, 40)}" is no key that ${name} can have. ${keyAdvice}`);
			const other = taken.get(key);
			if (other !== undefined) return refused(`${shownKeyName(key)} stands at ${other} and at ${name}.`);
			taken.set(key, name);
			keys.push(key);
		}
		wished.set(action, keys);
	}
	const bindings = keyActions.map((action): Binding => {
		const { keys = [], ...words } = actionOf(action);
		return { ...words, action, keys: wished.get(action) ?? keys.filter((key) => !taken.has(key)) };
	});
	return { kind: "keymap", keymap: keymapFrom(bindings) };
}

const keyAdvice =
	'Write for example "Ctrl-K", "Alt-Up", "F5" or "PageUp". Letters alone type, and Enter, Esc, Tab, Ctrl-C and Ctrl-Z stay as they are.';

const refused = (message: string): { readonly kind: "refused"; readonly message: string } => ({
	kind: "refused",
	message,
});

function keymapFrom(bindings: readonly Binding[]): Keymap {
	const actions = new Map(bindings.flatMap(({ action, keys }) => keys.map((key) => [key, action] as const)));
	const words = new Map(bindings.map(({ action, keys }) => [action, keys.map(shownKeyName).join(" ")]));
	return { bindings, actionOf: (key) => actions.get(key), wordsOf: (action) => words.get(action) ?? "" };
}

const standard = keymapOf();
if (standard.kind === "refused") throw new Error(standard.message);

/** This keymap belongs to everybody who has bound no keys of their own. */
export const standardKeymap: Keymap = standard.keymap;
