// A stay as the host: the room on this computer, who is in it and from where, and what the host alone can do.
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { stretchPassword } from "../../crypto/password/stretch.ts";
import type { Caller } from "../../net/address/caller.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import type { Self } from "../account/self.ts";
import type { Outcome } from "../api/codes.ts";
import type { GateSettings } from "../api/gate.ts";
import type { Hosting, HostWish, RouteName } from "../api/hosting.ts";
import { done, refuse } from "../api/outcome.ts";
import type { KeepWish } from "../api/room-key.ts";
import type { DeskCarrier } from "../files/desk/desk-carrier.ts";
import type { RoomFiles } from "../files/room-files.ts";
import type { GateHost } from "../gate/gate-host.ts";
import { type Found, keptRoomsOf, readRoomName } from "../kept/kept-names.ts";
import { type HostRecord, type Pair, termsIn, usualPolicy, withTermsTold } from "../kept/records.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Said } from "../member/own-lines.ts";
import type { Room } from "../room/room.ts";
import { showMissed } from "../room/show-missed.ts";
import { TalkCommands } from "../room/talk-commands.ts";
import { hostHistory, policyOf } from "../stay/host-history.ts";
import { outcomeOfRenewal } from "../stay/renewal.ts";
import {
	type HostPowers,
	newRoom,
	type PairWays,
	refusalOfPassword,
	type Stay,
	type StayContext,
	type StayEnd,
} from "../stay/stay.ts";
import { heardLend, hearsOfFiles, newFiles } from "../stay/stay-files.ts";
import type { StayHistory } from "../stay/stay-history.ts";
import { GuestPlaces } from "./guest-places.ts";
import { deskOf, hearingOf, openAtLastPort } from "./hearing.ts";
import type { HostedRoom, HostOutcome, KeepAs } from "./hosting.ts";
import { AllWays } from "./ways/all-ways.ts";

/** A host's room has a gate of its own: strikes and blocks are those of the home, pause and visibility those of the room. */
export interface HostContext extends StayContext {
	readonly gate: GateHost;
}

export type HostStayOutcome =
	| { readonly kind: "open"; readonly stay: HostStay }
	| Extract<HostOutcome, { kind: "failed" }>;

/** Owns the hosted room and every way into it. */
export class HostStay implements Stay, HostPowers {
	readonly ended: Promise<StayEnd>;
	readonly room: Room;
	readonly isOffRecord: boolean;
	readonly history: StayHistory;
	readonly #hosted: HostedRoom;
	/** The key under which the room is kept. */
	#keptAs: string | undefined;
	#isForGood = false;
	readonly #context: HostContext;
	readonly talk: TalkCommands;
	readonly files: RoomFiles;
	readonly #ways: AllWays;
	readonly #guestPlaces: GuestPlaces;
	readonly pair: Pair | undefined;

	private constructor(
		hosted: HostedRoom,
		room: Room,
		guestPlaces: GuestPlaces,
		context: HostContext,
		self: Self,
		password: string,
		wish: HostWish,
		carrier: DeskCarrier,
		{ kept, pair }: { readonly kept?: HostRecord | undefined; readonly pair: Pair | undefined },
	) {
		this.#hosted = hosted;
		this.isOffRecord = hosted.offRecordWith !== undefined;
		this.#context = context;
		this.history = hostHistory(context, hosted, room);
		this.#guestPlaces = guestPlaces;
		this.pair = pair;
		this.#ways = new AllWays({
			...{ context, hosted, password, wish, pair, kept },
			name: self.name,
			host: self.signer.fingerprint,
			isOffRecord: this.isOffRecord,
			tell: (invite) => void this.tell({ kind: "quiet-way", invite }),
			notice: (notice) => room.notice("info", notice),
		});
		this.room = room;
		const talk = { posts: () => this.talk.posts, files: () => this.files };
		const whose = { room: () => room, member: () => hosted.member, ...talk };
		this.talk = new TalkCommands({ self, context, isHost: true, ...whose, onLetter: context.onLetter });
		this.talk.entered(hosted.roomId, hosted.certificates);
		this.files = newFiles(context, self.signer.fingerprint, carrier, whose);
		this.ended = this.#run();
	}

	/** Opens the room; resolves when guests can come in. `wish.bind` is a canonical address, and `wish.offRecordWith` a fingerprint. */
	static async open(
		context: HostContext,
		self: Self,
		password: string,
		wish: HostWish,
		kept?: Found<HostRecord>,
		pair: Pair | undefined = kept?.record.pair,
	): Promise<HostStayOutcome> {
		const { now, uptime, emit, transport, gate } = context;
		const guestPlaces = new GuestPlaces(gate);
		let stay: HostStay | undefined;
		const room = newRoom(context, {
			self: self.signer.fingerprint,
			host: self.signer.fingerprint,
			addressOf: (fingerprint) => guestPlaces.of(fingerprint),
			onVerify: (from, step) => {
				if (stay) stay.talk.heardStep(from, step);
			},
			onSealed: (...heard) => {
				if (stay) stay.talk.heardSealed(...heard);
			},
			pairKind: pair?.kind,
			onTermsTold: () => {
				if (stay) stay.#termsTold();
			},
			...hearsOfFiles(() => stay?.files),
			onLend: (from, body) => {
				if (stay) heardLend(stay.files, stay.talk.posts, from, body);
			},
		});
		const carrier = deskOf(context, room);
		const hearing = hearingOf(context, room, guestPlaces, {
			heard: (event) => {
				if (stay) stay.#heard(event);
			},
			tell: (what) => stay?.tell(what),
		});
		const feedDoors = () => context.posts?.doors.all(stay?.isHidden ?? false) ?? [];
		const access = { gatekeeper: gate.gatekeeper, rules: gate, onlyGuest: pair?.with, feedDoors };
		const other = pair?.kind === "offRecord" ? pair.with : parseFingerprint(wish.offRecordWith ?? "");
		const going = { ...hearing, onFiles: carrier.onFiles, ...(kept ? { kept } : {}), offRecordWith: other };
		const listening = { self, password, transport, ...access, ...going, now, uptime };
		const opened = await openAtLastPort({ ...listening, wish }, context.settings, kept?.record.port);
		if (opened.kind === "failed") return opened;
		context.ownRooms.opened(opened.roomId, now());
		const former = { kept: kept?.record, pair };
		stay = new HostStay(opened, room, guestPlaces, context, self, password, wish, carrier, former);
		gate.roomOpened({ visibleOnLan: wish.visibleOnLan, isPaused: kept?.record.isPaused });
		stay.settingsChanged();
		const { port, joinLines } = stay.hosting;
		const addresses = joinLines.map(({ address, scope }) => ({ address, port, scope }));
		emit({ kind: "listening", port, addresses, transports: opened.transports });
		room.entered(opened.members);
		if (stay.isOffRecord) room.notice("info", { code: "offRecord" });
		stay.files.entered(opened.roomId);
		if (kept) await stay.#goOn(kept, password);
		else if (pair) await stay.#keepAs({ name: pair.with, policy: usualPolicy, pair });
		else if (wish.keep !== undefined) await stay.keep({ ...wish, name: wish.keep });
		if (kept) await stay.history.wish(wish.historyDays);
		stay.#ways.start();
		return { kind: "open", stay };
	}

	get host(): HostPowers {
		return this;
	}

	get hosting(): Hosting {
		return this.#ways.hosting();
	}

	async setPassword(password: string): Promise<Outcome> {
		const refusal = refusalOfPassword(password);
		if (refusal) return refusal;
		await this.#hosted.changePassword(password);
		this.#ways.passwordChanged(password);
		this.room.notice("info", { code: "passwordChanged" });
		return done;
	}

	async keep(wish: KeepWish): Promise<Outcome> {
		const { keptRooms, now } = this.#context;
		if (this.#keptAs !== undefined) return refuse({ code: "bad_room_name", why: "keptAlready" });
		const name = readRoomName(wish.name, keptRoomsOf(keptRooms(), now));
		if (typeof name !== "string") return name;
		if (this.isOffRecord && wish.historyDays !== undefined) return refuse({ code: "bad_off_record", why: "history" });
		const policy = policyOf(wish);
		return "kind" in policy ? policy : this.#keepAs({ name, policy });
	}

	async #keepAs(wish: Pick<KeepAs, "name" | "policy" | "pair">): Promise<Outcome> {
		const { keptRooms, key, now } = this.#context;
		const rooms = keptRooms();
		if (rooms?.claim() === false) return refuse({ code: "kept_elsewhere" });
		if (!rooms) return refuse({ code: "identity_locked" });
		// Set at once: who asks for it twice in a row is told so.
		this.#keptAs = key;
		const room = await this.#hosted.keep(rooms, key, { ...wish, ...this.#ways.kept.record() }).finally(() => {
			this.#keptAs = rooms.keys().includes(key) ? key : undefined;
		});
		if (!room) return refuse({ code: "internal", why: "storage", detail: "the room could not be kept" });
		this.#ways.kept.keepIn(room);
		const { name, policy } = wish;
		this.#hosted.member.say({ kind: "keep", name, ...policy }, now());
		this.history.follow();
		return done;
	}

	#heard(event: MemberEvent): void {
		this.talk.heard(event);
		this.files.happened(event);
		if (event.kind === "membership" && event.joined.length > 0) this.#ways.told.refresh(true);
	}

	get isHidden(): boolean {
		return this.#ways.isHidden;
	}

	reach(): ReturnType<HostPowers["reach"]> {
		return this.isOffRecord ? undefined : this.#ways.reach();
	}

	ways(): PairWays {
		return this.#ways.forPair();
	}

	/** Makes a seat for the one other person of a room of two, who has not been in yet. */
	seatFor(guest: Fingerprint): Promise<Uint8Array | undefined> {
		return this.#hosted.server.seatFor(guest);
	}

	/** Notes that the person was told by what the room is kept. What a full disk loses here is only that it is told again after a restart. */
	#termsTold(): void {
		unlessDiskFails(() => this.#hosted.changeRecord(withTermsTold));
	}

	get roomId(): Uint8Array {
		return this.#hosted.roomId;
	}

	/** Goes on with a room that was kept: shows what came while the program was not there, and takes the password that was given now. */
	async #goOn({ room: kept, record }: Found<HostRecord>, password: string): Promise<void> {
		this.#keptAs = kept.key;
		this.#ways.kept.keepIn(kept);
		const { room } = this;
		const { away, isFoundedAnew } = this.#hosted;
		room.terms.restored(termsIn(record), record.areTermsUntold === true);
		this.history.follow();
		for (const fingerprint of away) room.setAway(fingerprint, true);
		if (isFoundedAnew) room.notice("warning", { code: "foundedAnew" });
		showMissed(room, this.#hosted);
		room.lost(kept.unreadableLines());
		const isNew = password !== "" && Buffer.compare(await stretchPassword(password, record.salt), record.prs) !== 0;
		if (isNew) await this.setPassword(password);
	}

	callerOf(fingerprint: Fingerprint): Caller | undefined {
		return this.#guestPlaces.callerOf(fingerprint);
	}

	refreshPlaces(): void {
		for (const { fingerprint } of this.room.people()) this.room.refreshPlace(fingerprint);
	}

	settingsChanged(chosen?: Partial<GateSettings>): void {
		this.#ways.settingsChanged(chosen);
	}

	/** Tells those who are in where somebody comes from who is about to enter. The id of what was sent. */
	tell(what: Said): string | undefined {
		return this.#hosted.member.say(what, this.#context.now());
	}

	async kick(fingerprint: Fingerprint): Promise<Outcome> {
		const person = this.room.person(fingerprint);
		if (!person || person.isSelf) return refuse({ code: "no_such_member", why: "notHere" });
		const isGone = await this.#hosted.server.kick(person.fingerprint);
		if (isGone) this.#context.account.changeLaterRoomsSecret();
		this.#ways.told.refresh();
		return isGone ? done : refuse({ code: "no_such_member", why: "justLeft" });
	}

	async renew(): Promise<Outcome> {
		return outcomeOfRenewal(this.room, await this.#hosted.server.renew());
	}

	setRoute(name: RouteName, isOn: boolean): Promise<Outcome> {
		return this.#ways.setRoute(name, isOn);
	}

	invite(label: string): Promise<Outcome> {
		return this.#ways.invites.make(label);
	}

	takeBackInvite(label: string): Promise<Outcome> {
		return this.#ways.invites.takeBack(label);
	}

	invitesAsCallers(): readonly Caller[] {
		return this.#ways.invites.callers();
	}

	/** Closes the room: everybody is told. One that is kept goes on. */
	leave(): void {
		this.#hosted.member.leave();
	}

	forget(): void {
		this.#isForGood = true;
		this.leave();
	}

	async #run(): Promise<StayEnd> {
		const end = await this.#hosted.member.run();
		this.talk.close();
		this.history.close();
		await this.files.close(this.#keptAs === undefined || this.#isForGood);
		await this.#ways.close(() => this.#hosted.close(this.#isForGood));
		// Nobody can show the invites of a passing room any more.
		const invites = this.#keptAs === undefined || this.#isForGood ? this.#hosted.invites.all() : [];
		for (const { caller } of invites) this.#context.gate.gatekeeper.unblock(caller);
		if (this.#isForGood && this.#keptAs !== undefined) this.#context.keptRooms()?.remove(this.#keptAs);
		this.#context.ownRooms.closed(this.#hosted.roomId);
		this.#context.gate.roomClosed();
		if (end.kind === "closed") return { code: "left", detail: "" };
		return { code: "internal", detail: end.kind === "hostMisbehaved" ? end.detail : "the host's own group failed" };
	}
}
