// What a line typed in line mode asks for: something to be told, something for the engine to do, or the end.
import type { Command, Engine } from "../engine/api.ts";
import { blockLines, hitLines, knockLines } from "./gate-lines.ts";
import { hostLines } from "./host-sentences.ts";
import { helpLines, whoLines } from "./plain-words.ts";
import { findPerson, type LocalAction, parseLine } from "./slash.ts";

/** More than fits on a screen; the newest come last. */
const shownKnocks = 50;

/** `tell` may have no lines. */
export type LineMeaning =
	| { readonly kind: "tell"; readonly lines: readonly string[] }
	/** `lines`: to be told when it is done. */
	| { readonly kind: "perform"; readonly command: Command; readonly lines?: readonly string[] }
	/** The room's password shall be another one: ask for it. */
	| { readonly kind: "askPassword" }
	| { readonly kind: "leave" };

/** Reads a line as typed, in a room. Changes nothing. `now`: ms since the epoch. */
export function meaningOf(text: string, engine: Engine, now: number): LineMeaning {
	if (text.trim() === "") return tell();
	const { identity, people } = engine.snapshot();
	const line = parseLine(text, identity.kind === "none" ? "" : identity.name, now);
	switch (line.kind) {
		case "local":
			return actionMeaning(line.action, engine);
		case "wrong":
			return tell(line.message);
		case "command":
			return commandMeaning(line.command, engine);
		case "kick":
		case "verify": {
			const found = findPerson(people, line.who);
			if (found.kind === "wrong") return tell(found.message);
			return { kind: "perform", command: { kind: line.kind, fingerprint: found.person.fingerprint } };
		}
	}
}

function commandMeaning(command: Command, engine: Engine): LineMeaning {
	if (command.kind !== "block") return { kind: "perform", command };
	return { kind: "perform", command, lines: hitLines(engine.previewBlock(command.address)) };
}

function actionMeaning(action: LocalAction, engine: Engine): LineMeaning {
	const { people, hosting } = engine.snapshot();
	switch (action) {
		case "help":
			return tell(...helpLines());
		case "who":
			return tell(...whoLines(people));
		case "admin":
			return tell("The admin panel is for the full screen. Here the other commands do the same: /help lists them.");
		case "invite":
			return tell(...(hosting === undefined ? ["Only the host knows what to tell friends."] : hostLines(hosting)));
		case "blocks":
			return tell(...blockLines(engine.blocks()));
		case "knocks":
			return hosting === undefined
				? tell("Only the host sees who knocks.")
				: tell(...knockLines(engine.knocks({ limit: shownKnocks })));
		case "password":
			return hosting === undefined ? tell("Only the host can change the password.") : { kind: "askPassword" };
		case "leave":
		case "quit":
			return { kind: "leave" };
	}
}

function tell(...lines: readonly string[]): LineMeaning {
	return { kind: "tell", lines };
}
