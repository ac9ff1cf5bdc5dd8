// What `rt buddies` and `rt posts` shall show.
import { commandName } from "../../text/command-name.ts";
import { type Invalid, invalid, quoted } from "./invalid.ts";
import type { Given } from "./tokens.ts";

/** Says what is to be shown: the buddies, all that is known of them as JSON, or the whole keys. */
export interface BuddiesWork {
	readonly shown: "list" | "json" | "fingerprints";
}

/** Reads the options of `rt buddies`. */
export function parseBuddies({ words, options }: Given): BuddiesWork | Invalid {
	const [word] = words;
	if (word !== undefined)
		return invalid(
			`${commandName} buddies takes no ${quoted(word)}. To write to one of them: ${commandName} join NAME.`,
		);
	if (options.has("json") && options.has("fingerprint"))
		return invalid("--json and --fingerprint exclude each other: the keys are in the JSON.");
	return { shown: options.has("json") ? "json" : options.has("fingerprint") ? "fingerprints" : "list" };
}

/**
 * Says what is to be shown: the list, the posts of whom `of` names, or those to which `link` leads; as JSON for programs. With `add` it is posted instead, with what is at the path `file`;
 * `understood`: the person knows what a post is.
 */
export interface PostsWork {
	readonly of?: string;
	readonly link?: string;
	readonly isJson: boolean;
	readonly add?: { readonly text: string; readonly file?: string; readonly understood: boolean };
}

/** Reads the words and options of `rt posts`. */
export function parsePosts({ words, options }: Given): PostsWork | Invalid {
	const isJson = options.has("json");
	const [first, ...rest] = words;
	const file = options.get("file");
	if (first !== "add") {
		if (file !== undefined || options.has("yes"))
			return invalid(`--file and --yes go with ${commandName} posts add TEXT.`);
		const of = words.join(" ");
		if (of.startsWith("rt-posts:")) return { link: of, isJson };
		return { ...(of === "" ? {} : { of }), isJson };
	}
	if (isJson)
		return invalid(`--json goes with ${commandName} posts, ${commandName} posts NAME and ${commandName} posts LINK.`);
	const text = rest.join(" ");
	if (text === "" && file === undefined)
		return invalid(`${commandName} posts add needs a text, or a file: ${commandName} posts add --file PATH TEXT`);
	return { isJson, add: { text, ...(file === undefined ? {} : { file }), understood: options.has("yes") } };
}
