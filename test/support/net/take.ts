// Reads a part of what a stream has, and leaves the rest to wait.
import { once } from "node:events";
import type { Readable } from "node:stream";

/** Reads until it has `bytes` or more, and returns how many. */
export async function take(stream: Readable, bytes: number): Promise<number> {
	let taken = 0;
	while (taken < bytes) {
		const chunk: Buffer | null = stream.read();
		if (chunk) taken += chunk.length;
		else await once(stream, "readable");
	}
	return taken;
}
