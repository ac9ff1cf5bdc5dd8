// How posts are reached without a room: where we can be dialled for those that we give, and how we dial others for theirs.
import type { Fingerprint } from "../crypto/identity/fingerprint.ts";
import type { Transport } from "../net/link/link.ts";
import { dialFeed } from "./guest/feeds/dialled-feed.ts";
import { encodePlace, type FeedPlace } from "./posts/feed-link.ts";
import type { AskForFeed } from "./posts/fetched-feeds.ts";
import { Posts, type PostsOptions } from "./posts/posts.ts";
import type { Route, RouteGuest } from "./routes/route.ts";
import type { Stay } from "./stay/stay.ts";
import type { Disclosures } from "./told/disclosures.ts";
import { maxInviteContentBytes } from "./wire/invite.ts";

/** Says by what one room can be dialled. */
type Reach = Pick<FeedPlace, "endpoints" | "parts">;

/** A feed link is typed and shown: it names fewer addresses than an invite may. */
const mostEndpoints = 6;

/** Tells whether we host a room that hides where its people are. Then posts are given by such rooms alone, or who has the link could tell where we are. */
const isHiding = (stays: readonly Stay[]): boolean => stays.some((stay) => stay.host?.reach() && stay.isHidden);

/** Returns where we can be dialled for posts, by all rooms that we host now as one; `undefined` where by none. */
function placeOf(self: Fingerprint, stays: readonly Stay[]): FeedPlace | undefined {
	const hides = isHiding(stays);
	const given = stays.filter((stay) => !hides || stay.isHidden);
	// A room that is kept is there tomorrow too.
	const lasting = given.toSorted((one, other) => Number(isKept(other)) - Number(isKept(one)));
	const reaches = lasting.flatMap((stay) => stay.host?.reach() ?? []);
	const endpoints = reaches.flatMap((one) => one.endpoints).filter(isFirst);
	const parts = new Map(reaches.toReversed().flatMap((one) => [...one.parts]));
	for (let count = Math.min(endpoints.length, mostEndpoints); count + parts.size > 0; count -= 1) {
		const place = { fingerprint: self, endpoints: endpoints.slice(0, count), parts };
		if (encodePlace(place).length <= maxInviteContentBytes) return place;
		if (count === 0) return undefined;
	}
	return undefined;
}

const isKept = ({ room, pair }: Stay): boolean => pair !== undefined || room?.terms.kept !== undefined;

type Endpoint = Reach["endpoints"][number];

const isFirst = ({ address, port }: Endpoint, index: number, all: readonly Endpoint[]): boolean =>
	all.findIndex((one) => one.address === address && one.port === port) === index;

export interface ReachablePostsOptions extends Omit<PostsOptions, "place" | "isHiding" | "ask"> {
	readonly transport: Transport;
	readonly routes: readonly Route[];
	readonly told: Pick<Disclosures, "contacts">;
	/** Returns the stays in rooms that there are now. */
	readonly stays: () => readonly Stay[];
	/** Ends every dial. */
	readonly signal: AbortSignal;
}

/** Makes the posts of a home, which are given by its rooms and fetched from others by the ways by which rooms are joined. */
export function reachablePosts(options: ReachablePostsOptions): Posts {
	const { stays, account } = options;
	const self = (): Fingerprint | undefined => account.self()?.signer.fingerprint;
	return new Posts({
		...options,
		place: () => {
			const own = self();
			return own && placeOf(own, stays());
		},
		isHiding: () => isHiding(stays()),
		ask: askerOf(options, self),
	});
}

function askerOf(
	{ transport, routes, told, now, signal }: ReachablePostsOptions,
	self: () => Fingerprint | undefined,
): AskForFeed {
	const routesTo = ({ parts }: FeedPlace, secret: Uint8Array): readonly RouteGuest[] =>
		routes.flatMap((route) => {
			if (!parts.has(route.inviteKey) || route.refusal(transport.only) !== undefined) return [];
			return route.readInvite(parts.get(route.inviteKey), secret)?.(told.contacts(route.name)) ?? [];
		});
	return (places, { secret, have }) => {
		// Nobody dials themselves.
		const others = places.filter(({ fingerprint }) => fingerprint !== self());
		return dialFeed(others, { secret, have, transport, now, signal, routesTo: (place) => routesTo(place, secret) });
	};
}
