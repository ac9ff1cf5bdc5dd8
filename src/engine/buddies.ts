// Buddies: rooms of two. Proposes them, asks the person about those that others propose, keeps the answers. Whoever proposes hosts; a letter carries invite and seat.
import { type Fingerprint, parseFingerprint } from "../crypto/identity/fingerprint.ts";
import type { Outcome } from "./api/codes.ts";
import type { Event } from "./api/events.ts";
import { done, refuse } from "./api/outcome.ts";
import type { Person } from "./api/people.ts";
import type { BuddyCommand, BuddyEvent, BuddyView } from "./api/room-key.ts";
import { BoundedMap } from "./bounds/bounded-map.ts";
import { Turns } from "./bounds/turns.ts";
import { readProposal } from "./guest/read-proposal.ts";
import { HostStay } from "./host/stay.ts";
import type { Found } from "./kept/kept-names.ts";
import { KeptRoom } from "./kept/kept-room.ts";
import { type FoundPair, proposalSeconds } from "./kept/pairs.ts";
import { notYetIn, type Pair } from "./kept/records.ts";
import { PairRooms, type PairRoomsOptions } from "./pair-rooms.ts";
import type { RoomSlot, SlotContext } from "./room-slot.ts";
import { UntoldEnds } from "./untold-ends.ts";
import type { Letter, LetterOf } from "./wire/letter.ts";
import { newRoomKey } from "./wire/room-keys.ts";

/** At most this many proposals may wait for our answer, and as many of our own for theirs. */
const mostAsked = 16;
const mostPairs = 64;
/** At most this many answered proposals are remembered, so that the person is not asked again when one comes twice. */
const rememberedAnswers = 256;

const notProposed = refuse({ code: "buddy_refused", why: "notProposed" });
const unknown = refuse({ code: "no_such_buddy", why: "unknown" });

export interface BuddiesOptions extends PairRoomsOptions {
	readonly context: PairRoomsOptions["context"] &
		Pick<SlotContext, "routes"> & { readonly emit: (event: Event) => void };
}

/** Proposes, accepts and ends being buddies. Each engine has one; the rooms of two are its stays like all others. */
export class Buddies {
	readonly #options: BuddiesOptions;
	readonly #answered = new BoundedMap<string, true>(rememberedAnswers);
	/** Lets one answer wait for the one before, because two windows may answer at once. */
	readonly #turns = new Turns();
	readonly #untold: UntoldEnds;
	readonly #pairs: PairRooms;

	constructor(options: BuddiesOptions) {
		this.#options = options;
		this.#pairs = new PairRooms(options);
		this.#untold = new UntoldEnds(options.context, (room) => options.stays().slots.shown(room));
	}

	/** Lists them all, those that are asked about among them. `found` are the rooms that are kept, as they were read last. */
	view(found: readonly Found[] = this.#options.stays().kept()): readonly BuddyView[] {
		return this.#pairs.views(found);
	}

	/** Carries out a command; `slot` is the room in which somebody is proposed to. */
	perform(command: BuddyCommand, slot: RoomSlot | undefined): Outcome | Promise<Outcome> {
		const fingerprint = parseFingerprint(command.fingerprint);
		if (!fingerprint) return refuse({ code: "no_such_member", why: "notAFingerprint" });
		return this.#turns.run(async () => {
			switch (command.kind) {
				case "buddy":
					return this.#propose(fingerprint, slot, command.offRecord);
				case "answerBuddy":
					return this.#answer(fingerprint, command.answer);
				case "unbuddy":
					return this.#end(fingerprint);
			}
		});
	}

	/** Takes in a letter that somebody in a room has sealed to us. */
	heard(slot: RoomSlot, from: Person, letter: Exclude<Letter, { what: "posts" }>): void {
		void this.#turns.run(async () => {
			switch (letter.what) {
				case "propose":
					return this.#proposed(slot, from, letter);
				case "decline":
				case "withdraw":
					return this.#over(from, letter.pair);
			}
		});
	}

	/** Follows what happens in rooms of two: the other one came for the first time, or has left for good. */
	happened(event: Event): void {
		if (event.kind !== "joined" && event.kind !== "left") return;
		const { fingerprint, isSelf } = event.member;
		if (event.kind === "joined")
			void this.#turns.run(() => this.#untold.tell(event.room, isSelf ? undefined : parseFingerprint(fingerprint)));
		const pair = this.#pairs.all().find(({ room }) => room.key === event.room);
		if (pair?.record.role !== "host" || pair.record.pair.with !== event.member.fingerprint) return;
		if (event.kind === "joined" && pair.record.pair.state === "proposed") {
			this.#tell({ kind: "buddyAnswered", buddy: this.#pairs.set(pair, { state: "accepted" }), answer: "accepted" });
		} else if (event.kind === "left" && event.reason === "left") void this.#turns.run(() => this.#leftUs(pair));
	}

	/** Is told that a room is over. A host who has closed a room of two, or removed us from it, has ended it: nothing of it is on our disk any more. */
	ended({ code, room: key }: Extract<Event, { kind: "closed" }>): void {
		if (key === undefined || (code !== "room_closed" && code !== "kicked")) return;
		const pair = this.#options.stays().slots.shown(key)?.pair;
		if (!pair) return;
		const buddy = this.#pairs.viewOf({ room: { key }, record: { role: "guest", pair } });
		this.#tell({ kind: "buddyEnded", buddy, isOurs: false });
	}

	async #propose(fingerprint: Fingerprint, slot: RoomSlot | undefined, offRecord?: boolean): Promise<Outcome> {
		const person = slot?.room?.person(fingerprint);
		const { stay } = slot ?? {};
		const known = this.#pairs.with(fingerprint);
		const kind = offRecord ? "offRecord" : "buddy";
		// Somebody who accepts without a word about it has been told what was proposed; nothing else becomes another kind of room.
		const isOther = ({ record: { pair } }: FoundPair): boolean =>
			pair.kind !== kind && (offRecord !== undefined || !isOpenQuestion(pair));
		if (known.some(isOther)) return otherKind;
		if (known.some(({ record }) => isOpenQuestion(record.pair))) return this.#answer(fingerprint, "accept");
		if (!stay || !person || person.isSelf) return refuse({ code: "no_such_member", why: "notHere" });
		if (known.some(({ record }) => record.pair.state === "accepted"))
			return refuse({ code: "buddy_refused", why: "already" });
		if (this.#pairs.all().length >= mostPairs) return refuse({ code: "buddy_refused", why: "tooMany" });
		const opened = await this.#roomFor(person, kind, stay.ways());
		if (opened.kind === "refused") return opened;
		const outcome = await this.#sendProposal(slot, opened, fingerprint);
		if (outcome.kind === "refused") await this.#options.stays().forget(opened.slot);
		return outcome;
	}

	/** Opens the room of the two; one that was proposed before goes on. */
	async #roomFor(
		{ fingerprint, name }: Person,
		kind: Pair["kind"],
		ways: ReturnType<NonNullable<RoomSlot["stay"]>["ways"]>,
	) {
		const stays = this.#options.stays();
		const [former] = this.#pairs.with(fingerprint);
		if (former) {
			const outcome = await stays.openKept(former);
			if (outcome.kind === "refused") return outcome;
			const slot = stays.slots.shown(former.room.key);
			if (slot?.stay instanceof HostStay) return { kind: "open", slot, stay: slot.stay } as const;
		}
		if (!ways) return noWay;
		const until = this.#pairs.seconds() + proposalSeconds;
		return stays.hostPair({ kind, with: fingerprint, name, state: "proposed", until }, ways);
	}

	async #sendProposal(
		slot: RoomSlot | undefined,
		{ stay, slot: own }: { readonly stay: HostStay; readonly slot: RoomSlot },
		to: Fingerprint,
	): Promise<Outcome> {
		const pair = this.#pairs.all().find(({ room }) => room.key === own.key);
		const { invite } = stay.hosting;
		if (!pair) return refuse({ code: "internal", why: "storage", detail: "the room could not be kept" });
		if (invite === undefined) return noWay;
		const seat = await stay.seatFor(to);
		if (!seat) return refuse({ code: "internal", why: "storage", detail: "the room could not be kept" });
		const until = this.#pairs.seconds() + proposalSeconds;
		this.#pairs.set(pair, { until });
		const { kind } = pair.record.pair;
		const letter = { what: "propose", kind, pair: stay.roomId, seat, invite, until } as const;
		const sent = (await slot?.stay?.talk.sendLetter(to, letter, kind)) ?? refuse({ code: "not_in_room" });
		seat.fill(0);
		return sent.kind === "refused" ? sent : { kind: "done", room: own.key };
	}

	async #answer(fingerprint: Fingerprint, answer: "accept" | "decline" | "later"): Promise<Outcome> {
		const question = this.#pairs.with(fingerprint).find(({ record }) => isOpenQuestion(record.pair));
		if (!question) return notProposed;
		if (answer === "later") {
			this.#tell({ kind: "buddyAnswered", buddy: this.#pairs.set(question, { state: "later" }), answer });
			return done;
		}
		if (answer === "decline") return this.#decline(question);
		if (question.record.pair.until < this.#pairs.seconds()) {
			this.#pairs.remove(question);
			return refuse({ code: "buddy_refused", why: "tooLate" });
		}
		return this.#accept(question);
	}

	async #accept(question: FoundPair): Promise<Outcome> {
		this.#remember(question);
		for (const other of this.#pairs.with(question.record.pair.with)) {
			if (other.room.key !== question.room.key) await this.#pairs.forget(other);
		}
		const buddy = this.#pairs.set(question, { state: "accepted" });
		this.#tell({ kind: "buddyAnswered", buddy, answer: "accepted" });
		const found = this.#pairs.all().find(({ room }) => room.key === question.room.key);
		return found ? this.#options.stays().openKept(found) : notProposed;
	}

	/** Says no. The other one hears of it, if they are in a room with us now. */
	async #decline(question: FoundPair): Promise<Outcome> {
		const { record } = question;
		this.#remember(question);
		const buddy = this.#pairs.viewOf(question);
		this.#willSay(question);
		this.#pairs.remove(question);
		this.#tell({ kind: "buddyAnswered", buddy, answer: "declined" });
		await this.#say(record, "decline");
		return done;
	}

	async #end(fingerprint: Fingerprint): Promise<Outcome> {
		const pairs = this.#pairs.with(fingerprint);
		const [first] = pairs;
		if (!first) return unknown;
		for (const pair of pairs) {
			const { state } = pair.record.pair;
			if (isOpenQuestion(pair.record.pair)) {
				await this.#decline(pair);
				continue;
			}
			const buddy = this.#pairs.viewOf(pair);
			// Somebody who is in the room hears it there.
			const isTold = state === "accepted" && buddy.isHere === true;
			this.#willSay(pair);
			await this.#pairs.forget(pair);
			if (isTold) this.#untold.said(pair.record.room);
			else await this.#say(pair.record, "withdraw");
			this.#tell({ kind: "buddyEnded", buddy, isOurs: true });
		}
		return done;
	}

	/** Takes in that somebody proposes a room of two, and has the person asked if it makes sense. */
	async #proposed(slot: RoomSlot, from: Person, letter: LetterOf<"propose">): Promise<void> {
		const rooms = this.#options.context.keptRooms();
		const { routes } = this.#options.context;
		const read = readProposal(from, letter, { routes, seconds: this.#pairs.seconds(), isHidden: slot.stay?.isHidden });
		if (read === "showsAddress") slot.room?.notice("warning", { code: "proposalShowsAddress", person: from });
		const record = typeof read === "string" ? undefined : read;
		if (!record || !rooms || this.#answered.has(idOf(letter.pair))) return;
		const known = this.#pairs.with(from.fingerprint);
		const asked = this.#pairs
			.all()
			.filter(({ record: one }) => isOpenQuestion(one.pair) && one.pair.with !== from.fingerprint);
		if (asked.length >= mostAsked) return;
		if (!rooms.claim()) {
			slot.room?.notice("warning", { code: "proposalNotKept", person: from });
			return;
		}
		const { kind } = record.pair;
		if (known.some(({ record: { pair } }) => pair.state === "accepted" && pair.kind !== kind)) {
			this.#remember({ record });
			this.#willSay({ record });
			slot.room?.notice("warning", { code: "proposalOfOtherKind", person: from, isOffRecord: kind === "offRecord" });
			return this.#say(record, "decline");
		}
		for (const former of known) if (isOpenQuestion(former.record.pair)) this.#pairs.remove(former);
		const room = KeptRoom.add(rooms, newRoomKey(), record, notYetIn, this.#options.context.now);
		const question = { room, record };
		// Somebody who has proposed it as well agrees already; both find the same way out by their fingerprints.
		const isCrossing = known.some(
			({ record: one }) => one.role === "host" && one.pair.state === "proposed" && one.pair.kind === kind,
		);
		const own = this.#options.context.account.ownFingerprint() ?? "";
		if (isCrossing && own > from.fingerprint) return void (await this.#accept(question));
		if (isCrossing) return this.#pairs.remove(question);
		this.#tell({ kind: "buddyProposed", buddy: this.#pairs.viewOf(question) });
	}

	/** Takes in that the other one says that a room of two is over, or that it does not come about. */
	async #over(from: Person, room: Uint8Array): Promise<void> {
		const pair = this.#pairs.with(from.fingerprint).find(({ record }) => Buffer.compare(record.room, room) === 0);
		if (!pair) return;
		const { state } = pair.record.pair;
		if (state === "accepted") return this.#leftUs(pair);
		const buddy = this.#pairs.viewOf(pair);
		await this.#pairs.forget(pair);
		this.#tell({ kind: "buddyAnswered", buddy, answer: state === "proposed" ? "declined" : "withdrawn" });
	}

	/** Ends a room of two in which the other one has given their seat back: nobody will ever be in it again but us. */
	async #leftUs(pair: FoundPair): Promise<void> {
		const buddy = this.#pairs.viewOf(pair);
		await this.#pairs.forget(pair);
		this.#tell({ kind: "buddyEnded", buddy, isOurs: false });
	}

	/** Tells the other one that a room of two is over or does not come about: now, if they are in a room with us, or else when they are (`#willSay`). */
	async #say({ pair: { with: to, kind }, room }: FoundPair["record"], what: "decline" | "withdraw"): Promise<void> {
		const sent = await this.#options
			.stays()
			.slots.roomWith({ fingerprint: to })
			?.stay?.talk.sendLetter(to, { what, pair: room }, kind);
		if (sent?.kind === "done") this.#untold.said(room);
	}

	/** Has on disk that the other one is to hear of the end, before the room goes. */
	#willSay({ record: { pair, room } }: Pick<FoundPair, "record">): void {
		this.#untold.add({ kind: pair.kind, with: pair.with, name: pair.name }, room);
	}

	#remember({ record }: Pick<FoundPair, "record">): void {
		this.#answered.set(idOf(record.room), true);
	}

	#tell(event: BuddyEvent): void {
		this.#options.context.emit(event);
		this.#options.context.changed();
	}
}

const otherKind = refuse({ code: "buddy_refused", why: "otherKind" });
const noWay = refuse({ code: "buddy_refused", why: "noWay" });

const isOpenQuestion = ({ state }: Pair): boolean => state === "asked" || state === "later";

const idOf = (room: Uint8Array): string => Buffer.from(room).toString("hex");
