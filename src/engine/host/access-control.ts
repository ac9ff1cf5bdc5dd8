// Takes a new Link as far as a guest who has proven what they hold and who they are. Whether they may come in is asked again (entry-judge.ts) whenever it may have changed.
import type { Duplex } from "node:stream";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { OffKeys } from "../../crypto/off-record/exchange.ts";
import { type KnownKeys, shownIn, type TagKeys, tagKeys } from "../../crypto/opening/knock.ts";
import { Caller } from "../../net/address/caller.ts";
import type { Link } from "../../net/link/link.ts";
import type { KnockOutcome } from "../api/gate.ts";
import type { Visit } from "../gate/guesses/visit.ts";
import type { RoomInvite } from "../gate/invites.ts";
import type { ShownSeat } from "../order/seats.ts";
import type { FeedDoor } from "../posts/feed-doors.ts";
import { endGently } from "../wire/end-gently.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import type { Refusal } from "../wire/handshake.ts";
import { type Applicant, EntryJudge, type EntryRules } from "./entry-judge.ts";
import { readerWithoutAddress } from "./give-feed.ts";
import { type Gone, type Greeter, gone, type HostSide, type Proven, type Shown } from "./greeting.ts";
import type { Entrance } from "./guest-session.ts";
import { greetGuest, howToOpen } from "./handshake-host.ts";
import { endOf, refusalOutcomes } from "./knock-outcomes.ts";
import { TurningAway } from "./turning-away.ts";

/** Holds a proven guest. */
export interface Arrival {
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly certificate: Certificate;
	/** The name that the guest has given, not cleaned. */
	readonly name: string;
	/** Holds the keys that stand in the place of signatures; there only off the record. */
	readonly offKeys?: OffKeys | undefined;
	readonly caller: Caller;
	/** They came by a good seat, and were asked for no password. */
	readonly hasSeat: boolean;
	readonly isInBrowser: boolean;
	readonly entrance: Entrance;
	/** Fires when this guest must not come in any more; the reason is a `Refusal`. */
	readonly dismissed: AbortSignal;
	/** Tells how it ended. Only the first call counts. */
	settle(outcome: KnockOutcome): void;
	/** Lets go of a Link that is not for coming in, because they are in already by another one: nothing is told of it. */
	release(): void;
}

export interface AccessControlOptions extends EntryRules {
	readonly host: HostSide;
	/** Returns the feeds that are given to whoever has the link to them; absent: none is here. */
	readonly feedDoors?: (() => readonly FeedDoor[]) | undefined;
}

/** Closes a connection that has cost nothing yet. */
function cut({ stream }: Link): Gone {
	stream.destroy();
	return gone("turned away before the channel");
}

/** Makes sure that whoever the gate sends away goes. */
function follow({ visit, dismissal }: Applicant): void {
	const { signal } = visit;
	if (signal.aborted) dismissal.abort(signal.reason);
	else signal.addEventListener("abort", () => dismissal.abort(signal.reason), { once: true });
}

type Known = KnownKeys<ShownSeat | RoomInvite | FeedDoor | "pin">;

const isInvite = (value: Known["value"]): value is RoomInvite => typeof value !== "string" && "caller" in value;
const isDoor = (value: Known["value"]): value is FeedDoor => typeof value !== "string" && "begin" in value;

/** Owns every Link until its guest is proven. */
export class AccessControl {
	readonly #options: AccessControlOptions;
	readonly #applicants = new Set<Applicant>();
	readonly #pin: Known;
	#host: HostSide;
	readonly #judge: EntryJudge;
	readonly #turningAway: TurningAway;

	constructor(options: AccessControlOptions) {
		this.#options = options;
		this.#host = options.host;
		this.#judge = new EntryJudge(options, this.#applicants, () => this.#host);
		this.#turningAway = new TurningAway(options);
		const { fingerprint } = options.host.signer;
		this.#pin = { value: "pin", slots: "pin", keys: tagKeys({ kind: "pin" }, fingerprint) };
	}

	/** Makes this password the only one that opens the room; strangers who are on their way in must begin again. */
	changePassword(salt: Uint8Array, prs: Uint8Array): void {
		const former = this.#host;
		this.#host = { ...former, salt, prs };
		this.#options.gatekeeper.dismissAll("passwordChanged");
		former.prs.fill(0);
		this.recheck();
	}

	/** Sends away whoever is on the way in and may not come in any more; it is called when something may have changed. */
	recheck(): void {
		for (const applicant of this.#applicants) {
			void this.#judge.refusal(applicant).then((why) => {
				// Whoever has come in meanwhile was judged in that moment.
				if (why !== undefined && this.#applicants.has(applicant)) applicant.dismissal.abort(why);
			});
		}
	}

	/** Sends away whoever is on the way in with this key. */
	dismiss(fingerprint: Fingerprint, why: Refusal): void {
		for (const { key, dismissal } of this.#applicants) if (key?.fingerprint === fingerprint) dismissal.abort(why);
	}

	/** Forgets the password. */
	close(): void {
		this.#host.prs.fill(0);
	}

	/** Tells whether a connection of this caller comes past the gate as far as being cut goes: whoever does not is logged, and nothing was made for them. */
	mayCome(caller: Caller): boolean {
		const hasRoom = this.#options.gatekeeper.hasRoomFor(caller);
		if (!hasRoom) this.#logCut(caller);
		return hasRoom;
	}

	/** Takes the Link as far as a proven guest. It returns `undefined` when the Link is closed, and never rejects. */
	async receive(link: Link, signal: AbortSignal): Promise<Arrival | undefined> {
		const { gatekeeper, rules } = this.#options;
		const { caller } = link.far;
		if (caller === undefined) return this.#greet(link, gatekeeper.knockUnnamed(), signal);
		const knock = gatekeeper.knock(caller);
		if (knock.kind === "noRoom") {
			this.#logCut(caller);
			link.stream.destroy();
			return undefined;
		}
		if (knock.kind === "turnedAway") return this.#turningAway.tell(link, caller, knock.why, signal);
		const { visit } = knock;
		const isUnwanted = await rules.isOwnerBlocked(caller);
		const why = isUnwanted ? "blocked" : signal.aborted ? "full" : undefined;
		if (why !== undefined) {
			visit.end();
			return this.#turningAway.tell(link, caller, why, signal);
		}
		return this.#greet(link, visit, signal);
	}

	async #greet(link: Link, visit: Visit, signal: AbortSignal): Promise<Arrival | undefined> {
		const host = this.#host;
		const isNamed = link.far.caller !== undefined;
		const applicant: Applicant = { host, isNamed, visit, dismissal: new AbortController() };
		follow(applicant);
		this.#applicants.add(applicant);
		const greeter: Greeter = {
			visit: () => applicant.visit,
			heard: (knock, channel) => this.#heard(applicant, shownIn(knock, channel, this.#known())),
			judge: (key) => {
				if (key) applicant.key = key;
				return this.#judge.refusal(applicant);
			},
		};
		const greet = () => {
			const either = AbortSignal.any([signal, applicant.dismissal.signal]);
			return greetGuest({ stream: link.stream, host, greeter, ...howToOpen(link) }, either);
		};
		const greeted = (await visit.mayOpen()) ? await greet() : cut(link);
		applicant.visit.end();
		if (greeted.kind === "proven") return this.#arrival(greeted, applicant);
		this.#applicants.delete(applicant);
		if (greeted.hasStolenSeat && applicant.seat) this.#options.rules.onSeatAlarm(applicant.seat.guest, "stolen");
		if (!signal.aborted && !greeted.hasRead) this.#log(applicant, endOf(applicant.visit.tally(), greeted));
		await endGently(link.stream);
		return undefined;
	}

	*#known(): Iterable<Known> {
		yield* this.#options.seats.known();
		for (const invite of this.#options.invites.all()) yield { value: invite, slots: "invite", keys: invite.keys };
		for (const door of this.#options.feedDoors?.() ?? []) yield { value: door, slots: "invite", keys: door.keys };
		yield this.#pin;
	}

	/** Judges what was shown. A good seat counts before all else; a seat that is good no more tells that there is a copy, if nothing better was shown. */
	#heard(applicant: Applicant, shown: readonly Known[]): Shown {
		const { seats, rules } = this.#options;
		for (const wanted of ["good", "revoked", "retired"] as const) {
			for (const { value, keys } of shown) {
				if (typeof value === "string" || isInvite(value) || isDoor(value) || seats.standingOf(value) !== wanted)
					continue;
				if (wanted === "revoked") return { kind: "revoked", keys };
				if (wanted === "retired") {
					rules.onSeatAlarm(value.guest, "retired");
					if (this.#options.onlyGuest !== undefined) return { kind: "closed" };
					return this.#named(applicant, Caller.named(`seat ${value.guest}`, "global"), keys);
				}
				applicant.seat = value;
				// Somebody who has a seat guesses nothing: the place among those who do is free again.
				applicant.visit.end();
				return { kind: "seat", keys, guest: value.guest };
			}
		}
		const door = shown.map(({ value }) => value).find(isDoor);
		if (door) {
			const named = this.#named(applicant, readerWithoutAddress, door.keys);
			return named.kind === "secret" ? { kind: "feed", keys: door.keys, door } : named;
		}
		// Where two are among themselves there is no password to guess: a stranger learns not even whose room it is.
		if (this.#options.onlyGuest !== undefined) return { kind: "closed" };
		const invite = shown.map(({ value }) => value).find(isInvite);
		if (invite) {
			applicant.invite = invite;
			return this.#named(applicant, invite.caller, invite.keys);
		}
		const isPinned = this.#host.offRecordWith === undefined;
		const pin = isPinned ? shown.find(({ value }) => value === "pin") : undefined;
		if (!applicant.isNamed) return { kind: "closed" };
		// A fingerprint is public: nobody is told by it that the host is here while nobody is let in.
		return pin && this.#judge.refusalOfNewcomers() === undefined
			? { kind: "secret", keys: pin.keys }
			: { kind: "nothing" };
	}

	/** Takes what was shown for the caller, where the Transport does not tell one caller from another. */
	#named(applicant: Applicant, caller: Caller, keys: TagKeys): Shown {
		if (applicant.isNamed) return { kind: "secret", keys };
		const knock = this.#options.gatekeeper.knock(caller);
		if (knock.kind !== "admitted") return { kind: "closed", why: knock.kind === "noRoom" ? "busy" : knock.why };
		const unnamed = applicant.visit;
		applicant.visit = knock.visit;
		applicant.isNamed = true;
		unnamed.end();
		follow(applicant);
		return { kind: "secret", keys };
	}

	#arrival({ frames, stream, certificate, name, offKeys, isInBrowser }: Proven, applicant: Applicant): Arrival {
		const { seats } = this.#options;
		const { fingerprint } = certificate;
		applicant.isWaiting = true;
		let shown = applicant.seat?.keys;
		let given: TagKeys | undefined;
		let isSettled = false;
		return {
			frames,
			stream,
			certificate,
			name,
			offKeys,
			caller: applicant.visit.caller,
			hasSeat: applicant.seat !== undefined,
			isInBrowser: isInBrowser ?? false,
			dismissed: applicant.dismissal.signal,
			entrance: {
				judge: (hasEntered) => (hasEntered ? Promise.resolve(undefined) : this.#judge.refusal(applicant)),
				entered: (signed) => {
					if (applicant.invite) this.#options.invites.cameIn(applicant.invite, fingerprint);
					applicant.key = { fingerprint, name: signed };
				},
				giveSeat: () => {
					const { secret, keys } = seats.entered(fingerprint, shown);
					shown = undefined;
					given = keys;
					return secret;
				},
				seatKept: () => {
					if (given) seats.kept(fingerprint, given);
				},
			},
			release: () => {
				isSettled = true;
				this.#applicants.delete(applicant);
			},
			settle: (outcome) => {
				if (isSettled) return;
				isSettled = true;
				this.#applicants.delete(applicant);
				this.#log(applicant, outcome);
			},
		};
	}

	/** Logs somebody of a crowd that comes too fast. */
	#logCut(caller: Caller): void {
		this.#options.rules.onKnock({ caller, outcome: refusalOutcomes.busy, guesses: 0 });
	}

	#log({ visit, key, invite }: Applicant, outcome: KnockOutcome): void {
		const who = key ? { who: { ...key, isProven: true } } : {};
		this.#options.rules.onKnock({
			caller: visit.caller,
			outcome,
			guesses: visit.tally().guesses,
			...who,
			...(invite ? { invite: invite.label ?? "" } : {}),
		});
	}
}
