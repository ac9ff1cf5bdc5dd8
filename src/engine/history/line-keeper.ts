// Where the lines of a room are kept on disk, as the room sees it: what becomes of each goes there, and older ones come back from there.
import type { LineEntry } from "../api/content.ts";

/** A line with its number on the disk; numbers grow in the order of the room. */
export interface KeptLine {
	readonly row: number;
	readonly line: LineEntry;
}

/** Keeps lines, and never throws: whoever owns it tells the person what the disk did wrong. */
export interface LineKeeper {
	/** Keeps a line that has just got its place. */
	keep(line: LineEntry): void;
	/** Keeps what a line has become. One that is not kept, because it was said before, stays so. */
	changed(line: LineEntry): void;
	/** Finds a line by its Entry.id. */
	find(id: string): LineEntry | undefined;
	/** Finds a line by the id that its author gave it, if only one has it. */
	findNamed(id: string): LineEntry | undefined;
	/** Replaces what answers quote of this line by `quote`: in the newest `most` of them, or in all when it is "". */
	requote(id: string, quote: string, most: number): void;
	/** Returns up to `limit` lines, oldest first: the newest ones before the line with this number, or the newest of all without a number. */
	before(row: number | undefined, limit: number): readonly KeptLine[];
}
