// What the sequencer asks of the host's own member: to admit, to judge who enters, to remove, to renew.
import type { RemovalReason } from "../../crypto/group/messages.ts";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { OffKeys } from "../../crypto/off-record/exchange.ts";

export type Judgement =
	/** The entry was accepted. `name` is the one that the guest's OpenPGP key has signed for this room. */
	| { readonly kind: "accepted"; readonly epoch: number; readonly name: string }
	/** The entry was made for an epoch that is over: the guest needs a new admission. */
	| { readonly kind: "stale" }
	/** The entry was refused. With `repair` the group had to be restored, and this commit of the host's own must be placed before anything else. */
	| { readonly kind: "refused"; readonly detail: string; readonly repair?: Placeable };

/** A commit the authority's group has already applied, and the epoch it begins. */
export interface Placeable {
	readonly commit: Uint8Array;
	readonly epoch: number;
}

/** Holds what a guest has in the place of signatures where nobody signs: the keys of its connection, and the leaf key it comes in with. */
export interface OffEntrance {
	readonly keys: OffKeys;
	readonly leafKey: Uint8Array;
}

/** Does what only a member can do: the host's own, who has processed everything up to `afterSeq` before it answers. */
export interface Authority {
	/** Makes an admission for this guest in the current epoch, encrypted to their key. */
	admit(certificate: Certificate, off?: OffEntrance): Promise<Uint8Array | undefined>;
	judge(
		commit: Uint8Array,
		certificate: Certificate,
		afterSeq: number,
		off?: OffEntrance & { readonly tag: Uint8Array },
	): Promise<Judgement>;
	/** Makes the commit that removes this member; resolves with `undefined` when there is no such member. */
	remove(fingerprint: Fingerprint, reason: RemovalReason, afterSeq: number): Promise<Placeable | undefined>;
	/** Makes the commit by which the host's own leaf gets new keys; resolves with `undefined` when the group is gone. */
	renew(afterSeq: number): Promise<Placeable | undefined>;
}
