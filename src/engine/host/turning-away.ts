// Tells guests who are turned away before anything else why they are, as long as they are not too many.
import type { Caller } from "../../net/address/caller.ts";
import type { Link } from "../../net/link/link.ts";
import { deadline } from "../bounds/deadline.ts";
import { endGently } from "../wire/end-gently.ts";
import { frameType } from "../wire/frame.ts";
import { encodeRefusal, type Refusal, stepTimeoutMs } from "../wire/handshake.ts";
import type { EntryRules } from "./entry-judge.ts";
import { howToOpen, openFrames } from "./handshake-host.ts";
import { refusalOutcomes } from "./knock-outcomes.ts";

/** At most this many guests of one caller are told at one time; further ones are just disconnected. */
const turnedAwayPerCaller = 4;
/** At most this many guests in all are told at one time. */
const turnedAwayInAll = 64;

/** Owns the Links of those who are turned away, until they are closed. */
export class TurningAway {
	readonly #options: Pick<EntryRules, "gatekeeper" | "rules">;
	/** Holds the callers of those who are being told. */
	readonly #told: string[] = [];

	constructor(options: Pick<EntryRules, "gatekeeper" | "rules">) {
		this.#options = options;
	}

	/** Tells a guest inside a channel of its own why it is turned away, if there is time for it. */
	async tell(link: Link, caller: Caller, why: Refusal, signal: AbortSignal): Promise<undefined> {
		this.#options.rules.onKnock({ caller, outcome: refusalOutcomes[why], guesses: 0 });
		const told = this.#told.filter((key) => key === caller.key).length;
		if (told < turnedAwayPerCaller && this.#told.length < turnedAwayInAll) {
			this.#told.push(caller.key);
			const patience = deadline(signal, stepTimeoutMs);
			const mayTell = await this.#options.gatekeeper.mayTell(caller, patience.signal);
			const opened = mayTell ? await openFrames(link.stream, patience.signal, howToOpen(link)) : undefined;
			patience.done();
			if (opened?.kind === "opened") {
				opened.frames.send(frameType.refused, encodeRefusal(why));
				await endGently(opened.frames.stream);
			}
			this.#told.splice(this.#told.indexOf(caller.key), 1);
		}
		link.stream.destroy();
		return undefined;
	}
}
