// Says what an entry in the table of actions consists of and what a typed line can mean. It has types, and the few functions that entries share.
import type { Command } from "../../engine/api/api.ts";
import type { CallCause, CallWay } from "./calls.ts";
import type { ThemeWish } from "./theme-wish.ts";

/** A typed line about a message that it does not name; slash/message-target.ts finds out which one. `text` and `emoji` are as typed, "" when left out. */
export type MessageLine =
	| { readonly kind: "reply" | "edit"; readonly text: string }
	| { readonly kind: "react"; readonly emoji: string }
	| { readonly kind: "delete" | "retry" };

/** A typed line about somebody's posts, or about whether they may read one's own; slash/posts-meant.ts finds out who that is. */
export interface PostsLine {
	readonly kind: "posts";
	readonly what: "read" | "allow" | "deny" | "usual" | "forget" | "fetch" | "link";
	readonly who: string;
}

/** A typed line about a file of the room; file-meant.ts finds out which one. `name` is as typed, "" when left out, and behind "accept" perhaps with "to FOLDER". */
export interface FileLine {
	readonly kind: "file";
	readonly what: "accept" | "decline" | "hold" | "continue" | "cancel";
	readonly name: string;
}

/**
 * Says what a typed line asks for, apart from what a view does by itself. `kick`, `verified`, `verifyWith` and `secretWith` still need to find out who is meant
 * (`findPerson`): `verified` says that the person has compared keys, `verifyWith` that they want to, `secretWith` that they want to by a secret.
 */
export type Meaning =
	| { readonly kind: "command"; readonly command: Command }
	| { readonly kind: "kick" | "verified" | "verifyWith" | "secretWith"; readonly who: string }
	/** Is about a buddy; the one who has asked first, where `who` is "". `offRecord` is there when that is what is proposed. */
	| { readonly kind: "buddy" | "unbuddy" | "later"; readonly who: string; readonly offRecord?: true }
	| MessageLine
	| FileLine
	| PostsLine
	/** A text is to be signed and shown, once the person knows what that means; with a post the file at the path `file`. */
	| { readonly kind: "sign"; readonly what: "post" | "setAbout"; readonly text: string; readonly file?: string }
	/** These paths are to be sent, once the person has seen what and how much that is. */
	| { readonly kind: "sendFiles"; readonly paths: readonly string[] }
	/** The search opens with nothing looked for when `text` is "". `isEverywhere`: in all rooms. */
	| { readonly kind: "search"; readonly text: string; readonly isEverywhere?: true }
	/** `at` is in ms since the epoch. */
	| { readonly kind: "date"; readonly at: number }
	| { readonly kind: "switch"; readonly what: "bell" | "motion" | "mouse"; readonly isOn: boolean }
	/** Says how this calls the person while they look elsewhere. */
	| { readonly kind: "calls"; readonly cause: CallCause; readonly way: CallWay }
	/** Everything that calls the person is to be shown. */
	| { readonly kind: "allCalls" }
	| { readonly kind: "theme"; readonly wish: ThemeWish }
	| { readonly kind: "editing"; readonly wish: "emacs" | "vi" }
	/** `message` says kindly what to type instead. */
	| { readonly kind: "wrong"; readonly message: string };

/** Reads what was typed behind the command, without the blanks around it. `now` is in ms since the epoch. */
export type Reader = (typed: string, now: number) => Meaning;

/** Says how an action is typed with a slash. */
export interface SlashForm {
	/** The word behind the slash, where it is not the action's own name. */
	readonly name?: string;
	/** Says what is typed behind it, with what can be left out in brackets; it is "" when nothing is. */
	readonly takes: string;
	/** Says what it does when it is typed, where that is not the action's own `does`. */
	readonly does?: string;
	/** The handler. "view" means that each view has one of its own: in chat/actions.ts and in plain/commands.ts. */
	readonly read: Reader | "view";
	/** Reads what is typed behind a command whose `read` is "view"; without it that is ignored. */
	readonly readMore?: Reader;
	/** Is told to a person who types something behind a command that takes nothing. Without it, what they typed there is ignored. */
	readonly refusal?: string;
}

/** An Action is something that a person can do in a room. Its name in the table is the one that config.toml has under [keys]. */
export interface Action {
	/** Says what it does, in the words of the help and of the palette. */
	readonly does: string;
	/** Says who may do it. Without it everybody may. */
	readonly who?: "host" | "guest";
	/** The keys that do it in the chat, unless config.toml says otherwise; [] where it has none at first. Without it no key can be bound to it. */
	readonly keys?: readonly string[];
	/** The word for it in the status bar of the chat. Without one the status bar leaves it out. */
	readonly bar?: string;
	/** The word for it in the status bar where the host's panel is at hand. */
	readonly barWithPanel?: string;
	readonly slash?: SlashForm;
	/** The keys that do it with a chosen message, and its words in the status bar then. */
	readonly chosen?: { readonly keys: readonly string[]; readonly words: string };
	/** This is said by line mode in its place, where only the full screen can do it. */
	readonly screenOnly?: string;
	/** The JSON-RPC method by which a program does it. */
	readonly method?: string;
}

/** Returns the meaning of a line that is a command for the engine. */
export const command = (one: Command): Meaning => ({ kind: "command", command: one });

/** Returns the meaning of a line that can't be done as it was typed. */
export const wrong = (message: string): Meaning => ({ kind: "wrong", message });

/** Reads "on" or "off" behind the command of this name. */
export const onOrOff =
	(name: string, meaning: (isOn: boolean) => Meaning): Reader =>
	(typed) => {
		const wish = typed.toLowerCase();
		return wish === "on" || wish === "off" ? meaning(wish === "on") : wrong(`Please type /${name} on or /${name} off.`);
	};
