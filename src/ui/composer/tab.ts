// Tab in the message box: offers at once, or a look into a folder first. Pure.
import { type CompletionSources, complete, completePath } from "./complete.ts";
import type { Composer, ComposerStep } from "./composer-state.ts";
import { begunPath, type PathName } from "./paths.ts";
import { remembered } from "./text.ts";

// A path in what follows a command comes before names; in a message it is the other way round.
const isCommandLine = (before: string): boolean => /^\/\S+\s/.test(before) && !before.startsWith("//");

/** Completes, or goes on to the next offer of `composer.completion`. `calm`: the composer as the press leaves it otherwise. */
export function pressTab(composer: Composer, calm: Composer, sources: CompletionSources, step: 1 | -1): ComposerStep {
	const { edit, completion } = composer;
	// A folder that was the only offer is entered.
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

/** What a folder has in it, asked for by `listPaths`. An answer that is no longer waited for changes nothing. */
export function composerListed(composer: Composer, folder: string, names: readonly PathName[]): Composer {
	const { listing, edit } = composer;
	if (listing === undefined || listing.path.folder !== folder) return composer;
	const answered: Composer = { ...composer, listing: undefined };
	const found = completePath(edit, listing.path, names, listing.step);
	if (found === undefined) return answered;
	return remembered(answered, { ...answered, edit: found[0], completion: found[1] }, "single");
}
