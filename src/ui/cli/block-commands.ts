// `rt blocks`: shows who is blocked, blocks and unblocks, without opening a room. A room that is open in another window follows within a second.
import type { Engine } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import { soon } from "../lines/with-timeout.ts";
import { blockCommandOf } from "../text/block-wish.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../words/exit-codes.ts";
import { blockLines } from "../words/gate-lines.ts";
import { refusalWords } from "../words/refusals.ts";
import type { BlocksAction } from "./arguments/key-arguments.ts";

/** The list waits this long for places to be looked up: it is shown once, so it waits for a slow computer, as `rt geoip lookup` does. */
const placesTimeoutMs = 60_000;

/** Runs the command. `say` prints one line; `now` is in ms since the epoch. The engine stays open. */
export async function runBlocksCommand(
	engine: Engine,
	{ add, unblock }: BlocksAction,
	say: (line: string) => void,
	now: number,
): Promise<ExitCode> {
	if (add !== undefined) return told(await engine.perform(blockCommandOf(add, now)), "Blocked.", say);
	if (unblock !== undefined) {
		return told(await engine.perform({ kind: "unblock", address: unblock }), "That address may try again.", say);
	}
	await soon(placesFound(engine), placesTimeoutMs);
	for (const line of blockLines(await engine.blocks())) say(line);
	return exitOk;
}

function told(outcome: Outcome, words: string, say: (line: string) => void): ExitCode {
	say(outcome.kind === "done" ? words : refusalWords(outcome));
	return outcome.kind === "done" ? exitOk : exitCodeOf(outcome.code);
}

/** Waits until the places are known. Asking for the blocks begins the search for them, and the engine says when more of them are known. */
async function placesFound(engine: Engine): Promise<void> {
	while ((await engine.blocks()).some(({ kind, location }) => kind === "address" && isUnknown(location))) {
		await new Promise<void>((resolve) => {
			const stop = engine.subscribe(() => {
				stop();
				resolve();
			});
		});
	}
}

/** Tells whether a place is still being looked up: before an answer came, the label says no more than this, or that the data is not ready; afterwards it says why, when nothing is known. */
function isUnknown({ label }: { readonly label: string }): boolean {
	return label === "location unknown" || label.includes("not ready yet");
}
