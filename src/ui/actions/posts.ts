// The actions around posts: showing something to whom one chose, reading what others show, and saying who may read.
import { firstPath } from "../text/typed-paths.ts";
import { type Action, command, type Meaning, type PostsLine, type Reader, wrong } from "./action.ts";

const readers = ["nobody", "verified", "known", "link"] as const;

const withName: Readonly<Record<string, PostsLine["what"]>> = {
	allow: "allow",
	deny: "deny",
	usual: "usual",
	forget: "forget",
	fetch: "fetch",
	link: "link",
};

const howTo =
	"Please type /posts, /posts NAME, /posts readers nobody (or verified, known, link), /posts allow NAME, deny NAME or usual NAME, /posts about TEXT, /posts link, /posts link new, /posts link NAME, /posts follow LINK, /posts fetch NAME, or /posts forget NAME.";

/** Reads what was typed behind /posts. */
const readPosts: Reader = (typed): Meaning => {
	const [, first = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
	const word = first.toLowerCase();
	if (word === "about") return { kind: "sign", what: "setAbout", text: rest };
	if (word === "link" && rest === "") return command({ kind: "postLink" });
	if (word === "link" && rest.toLowerCase() === "new") return command({ kind: "postLink", isNew: true });
	if (word === "follow") return rest === "" ? wrong(howTo) : command({ kind: "followPosts", link: rest });
	if (word === "readers") {
		const who = readers.find((one) => one === rest.toLowerCase());
		return who === undefined ? wrong(howTo) : command({ kind: "setPostReaders", who });
	}
	const what = withName[word];
	if (what !== undefined) return rest === "" ? wrong(howTo) : { kind: "posts", what, who: rest };
	return { kind: "posts", what: "read", who: typed };
};

const howToPost =
	'Please type /post TEXT, or /post --file PATH TEXT. A path with blanks in it stands in quotes: --file "my photo.jpg"';

/** Reads what was typed behind /post. */
const readPost: Reader = (typed): Meaning => {
	if (!/^--file(?:\s|$)/.test(typed))
		return typed === "" ? wrong(howToPost) : { kind: "sign", what: "post", text: typed };
	const path = firstPath(typed.slice("--file".length));
	if (path === undefined) return wrong(howToPost);
	return { kind: "sign", what: "post", text: path.rest.trim(), file: path.path };
};

/** Actions around posts, in the order of the help. */
export const postActions = {
	post: {
		does: "show something to those who may read your posts; it is signed with your key and can't be unsaid",
		slash: {
			takes: "[--file PATH] TEXT",
			does: "show something to those who may read your posts, with a file or folder that stays where it is; it is signed with your key and can't be unsaid",
			read: readPost,
		},
		method: "post",
	},
	posts: {
		does: "what others show you, and who may read what you post",
		keys: [],
		slash: {
			takes: "[NAME|readers WHO|allow NAME|deny NAME|about TEXT|link [new]|follow LINK|fetch NAME|forget NAME]",
			read: "view",
			readMore: readPosts,
		},
	},
} as const satisfies Readonly<Record<string, Action>>;
