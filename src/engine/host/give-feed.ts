// Gives posts to whoever has shown a feed link, and nothing else: one question, one answer, and the Link ends. They stay strangers, whose key nobody asks for.
import { Caller } from "../../net/address/caller.ts";
import type { FeedDoor } from "../posts/feed-doors.ts";
import { endGently } from "../wire/end-gently.ts";
import { decodeGetFeed, encodeFeedPart, partsOfFeed } from "../wire/feed-frames.ts";
import { frameType } from "../wire/frame.ts";
import { stepTimeoutMs } from "../wire/handshake.ts";
import { expect, type Gone, gone, type Opening, sentAway } from "./greeting.ts";

/** Stands for everybody who has shown a feed link and has no address. */
export const readerWithoutAddress = Caller.named("somebody with a feed link", "global");

/** A reader has this much time, in milliseconds, to take the whole feed. */
const takingTimeoutMs = 30_000;

/** Waits for the question, answers it and ends the Link. */
export async function giveFeed({ frames, stream, greeting, signal }: Opening, door: FeedDoor): Promise<Gone> {
	const asked = await expect(frames, [frameType.getFeed], signal, stepTimeoutMs);
	if (asked.kind === "gone") return asked;
	const have = decodeGetFeed(asked.body);
	if (have.kind === "refused") return gone(have.detail);
	const { caller } = greeting.greeter.visit();
	const over = door.begin(caller === readerWithoutAddress ? undefined : caller.key);
	if (!over) return sentAway("busy");
	const stop = (): void => void stream.destroy();
	signal.addEventListener("abort", stop);
	try {
		const feed = door.read();
		if (!feed) return gone("the link was taken back");
		const { rev, hash, bytes } = feed;
		const isKnown = have.value.rev === rev && Buffer.compare(have.value.hash, hash) === 0;
		for (const part of partsOfFeed(isKnown ? new Uint8Array() : bytes))
			frames.send(frameType.feed, encodeFeedPart(part));
		await endGently(stream, takingTimeoutMs * (greeting.patience ?? 1));
	} finally {
		signal.removeEventListener("abort", stop);
		over();
	}
	return { ...gone("the posts were given"), hasRead: true };
}
