// From a new Link to a guest who has proven password and key: the gate, the host's own rules, the handshake. Tells how each knock ended.
import type { TLSSocket } from "node:tls";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { Link } from "../../net/link/link.ts";
import type { KnockOutcome } from "../api/gate.ts";
import type { DoorRules } from "../gate/door-rules.ts";
import type { Gatekeeper } from "../gate/gatekeeper.ts";
import type { TurnedAway, Visit, VisitTally } from "../gate/visit.ts";
import { endGently } from "../wire/end-gently.ts";
import { frameType, maxOpenBodyBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import { maxWaitingBytes, type Refusal, refusalCode } from "../wire/handshake.ts";
import { type Greeted, greetGuest, type HostSide } from "./handshake-host.ts";

/** Who is in the room, the host and those whose Link broke for the moment included. */
export interface Census {
	count(): number;
	has(fingerprint: Fingerprint): boolean;
	/** Somebody's Link broke, and they may be knocking to come back. */
	isAnyoneAway(): boolean;
}

/** A proven guest. */
export interface Arrival {
	readonly frames: FrameStream;
	readonly tls: TLSSocket;
	readonly certificate: Certificate;
	/** As it came. */
	readonly name: string;
	readonly caller: Caller;
	/** Why this guest must not enter after all; things may have changed since the last time it was asked. */
	judge(): Refusal | undefined;
	/** Says why, and hangs up. */
	sendAway(why: Refusal): Promise<void>;
	/** Tells how it ended. Only the first call counts. */
	settle(hasEntered: boolean): void;
}

export interface DoorwayOptions {
	readonly gatekeeper: Gatekeeper;
	readonly rules: DoorRules;
	readonly census: Census;
	readonly host: HostSide;
}

/** Owns every Link until its guest is proven. */
export class Doorway {
	readonly #options: DoorwayOptions;
	#host: HostSide;

	constructor(options: DoorwayOptions) {
		this.#options = options;
		this.#host = options.host;
	}

	/** From now on only this password opens the door; strangers who are on their way in must begin again. */
	changePassword(salt: Uint8Array, prs: Uint8Array): void {
		const former = this.#host;
		this.#host = { ...former, salt, prs };
		this.#options.gatekeeper.dismissAll("passwordChanged");
		former.prs.fill(0);
	}

	/** Forgets the password. */
	close(): void {
		this.#host.prs.fill(0);
	}

	/** Takes the Link as far as a proven guest; `undefined`: it is closed. Never rejects. */
	async receive(link: Link, signal: AbortSignal): Promise<Arrival | undefined> {
		const { gatekeeper, rules } = this.#options;
		const { caller } = link.far;
		if (caller === undefined) {
			// Nothing could be counted, so nobody may guess there.
			link.stream.destroy();
			return undefined;
		}
		const knock = gatekeeper.knock(caller);
		if (knock.kind === "turnedAway") return this.#turnAway(link, caller, knock.why);
		const { visit } = knock;
		const atOnce = signal.aborted ? "full" : this.#refusalOfStrangers();
		const isUnwanted = atOnce === undefined && (await rules.isOwnerBlocked(caller));
		const why = isUnwanted ? "blocked" : atOnce;
		if (why !== undefined) {
			visit.end();
			return this.#turnAway(link, caller, why);
		}
		return this.#greet(link, visit, signal);
	}

	async #greet(link: Link, visit: Visit, signal: AbortSignal): Promise<Arrival | undefined> {
		const host = this.#host;
		const either = AbortSignal.any([signal, visit.signal]);
		const judge = (fingerprint: Fingerprint): Refusal | undefined => this.#judge(fingerprint, host);
		const greeted = await greetGuest({ stream: link.stream, visit, host, judge }, either);
		visit.end();
		const { caller } = visit;
		const { guesses } = visit.tally();
		if (greeted.kind === "proven") return this.#arrival(link, caller, greeted, guesses, judge);
		const who = greeted.shown ? { who: { ...greeted.shown, isProven: false } } : {};
		if (!signal.aborted) {
			this.#options.rules.onKnock({ caller, outcome: endOf(visit.tally(), greeted), guesses, ...who });
		}
		await endGently(link.stream);
		return undefined;
	}

	#arrival(
		link: Link,
		caller: Caller,
		{ frames, tls, certificate, name }: Extract<Greeted, { kind: "proven" }>,
		guesses: number,
		judge: (fingerprint: Fingerprint) => Refusal | undefined,
	): Arrival {
		const { fingerprint } = certificate;
		let isSettled = false;
		const settle = (outcome: KnockOutcome): void => {
			if (isSettled) return;
			isSettled = true;
			this.#options.rules.onKnock({ caller, outcome, guesses, who: { fingerprint, name, isProven: true } });
		};
		return {
			frames,
			tls,
			certificate,
			name,
			caller,
			judge: () => judge(fingerprint),
			settle: (hasEntered) => settle(hasEntered ? "joined" : "failed"),
			sendAway: async (why) => {
				settle(refusalOutcomes[why]);
				frames.send(frameType.refused, Uint8Array.of(refusalCode[why]));
				await endGently(tls);
				link.stream.destroy();
			},
		};
	}

	/** Members may always come back; who shows a blocked key may not. */
	#judge(fingerprint: Fingerprint, host: HostSide): Refusal | undefined {
		const { rules, census } = this.#options;
		if (rules.isKeyBlocked(fingerprint)) return "blocked";
		if (census.has(fingerprint)) return undefined;
		if (host !== this.#host) return "passwordChanged";
		return this.#refusalOfNewcomers();
	}

	/** While somebody may be knocking to come back, nobody is refused before their key is known. */
	#refusalOfStrangers(): Refusal | undefined {
		return this.#options.census.isAnyoneAway() ? undefined : this.#refusalOfNewcomers();
	}

	#refusalOfNewcomers(): Refusal | undefined {
		const { rules, census } = this.#options;
		if (rules.isPaused()) return "paused";
		return census.count() >= rules.memberCap() ? "full" : undefined;
	}

	async #turnAway(link: Link, caller: Caller, why: Refusal): Promise<undefined> {
		this.#options.rules.onKnock({ caller, outcome: refusalOutcomes[why], guesses: 0 });
		const frames = new FrameStream(link.stream, { maxBodyBytes: maxOpenBodyBytes, isPadded: false, maxWaitingBytes });
		frames.send(frameType.refused, Uint8Array.of(refusalCode[why]));
		await endGently(link.stream);
		return undefined;
	}
}

const refusalOutcomes: Readonly<Record<Refusal, KnockOutcome>> = {
	blocked: "turnedAway",
	busy: "busy",
	paused: "paused",
	full: "full",
	tooSlow: "gaveUp",
	passwordChanged: "passwordChanged",
};

const tallyOutcomes: Readonly<Record<"usedUp" | "gotBlocked" | TurnedAway["why"], KnockOutcome>> = {
	usedUp: "disconnected",
	gotBlocked: "blocked",
	blocked: "turnedAway",
	busy: "busy",
	passwordChanged: "passwordChanged",
};

function endOf(tally: VisitTally, gone: Extract<Greeted, { kind: "gone" }>): KnockOutcome {
	if (gone.refused) return refusalOutcomes[gone.refused];
	if (gone.knewPassword) return "failed";
	if (tally.end) return tallyOutcomes[tally.end];
	return tally.guesses > 0 ? "wrong" : "gaveUp";
}
