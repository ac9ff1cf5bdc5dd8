// The password, on the guest's side: asked for while the host is watched, proven by CPace, used once.
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { attemptInput } from "../../../crypto/opening/proofs.ts";
import { stretchPassword } from "../../../crypto/password/stretch.ts";
import type { GuestEnd } from "../../room/end.ts";
import { frameType } from "../../wire/frame.ts";
import type { FrameStream } from "../../wire/frame-stream.ts";
import { attemptsPerConnection } from "../../wire/handshake.ts";
import { ended, expect, type GuestSide, type Opening, outOfTurn, receive, refusalEnd } from "./opening.ts";

/**
 * Proves the password to the host. It returns `undefined` when the password was right and the host has shown that it knows it too. `host` is its key, if it has
 * proven itself.
 */
export async function provePassword(under: Opening, host: Fingerprint | undefined): Promise<GuestEnd | undefined> {
	const { frames, guest, hello, opening, signal } = under;
	if (guest.isOwnRoom?.(hello.room)) return refusalEnd.ownKey;
	let left: number = attemptsPerConnection;
	for (let attempt = 1; attempt <= attemptsPerConnection; attempt++) {
		const password = await askWhileConnected(frames, guest, left, signal);
		if (password.kind === "ended") return password;
		guest.onChecking();
		const [prs, { startInitiator }] = await Promise.all([
			stretchPassword(password.text, hello.salt),
			import("../../../crypto/password/pake.ts"),
		]);
		const initiator = startInitiator(attemptInput("guest", { prs, opening, attempt, host }));
		prs.fill(0);
		frames.send(frameType.shareA, initiator.share);
		const answer = await expect(frames, frameType.shareB, signal);
		if (answer.kind === "ended") return answer;
		const step = initiator.receive(answer.body);
		if (step.kind === "failed") return ended("host_misbehaved", "the host's share is not valid");
		frames.send(frameType.confirmA, step.tag);
		const verdict = await receive(frames, signal);
		if (verdict.kind === "ended") return verdict;
		const { type, body } = verdict.frame;
		if (type === frameType.wrong) {
			const told = body[0];
			if (body.length !== 1 || told === undefined || told >= left) return outOfTurn(verdict.frame);
			left = told;
			if (left === 0) break;
			continue;
		}
		if (type !== frameType.confirmB) return outOfTurn(verdict.frame);
		const agreed = initiator.finish(body);
		if (agreed.kind === "failed") return ended("host_misbehaved", "the host does not know the password itself");
		agreed.isk.fill(0);
		return undefined;
	}
	return ended("wrong_password", "three wrong passwords on this connection");
}

/** Asks the person, and watches the Link meanwhile: a host that hangs up should not leave them typing in vain. */
async function askWhileConnected(
	frames: FrameStream,
	guest: GuestSide,
	left: number,
	signal: AbortSignal,
): Promise<GuestEnd | { readonly kind: "text"; readonly text: string }> {
	const asking = new AbortController();
	const hangUp = new AbortController();
	const watch = frames.next(AbortSignal.any([signal, asking.signal])).then((next) => {
		if (next.kind !== "aborted") hangUp.abort();
		return next;
	});
	const text = await guest.askPassword(left, left < attemptsPerConnection, AbortSignal.any([signal, hangUp.signal]));
	asking.abort();
	const heard = await watch;
	if (heard.kind === "frame") return outOfTurn(heard.frame);
	if (heard.kind === "ended") return ended("connection_lost", "the host hung up while waiting for the password");
	if (heard.kind === "refused") return ended("host_misbehaved", heard.detail);
	if (text === undefined || signal.aborted) return ended("left", "given up");
	return { kind: "text", text };
}
