// Where a guest wants to go, as typed or pasted: an address and a port, or an invite that names several and the host's key.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { parseTarget, withoutCommand } from "../../net/address/target.ts";
import type { Endpoint } from "../../net/link/link.ts";
import type { TargetTrouble } from "../api/refusals.ts";
import type { RouteParts } from "../routes/route.ts";
import { looksLikeInvite, parseInvite } from "../wire/invite.ts";

export interface JoinTarget {
	readonly kind: "target";
	/** At least one, unless `parts` names a route. */
	readonly endpoints: readonly Endpoint[];
	/** What the invite says of the routes to the host. */
	readonly parts: RouteParts;
	/** The host must have this key. */
	readonly pin?: Fingerprint;
	/** By which the host is asked to prove it; absent: by the key's fingerprint. */
	readonly inviteSecret?: Uint8Array;
	/** The room must be this one. */
	readonly roomName?: Uint8Array;
	/** Short, for the screen. */
	readonly display: string;
	/** Leads here again when typed. */
	readonly typed: string;
}

const shownCharacters = 24;

/** Reads an address and port, or an invite. Never throws. */
export function readJoinTarget(pasted: string): JoinTarget | ({ readonly kind: "refused" } & TargetTrouble) {
	const text = withoutCommand(pasted);
	if (!looksLikeInvite(text)) {
		const target = parseTarget(text);
		if (target.kind === "refused") return target;
		const { host, port, display } = target;
		return { kind: "target", endpoints: [{ host, port }], parts: {}, display, typed: display };
	}
	const read = parseInvite(text);
	if (read.kind === "refused") return { kind: "refused", why: "invite", detail: read.detail };
	const { fingerprint, endpoints, secret, room, dht } = read.invite;
	const typed = text.replace(/[^a-z0-9:/]/gi, "").toLowerCase();
	return {
		kind: "target",
		endpoints: endpoints.map(({ address, port }) => ({ host: address, port })),
		parts: dht ? { dht } : {},
		pin: fingerprint,
		...(secret ? { inviteSecret: secret } : {}),
		...(room ? { roomName: room } : {}),
		display: `${typed.slice(0, shownCharacters)}…`,
		typed,
	};
}
