// The check by a secret in line mode: asks for what has to be typed, the secret unseen.
import type { Command } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import type { Dialogue } from "../lines/dialogue.ts";

/** What is to be done with what was typed: nothing when the input ended. `of`: the person who is asked; absent: we answer who asks us. */
export async function secretCommands(
	dialogue: Dialogue,
	of: Pick<Person, "name" | "fingerprint"> | undefined,
): Promise<readonly Command[]> {
	if (of === undefined) {
		const answer = await dialogue.askSecret("Please type the secret. It is never sent. (Enter alone declines.)");
		if (answer.kind === "ended") return [];
		return [answer.text === "" ? { kind: "verifyAbort" } : { kind: "verifyAnswer", secret: answer.text }];
	}
	const asked = await dialogue.ask(`A question that tells ${of.name} which secret is meant (Enter alone: none).`);
	if (asked.kind === "ended") return [];
	const typed = await dialogue.askSecret(`Please type the secret, as ${of.name} will. It is never sent.`);
	if (typed.kind === "ended") return [];
	const question = asked.text.trim();
	const { fingerprint } = of;
	return [{ kind: "verifyAsk", fingerprint, secret: typed.text, ...(question === "" ? {} : { question }) }];
}
