// Finds which file of the room a typed line is about, and what is to be done with it. Pure.
import type { Command } from "../../engine/api/api.ts";
import type { FileCommand, FileView } from "../../engine/api/files/files.ts";
import type { PostFileView } from "../../engine/api/posts/posts.ts";
import { absolutePath } from "../text/absolute-path.ts";
import type { FileLine } from "./action.ts";

/** The commands that are meant, or in `message` why that is not clear. */
export type FileMeant =
	| { readonly kind: "commands"; readonly commands: readonly [Command, ...Command[]] }
	| { readonly kind: "wrong"; readonly message: string };

type What = FileLine["what"];

const isUnderWay = ({ state }: FileView): boolean => state.kind === "waiting" || state.kind === "running";
const isHeld = ({ state }: FileView): boolean => state.kind === "waiting" && state.why === "person";

/** Tells whether something can be done with a file as it is now. */
export function canDo(what: What, file: FileView): boolean {
	const { kind } = file.state;
	switch (what) {
		case "accept":
			return !file.isOwn && (kind === "offered" || kind === "declined" || kind === "failed" || kind === "cancelled");
		case "decline":
			return !file.isOwn && kind === "offered";
		case "hold":
			return isUnderWay(file) && !isHeld(file);
		case "continue":
			return isHeld(file);
		case "cancel":
			return isUnderWay(file) || (file.isOwn ? kind === "offered" || kind === "reading" : kind === "failed");
	}
}

/** These words are shown where no file of the room fits. */
const none: Readonly<Record<What, string>> = {
	accept: "No file is offered to you at the moment.",
	decline: "No file is offered to you at the moment.",
	hold: "No file is on its way at the moment.",
	continue: "No file waits for you.",
	cancel: "There is no file that could be stopped.",
};

const commandKinds = {
	decline: "declineFile",
	hold: "pauseFile",
	continue: "resumeFile",
	cancel: "cancelFile",
} as const satisfies Readonly<Record<Exclude<What, "accept">, FileCommand["kind"]>>;

/** Returns the command that does this with a file. `to` is a folder, as it was typed. */
export function fileCommand(what: What, id: string, to?: string): Command {
	if (what !== "accept") return { kind: commandKinds[what], id };
	return { kind: "acceptFile", id, ...(to === undefined ? {} : { to: absolutePath(to) }) };
}

/** Means every file with which it can be done, except where one is called so. Nothing is stopped for good so. */
const allWord = "all";

/** Finds the newest file with this name, or one whose name begins so; without a name the newest with which it can be done. */
function found(files: readonly FileView[], what: What, name: string): FileView | undefined {
	const wanted = unquoted(name).toLowerCase();
	const fit = files.filter((file) => canDo(what, file));
	// Without a name only what waits for an answer is meant, not what was declined before, and nothing that is over already.
	if (wanted === "")
		return fit.findLast(({ state }) => (what === "accept" ? state.kind === "offered" : state.kind !== "failed"));
	return (
		fit.findLast((file) => file.name.toLowerCase() === wanted) ??
		fit.findLast((file) => file.name.toLowerCase().startsWith(wanted))
	);
}

/** Lists how what was typed can be split into a name and a folder: names may have " to " in them, so the whole of it comes first. */
function splits(typed: string): readonly (readonly [name: string, to: string | undefined])[] {
	const places = Array.from(
		typed.matchAll(/(?:^|\s)to\s+(?=\S)/gi),
		({ index, 0: word }) => [index, word.length] as const,
	);
	return [
		[typed, undefined],
		...places.toReversed().map(([at, length]) => [typed.slice(0, at), typed.slice(at + length)] as const),
	];
}

/** Finds out what a typed line means. `folder` is where files go that are taken without saying where, if the person has set one. */
export function fileMeant(line: FileLine, files: readonly FileView[], folder?: string): FileMeant {
	const { what, name } = line;
	for (const [wanted, to = folder] of what === "accept" ? splits(name) : [[name, undefined] as const]) {
		const file = found(files, what, wanted.trim());
		const meant = file === undefined ? all(files, what, wanted.trim()) : [file];
		const into = to === undefined ? undefined : unquoted(to);
		const [first, ...more] = meant.map(({ id }) => fileCommand(what, id, into));
		if (first !== undefined) return { kind: "commands", commands: [first, ...more] };
	}
	if (name === "" || !files.some((file) => canDo(what, file))) return { kind: "wrong", message: none[what] };
	return { kind: "wrong", message: `There is no such file called ${name}. /files lists them all.` };
}

/** Finds what goes with a post and is called so, or whose name begins so, for a line that takes a file; `undefined` where there is none. */
export function postFileMeant(
	{ what, name }: FileLine,
	files: readonly PostFileView[],
	folder?: string,
): Command | undefined {
	if (what !== "accept" || name.trim().toLowerCase() === allWord) return undefined;
	for (const [typed, to = folder] of splits(name)) {
		const wanted = unquoted(typed).toLowerCase();
		const isCalled = (file: PostFileView): boolean => file.name.toLowerCase() === wanted;
		const begins = (file: PostFileView): boolean => wanted !== "" && file.name.toLowerCase().startsWith(wanted);
		const found = files.find(isCalled) ?? files.find(begins);
		if (found !== undefined) return fileCommand("accept", found.id, to === undefined ? undefined : unquoted(to));
	}
	return undefined;
}

function all(files: readonly FileView[], what: What, name: string): readonly FileView[] {
	if (name.toLowerCase() !== allWord || what === "cancel") return [];
	return files.filter((file) => canDo(what, file) && (what !== "accept" || file.state.kind === "offered"));
}

/** Lists what can stand behind such a command: the names of files with which it can be done, the newest first. */
export function namesToDo(what: What, files: readonly FileView[]): readonly string[] {
	const names = new Set(
		files
			.filter((file) => canDo(what, file))
			.toReversed()
			.map(({ name }) => name),
	);
	return [...names, ...(names.size > 1 && what !== "cancel" ? [allWord] : [])];
}

const unquoted = (typed: string): string => typed.trim().replace(/^(["'])(.+)\1$/, "$2");
