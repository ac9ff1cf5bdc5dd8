// What the files of a room need of whatever keeps them: a program has its disk (`own-disk.ts`), a page in a browser what it was given and its own memory.
import type { Incoming, LeftIncoming } from "../../store/files/beside-target.ts";
import type { IncomingFile, IncomingTrouble } from "../../store/files/incoming-file.ts";
import type { NamedIncoming } from "../../store/files/named-file.ts";
import type { OutgoingFile } from "../../store/files/outgoing-file.ts";
import type { PlanOutcome, Source } from "../../store/files/outgoing-plan.ts";

/** Says into which folder something goes. `makesFolder`: the person has not typed it, and it is made when it is missing. */
export interface IntoFolder {
	readonly folder: string;
	readonly makesFolder: boolean;
}

/** An IncomingPlace is something that is received, on its way to where it will stay. */
export type IncomingPlace = Pick<
	IncomingFile,
	"done" | "firstMissing" | "write" | "read" | "identity" | "finish" | "close"
>;

/** Reads what a `Source` stands for. */
export type SourceReader = Pick<OutgoingFile, "read" | "check" | "close">;

/** Says what came of opening a place. */
export type PlaceOutcome =
	| { readonly kind: "open"; readonly file: IncomingPlace }
	| { readonly kind: "refused"; readonly trouble: IncomingTrouble };

export interface FileDisk {
	/** Looks at what is by that name, as a person has typed it, and reads nothing else. */
	plan(typed: string): Promise<PlanOutcome>;
	/** Begins to read; whoever has begun closes it. */
	reader(source: Source): SourceReader;
	/** Opens the place of something that is received, or goes on with what is there of it. */
	receive(incoming: Incoming): Promise<PlaceOutcome>;
	/** Returns the whole path of something that had come whole and had its name when the program was killed; `undefined`: it is not there. */
	named(named: NamedIncoming): Promise<string | undefined>;
	/** Removes what there is of something that did not come whole, and is closed. */
	discard(left: LeftIncoming): Promise<void>;
	/** Returns the folder that was typed, or that for downloads. */
	into(typed: string | undefined): IntoFolder;
}
