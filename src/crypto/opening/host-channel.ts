// The host's end of a channel: TLS, and on Links that a browser can have made also Noise. The first byte tells which.
import type { Duplex } from "node:stream";
import { type ChannelOutcome, failed, readable } from "./channel-outcome.ts";
import { SILENCE_MS, tlsChannel } from "./tls-channel.ts";

/** The length of the guest's message, 1,232, begins with it. A TLS record begins with 0x16 (RFC 8446 §5.1). */
const FIRST_BYTE_OF_NOISE = 0x04;

export interface HostChannelOptions {
	readonly stream: Duplex;
	readonly signal: AbortSignal;
	/** Says whether a browser may be at the other end. */
	readonly isForBrowsers: boolean;
}

/** Makes the host's end of a channel, as `OpenChannel` does it. */
export async function hostChannel({ stream, signal, isForBrowsers }: HostChannelOptions): Promise<ChannelOutcome> {
	const options = { stream, signal, role: "host" } as const;
	if (!isForBrowsers) return tlsChannel(options);
	stream.on("error", () => {});
	const begun = performance.now();
	for (;;) {
		const piece: Buffer | null = stream.read();
		if (piece !== null) {
			stream.unshift(piece);
			if (piece[0] !== FIRST_BYTE_OF_NOISE) return tlsChannel(options);
			// Its library is native, and loaded for the first browser only.
			const { noiseChannel } = await import("./noise-channel.ts");
			return noiseChannel(options);
		}
		const isOver = stream.destroyed || stream.readableEnded;
		if (!isOver && (await readable(stream, signal, SILENCE_MS - (performance.now() - begun)))) continue;
		if (!isOver && !signal.aborted) return failed("nothing came", "silent");
		stream.destroy();
		return failed(isOver ? "the other side closed" : "aborted");
	}
}
