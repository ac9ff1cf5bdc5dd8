// Finds out whose posts are meant by a name or a key, and what is to be done with them.
import type { Command } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import type { PostsView } from "../../engine/api/posts/posts.ts";
import type { Meaning, PostsLine } from "../actions/action.ts";
import { absolutePath } from "../text/absolute-path.ts";
import { noSuchFeed } from "../words/posts/post-words.ts";
import { type CommandMeant, findNamed, type Named } from "./who-is-meant.ts";

/** Says whose posts are to be read, or which command does what was typed. */
export type PostsMeant = CommandMeant | { readonly kind: "read"; readonly fingerprint: string };

const mayWords = { allow: "yes", deny: "no", usual: "usual" } as const;

/** Returns the command that signs and shows a text. */
export function signCommand({ what, text, file }: Extract<Meaning, { kind: "sign" }>): Command {
	return { kind: what, text, ...(file === undefined ? {} : { file: absolutePath(file) }) };
}

/** Reads a line about posts. `view` is what there is of posts, `people` who is in the room. */
export function postsMeant({ what, who }: PostsLine, view: PostsView, people: readonly Person[]): PostsMeant {
	const isReading = what !== "allow" && what !== "deny" && what !== "usual";
	const others = people.filter(({ isSelf }) => !isSelf);
	const decided = view.own?.people.map((one) => ({ ...one, shortFingerprint: one.fingerprint.slice(-16) })) ?? [];
	const known: readonly Named[] = isReading ? view.feeds : [...others, ...view.feeds, ...decided];
	const nobody = isReading ? noSuchFeed(who) : `Nobody here is called ${who}. /who lists everyone.`;
	const found = findNamed(known, who, nobody);
	if (found.kind === "wrong") return found;
	const { fingerprint } = found.one;
	if (what === "read") return { kind: "read", fingerprint };
	if (what === "forget") return { kind: "command", command: { kind: "forgetPosts", fingerprint } };
	if (what === "fetch") return { kind: "command", command: { kind: "fetchPosts", fingerprint } };
	if (what === "link") return { kind: "command", command: { kind: "postLink", fingerprint } };
	return { kind: "command", command: { kind: "setPostReader", fingerprint, may: mayWords[what] } };
}
