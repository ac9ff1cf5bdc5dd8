// One member's side of one MLS group: owns its secrets and answers requests one at a time. Runs in the worker; never two calls at once, for ts-mls's states are immutable and two calls on one would use a key twice.
import {
	type CiphersuiteImpl,
	type ClientConfig,
	type CreateCommitOptions,
	createApplicationMessage,
	createCommit,
	createGroupInfoWithExternalPubAndRatchetTree,
	encodeGroupState,
	encodeMlsMessage,
} from "ts-mls";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { type Entering, enter, found, type LeafKeys, type OwnLeaf, readSnapshot } from "./entry.ts";
import { encodeLeafCredential } from "./leaf-credential.ts";
import { MemberDirectory } from "./member-directory.ts";
import {
	type Admission,
	type Committed,
	type Created,
	type Encrypted,
	type Entered,
	type GroupMember,
	type LeafMade,
	MAXIMUM_MEMBERS,
	MAXIMUM_PLAINTEXT_BYTES,
	OFF_RECORD_MEMBERS,
	type OwnCertification,
	type Received,
	type Refused,
	type Reply,
	type Request,
	type Restored,
	refused,
	type SessionImage,
	type Snapshot,
} from "./messages.ts";
import { judge } from "./receive.ts";
import { encodeReason } from "./rules.ts";
import { committingIn, type Inside, insideOf, onlyAsHost, readingIn, type Standing, speakingIn } from "./standing.ts";
import { clientConfig, epochOf, forget, forgetConsumed, padded, ticketFor, withoutHistory } from "./state.ts";
import { makeMlsSuite, type SuiteHpke } from "./suite/mls-suite.ts";
import { leafAt, memberAt, membersOf, memberWith, sameBytes } from "./tree.ts";

type Asked<Kind extends Request["kind"]> = Extract<Request, { readonly kind: Kind }>;

/** Owns the secrets of one member in one group. `handle` must not be called again before it has resolved. */
export class GroupSession {
	readonly #roomId: Uint8Array;
	readonly #isOffRecord: boolean;
	readonly #suite: CiphersuiteImpl;
	readonly #directory: MemberDirectory;
	readonly #config: ClientConfig;
	#leaf: LeafKeys | undefined;
	#standing: Standing = { kind: "outside" };

	private constructor(roomId: Uint8Array, isOffRecord: boolean, suite: CiphersuiteImpl) {
		this.#roomId = roomId;
		this.#isOffRecord = isOffRecord;
		this.#suite = suite;
		this.#directory = new MemberDirectory(roomId, isOffRecord);
		this.#config = clientConfig(this.#directory);
	}

	/** Makes a member outside of any group. */
	static make(hpke: SuiteHpke, roomId: Uint8Array, isOffRecord = false): GroupSession {
		return new GroupSession(roomId, isOffRecord, makeMlsSuite(hpke));
	}

	/** Makes a member again as it was when the image was taken, to go on exactly there: nothing may have been done with its state since. Throws when it can't be read. */
	static async revive(
		hpke: SuiteHpke,
		roomId: Uint8Array,
		isOffRecord: boolean,
		image: SessionImage,
	): Promise<GroupSession> {
		const session = GroupSession.make(hpke, roomId, isOffRecord);
		await session.#directory.learnAll(image.certificates);
		session.#leaf = image.leaf;
		const { standing } = image;
		if (standing.kind !== "inside") {
			session.#standing = standing;
			return session;
		}
		const { bytes, ...inside } = standing;
		const read = readSnapshot(bytes, roomId, { suite: session.#suite, config: session.#config });
		if (read.kind === "refused") throw new Error(read.detail);
		session.#adopt({ ...inside, state: read.state });
		return session;
	}

	/** Returns all that `revive` needs. */
	image(): SessionImage {
		const standing = this.#standing;
		const image = { certificates: this.#directory.certificates, ...(this.#leaf && { leaf: this.#leaf }) };
		if (standing.kind !== "inside") return { ...image, standing };
		const { state, ...inside } = standing;
		return { ...image, standing: { ...inside, bytes: encodeGroupState(state) } };
	}

	/** Overwrites all secrets: this member does nothing more. */
	close(): void {
		this.#adopt({ kind: "removed" });
		this.#leaf?.signKey.fill(0);
	}

	/** Does what was asked, or refuses and changes nothing. It throws only for bugs. */
	handle(request: Request): Promise<Reply> {
		switch (request.kind) {
			case "newLeaf":
				return this.#newLeaf();
			case "create":
				return this.#create(request);
			case "admission":
				return this.#admission(request);
			case "enter":
				return this.#enter(request);
			case "receive":
				return this.#receive(request);
			case "encrypt":
				return this.#encrypt(request);
			case "remove":
				return this.#remove(request);
			case "refresh":
				return this.#commit({}, []);
			case "snapshot":
				return this.#snapshot(request);
			case "restore":
				return this.#restore(request);
		}
	}

	async #newLeaf(): Promise<LeafMade> {
		const { publicKey, signKey } = await this.#suite.signature.keygen();
		// The old key may still sign for the group we are in: it is overwritten when that state is.
		if (this.#leaf !== undefined && this.#standing.kind !== "inside") this.#leaf.signKey.fill(0);
		this.#leaf = { publicKey, signKey };
		return { kind: "leaf", publicKey: new Uint8Array(publicKey) };
	}

	/** Certifies our leaf as others will see it, and checks it the way they will check it. */
	async #certify({ certificate, name, signature }: OwnCertification): Promise<OwnLeaf | Refused> {
		if (this.#leaf === undefined) return refused("noLeaf", "newLeaf comes first");
		const learnt = await this.#directory.learn(certificate);
		if (learnt.kind === "refused") return learnt;
		const { fingerprint } = learnt;
		this.#directory.vouch(fingerprint, this.#leaf.publicKey);
		const identity = encodeLeafCredential({ fingerprint, name, signature });
		if (identity === undefined) return refused("badCredential", "name or signature does not fit");
		const isCertified = await this.#directory.validateCredential(
			{ credentialType: "basic", identity },
			this.#leaf.publicKey,
		);
		return isCertified
			? { keys: this.#leaf, fingerprint, identity }
			: refused("badCredential", "our own leaf is not certified");
	}

	async #create(request: Asked<"create">): Promise<Created | Refused> {
		if (this.#standing.kind === "inside") return refused("alreadyEntered", "already in a group");
		const own = await this.#certify(request);
		if ("code" in own) return own;
		const { state } = await found(this.#roomId, own, { suite: this.#suite, config: this.#config });
		this.#adopt({ kind: "inside", state, host: own.fingerprint, self: own.fingerprint, mode: "speaks" });
		return { kind: "created", members: membersOf(state.ratchetTree), epoch: epochOf(state) };
	}

	async #admission({ guest }: Asked<"admission">): Promise<Admission | Refused> {
		const inside = onlyAsHost(readingIn(this.#standing));
		if (inside.kind === "refused") return inside;
		const hostLeaf = leafAt(inside.state.ratchetTree, inside.state.privatePath.leafIndex)?.signaturePublicKey;
		if (hostLeaf === undefined) return refused("notEntered", "our own leaf is missing");
		return {
			kind: "admission",
			groupInfo: await this.#groupInfo(inside),
			ticket: await ticketFor(inside.state, guest, this.#suite),
			epoch: epochOf(inside.state),
			hostLeaf: new Uint8Array(hostLeaf),
		};
	}

	/** Makes what lets people in as long as this epoch lasts, signed by our leaf key, or copies what was made before: a worker moves what it tells to the owner of the group. */
	async #groupInfo({ state, groupInfo: before }: Pick<Inside, "state" | "groupInfo">): Promise<Uint8Array> {
		if (before) return new Uint8Array(before);
		const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(state, [], this.#suite);
		return encodeMlsMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
	}

	/** Enters the group. It is also the way back: whoever lost the group enters again, in the place of the old leaf. */
	async #enter(request: Asked<"enter">): Promise<Entered | Refused> {
		const result = await this.#tryEnter(request);
		if (result.kind === "refused") {
			this.#forgetStrangers();
			return result;
		}
		const { state, commit, self } = result;
		this.#adopt({ kind: "inside", state, host: request.hostFingerprint, self, mode: "speaks" });
		return { kind: "entered", commit, members: membersOf(state.ratchetTree), epoch: epochOf(state) };
	}

	async #tryEnter(request: Asked<"enter">): Promise<(Entering & { readonly self: Fingerprint }) | Refused> {
		const wrong = await this.#directory.learnAll(request.certificates);
		if (wrong !== undefined) return wrong;
		const own = await this.#certify(request);
		if ("code" in own) return own;
		const { hostFingerprint, hostLeaf } = request;
		if (hostLeaf !== undefined && hostFingerprint !== own.fingerprint) this.#directory.vouch(hostFingerprint, hostLeaf);
		const mls = { suite: this.#suite, config: this.#config };
		// Our own former leaf goes by this entry; and a host that comes back has the whole tree from its own disk.
		const isOurs = (fingerprint: Fingerprint): boolean => [fingerprint, hostFingerprint].includes(own.fingerprint);
		const room = {
			roomId: this.#roomId,
			mostMembers: this.#mostMembers,
			onLeaf: (fingerprint: Fingerprint, key: Uint8Array) => {
				if (isOurs(fingerprint)) this.#directory.vouch(fingerprint, key);
			},
		};
		const result = await enter({ ...request, ...room }, own, mls);
		return result.kind === "refused" ? result : { ...result, self: own.fingerprint };
	}

	async #receive({ message, certificates, joiner, joinerLeaf }: Asked<"receive">): Promise<Received | Refused> {
		const inside = readingIn(this.#standing);
		if (inside.kind === "refused") return inside;
		const wrong = await this.#directory.learnAll(certificates);
		const { state, host } = inside;
		const verdict =
			wrong ??
			(await judge(message, {
				roomId: this.#roomId,
				host,
				state,
				suite: this.#suite,
				joiner,
				mostMembers: this.#mostMembers,
				...(this.#isOffRecord && { onTicket: this.#voucher(inside, joinerLeaf) }),
			}));
		if (verdict.kind === "refused") {
			if (certificates.length > 0 || this.#isOffRecord) this.#forgetStrangers();
			return verdict;
		}
		const { received, next, consumed } = verdict;
		if (next === undefined) this.#adopt({ kind: "removed" });
		else if (received.kind === "line") this.#standing = { ...inside, state: next };
		else {
			const { groupInfo: _, ...later } = inside;
			this.#adopt({ ...later, state: withoutHistory(next) });
		}
		forgetConsumed(consumed);
		return received;
	}

	async #encrypt({ plaintext }: Asked<"encrypt">): Promise<Encrypted | Refused> {
		const inside = speakingIn(this.#standing);
		if (inside.kind === "refused") return inside;
		if (plaintext.length > MAXIMUM_PLAINTEXT_BYTES) return refused("malformed", "plaintext too large");
		const source = padded(inside.state, plaintext.length);
		const { newState, privateMessage, consumed } = await createApplicationMessage(source, plaintext, this.#suite);
		this.#standing = { ...inside, state: { ...newState, clientConfig: this.#config } };
		forgetConsumed(consumed);
		const message = encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });
		return { kind: "encrypted", message, epoch: epochOf(newState) };
	}

	async #remove({ fingerprint, reason }: Asked<"remove">): Promise<Committed | Refused> {
		const inside = onlyAsHost(speakingIn(this.#standing));
		if (inside.kind === "refused") return inside;
		const target = memberWith(inside.state.ratchetTree, fingerprint);
		if (target === undefined || fingerprint === inside.self) return refused("noSuchMember", "no such other member");
		const proposal = { proposalType: "remove" as const, remove: { removed: target.leafIndex } };
		return this.#commit({ extraProposals: [proposal], authenticatedData: encodeReason(reason) }, [target]);
	}

	async #commit(options: CreateCommitOptions, left: readonly GroupMember[]): Promise<Committed | Refused> {
		const inside = committingIn(this.#standing);
		if (inside.kind === "refused") return inside;
		const { newState, commit, consumed } = await createCommit(
			{ state: inside.state, cipherSuite: this.#suite },
			options,
		);
		this.#adopt({ ...inside, state: withoutHistory(newState), mode: "speaks" });
		forgetConsumed(consumed);
		return { kind: "committed", commit: encodeMlsMessage(commit), left, epoch: epochOf(newState) };
	}

	/** Makes a snapshot. Off the record no leaf key gets on a disk: whoever finds it there could show whose it was. What the host needs it for is made before. */
	async #snapshot({ isForDisk }: Asked<"snapshot">): Promise<Snapshot | Refused> {
		const inside = insideOf(this.#standing);
		if (inside.kind === "refused") return inside;
		const { state, self, host } = inside;
		const epoch = epochOf(state);
		if (!isForDisk || !this.#isOffRecord) return { kind: "snapshot", bytes: encodeGroupState(state), epoch };
		const bytes = encodeGroupState({ ...state, signaturePrivateKey: new Uint8Array(0) });
		if (self !== host) return { kind: "snapshot", bytes, epoch };
		return { kind: "snapshot", bytes, epoch, groupInfo: await this.#groupInfo(inside) };
	}

	/** Says, in a room off the record, who may vouch for the leaf key of somebody who has the ticket of this epoch. */
	#voucher({ self, host }: Inside, joinerLeaf: Uint8Array | undefined) {
		return (guest: Fingerprint, leafPublicKey: Uint8Array): void => {
			// Only the two of us can compute a ticket. A guest has none of the host's beside it while it reads what it missed; the host has the guest's.
			const isProven = self !== host || (joinerLeaf !== undefined && sameBytes(joinerLeaf, leafPublicKey));
			if (isProven) this.#directory.vouch(guest, leafPublicKey);
		};
	}

	get #mostMembers(): number {
		return this.#isOffRecord ? OFF_RECORD_MEMBERS : MAXIMUM_MEMBERS;
	}

	async #restore(request: Asked<"restore">): Promise<Restored | Refused> {
		if (this.#standing.kind === "inside") return refused("alreadyEntered", "already in a group");
		const { snapshot, certificates, hostFingerprint, isForReading, groupInfo } = request;
		const wrong = await this.#directory.learnAll(certificates);
		const result = wrong ?? readSnapshot(snapshot, this.#roomId, { suite: this.#suite, config: this.#config });
		if (result.kind === "refused") return result;
		const { state } = result;
		const { leafIndex } = state.privatePath;
		const leaf = leafAt(state.ratchetTree, leafIndex);
		const self = memberAt(state.ratchetTree, leafIndex)?.fingerprint;
		if (leaf === undefined || self === undefined) return refused("badSnapshot", "our own leaf is missing");
		this.#leaf = { publicKey: leaf.signaturePublicKey, signKey: state.signaturePrivateKey };
		const mode = isForReading ? "reads" : "refreshFirst";
		this.#adopt({ kind: "inside", state, host: hostFingerprint, self, mode, ...(groupInfo && { groupInfo }) });
		return { kind: "restored", members: membersOf(state.ratchetTree), epoch: epochOf(state) };
	}

	/** Takes a new standing and overwrites what only the old one knew. */
	#adopt(next: Standing): void {
		const before = this.#standing;
		this.#standing = next;
		const kept = this.#leaf === undefined ? [] : [this.#leaf.signKey];
		if (before.kind === "inside") forget(before.state, next.kind === "inside" ? next.state : undefined, ...kept);
		this.#forgetStrangers();
	}

	/** Drops the certificates of people who did not come in, or have left: the directory never outgrows the room. Off the record the leaves in the tree are the ones that count. */
	#forgetStrangers(): void {
		const members = this.#standing.kind === "inside" ? membersOf(this.#standing.state.ratchetTree) : [];
		this.#directory.keepOnly(new Set(members.map((member) => member.fingerprint)));
		if (this.#standing.kind !== "inside") return;
		for (const { fingerprint, leafIndex } of members) {
			const leaf = leafAt(this.#standing.state.ratchetTree, leafIndex);
			if (leaf !== undefined) this.#directory.vouch(fingerprint, leaf.signaturePublicKey);
		}
	}
}
