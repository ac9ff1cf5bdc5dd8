// The commands of the shell that ask what the engine knows, of the background process too: who learned what, buddies, posts, history.

import type { Engine } from "../../engine/api/api.ts";
import { commandName } from "../text/command-name.ts";
import { type ExitCode, exitCodeOf } from "../words/exit-codes.ts";
import type { ParsedTool } from "./arguments/tool-arguments.ts";

type LookUp = Extract<ParsedTool, { kind: "told" | "buddies" | "history" | "posts" }>;

interface Voice {
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
	/** The time in ms since the epoch. */
	readonly now: number;
}

/** Runs one of them. `isBackground`: the engine is that of the background process. The engine stays open. */
export async function lookUp(
	work: LookUp,
	engine: Engine,
	isBackground: boolean,
	{ say, complain, now }: Voice,
): Promise<ExitCode> {
	if (work.kind === "told") {
		const { runToldCommand } = await import("./told-command.ts");
		return runToldCommand({ engine, isBackground, say, now });
	}
	const trouble = await askForKey(work, engine, complain);
	if (trouble !== undefined) return trouble;
	if (work.kind === "history") {
		const { runHistoryCommand } = await import("./history-command.ts");
		const written = async (line: string): Promise<void> => {
			if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
		};
		return runHistoryCommand({ engine, action: work.action, say: written, complain });
	}
	const { identity } = engine.snapshot();
	if (identity.kind !== "ready") {
		const { refusalWords } = await import("../words/refusals.ts");
		complain(refusalWords({ code: "no_identity" }));
		return exitCodeOf("no_identity");
	}
	if (work.kind === "posts") {
		const { runPostsCommand } = await import("./tools/posts-command.ts");
		return runPostsCommand({ engine, work, say, complain });
	}
	const { runBuddiesCommand } = await import("./tools/buddies-command.ts");
	return runBuddiesCommand({ engine, identity, shown: work.shown, say });
}

/**
 * Asks a person at a terminal for what is missing: the passphrase of a key that is locked, and a name where something is to be posted or a link followed
 * and there is no key yet. Returns the exit code where the key stays locked, or no name would do.
 */
async function askForKey(work: LookUp, engine: Engine, complain: Voice["complain"]): Promise<ExitCode | undefined> {
	const { identity } = engine.snapshot();
	const needsNew = work.kind === "posts" && (work.link !== undefined || work.add !== undefined);
	if (identity.kind === "ready" || (identity.kind === "none" && !needsNew)) return undefined;
	if (process.stdin.isTTY !== true) {
		if (identity.kind === "none") return undefined;
		complain(
			`Your key is locked. At a terminal its passphrase is asked for; elsewhere a background process can have it (${commandName} daemon, ${commandName} unlock).`,
		);
		return exitCodeOf("identity_locked");
	}
	const { Dialogue } = await import("../lines/dialogue.ts");
	const { prepareIdentity } = await import("../lines/ask-identity.ts");
	const dialogue = new Dialogue(process.stdin, process.stderr, () => {});
	const outcome = await prepareIdentity(engine, dialogue, undefined);
	await dialogue.close();
	if (outcome.kind === "done") return undefined;
	if (outcome.kind === "ended") return exitCodeOf(identity.kind === "none" ? "no_identity" : "identity_locked");
	const { refusalWords } = await import("../words/refusals.ts");
	complain(refusalWords(outcome));
	return exitCodeOf(outcome.code);
}
