// What `rt page` says: which page it is, and how somebody makes sure that they have the same. Pure.
import { commandName } from "../../text/command-name.ts";

/** These words are shown when the page does not lie beside the program. */
export const pageMissing = "The page is missing beside the program. Install Real Talk again to have it.";

/** These words are shown when there is a file already. */
export const pageExists = "There is a file of that name already, and it stays as it is. Choose another name.";

/** Returns what is said when the file could not be written; `code` is the system's. */
export const pageNotSaved = (code: string): string =>
	`The page could not be saved there${code === "" ? "" : ` (${code})`}. Choose a folder that you may write to.`;

/** Returns the lines that say which page it is, and where it was saved. */
export function pageLines({ sha256, file }: { readonly sha256: string; readonly file?: string }): readonly string[] {
	const said = `SHA-256  ${sha256}`;
	if (file === undefined) {
		return [
			said,
			`${commandName} page --save FILE saves the page: a guest opens it in a browser and needs nothing else.`,
		];
	}
	return [
		said,
		`Saved. Give the file to your guest, and tell them these digits in another way: “sha256sum FILE” shows theirs.`,
		`They open it in a browser and paste the invite, which must lead to a relay (${commandName} host --relay wss://NAME).`,
	];
}
