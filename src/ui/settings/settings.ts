// Reads and checks what a person has set in their config.toml. Pure.
import { parse, TomlError } from "smol-toml";
import * as v from "valibot";
import { type CallSettings, callsShape, standardCalls } from "../actions/calls.ts";
import { type ThemeWish, themeWishes } from "../actions/theme-wish.ts";
import { type FileSettings, fileSettingsOf, filesShape, standardFiles } from "./file-settings.ts";
import { type Keymap, keymapOf, standardKeymap } from "./keymap.ts";

/** Everything that a person can set. */
export interface Settings {
	readonly theme: ThemeWish;
	/** Says whose keys the message box has. */
	readonly editing: "emacs" | "vi";
	/** Says whether the wheel scrolls and clicks work. Otherwise the mouse selects text as elsewhere in the terminal. */
	readonly mouse: boolean;
	/** Says whether the terminal's bell may ring at all. */
	readonly bell: boolean;
	/** Says what calls the person while they look elsewhere. */
	readonly calls: CallSettings;
	/** Says whether things may move that have not changed, as a blinking cursor does. */
	readonly motion: boolean;
	/** Says whether web addresses become links that can be clicked (OSC 8). */
	readonly links: boolean;
	/** Says whether a screen reader reads to the person, who then gets lines instead of the full screen. */
	readonly screenReader: boolean;
	readonly keymap: Keymap;
	/** Says what the background process tells the desktop while no window is open: nothing, who has written where, or the text as well. */
	readonly desktop: "off" | "who" | "text";
	/** Says where files go that others offer, and which come without a question. */
	readonly files: FileSettings;
	/** Says which Tor is used: `bridges` into its network, as Tor's site hands them out; a file with further lines for it; or the ports of one that runs already; `page`: the onions of rooms answer browsers with the page for guests. */
	readonly tor?: {
		readonly bridges?: readonly string[] | undefined;
		readonly torrc?: string | undefined;
		readonly control?: string | undefined;
		readonly socks?: string | undefined;
		readonly page?: boolean | undefined;
	};
	/** The relays at which a room may be found, "wss://…" each, and the file with what a private one asks for. They are used where the person asks for it. */
	readonly relay?: { readonly urls?: readonly string[] | undefined; readonly "token-file"?: string | undefined };
	/** The proxy through which rooms are joined, as "socks5://…" or "http://…"; absent: none. */
	readonly proxy?: string;
}

/** These settings hold for everybody who has set nothing. */
export const standardSettings: Settings = {
	theme: "auto",
	editing: "emacs",
	mouse: true,
	bell: true,
	calls: standardCalls,
	motion: true,
	links: true,
	screenReader: false,
	keymap: standardKeymap,
	files: standardFiles,
	desktop: "off",
};

const fileShape = v.strictObject({
	theme: v.optional(v.picklist(themeWishes)),
	editing: v.optional(v.picklist(["emacs", "vi"])),
	mouse: v.optional(v.boolean()),
	bell: v.optional(v.boolean()),
	calls: v.optional(callsShape),
	motion: v.optional(v.boolean()),
	links: v.optional(v.boolean()),
	"screen-reader": v.optional(v.boolean()),
	desktop: v.optional(v.picklist(["off", "who", "text"])),
	proxy: v.optional(v.string()),
	files: v.optional(filesShape),
	tor: v.optional(
		v.strictObject({
			bridges: v.optional(v.array(v.string())),
			torrc: v.optional(v.string()),
			control: v.optional(v.string()),
			socks: v.optional(v.string()),
			page: v.optional(v.boolean()),
		}),
	),
	relay: v.optional(v.strictObject({ urls: v.optional(v.array(v.string())), "token-file": v.optional(v.string()) })),
	keys: v.optional(v.record(v.string(), v.union([v.string(), v.array(v.string())]))),
});

/** The settings, or a message that says what is wrong with the file and where, fit to show. */
export type SettingsOutcome =
	| { readonly kind: "settings"; readonly settings: Settings }
	| { readonly kind: "refused"; readonly message: string };

// The message repeats names and values of the file. A file that somebody else has written must not give orders to the terminal by them.
const refused = (message: string): SettingsOutcome => ({
	kind: "refused",
	message: message.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD"),
});

/** Reads the text of a config.toml. What it does not set stays as in `standardSettings`. */
export function readSettings(text: string): SettingsOutcome {
	let file: unknown;
	try {
		file = parse(text);
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		return refused(`line ${error.line} is not TOML: ${error.message.split("\n")[0]}.`);
	}
	const read = v.safeParse(fileShape, file);
	if (!read.success) return refused(issueWords(read.issues[0]));
	const { keys = {}, calls = {}, files, "screen-reader": screenReader, ...rest } = read.output;
	const bound = keymapOf(keys);
	if (bound.kind === "refused") return refused(`[keys]: ${bound.message}`);
	const setOf = (table: object) => Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));
	return {
		kind: "settings",
		settings: {
			...standardSettings,
			...setOf(rest),
			calls: { ...standardCalls, ...setOf(calls) },
			files: fileSettingsOf(files),
			...(screenReader === undefined ? {} : { screenReader }),
			keymap: bound.keymap,
		},
	};
}

function issueWords(issue: v.BaseIssue<unknown>): string {
	const name = (v.getDotPath(issue) ?? "").slice(0, 60);
	if (issue.expected === "never" || issue.type === "strict_object") {
		return `there is no setting "${name}". There are: ${Object.keys(fileShape.entries).join(", ")}.`;
	}
	return `${name} must be ${issue.expected}, not ${issue.received.slice(0, 60)}.`;
}
