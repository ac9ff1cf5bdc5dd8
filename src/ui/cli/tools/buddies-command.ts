// `rt buddies`: with whom there is a room of two, how well they are known, and by which keys.
import type { Engine } from "../../../engine/api/api.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../../words/exit-codes.ts";
import { refusalWords } from "../../words/refusals.ts";
import { buddyLines, fingerprintLines } from "../../words/rooms/buddy-words.ts";
import type { BuddiesWork } from "../arguments/buddies-arguments.ts";

interface BuddiesCommandOptions {
	/** The engine of the background process, where one runs: it knows who is there. */
	readonly engine: Engine;
	readonly shown: BuddiesWork["shown"];
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
}

/** Runs the command. The engine stays open. */
export async function runBuddiesCommand({ engine, shown, say, complain }: BuddiesCommandOptions): Promise<ExitCode> {
	const { identity, buddies = [] } = engine.snapshot();
	if (identity.kind !== "ready") {
		const code = identity.kind === "none" ? "no_identity" : "identity_locked";
		complain(refusalWords({ code }));
		return exitCodeOf(code);
	}
	const { name, fingerprint } = identity;
	if (shown === "json") say(JSON.stringify({ self: { name, fingerprint }, buddies }));
	else for (const line of shown === "list" ? buddyLines(buddies) : fingerprintLines(identity, buddies)) say(line);
	return exitOk;
}
