// Handles Tab in the message box: it completes at once, or asks first for the names in a folder. Pure.
import { type CompletionSources, complete, completePath } from "./complete.ts";
import type { Composer, ComposerStep } from "./composer-state.ts";
import { begunPath, type PathName } from "./paths.ts";
import { remembered } from "./text.ts";

// Tells whether a command stands at the beginning. Behind a command a path is completed rather than a name; in a message it is the other way round.
const isCommandLine = (before: string): boolean => /^\/\S+\s/.test(before) && !before.startsWith("//");

/** Completes what was typed, or goes on to the next offer of `composer.completion`. `calm` is the state after any press that does nothing else. */
export function pressTab(composer: Composer, calm: Composer, sources: CompletionSources, step: 1 | -1): ComposerStep {
	const { edit, completion } = composer;
	// Tab after a folder that was the only offer completes names in it.
	const isEntered = completion?.offers.length === 1 && completion.offers[0]?.text.endsWith("/") === true;
	const current = isEntered ? undefined : completion;
	const before = edit.text.slice(0, edit.cursor);
	const path = current === undefined ? begunPath(before) : undefined;
	const listing: ComposerStep | undefined = path && [
		{ ...calm, listing: { path, step } },
		[{ kind: "listPaths", folder: path.folder }],
	];
	if (listing !== undefined && isCommandLine(before)) return listing;
	const found = complete(edit, current, sources, step);
	if (found !== undefined) return [{ ...calm, edit: found[0], completion: found[1] }, []];
	return listing ?? [calm, []];
}

/** Takes the names in a folder that `listPaths` asked for. An answer that nobody waits for any more changes nothing. */
export function composerListed(composer: Composer, folder: string, names: readonly PathName[]): Composer {
	const { listing, edit } = composer;
	if (listing === undefined || listing.path.folder !== folder) return composer;
	const answered: Composer = { ...composer, listing: undefined };
	const found = completePath(edit, listing.path, names, listing.step);
	if (found === undefined) return answered;
	return remembered(answered, { ...answered, edit: found[0], completion: found[1] }, "single");
}
