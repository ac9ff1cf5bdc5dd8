// Somebody between a guest and a host who makes a channel of their own with each, and so reads, drops, changes and makes every frame. What they cannot have is the same
// channel at both ends.
import assert from "node:assert/strict";
import { openFrames } from "../../../src/engine/host/handshake-host.ts";
import { type Frame, type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import type { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { patienceMs } from "../until.ts";
import { type GuestChannel, guestChannel } from "./cheap-guest.ts";

const patience = () => AbortSignal.timeout(patienceMs);

/** The host's end of a channel that was made by hand. */
export interface HostChannel {
	readonly frames: FrameStream;
	/** B. */
	readonly channel: Uint8Array;
}

/** Makes the host's end of the channel on a Link. */
export async function hostChannel({ stream }: Pick<Link, "stream">): Promise<HostChannel> {
	const opened = await openFrames(stream, patience());
	assert.ok(opened.kind === "opened");
	opened.frames.limit({ maxBodyBytes: maxSecureBodyBytes });
	return opened;
}

export interface Middle {
	/** The end of the Link that the guest dials. */
	readonly link: Link;
	/** The channel in which the middle is the host. */
	readonly toGuest: Promise<HostChannel>;
	/** The channel in which the middle is the guest. */
	readonly toHost: Promise<GuestChannel>;
}

/** Steps between a guest and this Link to a host. */
export function stepBetween(host: Link): Middle {
	const [link, far] = memoryLinkPair();
	const sides = { toGuest: hostChannel(far), toHost: guestChannel(host) };
	// Whoever needs only one side leaves the other waiting until its time is up, which is nobody's failure.
	for (const side of Object.values(sides)) side.catch(() => {});
	return { link, ...sides };
}

/** The next frame, or nothing when the other side is gone. A side that neither says anything nor goes fails the test. */
export async function nextFrame(frames: FrameStream): Promise<Frame | undefined> {
	const next = await frames.next(patience());
	assert.notEqual(next.kind, "aborted", "the other side said nothing");
	return next.kind === "frame" ? next.frame : undefined;
}

/** Reads on until the other side hangs up, and closes the Link; the last frame that is no ping. */
export async function lastFrame({ frames }: { readonly frames: FrameStream }): Promise<Frame | undefined> {
	let last: Frame | undefined;
	for (;;) {
		const frame = await nextFrame(frames);
		if (!frame) break;
		if (frame.type !== frameType.ping) last = frame;
	}
	frames.stream.destroy();
	return last;
}

/** Passes frames on, both ways, until both sides are gone; the types that went each way, in their order. */
export async function passEverything({ toGuest, toHost }: Middle): Promise<{ guest: FrameType[]; host: FrameType[] }> {
	const [near, far] = await Promise.all([toGuest, toHost]);
	const carry = async (from: FrameStream, to: FrameStream): Promise<FrameType[]> => {
		const types: FrameType[] = [];
		for (;;) {
			const frame = await nextFrame(from);
			if (!frame) break;
			types.push(frame.type);
			to.send(frame.type, frame.body);
		}
		to.stream.end();
		return types;
	};
	const [guest, host] = await Promise.all([carry(near.frames, far.frames), carry(far.frames, near.frames)]);
	return { guest, host };
}
