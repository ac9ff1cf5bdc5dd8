// From a new Link to a guest who has proven what they hold and who they are. Who may come in is asked again whenever it may have changed, until they are in.
import type { Duplex } from "node:stream";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { OffKeys } from "../../crypto/off-record/exchange.ts";
import { type KnownKeys, shownIn, type TagKeys, tagKeys } from "../../crypto/opening/knock.ts";
import { Caller } from "../../net/address/caller.ts";
import type { Link } from "../../net/link/link.ts";
import type { KnockOutcome } from "../api/gate.ts";
import { deadline } from "../bounds/deadline.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import type { Gatekeeper } from "../gate/guesses/gatekeeper.ts";
import type { Visit } from "../gate/guesses/visit.ts";
import type { Invites, RoomInvite } from "../gate/invites.ts";
import type { Seats, ShownSeat } from "../order/seats.ts";
import type { FeedDoor } from "../posts/feed-doors.ts";
import { endGently } from "../wire/end-gently.ts";
import { frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { encodeRefusal, patienceOf, type Refusal, stepTimeoutMs } from "../wire/handshake.ts";
import { readerWithoutAddress } from "./give-feed.ts";
import { type Gone, type Greeter, type Greeting, gone, type HostSide, type Proven, type Shown } from "./greeting.ts";
import type { Entrance } from "./guest-session.ts";
import { greetGuest, openFrames } from "./handshake-host.ts";
import { endOf, refusalOutcomes } from "./knock-outcomes.ts";

/** Guests of one caller who are told at one time why they are turned away before anything else; more are just disconnected. */
const turnedAwayPerCaller = 4;
/** Limits how many such guests there are in all. */
const turnedAwayInAll = 64;
/** Guests of one address who are proven and not in yet. Entering takes a second; more at once is a crowd. */
export const waitingPerCaller = 24;

/** Tells who is in the room, the host and those whose Link broke for the moment included. */
export interface Census {
	count(): number;
	has(fingerprint: Fingerprint): boolean;
	/** Tells whether somebody's Link broke, who may be knocking to come back. */
	isAnyoneAway(): boolean;
}

/** Holds a proven guest. */
export interface Arrival {
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly certificate: Certificate;
	/** The name that the guest has given, not cleaned. */
	readonly name: string;
	/** What stands in the place of signatures, off the record. */
	readonly offKeys?: OffKeys | undefined;
	readonly caller: Caller;
	/** They have shown a good seat, and no password. */
	readonly hasSeat: boolean;
	readonly isInBrowser: boolean;
	readonly entrance: Entrance;
	/** Fires when this guest must not come in any more; the reason is a `Refusal`. */
	readonly dismissed: AbortSignal;
	/** Tells how it ended. Only the first call counts. */
	settle(outcome: KnockOutcome): void;
	/** They are in already by another Link, and this one is not for coming in: nothing is told of it. */
	release(): void;
}

export interface AccessControlOptions {
	readonly gatekeeper: Gatekeeper;
	readonly rules: AccessRules;
	readonly census: Census;
	readonly host: HostSide;
	readonly seats: Seats;
	readonly invites: Invites;
	/** Nobody but the person with this key ever comes in, and only by a seat; absent: whoever has the password may. */
	readonly onlyGuest?: Fingerprint | undefined;
	/** Returns the feeds that are given to whoever has the link to them; absent: none is here. */
	readonly feedDoors?: (() => readonly FeedDoor[]) | undefined;
}

/** A connection from its first byte until its guest is in or gone. */
interface Applicant {
	/** The host's side, with the password that was asked for when they came. */
	readonly host: HostSide;
	/** Fires when they must go; the reason is a `Refusal`. */
	readonly dismissal: AbortController;
	/** Says whether something tells this guest from others. */
	isNamed: boolean;
	visit: Visit;
	seat?: ShownSeat;
	/** The invite that was shown, whatever the Transport. */
	invite?: RoomInvite;
	key?: { readonly fingerprint: Fingerprint; readonly name: string };
	/** The guest is proven, and not in yet. */
	isWaiting?: true;
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

/** Returns what the opening must know of a Link. */
const howToOpen = ({ far }: Link): Pick<Greeting, "patience" | "isForBrowsers"> => ({
	patience: patienceOf(far.transport),
	isForBrowsers: far.isWebSocket === true,
});

type Known = KnownKeys<ShownSeat | RoomInvite | FeedDoor | "pin">;

const isInvite = (value: Known["value"]): value is RoomInvite => typeof value !== "string" && "caller" in value;
const isDoor = (value: Known["value"]): value is FeedDoor => typeof value !== "string" && "begin" in value;

/** Owns every Link until its guest is proven. */
export class AccessControl {
	readonly #options: AccessControlOptions;
	readonly #applicants = new Set<Applicant>();
	readonly #pin: Known;
	#host: HostSide;
	/** The callers of those who are being told. */
	readonly #turningAway: string[] = [];

	constructor(options: AccessControlOptions) {
		this.#options = options;
		this.#host = options.host;
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
			void this.#judge(applicant).then((why) => {
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

	/** Takes the Link as far as a proven guest. It returns `undefined` when the Link is closed, and never rejects. */
	async receive(link: Link, signal: AbortSignal): Promise<Arrival | undefined> {
		const { gatekeeper, rules } = this.#options;
		const { caller } = link.far;
		if (caller === undefined) return this.#greet(link, gatekeeper.knockUnnamed(), signal);
		const knock = gatekeeper.knock(caller);
		if (knock.kind === "noRoom") {
			rules.onKnock({ caller, outcome: refusalOutcomes.busy, guesses: 0 });
			link.stream.destroy();
			return undefined;
		}
		if (knock.kind === "turnedAway") return this.#turnAway(link, caller, knock.why, signal);
		const { visit } = knock;
		const isUnwanted = await rules.isOwnerBlocked(caller);
		const why = isUnwanted ? "blocked" : signal.aborted ? "full" : undefined;
		if (why !== undefined) {
			visit.end();
			return this.#turnAway(link, caller, why, signal);
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
				return this.#judge(applicant);
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
				// Who has a seat guesses nothing: the place among those who do is free again.
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
		return pin && this.#refusalOfNewcomers() === undefined ? { kind: "secret", keys: pin.keys } : { kind: "nothing" };
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
				judge: (hasEntered) => (hasEntered ? Promise.resolve(undefined) : this.#judge(applicant)),
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

	/** Returns why this guest must not come in, as things are now. What takes time is asked first, so that nothing comes between the rest and the answer. */
	async #judge(applicant: Applicant): Promise<Refusal | undefined> {
		const { gatekeeper, rules, census, seats, onlyGuest } = this.#options;
		const { key, seat, host, visit } = applicant;
		if (onlyGuest !== undefined && key !== undefined && key.fingerprint !== onlyGuest) return "full";
		const { caller } = visit;
		if (await rules.isOwnerBlocked(caller)) return "blocked";
		if (gatekeeper.isCallerBlocked(caller)) return "blocked";
		if (key && rules.isKeyBlocked(key.fingerprint)) return "blocked";
		if (this.#isOfAnother(applicant)) return "blocked";
		if (key && (host.offRecordWith ?? key.fingerprint) !== key.fingerprint) return "notForYou";
		if (seat) {
			const standing = seats.standingOf(seat);
			if (standing !== "good") return standing === "revoked" ? "kicked" : "busy";
		} else if (host !== this.#host && !(key && census.has(key.fingerprint))) return "passwordChanged";
		if (key && census.has(key.fingerprint)) return undefined;
		if (key) return this.#isCrowd(applicant) ? "busy" : this.#refusalOfNewcomers();
		// While somebody may be knocking to come back, nobody is refused before their key is known.
		return seat || census.isAnyoneAway() ? undefined : this.#refusalOfNewcomers();
	}

	/** Tells whether the invite was taken back, or belongs to another key: the first that came in by a personal one has it. */
	#isOfAnother({ invite, key, seat }: Applicant): boolean {
		if (seat !== undefined || invite === undefined) return false;
		if (!this.#options.invites.all().includes(invite)) return true;
		if (key === undefined || invite.boundTo === undefined || invite.boundTo === key.fingerprint) return false;
		this.#options.rules.onInviteAlarm(invite.label ?? "", key);
		return true;
	}

	/** Tells whether as many as may be from this address are proven already and do not come in. */
	#isCrowd({ visit: { caller }, isWaiting }: Applicant): boolean {
		const waiting = [...this.#applicants].filter((one) => one.isWaiting && one.visit.caller.key === caller.key);
		return !isWaiting && waiting.length >= waitingPerCaller;
	}

	#refusalOfNewcomers(): Refusal | undefined {
		const { rules, census } = this.#options;
		if (rules.isPaused()) return "paused";
		return census.count() >= rules.memberCap() ? "full" : undefined;
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

	/** Tells a guest inside a channel of its own why it is turned away, if there is time for it. */
	async #turnAway(link: Link, caller: Caller, why: Refusal, signal: AbortSignal): Promise<undefined> {
		this.#options.rules.onKnock({ caller, outcome: refusalOutcomes[why], guesses: 0 });
		const told = this.#turningAway.filter((key) => key === caller.key).length;
		if (told < turnedAwayPerCaller && this.#turningAway.length < turnedAwayInAll) {
			this.#turningAway.push(caller.key);
			const patience = deadline(signal, stepTimeoutMs);
			const mayTell = await this.#options.gatekeeper.mayTell(caller, patience.signal);
			const opened = mayTell ? await openFrames(link.stream, patience.signal, howToOpen(link)) : undefined;
			patience.done();
			if (opened?.kind === "opened") {
				opened.frames.send(frameType.refused, encodeRefusal(why));
				await endGently(opened.frames.stream);
			}
			this.#turningAway.splice(this.#turningAway.indexOf(caller.key), 1);
		}
		link.stream.destroy();
		return undefined;
	}
}
