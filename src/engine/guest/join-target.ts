// Where a guest wants to go, as typed or pasted: an address and a port, or an invite that names several and the host's key; and where a host can be found who has moved.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { parseTarget, withoutCommand } from "../../net/address/target.ts";
import type { OnContact } from "../../net/link/contact.ts";
import type { HostAndPort } from "../../net/link/link.ts";
import type { TargetTrouble } from "../api/refusals.ts";
import { secretOfDay } from "../routes/daily-secret.ts";
import type { Route, RouteGuest } from "../routes/route.ts";
import {
	encodeInvite,
	type Invite,
	type InviteEndpoint,
	isDialable,
	looksLikeInvite,
	parseInvite,
} from "../wire/invite.ts";

/** A NamedRoute is a route that an invite names. */
export interface NamedRoute {
	readonly route: Route;
	/** `now` is in ms since the epoch. */
	readonly open: (onContact: OnContact, now: number) => RouteGuest;
}

export interface JoinTarget {
	readonly kind: "target";
	/** Holds at least one address, unless there is a route. */
	readonly endpoints: readonly HostAndPort[];
	/** Holds the routes that the invite names; `open` prepares the guest's side. */
	readonly routes: readonly NamedRoute[];
	/** The fingerprint of the key that the host must have. */
	readonly pin?: Fingerprint;
	/** The host is asked to prove itself by this secret; without it, by the key's fingerprint. */
	readonly inviteSecret?: Uint8Array;
	/** The name of the room that it must be. */
	readonly roomName?: Uint8Array;
	/** The room is one of two people, and nobody signs there. */
	readonly isOffRecord?: boolean;
	/** Names the target shortly, for the screen. */
	readonly display: string;
	/** The text that leads here again when it is typed. */
	readonly typed: string;
}

const shownCharacters = 24;

type Refused = { readonly kind: "refused" } & TargetTrouble;

/** Reads an address and port, or an invite; `routes` are those that this program has. It never throws. */
export function readJoinTarget(pasted: string, routes: readonly Route[]): JoinTarget | Refused {
	const text = withoutCommand(pasted);
	if (!looksLikeInvite(text)) {
		const target = parseTarget(text);
		if (target.kind === "refused") return target;
		const { host, port, display } = target;
		return { kind: "target", endpoints: [{ host, port }], routes: [], display, typed: display };
	}
	const read = parseInvite(text);
	if (read.kind === "refused") return read;
	const { fingerprint, endpoints, secret, room, isOffRecord, isForLater } = read.invite;
	const named = routesIn(read.invite, routes);
	if (named === undefined) return { kind: "refused", why: "inviteDamaged" };
	if (endpoints.length === 0 && named.length === 0) return { kind: "refused", why: "inviteWithoutWay" };
	const typed = text.replace(/[^a-z0-9:/]/gi, "").toLowerCase();
	return {
		kind: "target",
		endpoints: endpoints.map(({ address, port }) => ({ host: address, port })),
		routes: named,
		pin: fingerprint,
		...(secret && !isForLater ? { inviteSecret: secret } : {}),
		...(room ? { roomName: room } : {}),
		...(isOffRecord ? { isOffRecord } : {}),
		display: `${typed.slice(0, shownCharacters)}…`,
		typed,
	};
}

/** Returns the routes that the invite names and this program has; `undefined` when what it says of one makes no sense. */
function routesIn(
	{ parts, routeSecret, isForLater }: Invite,
	routes: readonly Route[],
): readonly NamedRoute[] | undefined {
	const named: NamedRoute[] = [];
	for (const route of routes) {
		if (!parts.has(route.inviteKey)) continue;
		const part = parts.get(route.inviteKey);
		const open = route.readInvite(part, routeSecret);
		if (open === undefined) return undefined;
		const openAt = (now: number): typeof open =>
			(isForLater && routeSecret && route.readInvite(part, secretOfDay(routeSecret, now))) || open;
		named.push({ route, open: (onContact, now) => openAt(now)(onContact) });
	}
	return named;
}

/**
 * Returns what leads to whichever room this host has open later: where it was reached last, and as it says how it is found again. It is `undefined` when what it says is nothing of that kind, or no route
 * of ours leads there. It never throws.
 */
export function laterTarget(
	{ endpoints: former }: Pick<JoinTarget, "endpoints">,
	host: Fingerprint,
	said: string,
	routes: readonly Route[],
): string | undefined {
	const read = parseInvite(said);
	if (read.kind === "refused") return undefined;
	const { invite } = read;
	if (invite.fingerprint !== host || !invite.isForLater || invite.endpoints.length > 0) return undefined;
	const leading = routes.filter(({ leadsToLaterRooms, inviteKey }) => leadsToLaterRooms && invite.parts.has(inviteKey));
	if (leading.length === 0) return undefined;
	const endpoints = former.flatMap(({ host: address, port }): readonly InviteEndpoint[] =>
		isDialable(address) ? [{ address, port }] : [],
	);
	const parts = new Map(leading.map(({ inviteKey }) => [inviteKey, invite.parts.get(inviteKey)]));
	const target = readJoinTarget(encodeInvite({ ...invite, endpoints, parts }), routes);
	return target.kind === "refused" ? undefined : target.typed;
}

const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
	one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;

/**
 * Returns what leads to the host of a room of two from now on, who says so: the new ways, and behind them the addresses of before. It is `undefined` when what it says is no invite of this host to this room, or would have us dial addresses where
 * we have dialled none so far. It never throws.
 */
export function movedTarget(before: JoinTarget, said: string, routes: readonly Route[]): JoinTarget | undefined {
	const now = parseInvite(said);
	if (now.kind === "refused" || now.invite.fingerprint !== before.pin) return undefined;
	const { invite } = now;
	if (!isSame(invite.room, before.roomName) || !isSame(invite.secret, before.inviteSecret)) return undefined;
	if (before.endpoints.length === 0 && invite.endpoints.length > 0) return undefined;
	const former = before.endpoints.map(({ host: address, port }): InviteEndpoint => ({ address, port }));
	const isNew = (one: InviteEndpoint): boolean =>
		!invite.endpoints.some(({ address, port }) => address === one.address && port === one.port);
	const endpoints = [...invite.endpoints, ...former.filter(isNew)];
	if (endpoints.length === 0 && invite.parts.size === 0) return undefined;
	const target = readJoinTarget(encodeInvite({ ...invite, endpoints }), routes);
	return target.kind === "refused" ? undefined : { ...target, display: before.display };
}
