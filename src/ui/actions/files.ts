// The actions around files: sending them, taking what is offered, and seeing how far they are.
import { typedPaths } from "../text/typed-paths.ts";
import { type Action, type FileLine, type Meaning, type Reader, wrong } from "./action.ts";

function send(typed: string): Meaning {
	const paths = typedPaths(typed);
	if (paths === undefined)
		return wrong('That can\'t be read. A path with blanks in it stands in quotes: /send "my file.pdf"');
	return { kind: "sendFiles", paths };
}

const withFile =
	(what: Exclude<FileLine["what"], "accept">): Reader =>
	(name) => ({ kind: "file", what, name });

/** Actions around files, in the order of the help. */
export const fileActions = {
	send: {
		does: "send files or a folder to everybody here; what and how much is asked first",
		slash: { takes: "PATH…", read: send },
	},
	accept: {
		does: "take a file that is offered",
		slash: {
			takes: "[NAME|all] [to FOLDER]",
			does: "take the file that was offered last, the one called so, or all; into FOLDER or your downloads",
			read: (typed) => ({ kind: "file", what: "accept", name: typed }),
		},
		chosen: { keys: ["a"], words: "take it" },
	},
	decline: {
		does: "do not take a file that is offered",
		slash: { takes: "[NAME|all]", read: withFile("decline") },
		chosen: { keys: ["x"], words: "don't take it" },
	},
	files: {
		does: "all files of this room, how far they are and who has them",
		keys: ["f6"],
		slash: { takes: "", read: "view" },
	},
	hold: {
		does: "let a file wait for the moment",
		slash: { takes: "[NAME|all]", read: withFile("hold") },
	},
	continue: {
		does: "go on with a file that waits, where it was",
		slash: { takes: "[NAME|all]", read: withFile("continue") },
	},
	cancel: {
		does: "stop a file for good: what has come of it is deleted, and your own is taken back",
		slash: { takes: "[NAME]", read: withFile("cancel") },
	},
} as const satisfies Readonly<Record<string, Action>>;
