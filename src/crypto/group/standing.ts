// Where a member stands with its group, and so what may be done with the group's state. Pure.
import type { ClientState } from "ts-mls";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { type Refused, refused } from "./messages.ts";

/** An Inside is a member inside of a group. */
export interface Inside {
	readonly kind: "inside";
	readonly state: ClientState;
	readonly host: Fingerprint;
	readonly self: Fingerprint;
	/**
	 * Says what the state may be used for. `refreshFirst`: the state was restored after the worker was lost, and our ratchets may have been further on already, so the epoch must end before they are
	 * used. `reads`: it came from a disk and may be of any age, so it reads and admits, and never encrypts or commits.
	 */
	readonly mode: "speaks" | "refreshFirst" | "reads";
	/** The GroupInfo that lets people in as long as the epoch of the snapshot lasts. It is there where the snapshot had no leaf key. */
	readonly groupInfo?: Uint8Array;
}

const readsOnly = refused("readsOnly", "a group from a disk only reads: enter anew to speak");

/** Says where a member stands with its group. */
export type Standing = { readonly kind: "outside" } | Inside | { readonly kind: "removed" };

/** Returns the group, whatever its `mode` is. */
export function insideOf(standing: Standing): Inside | Refused {
	switch (standing.kind) {
		case "inside":
			return standing;
		case "outside":
			return refused("notEntered", "not in a group");
		case "removed":
			return refused("removed", "no longer a member");
	}
}

/** Returns the group, for commits: they end the epoch, so the ratchets of one that was restored are not used again. */
export function committingIn(standing: Standing): Inside | Refused {
	return notFromDisk(insideOf(standing));
}

/** Returns the group, for what uses no key of ours that encrypts. */
export function readingIn(standing: Standing): Inside | Refused {
	const group = insideOf(standing);
	const isEarly = group.kind === "inside" && group.mode === "refreshFirst";
	return isEarly ? refused("refreshNeeded", "refresh comes first") : group;
}

function notFromDisk(group: Inside | Refused): Inside | Refused {
	return group.kind === "inside" && group.mode === "reads" ? readsOnly : group;
}

/** Returns the group, for what encrypts. */
export function speakingIn(standing: Standing): Inside | Refused {
	return notFromDisk(readingIn(standing));
}

/** Refuses what only the host does where we are not the host. */
export function onlyAsHost(group: Inside | Refused): Inside | Refused {
	return group.kind === "inside" && group.self !== group.host ? refused("notHost", "only the host does this") : group;
}
