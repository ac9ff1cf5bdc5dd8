// Makes sure that whoever is at the other end of a DHT link receives what is sent to its address, before anybody counts wrong passwords against that address.
//
// In the DHT an address is only claimed: by the guest, or by the node that passed its first message on. Whoever claims somebody else's could
// have that person blocked. So the host sends random bytes there and waits for them to come back. TCP does the same with its sequence numbers.
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Duplex } from "node:stream";

const PROOF_BYTES = 32;

/** Demands the proof, on the host's side. It resolves with `false` when there was no answer, or a wrong one. */
export async function demandAddressProof(stream: Duplex, signal: AbortSignal): Promise<boolean> {
	const challenge = randomBytes(PROOF_BYTES);
	stream.write(challenge);
	const answer = await takeProof(stream, signal);
	return answer !== undefined && timingSafeEqual(answer, challenge);
}

/** Gives the proof, on the guest's side. */
export async function giveAddressProof(stream: Duplex, signal: AbortSignal): Promise<boolean> {
	const challenge = await takeProof(stream, signal);
	if (challenge === undefined) return false;
	stream.write(challenge);
	return true;
}

/** Takes exactly the bytes of a proof; the rest stays in the stream. It resolves with `undefined` when the stream ended before, or the signal came. */
function takeProof(stream: Duplex, signal: AbortSignal): Promise<Buffer | undefined> {
	return new Promise((resolve) => {
		const settle = (bytes?: Buffer): void => {
			stream.removeListener("readable", look);
			stream.removeListener("close", end);
			stream.removeListener("end", end);
			signal.removeEventListener("abort", end);
			resolve(bytes);
		};
		const look = (): void => {
			if (stream.readableLength < PROOF_BYTES) return;
			const bytes: unknown = stream.read(PROOF_BYTES);
			if (Buffer.isBuffer(bytes)) settle(bytes);
		};
		const end = (): void => settle();
		stream.on("readable", look);
		stream.on("close", end);
		stream.on("end", end);
		signal.addEventListener("abort", end, { once: true });
		if (signal.aborted) end();
		else look();
	});
}
