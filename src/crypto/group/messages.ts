// What a Group and its worker say to each other: plain data only, fit for structured clone, and the limits both keep.
import type { Fingerprint } from "../identity/fingerprint.ts";

/** The largest MLS message in bytes, GroupInfo included. */
export const MAXIMUM_MESSAGE_BYTES = 1024 * 1024;
/** The largest plaintext of one line in bytes: what is left of a message after padding, signature and framing. */
export const MAXIMUM_PLAINTEXT_BYTES = MAXIMUM_MESSAGE_BYTES - 1024;
/** The most members of a room, and the most leaves of its ratchet tree. */
export const MAXIMUM_MEMBERS = 256;
/** The members of a room that is off the record. */
export const OFF_RECORD_MEMBERS = 2;
export const TICKET_BYTES = 32;

/** A GroupMember is one leaf of the group. `name` is as its owner sent it: clean it before showing it. */
export interface GroupMember {
	readonly fingerprint: Fingerprint;
	readonly name: string;
	readonly leafIndex: number;
}

/** Says why the host removed somebody. */
export type RemovalReason = "left" | "connectionLost" | "kicked";

/** Says why something was not done. The codes are stable, and nothing has changed when one of these comes back. */
export type RefusalCode =
	/** It is no message of this protocol, not in its one allowed encoding, or over a limit. */
	| "malformed"
	/** The message belongs to another room. */
	| "wrongRoom"
	/** The message does not belong to the current epoch. */
	| "epoch"
	/** The message is our own and has come back to us. */
	| "ownMessage"
	/** It is an earlier or repeated line. */
	| "replayed"
	/** It is a commit or proposal that its sender is not allowed to make. */
	| "notAllowed"
	/** It is an entry without the admission ticket of this epoch and this fingerprint. */
	| "noTicket"
	/** It is an entry by another person than the caller expected. */
	| "unexpectedJoiner"
	/** A leaf is not certified for this room by its OpenPGP key, or its certificate is not known. */
	| "badCredential"
	/** Decryption, a signature or a tag failed. */
	| "cryptography"
	| "full"
	/** The GroupInfo is not one the host made for this room. */
	| "badGroupInfo"
	| "noLeaf"
	| "notEntered"
	| "alreadyEntered"
	/** We were removed, or replaced by a newer connection of our own. */
	| "removed"
	| "notHost"
	| "noSuchMember"
	/** The group was restored: `refresh()` must come first, so that no key is used twice. */
	| "refreshNeeded"
	/** The group was restored for reading: entering anew must come before anything is said. */
	| "readsOnly"
	| "badSnapshot";

/** Refuses. `detail` is for logs: bounded, without secrets, and it may hold what the other side sent. */
export interface Refused {
	readonly kind: "refused";
	readonly code: RefusalCode;
	readonly detail: string;
}

/** Makes a refusal with its detail cut to 200 characters. */
export function refused(code: RefusalCode, detail: string): Refused {
	return { kind: "refused", code, detail: detail.slice(0, 200) };
}

/** Holds our leaf, as the caller certifies it with its OpenPGP key before `create` or `enter`. */
export interface OwnCertification {
	/** Our OpenPGP certificate, as `readCertificate` reads it. */
	readonly certificate: Uint8Array;
	/** The name in 1 to 128 bytes of UTF-8. */
	readonly name: string;
	/** The OpenPGP signature with context `LEAF_SIGNATURE_CONTEXT` over `leafSignatureFields(roomId, publicKey, name)`; off the record there is none. */
	readonly signature?: Uint8Array | undefined;
}

export type Request =
	| { readonly kind: "newLeaf" }
	| ({ readonly kind: "create" } & OwnCertification)
	| { readonly kind: "admission"; readonly guest: Fingerprint }
	| ({
			readonly kind: "enter";
			readonly groupInfo: Uint8Array;
			readonly ticket: Uint8Array;
			readonly hostFingerprint: Fingerprint;
			readonly certificates: readonly Uint8Array[];
			/** The host's leaf key, as it was proven beside the group; it is there in a room off the record. */
			readonly hostLeaf?: Uint8Array;
	  } & OwnCertification)
	| {
			readonly kind: "receive";
			readonly message: Uint8Array;
			readonly certificates: readonly Uint8Array[];
			readonly joiner?: Fingerprint;
			/** The joiner's leaf key, as it was proven beside the group; it is there in a room off the record. */
			readonly joinerLeaf?: Uint8Array;
	  }
	| { readonly kind: "encrypt"; readonly plaintext: Uint8Array }
	| { readonly kind: "remove"; readonly fingerprint: Fingerprint; readonly reason: RemovalReason }
	| { readonly kind: "refresh" }
	| { readonly kind: "snapshot"; readonly isForDisk?: boolean }
	| {
			readonly kind: "restore";
			readonly snapshot: Uint8Array;
			readonly certificates: readonly Uint8Array[];
			readonly hostFingerprint: Fingerprint;
			readonly isForReading?: boolean;
			/** The GroupInfo that lets people in while no leaf key is there to sign a new one. */
			readonly groupInfo?: Uint8Array;
	  };

export type RequestKind = Request["kind"];

export interface LeafMade {
	readonly kind: "leaf";
	/** The Ed25519 public key, 32 bytes. */
	readonly publicKey: Uint8Array;
}

export interface Created {
	readonly kind: "created";
	readonly members: readonly GroupMember[];
	readonly epoch: number;
}

/** An Admission is what the host sends, encrypted to the guest's OpenPGP key, to one guest for one epoch. */
export interface Admission {
	readonly kind: "admission";
	readonly groupInfo: Uint8Array;
	readonly ticket: Uint8Array;
	readonly epoch: number;
	/** The host's leaf key (Ed25519, 32 bytes). */
	readonly hostLeaf: Uint8Array;
}

/** `commit` must be ordered by the host before anything else of `epoch` - 1; if it is not, `enter` again with a new admission (the leaf stays). */
export interface Entered {
	readonly kind: "entered";
	readonly commit: Uint8Array;
	readonly members: readonly GroupMember[];
	/** The epoch that this commit begins. */
	readonly epoch: number;
}

export interface Line {
	readonly kind: "line";
	readonly from: GroupMember;
	readonly plaintext: Uint8Array;
	readonly epoch: number;
	/** Counts the lines of this sender in this epoch that should have come before this one and never did. The host relays every line, so more than 0 means that some were withheld. */
	readonly skipped: number;
}

/** A commit was applied. Somebody who came back is in `left` (the old leaf) and in `joined` (the new one), with the reason "replaced". */
export interface Membership {
	readonly kind: "membership";
	readonly joined: readonly GroupMember[];
	readonly left: readonly GroupMember[];
	readonly by: Fingerprint;
	readonly reason?: RemovalReason | "replaced";
	/** The epoch that begins, or, when we are the ones who left, the one that ends. */
	readonly epoch: number;
}

export type Received = Line | Membership;

export interface Encrypted {
	readonly kind: "encrypted";
	readonly message: Uint8Array;
	readonly epoch: number;
}

/** A commit that was applied to our own state already: send it, in order. */
export interface Committed {
	readonly kind: "committed";
	readonly commit: Uint8Array;
	readonly left: readonly GroupMember[];
	readonly epoch: number;
}

/** A snapshot holds every secret of the group: keep it in memory, or sealed. */
export interface Snapshot {
	readonly kind: "snapshot";
	readonly bytes: Uint8Array;
	/** Stands beside a host's snapshot that is for a disk and has no leaf key in it: what lets people in as long as this epoch lasts. */
	readonly groupInfo?: Uint8Array;
	readonly epoch: number;
}

export interface Restored {
	readonly kind: "restored";
	readonly members: readonly GroupMember[];
	readonly epoch: number;
}

/** The answer to each request that is not refused. */
export interface Replies {
	readonly newLeaf: LeafMade;
	readonly create: Created;
	readonly admission: Admission;
	readonly enter: Entered;
	readonly receive: Received;
	readonly encrypt: Encrypted;
	readonly remove: Committed;
	readonly refresh: Committed;
	readonly snapshot: Snapshot;
	readonly restore: Restored;
}

export type Reply = Replies[RequestKind] | Refused;

/** Holds everything of a group: it goes on exactly there in another worker. It is made of secrets, and stays in memory. */
export interface SessionImage {
	readonly leaf?: { readonly publicKey: Uint8Array; readonly signKey: Uint8Array };
	readonly certificates: readonly Uint8Array[];
	readonly standing:
		| { readonly kind: "outside" }
		| { readonly kind: "removed" }
		| {
				readonly kind: "inside";
				readonly bytes: Uint8Array;
				readonly host: Fingerprint;
				readonly self: Fingerprint;
				readonly mode: "speaks" | "refreshFirst" | "reads";
				readonly groupInfo?: Uint8Array;
		  };
}

/** The worker is gone: the group can be restored from a snapshot, or entered again, in a new Group. */
export interface Failed {
	readonly kind: "failed";
	/**
	 * Says why the worker is gone. `watchdog`: this call took too long · `crashed`: the worker died of it · `closed`: it was gone before, or closed meanwhile.
	 */
	readonly failure: "watchdog" | "crashed" | "closed";
	readonly detail: string;
}

/** Says what a group is opened with. */
export interface GroupStart {
	readonly roomId: Uint8Array;
	/** The room is one of two people, without signatures. */
	readonly isOffRecord: boolean;
}

/** Says what the main thread tells the worker: each group has a number there. `open`, `close` and `rehearse` have no answer. */
export type ToWorker = { readonly group: number } & (
	| { readonly kind: "open"; readonly start: GroupStart; readonly image?: SessionImage }
	| { readonly kind: "ask"; readonly request: Request }
	| { readonly kind: "image" }
	| { readonly kind: "close" }
	| { readonly kind: "rehearse"; readonly certificate: Uint8Array }
);

/**
 * Says what the worker tells the main thread: first `started`, then answers in the order of the questions, so they need no number. After `broken`, which is a
 * bug, the worker is of no use any more.
 */
export type FromWorker = { readonly kind: "started" } | Answer | { readonly kind: "broken"; readonly detail: string };

/** Says what the worker answers. */
export type Answer =
	| { readonly kind: "reply"; readonly reply: Reply }
	| { readonly kind: "image"; readonly image: SessionImage };

/** Returns the buffers of all byte arrays of a reply that own theirs: those are moved to the other thread instead of copied. */
export function ownedBuffers(message: object): ArrayBuffer[] {
	const buffers = new Set<ArrayBuffer>();
	for (const value of Object.values(message).flat()) {
		if (!(value instanceof Uint8Array) || value.byteLength !== value.buffer.byteLength) continue;
		if (value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
	}
	return [...buffers];
}
