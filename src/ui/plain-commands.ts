// What a line typed in line mode asks for: something to be told, something for the engine to do, or the end.
import type { Command, Engine } from "../engine/api.ts";
import { hostLines } from "./host-sentences.ts";
import { blockLines, helpLines, whoLines } from "./plain-words.ts";
import { findPerson, type LocalAction, parseLine } from "./slash.ts";

/** `tell` may have no lines. */
export type LineMeaning =
	| { readonly kind: "tell"; readonly lines: readonly string[] }
	| { readonly kind: "perform"; readonly command: Command }
	| { readonly kind: "leave" };

/** Reads a line as typed, in a room. Changes nothing. */
export function meaningOf(text: string, engine: Engine): LineMeaning {
	if (text.trim() === "") return tell();
	if (text.trim() === "/blocks") return tell(...blockLines(engine.blocks()));
	const { identity, people } = engine.snapshot();
	const line = parseLine(text, identity.kind === "none" ? "" : identity.name);
	switch (line.kind) {
		case "local":
			return actionMeaning(line.action, engine);
		case "wrong":
			return tell(line.message);
		case "command":
			return { kind: "perform", command: line.command };
		case "kick": {
			const found = findPerson(people, line.who);
			if (found.kind === "wrong") return tell(found.message);
			return { kind: "perform", command: { kind: "kick", fingerprint: found.person.fingerprint } };
		}
	}
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
		case "leave":
		case "quit":
			return { kind: "leave" };
	}
}

function tell(...lines: readonly string[]): LineMeaning {
	return { kind: "tell", lines };
}
