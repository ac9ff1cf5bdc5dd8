// The password, on the host's side: up to three CPace attempts, each counted in the moment in which it is compared.
import { attemptInput } from "../../crypto/opening/proofs.ts";
import { frameType } from "../wire/frame.ts";
import { attemptsPerConnection, stepTimeoutMs, thinkingTimeoutMs } from "../wire/handshake.ts";
import { expect, type Gone, gone, type Opening, sentAway } from "./greeting.ts";

type Right = { readonly kind: "right"; readonly confirmB: Uint8Array };

/** Waits for the right password. `isPinned` says that the host has proven itself. */
export async function provePassword(under: Opening, isPinned: boolean): Promise<Right | Gone> {
	const { frames } = under;
	// It is loaded while the guest asks its person.
	void import("../../crypto/password/pake.ts");
	for (let attempt = 1; attempt <= attemptsPerConnection; attempt++) {
		const shareA = await expect(frames, [frameType.shareA], under.signal, thinkingTimeoutMs);
		if (shareA.kind === "gone") return shareA.isLate && !under.signal.aborted ? sentAway("tooSlow") : shareA;
		const outcome = await judgeAttempt(under, attempt, isPinned, shareA.body);
		if (outcome.kind !== "wrong") return outcome;
		frames.send(frameType.wrong, Uint8Array.of(outcome.left));
		if (outcome.left === 0) break;
	}
	return { ...gone("wrong password"), hasLastWord: true };
}

async function judgeAttempt(
	{ frames, greeting: { greeter, host }, opening, signal }: Opening,
	attempt: number,
	isPinned: boolean,
	shareA: Uint8Array,
): Promise<Right | Gone | { readonly kind: "wrong"; readonly left: number }> {
	const { respond } = await import("../../crypto/password/pake.ts");
	const visit = greeter.visit();
	if (!(await visit.mayCompute())) return gone("turned away");
	const proven = isPinned ? host.signer.fingerprint : undefined;
	const responder = respond(attemptInput("host", { prs: host.prs, opening, attempt, host: proven }), shareA);
	frames.send(frameType.shareB, responder.share);
	const confirmA = await expect(frames, [frameType.confirmA], signal, stepTimeoutMs);
	if (confirmA.kind === "gone") return confirmA;
	await visit.mayGuess();
	// The only check of the password, and the gate counts it in the same breath: nothing else runs between the two.
	let confirmB: Uint8Array | undefined;
	const judged = visit.guess(() => {
		const checked = responder.check(confirmA.body);
		if (checked.kind === "wrong") return false;
		checked.isk.fill(0);
		confirmB = checked.tag;
		return true;
	});
	if (judged.kind === "turnedAway") return gone("blocked");
	if (judged.kind === "wrong" || !confirmB) return { kind: "wrong", left: judged.kind === "wrong" ? judged.left : 0 };
	return { kind: "right", confirmB };
}
