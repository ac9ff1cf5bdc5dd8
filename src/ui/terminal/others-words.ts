// Keeps what others write to standard output and standard error while the full screen is drawn (Node's own warnings, libraries), and says it afterwards.

/** The part of a standard stream that is needed here. */
type Stream = Pick<NodeJS.WriteStream, "isTTY" | "write">;

/** At most this many characters are kept: somebody who needs more writes them to a file (2>file), which nothing here touches. */
const maxKept = 16_000;

// Others may repeat what came from the network: nothing of it gives orders to the terminal.
const orders = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;

/** Returns what others have said. */
export interface OthersWords {
	/** Lets others write again, and returns what they have said, as lines for the terminal; "" when it was nothing. */
	release(): string;
}

/** Keeps from now on what is written to those of the streams that are a terminal. */
export function keepOthersWords(streams: readonly Stream[]): OthersWords {
	let kept = "";
	const restores = streams
		.filter(({ isTTY }) => isTTY)
		.map((stream) => {
			const { write } = stream;
			stream.write = (...[chunk, encoding, done]: readonly unknown[]) => {
				const text = typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString();
				kept = (kept + text).slice(0, maxKept);
				const callback = typeof encoding === "function" ? encoding : done;
				if (typeof callback === "function") process.nextTick(callback);
				return true;
			};
			return () => {
				stream.write = write;
			};
		});
	return {
		release() {
			for (const restore of restores.splice(0)) restore();
			const said = kept
				.replace(/\u001B\[[0-?]*[ -/]*[@-~]/g, "")
				.replace(orders, "")
				.trimEnd();
			kept = "";
			return said === "" ? "" : `${said}\n`;
		},
	};
}
