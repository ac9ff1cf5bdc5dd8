// Keeps the terms by which a room is kept, as its host says them and as far as this computer follows them: made fit to be shown, and told when they are news.
import type { Event } from "../api/events.ts";
import type { Notice } from "../api/notices.ts";
import type { KeptHere, KeptView } from "../api/room-key.ts";
import { cleanLine } from "../text/clean.ts";
import type { PairKind } from "../wire/letter.ts";
import type { Lines } from "./lines.ts";

export interface KeptTermsOptions {
	/** Says of which kind a room of two is; absent for every other room. */
	readonly pairKind?: PairKind | undefined;
	readonly lines: Pick<Lines, "willKeep" | "hasOlder">;
	/** The host says that the room lasts, or has changed for how long. Resolves when this computer's disk has it as well, with what went wrong where it can't. */
	readonly onKept?: (kept: KeptView) => Promise<string | undefined>;
	/** The new terms have been told: who sees the room as it was kept does not have to be told them again. */
	readonly onTermsTold?: () => void;
	readonly emit: (event: Extract<Event, { kind: "roomKept" }>) => void;
	/** Adds to the timeline what the new terms are. */
	readonly note: (notice: Notice) => void;
	/** Is called when the disk of this computer could not keep the room; `detail` says why. */
	readonly onTrouble: (detail: string) => void;
}

/** Holds by what one room is kept. Until that is set, the room passes and nothing of it is kept. */
export class KeptTerms {
	readonly #options: KeptTermsOptions;
	#kept: KeptView | undefined;
	#ownHistoryDays: number | undefined;

	constructor(options: KeptTermsOptions) {
		this.#options = options;
	}

	/** Returns by what the room is kept; `undefined`: it passes. */
	get kept(): KeptView | undefined {
		return this.#kept;
	}

	/** Is called when the host keeps the room, or keeps it otherwise than before. People are told after the disk has it, and only where something has changed. */
	set(kept: KeptView): void {
		const { lines, onKept, onTrouble } = this.#options;
		const clean = cleanKept(kept);
		const before = this.#kept;
		if (JSON.stringify(clean) === JSON.stringify(before)) return;
		this.#kept = clean;
		if (clean.history && before?.history !== true) lines.willKeep();
		const keeping = onKept?.(clean);
		if (keeping === undefined) this.#tell(clean, before);
		void keeping?.then((trouble) => {
			this.#tell(clean, before);
			if (trouble !== undefined) onTrouble(cleanLine(trouble));
		});
	}

	/** Is called when a room is opened that this computer has kept before. That is no news, unless `isUntold`: the program ended before it had told it. */
	restored(kept: KeptView, isUntold: boolean): void {
		const clean = cleanKept(kept);
		this.#kept = clean;
		if (clean.history) this.#options.lines.willKeep();
		if (isUntold) this.#tell(clean, undefined);
	}

	/** Is called when the disk has it: whoever is told so can come back, whatever happens to the program. */
	#tell(kept: KeptView, before: KeptView | undefined): void {
		const { emit, note, pairKind, onTermsTold } = this.#options;
		emit({ kind: "roomKept", ...kept });
		note(keptNotice(kept, before, pairKind !== undefined));
		onTermsTold?.();
	}

	/** Returns by what the room is kept, and what of it this computer has; `undefined`: it passes. */
	here(): KeptHere | undefined {
		if (!this.#kept) return undefined;
		return {
			...this.#kept,
			...(this.#ownHistoryDays === undefined ? {} : { ownHistoryDays: this.#ownHistoryDays }),
			...(this.#options.lines.hasOlder ? { hasOlder: true } : {}),
		};
	}

	/** Keeps what is said for so many days on this computer, which may be fewer than the room's; `undefined` means as many as the room. */
	setOwnHistoryDays(days: number | undefined): void {
		this.#ownHistoryDays = days;
	}
}

/** Returns the terms with nothing in them that a screen would obey. */
function cleanKept({ name, days, megabytes, history, historyDays }: KeptView): KeptView {
	const span = history && historyDays !== undefined ? { historyDays } : {};
	return { name: cleanLine(name), days, megabytes, history, ...span };
}

/** Returns what is told of new terms: all of them, or only for how long everybody keeps what is said where nothing else is new. */
function keptNotice(kept: KeptView, before: KeptView | undefined, isOfTwo: boolean): Notice {
	const { name, days, megabytes, history, historyDays = 0 } = kept;
	if (name === before?.name && days === before.days && megabytes === before.megabytes)
		return { code: "historyPolicy", days: historyDays, isOn: history };
	return isOfTwo ? { code: "pairKept", days, megabytes } : { code: "roomKept", ...kept };
}
