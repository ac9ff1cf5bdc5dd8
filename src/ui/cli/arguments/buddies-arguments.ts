// What `rt buddies` shall show.
import { type Invalid, invalid, quoted } from "./invalid.ts";
import type { Given } from "./tokens.ts";

/** Says what is to be shown: the buddies, all that is known of them as JSON, or the whole keys. */
export interface BuddiesWork {
	readonly shown: "list" | "json" | "fingerprints";
}

/** Reads the options of `rt buddies`. */
export function parseBuddies({ words, options }: Given): BuddiesWork | Invalid {
	const [word] = words;
	if (word !== undefined) return invalid(`rt buddies takes no ${quoted(word)}. To write to one of them: rt join NAME.`);
	if (options.has("json") && options.has("fingerprint"))
		return invalid("--json and --fingerprint exclude each other: the keys are in the JSON.");
	return { shown: options.has("json") ? "json" : options.has("fingerprint") ? "fingerprints" : "list" };
}
