// Understands `rt key …` and `rt blocks …`: pure functions from words to what shall be done.

import { type BlockWish, readBlockWish } from "../../text/block-wish.ts";
import { commandName } from "../../text/command-name.ts";
import { didYouMean, type Invalid, invalid, quoted } from "./invalid.ts";

/** A KeyAction is a sub-command of `rt key`. */
export type KeyAction =
	| { readonly kind: "show" }
	| { readonly kind: "export"; readonly isPrivate: boolean }
	/** `file` "-" is the standard input. */
	| { readonly kind: "import"; readonly file: string; readonly isConfirmed: boolean }
	| { readonly kind: "useGpg"; readonly fingerprint: string; readonly isConfirmed: boolean }
	| { readonly kind: "passphrase" };

type Options = ReadonlyMap<string, string>;

/** Reads `words`, which follow "key", without options. */
export function parseKey(words: readonly string[], options: Options): KeyAction | Invalid {
	const [action = "show", ...rest] = words;
	const isConfirmed = options.has("yes");
	const usage = `Known are: ${commandName} key show, export [--private], import FILE, use-gpg FINGERPRINT, passphrase.`;
	if (options.has("private") && action !== "export") return invalid(`--private goes with ${commandName} key export.`);
	if (action === "use-gpg") {
		const fingerprint = rest.join("").toUpperCase();
		// RFC 9580 §5.5.4: 40 digits for a v4 key, 64 for a v6 key.
		if (!/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(fingerprint)) {
			return invalid(
				`${commandName} key use-gpg needs the whole fingerprint (40 hex digits); gpg --list-secret-keys shows it.`,
			);
		}
		return { kind: "useGpg", fingerprint, isConfirmed };
	}
	if (action === "import") {
		const [file] = rest;
		if (file === undefined || rest.length > 1)
			return invalid(`${commandName} key import needs one file (- is the input).`);
		return { kind: "import", file, isConfirmed };
	}
	if (rest.length > 0)
		return invalid(`${commandName} key ${quoted(action)} takes no ${quoted(rest[0] ?? "")}. ${usage}`);
	if (action === "show" || action === "passphrase") return { kind: action };
	if (action === "export") return { kind: "export", isPrivate: options.has("private") };
	const known = ["show", "export", "import", "use-gpg", "passphrase"];
	return invalid(`There is no rt key ${quoted(action)}.${didYouMean(action, known)} ${usage}`);
}

/** Says what `rt blocks` shall do; without either it shows the blocks. */
export interface BlocksAction {
	readonly unblock?: string;
	readonly add?: BlockWish;
}

/** Reads `words`, which follow "blocks". */
export function parseBlocks(words: readonly string[]): BlocksAction | Invalid {
	const [action, ...rest] = words;
	if (action === undefined || (action === "list" && rest.length === 0)) return {};
	// A fingerprint may be written in groups.
	const text = rest.join(" ");
	const read = action === "add" ? readBlockWish(text) : undefined;
	if (read?.kind === "wrong") return invalid(read.message);
	if (read?.kind === "wish") {
		const { kind: _, ...add } = read;
		return { add };
	}
	if ((action === "remove" || action === "unblock") && text !== "") return { unblock: text };
	return invalid(
		`Known are: ${commandName} blocks list, add SUBJECT [for 2h|3d] [NOTE], remove SUBJECT (${commandName} blocks unblock ADDRESS is the same).`,
	);
}
