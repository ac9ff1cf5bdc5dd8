// The commands of the shell that ask what the engine knows, of the background process too: who learned what, buddies, posts, history.
import type { Engine } from "../../engine/api/api.ts";
import type { ExitCode } from "../words/exit-codes.ts";
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
	if (work.kind === "posts") {
		const { runPostsCommand } = await import("./tools/posts-command.ts");
		return runPostsCommand({ engine, work, say, complain });
	}
	if (work.kind === "history") {
		const { runHistoryCommand } = await import("./history-command.ts");
		const written = async (line: string): Promise<void> => {
			if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
		};
		return runHistoryCommand({ engine, action: work.action, say: written, complain });
	}
	const { runBuddiesCommand } = await import("./tools/buddies-command.ts");
	return runBuddiesCommand({ engine, shown: work.shown, say });
}
