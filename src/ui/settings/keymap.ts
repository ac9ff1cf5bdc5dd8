// What keys do in the chat beside writing: one table for the help, the command palette, the status bar and the person's own bindings. Pure.
import { readKeyName, shownKeyName } from "./key-names.ts";

/** What the chat can be asked to do by a key, from the palette or by a click. The names stand in settings files. */
export type ChatAction = keyof typeof chatActions;

/** `keys`: what is bound to it unless the person says otherwise. `bar`: a word for the status bar. */
interface ActionWords {
	readonly keys: readonly string[];
	readonly does: string;
	readonly bar?: string;
	/** Only a host can do it. */
	readonly isForHost?: true;
}

/** In the order in which the status bar, the help and the palette show them. */
const chatActions = {
	palette: { keys: ["ctrl+k"], does: "every command with its key, to search and choose", bar: "commands" },
	help: { keys: ["f1"], does: "this help", bar: "help" },
	people: { keys: ["f3"], does: "who is here; for a host also knocks, blocks and settings", bar: "people" },
	invite: { keys: ["f2"], does: "what to tell friends who want to join", bar: "invite", isForHost: true },
	verify: { keys: ["f4"], does: "make sure that somebody is who they say, or answer who asks you" },
	select: { keys: ["alt+up", "ctrl+g"], does: "choose a message: to answer, change, react, copy" },
	search: { keys: ["ctrl+r", "ctrl+s"], does: "search what was said" },
	unread: { keys: ["alt+n"], does: "go to the first line you have not seen" },
	date: { keys: ["alt+g"], does: "go to a day or a time" },
	"jump-back": { keys: ["alt+j"], does: "back to where you were before a jump" },
	editor: { keys: ["alt+e"], does: "write in your own editor ($VISUAL or $EDITOR)" },
	"page-up": { keys: ["pageUp"], does: "a page towards older lines; the mouse wheel scrolls too", bar: "scroll" },
	"page-down": { keys: ["pageDown"], does: "a page towards newer lines" },
	"scroll-up": { keys: ["ctrl+up"], does: "a line towards older ones" },
	"scroll-down": { keys: ["ctrl+down"], does: "a line towards newer ones" },
	oldest: { keys: ["ctrl+home"], does: "to the oldest line" },
	newest: { keys: ["ctrl+end"], does: "to the newest line; Esc does too" },
} as const satisfies Readonly<Record<string, ActionWords>>;

/** An action and the keys it has now. */
export interface Binding extends ActionWords {
	readonly action: ChatAction;
}

/** Which key does what. */
export interface Keymap {
	/** In the order of the table. */
	readonly bindings: readonly Binding[];
	/** `undefined`: the key belongs to the message box. `key`: as in press.ts. */
	actionOf(key: string): ChatAction | undefined;
	/** Its keys, fit to show; "" when it has none. */
	wordsOf(action: ChatAction): string;
}

const isAction = (name: string): name is ChatAction => Object.hasOwn(chatActions, name);
const actionNames = Object.keys(chatActions).filter(isAction);

/** What a person wants otherwise: action → keys, "Ctrl-K" or several, none to take its key away. */
export type OwnKeys = Readonly<Record<string, string | readonly string[]>>;

/** The keymap with a person's own bindings, whose keys lose what they meant before. `message` says what is wrong with them. */
export function keymapOf(
	own: OwnKeys = {},
): { readonly kind: "keymap"; readonly keymap: Keymap } | { readonly kind: "refused"; readonly message: string } {
	const wished = new Map<ChatAction, readonly string[]>();
	const taken = new Map<string, string>();
	for (const [name, written] of Object.entries(own)) {
		if (!isAction(name)) {
			return refused(`there is no action "${name.slice(0, 40)}". There are: ${actionNames.join(", ")}.`);
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
		wished.set(name, keys);
	}
	const bindings = actionNames.map((action): Binding => {
		const { keys, ...words }: ActionWords = chatActions[action];
		return { action, ...words, keys: wished.get(action) ?? keys.filter((key) => !taken.has(key)) };
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

/** The keymap of somebody without wishes of their own. */
export const standardKeymap: Keymap = standard.keymap;

/** What a command or an action does, and whether only a host can do it. */
export const doesWords = ({ does, isForHost }: { readonly does: string; readonly isForHost?: true }): string =>
	isForHost ? `${does} (host)` : does;
