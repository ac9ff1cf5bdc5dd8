// What `rt forge` shall make or check.
import { commandName } from "../../text/command-name.ts";
import { type Invalid, invalid } from "./invalid.ts";
import type { Given } from "./tokens.ts";

/** Says whether a conversation is to be made, with whose certificate, or which one is to be checked. */
export type ForgeWork =
	| { readonly what: "forge"; readonly certificateFile: string }
	| { readonly what: "check"; readonly file: string };

/** Reads the words and options of `rt forge`. */
export function parseForge({ words, options }: Given): ForgeWork | Invalid {
	const [file, ...more] = words;
	const checked = options.get("check");
	if (more.length > 0 || (checked !== undefined && file !== undefined))
		return invalid(
			`${commandName} forge takes one file: the other person's public key, or with --check a conversation.`,
		);
	if (checked !== undefined) return { what: "check", file: checked };
	if (file === undefined)
		return invalid(
			`${commandName} forge needs the file with the other person's public key (they get it by ${commandName} key export).`,
		);
	return { what: "forge", certificateFile: file };
}
