// Reads posts by a feed link without a room: dials the places that the link names, shows there that we have the link, and takes what is given. Nobody learns who we are.
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { concatBytes } from "../../../crypto/length-value.ts";
import type { OpenChannel } from "../../../crypto/opening/channel-outcome.ts";
import { tagKeys } from "../../../crypto/opening/knock.ts";
import type { HostAndPort, Link, Transport } from "../../../net/link/link.ts";
import { maxFeedBytes } from "../../posts/feed.ts";
import type { FeedPlace } from "../../posts/feed-link.ts";
import type { FeedAnswer } from "../../posts/fetched-feeds.ts";
import type { RouteGuest } from "../../routes/route.ts";
import { decodeFeedPart, encodeGetFeed, type HaveFeed, maxFeedPartBody } from "../../wire/feed-frames.ts";
import { frameType } from "../../wire/frame.ts";
import { patienceOf } from "../../wire/handshake.ts";
import { meetHost } from "../opening/meeting-host.ts";
import { expect } from "../opening/opening.ts";
import { dialAny } from "../reaching.ts";

/** Somebody who gives a feed has this long for all of it, once they have proven who they are. */
const givingTimeoutMs = 60_000;
/** Bounds what may come in all: the largest feed, what its frames add, and what was said before. */
const maxComingBytes = maxFeedBytes + 256 * 1024;

export interface FeedDial {
	/** The secret of the link: the knock shows that we have it, and the routes are found by it. */
	readonly secret: Uint8Array;
	readonly have: HaveFeed;
	readonly transport: Transport;
	/** Makes the channel; without it by TLS. */
	readonly openChannel?: OpenChannel | undefined;
	/** Prepares the routes that lead to a place; they are closed here. */
	readonly routesTo: (place: FeedPlace) => readonly RouteGuest[];
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	readonly signal: AbortSignal;
}

/** Asks at each place, one after the other, until somebody gives what there is. It never throws for what the network or others do. */
export async function dialFeed(places: readonly FeedPlace[], dial: FeedDial): Promise<FeedAnswer> {
	let last: FeedAnswer = { kind: "none", why: "noWay" };
	for (const place of places) {
		const routes = dial.routesTo(place);
		const answer = await askAt(place, routes, dial);
		await Promise.all(routes.map((route) => route.close()));
		if (answer.kind !== "none") return answer;
		// That nobody answers at one place says less than what somebody has said at another.
		if (last.kind === "none" && ["noWay", "unreachable"].includes(last.why)) last = answer;
	}
	return last;
}

async function askAt(place: FeedPlace, ways: readonly RouteGuest[], dial: FeedDial): Promise<FeedAnswer> {
	let endpoints = place.endpoints.map(({ address, port }): HostAndPort => ({ host: address, port }));
	let routes = ways;
	let last: FeedAnswer = { kind: "none", why: endpoints.length + routes.length > 0 ? "unreachable" : "noWay" };
	while (endpoints.length + routes.length > 0) {
		const dialled = await dialAny(dial, endpoints, routes, true);
		if (dialled.kind === "ended") return last;
		const { link, by } = dialled;
		last = await askOver(link, place.fingerprint, dial);
		link.stream.destroy();
		// Somebody else may be at one of the addresses by now.
		if (last.kind !== "none" || last.why !== "notKnown") return last;
		endpoints = endpoints.filter((one) => one !== by);
		routes = routes.filter((one) => one !== by);
	}
	return last;
}

async function askOver({ stream, far }: Link, host: Fingerprint, dial: FeedDial): Promise<FeedAnswer> {
	const { secret, have, openChannel, now, signal } = dial;
	const patience = patienceOf(far.transport);
	const wanted = { fingerprint: host, secrets: { invite: tagKeys({ kind: "feed", secret }, host) } };
	const met = await meetHost(stream, { wanted, openChannel, now, patience }, signal);
	if (met.kind === "ended") {
		if (met.code === "clocks_differ") return { kind: "none", why: "clocksDiffer" };
		return { kind: "none", why: met.code === "busy" ? "busy" : "notKnown" };
	}
	const { frames, known } = met;
	if (known?.way !== "feed") return { kind: "none", why: "notKnown" };
	frames.limit({ maxBodyBytes: maxFeedPartBody, maxBytes: maxComingBytes });
	frames.send(frameType.getFeed, encodeGetFeed(have));
	const until = AbortSignal.any([signal, AbortSignal.timeout(givingTimeoutMs * patience)]);
	const parts: Uint8Array[] = [];
	for (let left = 1; left > 0; ) {
		const next = await expect(frames, frameType.feed, until);
		if (next.kind === "ended") return { kind: "none", why: next.code === "busy" ? "busy" : "broken" };
		const part = decodeFeedPart(next.body);
		if (part.kind === "refused" || (parts.length > 0 && part.value.left !== left - 1))
			return { kind: "none", why: "broken" };
		left = part.value.left;
		parts.push(part.value.bytes.slice());
	}
	const bytes = concatBytes(...parts);
	return bytes.length === 0 ? { kind: "same", from: host } : { kind: "feed", from: host, bytes };
}
