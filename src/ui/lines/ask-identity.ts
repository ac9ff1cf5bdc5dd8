// Asks a person in lines for what their key needs: a name where there is no key yet, or the passphrase of a locked one.
import type { Engine } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import { refusalWords } from "../words/refusals.ts";
import type { Dialogue } from "./dialogue.ts";

const passphraseTries = 3;

/** Says what came of the question. `ended`: the input was over before `missing` came. */
type IdentityOutcome = Outcome | { readonly kind: "ended"; readonly missing: string };

/** Asks until there is an identity to use. `name` is the one to have, from the command line. */
export async function prepareIdentity(
	engine: Engine,
	dialogue: Dialogue,
	name: string | undefined,
): Promise<IdentityOutcome> {
	const { identity } = engine.snapshot();
	if (identity.kind === "none") return createIdentity(engine, dialogue, name);
	if (identity.kind === "locked") {
		const unlocked = await unlock(engine, dialogue, identity.name);
		if (unlocked.kind !== "done") return unlocked;
	}
	return name === undefined || name === identity.name ? { kind: "done" } : engine.perform({ kind: "rename", name });
}

async function createIdentity(engine: Engine, dialogue: Dialogue, name: string | undefined): Promise<IdentityOutcome> {
	if (name !== undefined) return engine.perform({ kind: "createIdentity", name });
	for (;;) {
		const answer = await dialogue.ask("What shall others call you? Please type a name.");
		if (answer.kind === "ended") return { kind: "ended", missing: "a name" };
		const outcome = await engine.perform({ kind: "createIdentity", name: answer.text.trim() });
		if (outcome.kind === "done" || outcome.code !== "bad_name") return outcome;
		dialogue.say(refusalWords(outcome));
	}
}

async function unlock(engine: Engine, dialogue: Dialogue, name: string): Promise<IdentityOutcome> {
	for (let tried = 1; ; tried += 1) {
		const answer = await dialogue.askSecret(`Please enter the passphrase of your key (${name}).`);
		if (answer.kind === "ended") return { kind: "ended", missing: "the passphrase" };
		const outcome = await engine.perform({ kind: "unlockIdentity", passphrase: answer.text });
		if (outcome.kind === "done" || outcome.code !== "wrong_passphrase" || tried === passphraseTries) return outcome;
		dialogue.say(refusalWords(outcome));
	}
}
