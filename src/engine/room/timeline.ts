// What happened in a room, in order: what has its place, then the person's own lines that wait for theirs. Entries are found, lines replaced, by id at once.
import type { Entry, Timeline, TimelineChanges, TimelineCursor } from "../api/api.ts";
import type { LineEntry } from "../api/content.ts";

/** A timeline holds this many entries; when there are more, the oldest are let go. */
export const maxEntries = 200_000;
/** Old entries are dropped, too, when the texts take more than this, in UTF-16 units, so that nobody can fill the others' memory with long lines or with reactions. */
export const maxTextUnits = 32 * 1024 * 1024;
/** An emoji below a line counts for this much, and so does each person behind it: about what they take in memory. */
const reactionUnits = 100;
const reactingPersonUnits = 50;
/** One entry in this many is dropped at once, so that the cost is paid seldom. */
const letGoPart = 10;

/** At most this many replacements are remembered for readers that follow; a reader that is further behind reads everything anew. */
const rememberedChanges = 4_096;
/** A window gets no more entries than this at once. */
const maxAddedAtOnce = 10_000;

/** Keeps the entries of one Room, which owns and changes them. */
export class RoomTimeline implements Timeline {
	readonly #onLetGo: (line: LineEntry) => void;
	#placed: Entry[] = [];
	#waiting: LineEntry[] = [];
	/** The index of each entry that has its place, counted from the first that came; those from the disk before it have negative ones. */
	readonly #indexes = new Map<string, number>();
	#letGo = 0;
	#textUnits = 0;
	/** Grows with each replacement, and with each change of what waits. */
	#revision = 0;
	#waitingRevision = 0;
	/** The ids of entries that were replaced, oldest first; up to `#forgottenRevision` they are forgotten. */
	#replaced: { readonly revision: number; readonly id: string }[] = [];
	#forgottenRevision = 0;

	/** `onLetGo` is told of each line that is not kept any more. */
	constructor(onLetGo: (line: LineEntry) => void = () => {}) {
		this.#onLetGo = onLetGo;
	}

	get length(): number {
		return this.#placed.length + this.#waiting.length;
	}

	at(index: number): Entry | undefined {
		return index < this.#placed.length ? this.#placed[index] : this.#waiting[index - this.#placed.length];
	}

	find(id: string): LineEntry | undefined {
		const index = this.#indexes.get(id);
		if (index === undefined) return this.#waiting.find((line) => line.id === id);
		const entry = this.#placed[index - this.#letGo];
		return entry?.kind === "line" ? entry : undefined;
	}

	indexOf(id: string): number | undefined {
		const placed = this.#indexes.get(id);
		if (placed !== undefined) return placed - this.#letGo;
		const waiting = this.#waiting.findIndex((line) => line.id === id);
		return waiting < 0 ? undefined : this.#placed.length + waiting;
	}

	/** Returns the id of the newest entry that has its place. */
	newest(): string | undefined {
		return this.#placed.at(-1)?.id;
	}

	/** Returns the entries that have their place, behind the one with this id, or all where it is not here any more. */
	placedAfter(id: string | undefined): readonly Entry[] {
		const index = id === undefined ? undefined : this.#indexes.get(id);
		return this.#placed.slice(index === undefined ? 0 : index - this.#letGo + 1);
	}

	/** Returns our own lines that have no place yet. */
	waiting(): readonly LineEntry[] {
		return this.#waiting;
	}

	add(entry: Entry): void {
		while (this.#placed.length >= maxEntries || this.#textUnits > maxTextUnits) this.#makeRoom();
		this.#indexes.set(entry.id, this.#letGo + this.#placed.length);
		this.#textUnits += unitsOf(entry);
		this.#placed.push(entry);
	}

	/** Puts older entries before all that are here. Returns `false`, and does nothing, where they are more than there is room for. */
	prepend(entries: readonly Entry[]): boolean {
		const units = entries.reduce((sum, entry) => sum + unitsOf(entry), 0);
		if (this.#placed.length + entries.length > maxEntries || this.#textUnits + units > maxTextUnits) return false;
		this.#letGo -= entries.length;
		for (const [index, { id }] of entries.entries()) this.#indexes.set(id, this.#letGo + index);
		this.#textUnits += units;
		this.#placed = [...entries, ...this.#placed];
		this.#revision += 1;
		return true;
	}

	addWaiting(line: LineEntry): void {
		this.#waiting.push(line);
		this.#waitingChanged();
	}

	/** Returns what there is before the entry `before`, or at the end without it: `limit` entries, oldest first. None where it is not known. */
	page(before: string | undefined, limit: number): readonly Entry[] {
		const end = before === undefined ? this.length : (this.indexOf(before) ?? 0);
		const from = Math.max(0, end - limit);
		return Array.from({ length: end - from }, (_, index) => this.at(from + index)).filter((one) => one !== undefined);
	}

	/** Returns what has changed since a reader was at `cursor`; without one, or when that is too long ago, the newest `limit` entries. */
	changesSince(cursor: TimelineCursor | undefined, limit: number): TimelineChanges {
		const end = this.#letGo + this.#placed.length;
		const isWhole =
			cursor === undefined || cursor.revision < this.#forgottenRevision || end - cursor.next > maxAddedAtOnce;
		const from = Math.max(this.#letGo, isWhole ? end - limit : cursor.next);
		const ids = isWhole ? [] : this.#replaced.filter(({ revision }) => revision > cursor.revision).map(({ id }) => id);
		const replaced = [...new Set(ids)].flatMap((id) => {
			const index = this.#indexes.get(id);
			const entry = index === undefined || index >= from ? undefined : this.#placed[index - this.#letGo];
			return entry ?? [];
		});
		return {
			cursor: { next: end, revision: this.#revision },
			first: this.#letGo,
			from,
			added: this.#placed.slice(from - this.#letGo),
			replaced,
			...(isWhole ? { isWhole } : {}),
			...(isWhole || this.#waitingRevision > cursor.revision ? { waiting: this.#waiting } : {}),
		};
	}

	/** Puts `line` in place of the one with the same id, if that is still there. Where it has grown too much, the oldest are let go. */
	replace(line: LineEntry): void {
		const index = this.#indexes.get(line.id);
		if (index !== undefined) {
			this.#textUnits += unitsOf(line) - unitsOf(this.#placed[index - this.#letGo]);
			this.#placed[index - this.#letGo] = line;
			this.#remember(line.id);
			// Lines that are edited grow, also when nothing new is said.
			while (this.#textUnits > maxTextUnits) this.#makeRoom();
		} else {
			this.#waiting = this.#waiting.map((one) => (one.id === line.id ? line : one));
			this.#waitingChanged();
		}
	}

	/** Gives the waiting line its place: after everything that came before. */
	placeWaiting(id: string): LineEntry | undefined {
		const line = this.takeWaiting(id);
		if (!line) return undefined;
		const placed = { ...line, delivery: { kind: "sent" } } as const;
		this.add(placed);
		return placed;
	}

	/** Takes a waiting line out. */
	takeWaiting(id: string): LineEntry | undefined {
		const index = this.#waiting.findIndex((line) => line.id === id);
		if (index < 0) return undefined;
		this.#waitingChanged();
		return this.#waiting.splice(index, 1)[0];
	}

	#waitingChanged(): void {
		this.#revision += 1;
		this.#waitingRevision = this.#revision;
	}

	#remember(id: string): void {
		this.#revision += 1;
		this.#replaced.push({ revision: this.#revision, id });
		if (this.#replaced.length <= rememberedChanges) return;
		const forgotten = this.#replaced.splice(0, rememberedChanges / 2);
		this.#forgottenRevision = forgotten.at(-1)?.revision ?? 0;
	}

	#makeRoom(): void {
		const count = Math.ceil(this.#placed.length / letGoPart);
		for (const entry of this.#placed.slice(0, count)) {
			this.#textUnits -= unitsOf(entry);
			this.#indexes.delete(entry.id);
			if (entry.kind === "line") this.#onLetGo(entry);
		}
		this.#placed = this.#placed.slice(count);
		this.#letGo += count;
	}
}

function unitsOf(entry: Entry | undefined): number {
	if (entry?.kind !== "line") return 0;
	const { text, reply, reactions = [] } = entry;
	const people = reactions.reduce((sum, reaction) => sum + reaction.people.length, 0);
	return text.length + (reply?.text.length ?? 0) + reactions.length * reactionUnits + people * reactingPersonUnits;
}
