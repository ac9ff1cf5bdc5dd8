// A stay as a guest: asks the person for the password, keeps the room they see, tells the engine where they are.
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { TransportName } from "../../net/link/link.ts";
import { isStoreFailure } from "../../store/failure.ts";
import type { Self } from "../account/self.ts";
import type { Outcome } from "../api/codes.ts";
import { done, refuse } from "../api/outcome.ts";
import type { KeptView } from "../api/room-key.ts";
import { Turns } from "../bounds/turns.ts";
import type { FilesLink } from "../files/files-link.ts";
import { type Found, nameOfPair } from "../kept/kept-names.ts";
import { twoOf } from "../kept/pairs.ts";
import { type GuestRecord, type Pair, termsIn } from "../kept/records.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Member } from "../member/member.ts";
import type { Mouth } from "../member/own-lines.ts";
import type { Room } from "../room/room.ts";
import type { TalkCommands } from "../room/talk-commands.ts";
import type { RouteGuest } from "../routes/route.ts";
import { isHiding, pairWays } from "../stay/pair-ways.ts";
import { outcomeOfRenewal, Renewal } from "../stay/renewal.ts";
import { newRoom, type PairWays, refusalOfPassword, type Stay, type StayContext, type StayEnd } from "../stay/stay.ts";
import { guestEnds, heardLend, hearsOfFiles } from "../stay/stay-files.ts";
import { guestHistory, type StayHistory } from "../stay/stay-history.ts";
import { FoundAgain } from "./found-again.ts";
import { GuestKeeping, NotKept } from "./guest-keeping.ts";
import type { JoinTarget } from "./join-target.ts";
import { joinRoom } from "./joining.ts";
import type { KnownRoom } from "./known-room.ts";
import { ShownWayIn } from "./shown-way-in.ts";
import { goingAway } from "./staying.ts";

/** Lasts from the first dial to the end, over all the Links between. */
export class GuestStay implements Stay {
	readonly ended: Promise<StayEnd>;
	readonly history: StayHistory;
	readonly #context: StayContext;
	readonly #self: Self;
	readonly #whereTo: FoundAgain;
	readonly #stop = new AbortController();
	readonly talk: TalkCommands;
	readonly files: Stay["files"];
	readonly #filesLink: FilesLink;
	readonly #routes: readonly RouteGuest[];
	#room: Room | undefined;
	#member: Mouth | undefined;
	readonly #keeping: GuestKeeping | undefined;
	readonly #kept: GuestRecord | undefined;
	/** The transport by which somebody was reached last. */
	#by: TransportName | undefined;
	/** One change of how the room is kept waits for the one before. */
	readonly #keepTurns = new Turns();
	#isForGood = false;
	/** Counts what was missed so far, while that is told. */
	#missed: number | undefined;
	#answer: ((password: string | undefined) => void) | undefined;
	readonly #renewal = new Renewal();
	#isReconnecting = false;
	readonly #wayIn: ShownWayIn;

	/** Starts joining at once. `wasThere`: the last stay was at the same target, and what was said in it is still to be seen. */
	constructor(context: StayContext, self: Self, target: JoinTarget, wasThere = false, kept?: Found<GuestRecord>) {
		const rooms = context.keptRooms();
		this.#kept = kept?.record;
		const isOffRecord = kept ? kept.record.isOffRecord === true : target.isOffRecord === true;
		this.#whereTo = new FoundAgain({
			target: { ...target, isOffRecord },
			isPair: kept?.record.pair !== undefined,
			account: context.account,
			routes: context.routes,
			onMoved: (typed) => this.#keeping?.moved(typed),
		});
		this.#keeping =
			rooms &&
			new GuestKeeping({
				rooms,
				key: context.key,
				self: self.signer.fingerprint,
				isOffRecord,
				emit: (event) => this.#apply(event),
				now: context.now,
				...(kept ? { room: kept } : {}),
			});
		this.#wayIn = new ShownWayIn({
			context,
			target: () => this.#whereTo.target,
			isComingBack: () => wasThere || this.#room !== undefined,
		});
		this.history = guestHistory(context, this.#keeping, () => this.#room, isOffRecord);
		this.#context = context;
		this.#self = self;
		const own = guestEnds(context, self, { room: () => this.#room, member: () => this.#member });
		this.talk = own.talk;
		this.#filesLink = own.link;
		this.files = own.files;
		const usable = target.routes.filter(({ route }) => route.refusal(context.transport.only) === undefined);
		this.#routes = usable.map(({ route, open }) => open(context.told.contacts(route.name), context.now()));
		this.ended = this.#join()
			.then((end) => this.#forgotten(end))
			.finally(async () => {
				this.#close();
				await this.files.close(this.#isForGood || !this.#keeping?.isKept);
				await this.#whereTo.remembered();
			});
	}

	/** Keeps the room no longer where its host has ended it, we were removed, or have left for good. Returns the end, with what was dialled where we never got in. */
	#forgotten(end: StayEnd): StayEnd {
		this.#isForGood ||= end.code === "room_closed" || end.code === "kicked";
		if (this.#isForGood) this.#keeping?.forget();
		else this.#keeping?.close();
		return this.#room ? end : { ...end, attempts: this.#wayIn.attempts.list() };
	}

	get isOffRecord(): boolean {
		return this.#whereTo.target.isOffRecord === true;
	}

	get room(): Room | undefined {
		return this.#room;
	}

	get pair(): Pair | undefined {
		return this.#kept?.pair;
	}

	get isHidden(): boolean {
		return isHiding(this.#by);
	}

	/** Returns the ways that lead to a room of two that we open. None of them shows more of us than the way by which we are here. `undefined` says that there is none. */
	ways(): PairWays | undefined {
		return pairWays(this.#by);
	}

	password(password: string): Outcome {
		if (!this.#answer) return refuse({ code: "not_asked", what: "password" });
		const refusal = refusalOfPassword(password);
		if (refusal) return refusal;
		this.#answer(password);
		return done;
	}

	async renew(): Promise<Outcome> {
		return outcomeOfRenewal(this.#room, await this.#renewal.ask());
	}

	leave(): void {
		this.#answer?.(undefined);
		if (this.#keeping?.isKept) this.#stop.abort(goingAway);
		else this.#stop.abort();
	}

	forget(): void {
		this.#isForGood = true;
		this.#answer?.(undefined);
		this.#stop.abort();
	}

	#join(): Promise<StayEnd> {
		const target = (): JoinTarget => this.#whereTo.target;
		return joinRoom({
			self: this.#self,
			get target() {
				return target();
			},
			transport: this.#context.transport,
			lookNearby: this.#context.lookNearby,
			openChannel: this.#context.openChannel,
			isOwnRoom: (roomId) => this.#context.ownRooms.has(roomId),
			routes: this.#routes,
			askPassword: (left, wasWrong, hasEnded) => this.#ask(left, wasWrong, hasEnded),
			attempts: this.#wayIn.attempts,
			onStep: (step) => this.#wayIn.at(step),
			keeping: this.#keeping,
			onKept: (members, waiting, room) => this.#wasKept(members, waiting, room),
			onReadingOn: () => {
				this.#missed ??= 0;
			},
			onCaughtUp: ({ lost, isOtherHistory }) => {
				this.#room?.caughtUp({ messages: this.#missed ?? 0, lost });
				this.#missed = undefined;
				if (isOtherHistory) this.#room?.notice("warning", { code: "olderCopy" });
			},
			onEntered: (member, members, { certificate, roomId }, missed, certificates) => {
				this.#entered(certificate.fingerprint, members, missed, roomId);
				this.talk.entered(roomId, certificates);
				this.#isIn(member, true);
			},
			onLinked: (transport) => {
				this.#by = transport;
			},
			onFilesDialer: (dial) => this.#filesLink.dialBy(dial),
			onReconnecting: () => this.#isOut(),
			onResumed: (member) => this.#isIn(member, false),
			onOutOfStep: () => this.#room?.notice("warning", { code: "outOfStep" }),
			emit: (event) => this.#apply(event),
			signal: this.#stop.signal,
			now: this.#context.now,
			uptime: this.#context.uptime,
		});
	}

	/** Is called when we are in the room, for the first time or again. */
	#entered(host: Fingerprint, members: readonly GroupMember[], missed: number, roomId: Uint8Array): void {
		const { unsent } = this.#context;
		this.#room ??= this.#newRoom(host);
		if (missed > 0) this.#room.notice("warning", { code: "linesMissed", count: missed });
		this.#room.entered(members);
		this.files.entered(roomId);
		for (const line of unsent.take(host)) this.#room.talk.addUnsent(line);
		// A buddy is listed by their name already.
		if (this.pair) return;
		this.#whereTo.isIn(host, this.#room.person(host)?.name);
	}

	#newRoom(host: Fingerprint): Room {
		const room = newRoom(this.#context, {
			self: this.#self.signer.fingerprint,
			host,
			addressOf: () => undefined,
			onVerify: (from, step) => this.talk.heardStep(from, step),
			onSealed: (...heard) => this.talk.heardSealed(...heard),
			onWay: (invite) => this.#whereTo.moved(invite, host),
			pairKind: this.#kept?.pair?.kind,
			...hearsOfFiles(() => this.files),
			onLend: (...lent) => heardLend(this.files, this.talk.posts, ...lent),
			onKept: (kept) => this.#keepTurns.run(() => this.#keepBy(kept)),
			onTermsTold: () => this.#keeping?.termsTold(),
		});
		if (this.isOffRecord) room.notice("info", { code: "offRecord" });
		return room;
	}

	/** Has the room on this computer's disk as well, so that we come back to it. Returns what went wrong. */
	async #keepBy({ name, ...policy }: KeptView): Promise<string | undefined> {
		try {
			await this.#keeping?.begin({ name, policy, target: this.#whereTo.target.typed });
			this.history.follow();
			this.#context.changed();
			return undefined;
		} catch (error) {
			if (!isStoreFailure(error) && !(error instanceof NotKept)) throw error;
			return error.message;
		}
	}

	/** Shows the room as it was kept; what is said waits until we are in. */
	#wasKept(members: readonly GroupMember[], waiting: Mouth, { host, roomId }: KnownRoom): void {
		this.#room = this.#newRoom(host);
		this.#hostAway(true);
		const { signer, name } = this.#self;
		const known = members.length > 0 ? members : twoOf(this.pair, { fingerprint: signer.fingerprint, name });
		this.#room.restored(known, waiting.outbox.items);
		if (this.#keeping) this.#room.lost(this.#keeping.unreadableLines());
		this.#member = waiting;
		if (this.#kept) this.#room.terms.restored(termsIn(this.#kept), this.#kept.areTermsUntold === true);
		this.history.follow();
		this.files.entered(roomId);
		this.#context.setPhase({ kind: "inRoom", role: "guest", isReconnecting: true });
	}

	/** Is told whether the host is away. What we say meanwhile waits on the disk, where the room is kept, and says for whom. */
	#hostAway(isAway: boolean): void {
		const room = this.#room;
		const name = room && (room.person(room.host)?.name ?? (this.pair && nameOfPair(this.pair)));
		room?.talk.hostAway(isAway && this.#keeping?.isKept ? (name ?? "the host") : undefined);
	}

	#isIn(member: Member, isNewLeaf: boolean): void {
		this.#hostAway(false);
		this.#wayIn.hide();
		this.#member = member;
		this.#filesLink.setIn(true);
		this.#context.setPhase({ kind: "inRoom", role: "guest" });
		if (this.#isReconnecting) this.#context.emit({ kind: "reconnected" });
		this.#isReconnecting = false;
		this.#renewal.isIn(member, isNewLeaf);
	}

	/** Is called when we are not in the room any more, and before each further try; it tells so once. */
	#isOut(): void {
		this.#renewal.isOut();
		this.#hostAway(true);
		this.#filesLink.setIn(false);
		this.#context.setPhase({ kind: "inRoom", role: "guest", isReconnecting: true });
		if (!this.#isReconnecting) this.#context.emit({ kind: "reconnecting" });
		this.#isReconnecting = true;
	}

	#apply(event: MemberEvent): void {
		this.#room?.apply(event, this.#missed !== undefined);
		if (this.#missed !== undefined && event.kind === "line" && ["text", "action", "file"].includes(event.content.kind))
			this.#missed += 1;
		this.talk.heard(event);
		this.files.happened(event);
		this.#context.changed();
	}

	#close(): void {
		this.#renewal.isOut();
		for (const route of this.#routes) void route.close();
		this.talk.close();
		this.history.close();
		// In a kept room they wait on the disk.
		if (this.#room && !this.#keeping?.isKept) this.#context.unsent.keep(this.#room.host, this.#room.talk.unplaced());
	}

	async #ask(attemptsLeft: number, wasWrong: boolean, hasEnded: AbortSignal): Promise<string | undefined> {
		// A room of two has no password: whoever asks for one wants ours.
		if (this.pair) return undefined;
		const { promise, resolve } = Promise.withResolvers<string | undefined>();
		this.#answer = resolve;
		hasEnded.addEventListener("abort", () => resolve(undefined), { once: true });
		this.#wayIn.askPassword(attemptsLeft, wasWrong);
		const password = await promise;
		this.#answer = undefined;
		if (this.#room !== undefined) this.#context.setPhase({ kind: "inRoom", role: "guest", isReconnecting: true });
		return password;
	}
}
