// The host's own member at work for the server: makes admissions, judges who enters, removes who leaves.
import { Group } from "../../crypto/group/group.ts";
import type { GroupMember, Membership, RemovalReason, Snapshot } from "../../crypto/group/messages.ts";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { encryptSignedTo } from "../../crypto/identity/sealed-message.ts";
import { encryptTaggedTo, isLeafTag, leafTag } from "../../crypto/off-record/tags.ts";
import type { Member } from "../member/member.ts";
import type { Authority, Judgement, OffEntrance, Placeable } from "../order/authority.ts";
import { encodeAdmission } from "../wire/entering-frames.ts";
import { maxAdmissionBytes } from "../wire/frame.ts";

/** OpenPGP adds less than this to an admission. */
const encryptionOverheadBytes = 64 * 1024;

export interface HostAuthorityOptions {
	readonly roomId: Uint8Array;
	/** The certificates of those who are in the room already; the host's own is known. */
	readonly certificates?: readonly (readonly [Fingerprint, Uint8Array])[];
	readonly signer: Signer;
	/** Nobody signs in this room. */
	readonly isOffRecord?: boolean;
	readonly group: Group;
	readonly onGroupReplaced: (group: Group) => void;
}

/** Calls come one at a time, from inside the sequencer's turn; `admit` may come at any time. */
export class HostAuthority implements Authority {
	readonly #options: HostAuthorityOptions;
	readonly #certificates = new Map<Fingerprint, Uint8Array>();
	#group: Group;
	#member: Member | undefined;
	#judging: Promise<unknown> = Promise.resolve();
	/** The host's leaf key, as it stood in the last admission. */
	#hostLeaf: Uint8Array | undefined;

	constructor(options: HostAuthorityOptions) {
		this.#options = options;
		this.#group = options.group;
		for (const [fingerprint, certificate] of options.certificates ?? [])
			this.#certificates.set(fingerprint, certificate);
		this.#certificates.set(options.signer.fingerprint, options.signer.certificate.bytes);
	}

	/** Sets the host's member, which must have seen all that was placed before a judgement. */
	bind(member: Member): void {
		this.#member = member;
	}

	/** Returns the certificates of everybody who is in the room, by their fingerprints. */
	get certificates(): ReadonlyMap<Fingerprint, Uint8Array> {
		return this.#certificates;
	}

	get members(): readonly GroupMember[] {
		return this.#group.members();
	}

	/** Takes the group for a disk, as it is after everything up to `afterSeq`; `undefined`: it is gone. */
	async snapshot(afterSeq: number): Promise<Snapshot | undefined> {
		await this.#member?.caughtUp(afterSeq);
		const taken = await this.#group.snapshot({ isForDisk: true });
		return taken.kind === "snapshot" ? taken : undefined;
	}

	/** Ends the group's worker. */
	async close(): Promise<void> {
		await this.#group.close();
	}

	async admit(certificate: Certificate, off?: OffEntrance): Promise<Uint8Array | undefined> {
		const { roomId, signer, isOffRecord = false } = this.#options;
		if (isOffRecord !== (off !== undefined)) return undefined;
		let admission = await this.#group.admission(certificate.fingerprint);
		if (admission.kind !== "admission") {
			// An entry that is being judged may have cost the worker; a restored one takes its place.
			await this.#judging;
			admission = await this.#group.admission(certificate.fingerprint);
		}
		if (admission.kind !== "admission") return undefined;
		const { groupInfo, ticket, hostLeaf } = admission;
		this.#hostLeaf = hostLeaf;
		const leaves = off && { roomId, guestLeaf: off.leafKey, hostLeaf };
		const leaf = leaves && { leaf: { key: hostLeaf, tag: leafTag(off.keys.leaf, "host", leaves) } };
		const certificates = [...this.#certificates.values()];
		const body = encodeAdmission({ room: roomId, groupInfo, ticket, certificates, ...leaf });
		ticket.fill(0);
		if (body.length > maxAdmissionBytes - encryptionOverheadBytes) return undefined;
		if (off) return encryptTaggedTo(certificate, off.keys.admission, body);
		return encryptSignedTo(certificate, signer, body).catch(() => undefined);
	}

	judge(
		commit: Uint8Array,
		certificate: Certificate,
		afterSeq: number,
		off?: OffEntrance & { readonly tag: Uint8Array },
	): Promise<Judgement> {
		if (!this.#isVouchedFor(off)) return Promise.resolve({ kind: "refused", detail: "the leaf is not the guest's" });
		const judgement = this.#judge(commit, certificate, afterSeq, off?.leafKey);
		this.#judging = judgement;
		return judgement;
	}

	/** Tells whether the guest says by its tag that this leaf key is its own, where nobody signs; elsewhere the signature in the leaf says it. */
	#isVouchedFor(off: (OffEntrance & { readonly tag: Uint8Array }) | undefined): boolean {
		const { roomId, isOffRecord = false } = this.#options;
		if (!off || !isOffRecord || !this.#hostLeaf) return off === undefined && !isOffRecord;
		return isLeafTag(off.tag, off.keys.leaf, "guest", { roomId, guestLeaf: off.leafKey, hostLeaf: this.#hostLeaf });
	}

	async #judge(
		commit: Uint8Array,
		certificate: Certificate,
		afterSeq: number,
		joinerLeaf: Uint8Array | undefined,
	): Promise<Judgement> {
		await this.#member?.caughtUp(afterSeq);
		const before = await this.#group.snapshot();
		const joiner = certificate.fingerprint;
		const received = await this.#group.receive({
			message: commit,
			certificates: [certificate.bytes],
			joiner,
			joinerLeaf,
		});
		if (received.kind !== "failed" && before.kind === "snapshot") before.bytes.fill(0);
		if (received.kind === "membership") {
			this.#certificates.set(joiner, certificate.bytes);
			this.#member?.hasApplied(commit, received);
			const name = received.joined.find(({ fingerprint }) => fingerprint === joiner)?.name ?? "";
			return { kind: "accepted", epoch: received.epoch, name };
		}
		if (received.kind === "failed" && before.kind === "snapshot") {
			const repair = await this.#restore(before.bytes);
			before.bytes.fill(0);
			return { kind: "refused", detail: received.detail, ...(repair ? { repair } : {}) };
		}
		return { kind: "refused", detail: received.kind === "line" ? "not a commit" : received.detail };
	}

	async remove(fingerprint: Fingerprint, reason: RemovalReason, afterSeq: number): Promise<Placeable | undefined> {
		await this.#member?.caughtUp(afterSeq);
		const removed = await this.#group.remove(fingerprint, reason);
		if (removed.kind !== "committed") return undefined;
		this.#certificates.delete(fingerprint);
		const { commit, left, epoch } = removed;
		this.#announce(commit, {
			kind: "membership",
			joined: [],
			left,
			by: this.#options.signer.fingerprint,
			reason,
			epoch,
		});
		return { commit, epoch };
	}

	/** Goes on from before a commit that hung the worker, in a new epoch, so that no key is used twice. */
	async #restore(snapshot: Uint8Array): Promise<Placeable | undefined> {
		const { roomId, signer, isOffRecord = false } = this.#options;
		const certificates = [...this.#certificates.values()];
		const { fingerprint: hostFingerprint } = signer;
		const restored = await Group.restore({ roomId, isOffRecord, snapshot, certificates, hostFingerprint });
		if (restored.kind !== "restored") return undefined;
		this.#group = restored.group;
		this.#options.onGroupReplaced(restored.group);
		return this.#refresh();
	}

	async renew(afterSeq: number): Promise<Placeable | undefined> {
		await this.#member?.caughtUp(afterSeq);
		return this.#refresh();
	}

	async #refresh(): Promise<Placeable | undefined> {
		const refreshed = await this.#group.refresh();
		if (refreshed.kind !== "committed") return undefined;
		const { commit, epoch } = refreshed;
		const { fingerprint: by } = this.#options.signer;
		this.#announce(commit, { kind: "membership", joined: [], left: [], by, epoch });
		return { commit, epoch };
	}

	#announce(commit: Uint8Array, membership: Membership): void {
		this.#member?.hasApplied(commit, membership);
	}
}
