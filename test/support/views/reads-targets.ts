// Answers a join as the engine does that cannot read where to: for views that leave the reading to it.
import type { Command } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import { readJoinTarget } from "../../../src/engine/guest/join-target.ts";

/** Made-up invites are taken for good ones. */
export function readsTargets(command: Command): Outcome {
	if (command.kind !== "join" || command.target.startsWith("rt://")) return { kind: "done" };
	const read = readJoinTarget(command.target, []);
	return read.kind === "refused" ? { ...read, code: "bad_target" } : { kind: "done" };
}
