// `rt daemon status` and `stop`, `rt unlock`: one question to the background process each, and what is said of the answer.
import * as v from "valibot";
import type { Dialogue } from "../lines/dialogue.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk } from "../words/exit-codes.ts";
import { noAnswer, notRunning, socketWords, statusLines } from "../words/tools/daemon-words.ts";

/** The answer of the background process, or why there is none. */
export type DaemonAnswer =
	| { readonly kind: "answer"; readonly result: unknown }
	| { readonly kind: "refused"; readonly message: string }
	| { readonly kind: "noAnswer" | "nobody" }
	| { readonly kind: "failed"; readonly why: "pathTooLong" | "notSafe" | "notPossible"; readonly detail: string };

export interface DaemonQuestions {
	readonly ask: (method: string, params: object) => Promise<DaemonAnswer>;
	readonly say: (line: string) => void;
}

const statusSchema = v.object({
	pid: v.number(),
	build: v.string(),
	since: v.number(),
	clients: v.number(),
	identity: v.picklist(["none", "locked", "ready"]),
	rooms: v.array(v.looseObject({ unread: v.number() })),
	unreadPosts: v.exactOptional(v.number()),
});

/** Says how the background process is. The exit code is that of `no_background` when there is none. */
export async function daemonStatus({ ask, say }: DaemonQuestions, isJson: boolean): Promise<ExitCode> {
	const answer = await ask("daemonStatus", {});
	if (answer.kind !== "answer") {
		if (isJson && answer.kind === "nobody") say(JSON.stringify({ running: false }));
		else say(withoutAnswer(answer));
		return exitCodeOf("no_background");
	}
	const status = v.safeParse(statusSchema, answer.result);
	if (!status.success) {
		say(noAnswer);
		return exitInternal;
	}
	if (isJson) say(JSON.stringify({ running: true, ...status.output }));
	else for (const line of statusLines(status.output)) say(line);
	return exitOk;
}

/** Ends the background process. */
export async function daemonStop({ ask, say }: DaemonQuestions): Promise<ExitCode> {
	const answer = await ask("daemonStop", {});
	say(
		answer.kind === "answer" ? "The background process ends. Everybody in its rooms is told." : withoutAnswer(answer),
	);
	return answer.kind === "answer" ? exitOk : exitCodeOf("no_background");
}

const passphraseTries = 3;

/** Asks for the passphrase, and gives it to the background process. */
export async function unlockDaemon({ ask, say }: DaemonQuestions, dialogue: Dialogue): Promise<ExitCode> {
	const reached = await ask("daemonStatus", {});
	if (reached.kind !== "answer") {
		say(withoutAnswer(reached));
		return exitCodeOf("no_background");
	}
	for (let tried = 1; ; tried += 1) {
		const typed = await dialogue.askSecret("Please enter the passphrase of your key.");
		if (typed.kind === "ended") return exitCodeOf("identity_locked");
		const answer = await ask("unlock", { passphrase: typed.text });
		if (answer.kind === "answer") {
			say("Unlocked. The background process goes on.");
			return exitOk;
		}
		say(withoutAnswer(answer));
		if (answer.kind !== "refused") return exitCodeOf("no_background");
		if (tried === passphraseTries) return exitCodeOf("wrong_passphrase");
	}
}

function withoutAnswer(answer: Exclude<DaemonAnswer, { kind: "answer" }>): string {
	switch (answer.kind) {
		case "refused":
			return answer.message;
		case "nobody":
			return notRunning;
		case "noAnswer":
			return noAnswer;
		case "failed":
			return socketWords(answer.why, answer.detail);
	}
}
