// Says the command in help texts as it has to be typed: "./rt" in the folder of a clone.
import { commandName } from "../text/command-name.ts";
import { commands } from "./arguments/options.ts";

/** Is "rt" where it is typed, and not where it is the program's name. */
const typed = new RegExp(String.raw`(?<![\w./-])rt(?= (?:${commands.join("|")}|ADDRESS|rt:|--|\[|\.\.\.| {2}))`, "g");
/** What stands before a column, with the gap that leads to it. */
const beforeAColumn = /^ *\S.*? {4,}(?=\S)/gm;

/** Returns `text` with the command as a person has to type it in this installation; its columns stay where they are. */
export function asTypedHere(text: string): string {
	if (commandName === "rt") return text;
	const inColumns = text.replace(beforeAColumn, (words) => {
		const longer = words.replace(typed, commandName);
		return longer.slice(0, words.length - longer.length || undefined);
	});
	return inColumns.replace(typed, commandName);
}
