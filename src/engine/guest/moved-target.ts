// Where the host of a room of two can be found now, as it says itself: its new ways, and behind them the addresses where it was before.
import type { Route } from "../routes/route.ts";
import { encodeInvite, type InviteEndpoint, maxInviteEndpoints, parseInvite } from "../wire/invite.ts";
import { type JoinTarget, readJoinTarget } from "./join-target.ts";

const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
	one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;

/**
 * Returns what leads to the host from now on; `undefined` when what it says is no invite of this host to this room, or would have us dial addresses where
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
	const endpoints = [...invite.endpoints, ...former.filter(isNew)].slice(0, maxInviteEndpoints);
	if (endpoints.length === 0 && invite.parts.size === 0) return undefined;
	const target = readJoinTarget(encodeInvite({ ...invite, endpoints }), routes);
	return target.kind === "refused" ? undefined : { ...target, display: before.display };
}
