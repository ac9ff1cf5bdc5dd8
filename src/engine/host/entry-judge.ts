// Whether somebody on the way in may come in, as things are at the moment of the question.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import type { Gatekeeper } from "../gate/guesses/gatekeeper.ts";
import type { Visit } from "../gate/guesses/visit.ts";
import type { Invites, RoomInvite } from "../gate/invites.ts";
import type { Seats, ShownSeat } from "../order/seats.ts";
import type { Refusal } from "../wire/handshake.ts";
import type { HostSide } from "./greeting.ts";

/** At most this many guests of one address may be proven and not in yet. Entering takes a second; more at once is a crowd. */
export const waitingPerCaller = 24;

/** Tells who is in the room, the host and those whose Link broke for the moment included. */
export interface Census {
	count(): number;
	has(fingerprint: Fingerprint): boolean;
	/** Tells whether somebody's Link broke, who may be knocking to come back. */
	isAnyoneAway(): boolean;
}

/** Holds everything that decides who may come in. */
export interface EntryRules {
	readonly gatekeeper: Gatekeeper;
	readonly rules: AccessRules;
	readonly census: Census;
	readonly seats: Seats;
	readonly invites: Invites;
	/** Nobody but the person with this key ever comes in, and only by a seat; absent: whoever has the password may. */
	readonly onlyGuest?: Fingerprint | undefined;
}

/** An Applicant is a connection from its first byte until its guest is in or gone. */
export interface Applicant {
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

/** Judges everybody who is on the way in. */
export class EntryJudge {
	readonly #options: EntryRules;
	readonly #applicants: ReadonlySet<Applicant>;
	readonly #host: () => HostSide;

	/** `applicants` are all who are on the way in now; `host` returns the host's side with the password of now. */
	constructor(options: EntryRules, applicants: ReadonlySet<Applicant>, host: () => HostSide) {
		this.#options = options;
		this.#applicants = applicants;
		this.#host = host;
	}

	/** Returns why this guest must not come in, as things are now; `undefined` when they may. What takes time is asked first, so that nothing comes between the rest and the answer. */
	async refusal(applicant: Applicant): Promise<Refusal | undefined> {
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
		} else if (host !== this.#host() && !(key && census.has(key.fingerprint))) return "passwordChanged";
		if (key && census.has(key.fingerprint)) return undefined;
		if (key) return this.#isCrowd(applicant) ? "busy" : this.refusalOfNewcomers();
		// While somebody may be knocking to come back, nobody is refused before their key is known.
		return seat || census.isAnyoneAway() ? undefined : this.refusalOfNewcomers();
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

	/** Returns why nobody who is new comes in now. */
	refusalOfNewcomers(): Refusal | undefined {
		const { rules, census } = this.#options;
		if (rules.isPaused()) return "paused";
		return census.count() >= rules.memberCap() ? "full" : undefined;
	}
}
