// What a line typed in line mode asks for: something to be told, something for the engine to do, or the end.
import type { Command, Engine } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import { findPerson, type LocalAction, parseLine, withBlockedKey } from "../slash/slash.ts";
import { blockLines, hitLines, knockLines } from "../words/gate-lines.ts";
import { inviteLines } from "../words/host-sentences.ts";
import { plainCopy, plainMessage, plainSearch } from "./messages.ts";
import { helpLines, whoLines } from "./words.ts";

/** More than fits on a screen; the newest come last. */
const shownKnocks = 50;

/** `tell` may have no lines. */
export type LineMeaning =
	| { readonly kind: "tell"; readonly lines: readonly string[] }
	/** In this order. `lines`: to be told when they are done. */
	| { readonly kind: "perform"; readonly commands: readonly Command[]; readonly lines?: readonly string[] }
	/** The room's password shall be another one: ask for it. */
	| { readonly kind: "askPassword" }
	/** A secret is to be typed: to ask this person for it, or without one to answer who asks. */
	| { readonly kind: "secret"; readonly of?: Pick<Person, "name" | "fingerprint"> }
	| { readonly kind: "leave" };

/** Reads a line as typed, in a room. Changes nothing. `now`: ms since the epoch. */
export function meaningOf(text: string, engine: Engine, now: number): LineMeaning {
	if (text.trim() === "") return tell();
	const { people } = engine.snapshot();
	const line = parseLine(text, now);
	switch (line.kind) {
		case "local":
			return actionMeaning(line.action, engine);
		case "wrong":
			return tell(line.message);
		case "command":
			return commandMeaning(line.command, engine);
		case "kick":
		case "verified":
		case "verifyWith":
		case "secretWith": {
			const found = findPerson(people, line.who);
			return found.kind === "wrong" ? tell(found.message) : personMeaning(line.kind, found.person);
		}
		case "reply":
		case "edit":
		case "delete":
		case "react":
		case "retry":
			return plainMessage(line, engine);
		case "search":
			return plainSearch(line.text, engine);
		case "date":
			return tell(...onFullScreen);
		case "editing":
			return tell("That is for the message box of the full screen. Here your terminal reads the keys.");
		case "switch":
		case "theme":
			return tell("In line mode nothing rings or moves, and there are no colours.");
	}
}

const onFullScreen = ["That is for the full screen. Here everything that was said is above."];

function personMeaning(
	kind: "kick" | "verified" | "verifyWith" | "secretWith",
	{ name, fingerprint }: Person,
): LineMeaning {
	switch (kind) {
		case "secretWith":
			return { kind: "secret", of: { name, fingerprint } };
		case "kick":
			return { kind: "perform", commands: [{ kind: "kick", fingerprint }] };
		case "verified":
			return { kind: "perform", commands: [{ kind: "verify", fingerprint }] };
		case "verifyWith":
			return {
				kind: "perform",
				commands: [{ kind: "verifyWords", fingerprint }],
				lines: [
					`Read them to each other by phone or in person. When ${name} reads the same six, type /verified ${name}`,
					`If they differ, somebody may be in between: trust nothing that is said here. By a secret instead: /secret ${name}`,
				],
			};
	}
}

function commandMeaning(typed: Command, engine: Engine): LineMeaning {
	const command = withBlockedKey(typed, engine.snapshot().people);
	if (command.kind !== "block") return { kind: "perform", commands: [command] };
	return { kind: "perform", commands: [command], lines: hitLines(engine.previewBlock(command.address)) };
}

function actionMeaning(action: LocalAction, engine: Engine): LineMeaning {
	const { people, hosting } = engine.snapshot();
	switch (action) {
		case "help":
		case "keys":
			return tell(...helpLines());
		case "who":
			return tell(...whoLines(people));
		case "admin":
			return tell("The admin panel is for the full screen. Here the other commands do the same: /help lists them.");
		case "unread":
		case "editor":
			return tell(...onFullScreen);
		case "copy":
			return plainCopy(engine);
		case "invite":
			return tell(...(hosting === undefined ? ["Only the host knows what to tell friends."] : inviteLines(hosting)));
		case "blocks":
			return tell(...blockLines(engine.blocks()));
		case "knocks":
			return hosting === undefined
				? tell("Only the host sees who knocks.")
				: tell(...knockLines(engine.knocks({ limit: shownKnocks })));
		case "password":
			return hosting === undefined ? tell("Only the host can change the password.") : { kind: "askPassword" };
		case "answer": {
			const isAsked = engine.snapshot().talk?.verification?.state === "asked";
			return isAsked ? { kind: "secret" } : tell("Nobody asks for a secret at the moment.");
		}
		case "leave":
		case "quit":
			return { kind: "leave" };
	}
}

function tell(...lines: readonly string[]): LineMeaning {
	return { kind: "tell", lines };
}
