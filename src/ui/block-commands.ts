// `rt blocks`: shows the blocked addresses and unblocks one, without opening a room.
import type { Engine } from "../engine/api.ts";
import { EXIT_OK, type ExitCode, exitCodeOf } from "./exit-codes.ts";
import { blockLines } from "./plain-words.ts";

/** `say` prints one line. Does not close the engine. */
export async function runBlocksCommand(
	engine: Engine,
	unblock: string | undefined,
	say: (line: string) => void,
): Promise<ExitCode> {
	if (unblock !== undefined) {
		const outcome = await engine.perform({ kind: "unblock", address: unblock });
		say(outcome.kind === "done" ? "That address may try again." : outcome.message);
		return outcome.kind === "done" ? EXIT_OK : exitCodeOf(outcome.code);
	}
	for (const line of blockLines(engine.blocks())) say(line);
	return EXIT_OK;
}
