// The actions of the screen itself: its help and its palette, scrolling, how it looks and sounds, and the ways out of it.

import { type Action, command, type Meaning, onOrOff, wrong } from "./action.ts";
import { callCauses, callWays } from "./calls.ts";
import { readThemeWish, themeWishes } from "./theme-wish.ts";

const withoutLook = "In line mode nothing rings or moves, and there are no colours.";

function readCalls(typed: string): Meaning {
	if (typed === "") return { kind: "allCalls" };
	const [what, how, ...more] = typed.toLowerCase().split(/\s+/);
	const cause = callCauses.find((one) => one === what);
	const way = callWays.find((one) => one === how);
	if (cause !== undefined && way !== undefined && more.length === 0) return { kind: "calls", cause, way };
	return wrong(
		`Please type what calls you and how: /calls messages bell. There are ${callCauses.join(", ")}, each ${callWays.join(", ")}.`,
	);
}

/** Actions that say what else can be done, in the order of the help. */
export const helpActions = {
	palette: { does: "every command with its key, to search and choose", keys: ["ctrl+k"], bar: "commands" },
	help: { does: "this help", keys: ["f1"], bar: "help", slash: { takes: "", read: "view" } },
	keys: { does: "what the keys do", slash: { takes: "", read: "view" } },
} as const satisfies Readonly<Record<string, Action>>;

/** Actions that go to other rooms, in the order of the help. */
export const roomActions = {
	"another-room": { does: "be in another room as well; Alt-1 to Alt-9 go from one to the other", keys: ["alt+0"] },
	"next-room": { does: "to the next room with something new", keys: ["alt+a"] },
} as const satisfies Readonly<Record<string, Action>>;

/** Actions that scroll, in the order of the help. */
export const scrollActions = {
	"page-up": { does: "a page towards older lines; the mouse wheel scrolls too", keys: ["pageUp"], bar: "scroll" },
	"page-down": { does: "a page towards newer lines", keys: ["pageDown"] },
	"scroll-up": { does: "a line towards older ones", keys: ["ctrl+up"] },
	"scroll-down": { does: "a line towards newer ones", keys: ["ctrl+down"] },
	oldest: { does: "to the oldest line", keys: ["ctrl+home"] },
	newest: { does: "to the newest line; Esc does too", keys: ["ctrl+end"] },
} as const satisfies Readonly<Record<string, Action>>;

/** Actions that change a setting of the person's own, in the order of the help. */
export const settingActions = {
	typing: {
		does: "whether others see that you type",
		slash: { takes: "on|off", read: onOrOff("typing", (isOn) => command({ kind: "setTellTyping", isOn })) },
		method: "setTellTyping",
	},
	bell: {
		does: "whether the terminal rings",
		slash: { takes: "on|off", read: onOrOff("bell", (isOn) => ({ kind: "switch", what: "bell", isOn })) },
		screenOnly: withoutLook,
	},
	calls: {
		does: "what calls you while you look elsewhere",
		slash: {
			takes: "[mentions|messages|files|joins|alerts off|bell|desktop|both]",
			does: "what calls you while you look elsewhere, and how; alone: a list to change it",
			read: readCalls,
		},
		screenOnly: withoutLook,
	},
	mouse: {
		does: "whether the mouse scrolls and clicks here; off: it selects text",
		slash: { takes: "on|off", read: onOrOff("mouse", (isOn) => ({ kind: "switch", what: "mouse", isOn })) },
		screenOnly: withoutLook,
	},
	vi: {
		does: "vi's keys in the message box, until you leave",
		slash: { takes: "on|off", read: onOrOff("vi", (isOn) => ({ kind: "editing", wish: isOn ? "vi" : "emacs" })) },
		screenOnly: "That is for the message box of the full screen. Here your terminal reads the keys.",
	},
	theme: {
		does: `colours until you leave: ${themeWishes.join(", ")}`,
		slash: {
			takes: "NAME",
			read(typed) {
				const wish = readThemeWish(typed);
				if (wish !== undefined) return { kind: "theme", wish };
				return wrong(`Please type one of these behind /theme: ${themeWishes.join(", ")}.`);
			},
		},
		screenOnly: withoutLook,
	},
	motion: {
		does: "whether anything on the screen moves by itself",
		slash: { takes: "on|off", read: onOrOff("motion", (isOn) => ({ kind: "switch", what: "motion", isOn })) },
		screenOnly: withoutLook,
	},
} as const satisfies Readonly<Record<string, Action>>;

/** Forgets the room only when that is typed in full, because it can't be undone. */
function forgetRoom(typed: string): Meaning {
	if (typed.toLowerCase() === "room") return command({ kind: "forget" });
	return wrong(
		"This leaves the room for good, and a host ends it for everybody. If that is what you want, type: /forget room",
	);
}

/** Actions that end the stay in the room, in the order of the help. */
export const leavingActions = {
	leave: { does: "leave the room, back to the start", slash: { takes: "", read: "view" } },
	forget: {
		does: "leave a room that stays for good: a host ends it for everybody, a guest gives the place back",
		slash: { takes: "room", read: forgetRoom },
		method: "forget",
	},
	quit: { does: "leave the room and Real Talk", slash: { takes: "", read: "view" }, method: "quit" },
} as const satisfies Readonly<Record<string, Action>>;
