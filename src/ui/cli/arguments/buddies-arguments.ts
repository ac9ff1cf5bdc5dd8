// What `rt buddies` and `rt posts` shall show.
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

/** Says what is to be shown: the list, or the posts of whom `of` names; as JSON for programs. */
export interface PostsWork {
	readonly of?: string;
	readonly isJson: boolean;
}

/** Reads the name and the option of `rt posts`. */
export function parsePosts({ words, options }: Given): PostsWork {
	const of = words.join(" ");
	return { ...(of === "" ? {} : { of }), isJson: options.has("json") };
}
