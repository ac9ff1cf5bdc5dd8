// Whether everything that was printed has reached its file or pipe: a full disk must not look like success.
import type { Writable } from "node:stream";

/** Says what happened, by the system's name for it (errno); others are told by that name. */
const troubleWords: Readonly<Record<string, string>> = {
	ENOSPC: "the disk is full",
	EDQUOT: "the disk quota is used up",
	EFBIG: "the file is as large as files may be",
	EPIPE: "whoever read it has stopped reading",
	EIO: "the device does not work",
};

/**
 * Watches an output from now on. The function that is returned waits until the system has all that was written, and says in a few words why it
 * could not be written, or `undefined` when all of it was. It never rejects.
 */
export function watchOutput(output: Writable): () => Promise<string | undefined> {
	let first: NodeJS.ErrnoException | undefined;
	// Without a listener a reader that goes away would end the program with a stack trace.
	output.on("error", (error: NodeJS.ErrnoException) => {
		first ??= error;
	});
	return async () => {
		const last = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => output.write("", resolve));
		const error = first ?? last;
		return error ? (troubleWords[error.code ?? ""] ?? error.code ?? "unknown") : undefined;
	};
}
