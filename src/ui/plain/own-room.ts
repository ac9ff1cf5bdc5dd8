// Opens a room of one's own in line mode: asks for its password, or takes the one that is offered or stands in a file.
import type { Engine } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { Dialogue } from "../lines/dialogue.ts";
import { commandName } from "../text/command-name.ts";
import { askHostPassword } from "../words/host-sentences.ts";
import { type Intent, termsOf } from "../words/intent.ts";
import { offerPassword } from "../words/password-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { roomMeantBy } from "./questions.ts";

/** Says what came of it. `ended`: the input is over. `otherRoom`: what was typed as a password leads to a friend's room, and the person wants to go there. */
export type OwnRoomOutcome =
	| Outcome
	| { readonly kind: "ended" }
	| { readonly kind: "otherRoom"; readonly target: string };

interface OwnRoomOptions {
	readonly intent: Intent;
	/** The password that stands in a file. */
	readonly known: string | undefined;
	/** Makes the password that is offered, in place of the usual maker, for tests. */
	readonly offerPassword?: (() => string) | undefined;
}

/** Asks until a room is open, or the person does something else. */
export async function openOwnRoom(
	engine: Engine,
	dialogue: Dialogue,
	{ intent, known, offerPassword: offer = offerPassword }: OwnRoomOptions,
): Promise<OwnRoomOutcome> {
	if (intent.kind === "host" && intent.isDemo === true)
		dialogue.say("This is a demo, on this computer only: the others are bots, and nothing of it stays.");
	const wish = intent.kind === "join" ? {} : intent.wish;
	const open = (password: string): Promise<Outcome> => {
		for (const terms of termsOf(wish, engine.snapshot())) dialogue.say(terms);
		return engine.perform({ kind: "host", password, wish });
	};
	if (known !== undefined) return open(known);
	if (intent.kind === "home") {
		dialogue.say(`This opens a room of your own. To join another one instead: ${commandName} ADDRESS PORT`);
	}
	for (;;) {
		const offered = offer();
		dialogue.say(askHostPassword);
		const answer = await dialogue.askSecret(`(Or press Enter to take this one: ${offered})`);
		if (answer.kind === "ended") return answer;
		const target = await roomMeantBy(answer.text, dialogue);
		if (target !== undefined) return { kind: "otherRoom", target };
		const outcome = await open(answer.text === "" ? offered : answer.text);
		if (outcome.kind === "done" || outcome.code !== "bad_password") return outcome;
		dialogue.say(refusalWords(outcome));
	}
}
