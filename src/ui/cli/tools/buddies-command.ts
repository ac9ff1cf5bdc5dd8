// `rt buddies`: with whom there is a room of two, how well they are known, and by which keys.
import type { Engine, IdentityState } from "../../../engine/api/api.ts";
import { type ExitCode, exitOk } from "../../words/exit-codes.ts";
import { buddyLines, fingerprintLines } from "../../words/rooms/buddy-words.ts";
import type { BuddiesWork } from "../arguments/buddies-arguments.ts";

interface BuddiesCommandOptions {
	/** The engine of the background process, where one runs: it knows who is there. */
	readonly engine: Engine;
	readonly identity: Extract<IdentityState, { kind: "ready" }>;
	readonly shown: BuddiesWork["shown"];
	readonly say: (line: string) => void;
}

/** Runs the command. The engine stays open. */
export async function runBuddiesCommand({ engine, identity, shown, say }: BuddiesCommandOptions): Promise<ExitCode> {
	const { buddies = [] } = engine.snapshot();
	const { name, fingerprint } = identity;
	if (shown === "json") say(JSON.stringify({ self: { name, fingerprint }, buddies }));
	else for (const line of shown === "list" ? buddyLines(buddies) : fingerprintLines(identity, buddies)) say(line);
	return exitOk;
}
