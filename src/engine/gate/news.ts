// What the gate has to tell: the event for programs, the notice for the host's screen, and one notice that counts when there is too much to tell.
import type { Caller } from "../../net/address/caller.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { Event } from "../api/events.ts";
import type { BlockKind } from "../api/gate.ts";
import type { Notice, Tone } from "../api/notices.ts";
import type { Location } from "../api/people.ts";
import type { GateAlert } from "./guesses/gatekeeper.ts";

/** `event` is for programs, `line` for people; one of them may be missing. `isSummary` says that the line belongs to no event and needs one of its own. */
export interface News {
	readonly event?: Event;
	readonly line?: { readonly tone: Tone; readonly notice: Notice };
	readonly isSummary?: true;
}

/** At most this many lines are told at once after a quiet time. Six wrong passwords and the block that follows them fit in twice. */
const burstLines = 20;
/** After this time there may be one more line. */
const lineEveryMs = 6_000;
/** Further events become one line for all that happened in this many milliseconds. */
const summaryMs = 60_000;
const countedAddresses = 1_000;

/** A Blocked is a block as it is told. A block by hand may be about what is no single caller. */
interface Blocked extends Omit<Extract<GateAlert, { kind: "blocked" }>, "caller"> {
	readonly caller: Pick<Caller, "key" | "address" | "invite">;
	/** Says what the block is about, where that is no address. */
	readonly about?: BlockKind;
	/** The name of whoever has the blocked key, as far as it is known. */
	readonly name?: string;
}

/** Says what can be told: wrong guesses and blocks. */
type Told = Extract<GateAlert, { kind: "strike" }> | Blocked;

interface Summary {
	wrong: number;
	blocked: number;
	readonly addresses: Set<string>;
}

/** Tells the host of wrong guesses and blocks. Whoever wants to flood the host's screen gets two lines a minute. */
export class GateNews {
	readonly #clock: Clock;
	readonly #tell: (news: News) => void;
	#lines = burstLines;
	#refilledAt: number;
	#summary: Summary | undefined;
	#stopTimer: (() => void) | undefined;

	constructor(clock: Clock, tell: (news: News) => void) {
		this.#clock = clock;
		this.#tell = tell;
		this.#refilledAt = clock.now();
	}

	/** Tells the alert, or counts it if there is too much to tell. `location` is where the caller is. */
	add(alert: GateAlert | Blocked, location: Location): void {
		if (alert.kind === "turnedAway") return;
		if (alert.kind === "storageFailed") {
			const { reason } = alert;
			this.#tell({ line: { tone: "alarm", notice: { code: "guessesNotSaved", reason } }, isSummary: true });
			return;
		}
		const news = newsOf(alert, location);
		if (this.#takeLine()) {
			this.#tell(news);
			return;
		}
		this.#count(alert);
		this.#tell({ event: { ...news.event, folded: true } });
	}

	/** Tells what is still to be summed up. */
	close(): void {
		this.#stopTimer?.();
		this.#tellSummary();
	}

	#takeLine(): boolean {
		const now = this.#clock.now();
		const fresh = Math.floor((now - this.#refilledAt) / lineEveryMs);
		this.#lines = Math.min(burstLines, this.#lines + fresh);
		this.#refilledAt += fresh * lineEveryMs;
		// As long as a summary is due, everything goes into it: no line gets ahead of those it follows.
		if (this.#lines < 1 || this.#summary) return false;
		this.#lines -= 1;
		return true;
	}

	#count(alert: Told): void {
		this.#summary ??= this.#beginSummary();
		if (alert.kind === "strike") this.#summary.wrong += 1;
		else this.#summary.blocked += 1;
		const { addresses } = this.#summary;
		if (addresses.size < countedAddresses) addresses.add(alert.caller.key);
	}

	#beginSummary(): Summary {
		this.#stopTimer = this.#clock.after(summaryMs, () => this.#tellSummary());
		return { wrong: 0, blocked: 0, addresses: new Set() };
	}

	#tellSummary(): void {
		const summary = this.#summary;
		this.#summary = undefined;
		if (!summary) return;
		// As long as the flood goes on, each minute is this line and the first of the next ones.
		this.#lines = 1;
		this.#refilledAt = this.#clock.now();
		const { wrong, blocked, addresses } = summary;
		const notice: Notice = { code: "flood", wrong, blocked, addresses: addresses.size };
		this.#tell({ line: { tone: blocked > 0 ? "alarm" : "warning", notice }, isSummary: true });
	}
}

function newsOf(
	alert: Told,
	location: Location,
): Required<Pick<News, "line">> & { readonly event: Extract<Event, { kind: "strike" | "blocked" }> } {
	const { address, invite } = alert.caller;
	const by = invite ? { invite: invite.label ?? "" } : {};
	if (alert.kind === "strike") {
		const { attempts, disconnected } = alert;
		const facts = { address, location, attempts, disconnected, ...by };
		return { event: { kind: "strike", ...facts }, line: { tone: "warning", notice: { code: "strike", ...facts } } };
	}
	const { reason, about = "address", name } = alert;
	const facts = { address, location, about, ...by, ...(name === undefined ? {} : { name }) };
	return {
		event: { kind: "blocked", ...facts },
		line: { tone: "alarm", notice: { code: "blocked", ...facts, reason } },
	};
}
