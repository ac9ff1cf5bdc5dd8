// Looks on the same network for a host who is not where they were: an announcement with their key says where to dial, and the opening proves whether it is them.
import { setTimeout as sleep } from "node:timers/promises";
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { isNeighbour, type LanNetwork, lanNetworks } from "../../net/lan/networks.ts";
import type { HeardRooms } from "../../net/lan/rooms.ts";
import type { OnContact } from "../../net/link/contact.ts";
import type { HostAndPort, Transport } from "../../net/link/link.ts";
import { maxInviteEndpoints } from "../wire/invite.ts";

/** Is longer than two questions and their answers take (docs/protocol.md §16). */
const lookMs = 2_000;

/** Says who is looked for, and where they were. */
export interface Missing {
	readonly host: Fingerprint;
	readonly former: readonly HostAndPort[];
	readonly signal: AbortSignal;
}

/** Returns where that host may be instead. Nothing of it is proven. */
export type LookNearby = (missing: Missing) => Promise<readonly HostAndPort[]>;

/**
 * Makes what looks by multicast, and only in networks in which the host has been: elsewhere nobody is told that somebody looks, and who came by routes alone asks no network. `networks` are those of this computer.
 */
export function nearbyLooker(
	only: Transport["only"],
	onContact: OnContact,
	networks: (only: Transport["only"]) => readonly LanNetwork[] = lanNetworks,
): LookNearby {
	return async ({ host, former, signal }) => {
		const shared = (): readonly LanNetwork[] =>
			networks(only).filter((network) => former.some((one) => isNeighbour(one.host, network)));
		if (shared().length === 0) return [];
		const { browse } = await import("../../net/lan/browse.ts");
		let rooms: HeardRooms = [];
		const onRooms = (heard: HeardRooms): void => {
			rooms = heard;
		};
		const browser = browse({ only: only ?? {}, networks: shared, onRooms, onNetworks: () => {}, onContact });
		await sleep(lookMs, undefined, { signal }).catch(() => undefined);
		browser.close();
		return placesOf(rooms, host, former);
	};
}

/** Returns where rooms of this host were announced, beside where we were before: no more than an invite may name. */
export function placesOf(rooms: HeardRooms, host: Fingerprint, former: readonly HostAndPort[]): readonly HostAndPort[] {
	return rooms
		.filter(({ fingerprint }) => parseFingerprint(fingerprint) === host)
		.map(({ address, port }) => ({ host: address, port }))
		.filter((one) => !former.some(({ host: address, port }) => address === one.host && port === one.port))
		.slice(0, maxInviteEndpoints);
}
