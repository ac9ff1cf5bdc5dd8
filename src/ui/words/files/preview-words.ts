// What will be sent, said before it is: names, sizes, how many, what is left out. Pure.
import type { FilePreview } from "../../../engine/api/files/files.ts";
import { counted } from "../../text/counted.ts";
import { measureWords } from "./file-state.ts";

/** At most this many are listed by name. */
const mostListed = 4;

/** Says what of a folder does not go; "" where all of it does. */
function leftOutWords({ leftOut: { links, hidden, special } }: FilePreview): string {
	const parts = [
		hidden === 0 ? "" : counted(hidden, "hidden file"),
		links === 0 ? "" : counted(links, "link"),
		special === 0 ? "" : counted(special, "thing"),
	].filter((part) => part !== "");
	if (parts.length === 0) return "";
	const end = special === 0 ? "" : " that can't be read or is no file";
	return ` Not sent: ${parts.join(", ")}${end}.`;
}

/** Says under which names it goes, where they are others than on the disk; "" where they are the same. */
function renamedWords({ name, isRenamed, files }: FilePreview): string {
	if (!isRenamed) return "";
	return files === undefined
		? ` It goes as "${name}", a name that every computer takes.`
		: " Some names are changed to such as every computer takes.";
}

const whatWords = ({ name, sizeBytes, files }: FilePreview): string => `"${name}" (${measureWords(sizeBytes, files)})`;

const more = (file: FilePreview): string => `${renamedWords(file)}${leftOutWords(file)}`;

function whomWords(others: number): string {
	if (others === 0) return ", though nobody else is here to have it";
	return others === 1 ? " to the one other person here" : ` to the ${others} others here`;
}

/** Asks whether to send this to so many others, and says what goes: a line each, the first is the whole of it. */
export function previewLines(files: readonly FilePreview[], others: number): readonly string[] {
	const [only, ...rest] = files;
	if (only === undefined) return [];
	if (rest.length === 0) return [`Send ${whatWords(only)}${whomWords(others)}?${more(only)}`];
	const size = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	const listed = files.slice(0, files.length > mostListed ? mostListed - 1 : mostListed);
	const unlisted = files.length - listed.length;
	return [
		`Send these ${files.length}, ${measureWords(size)} in all,${whomWords(others).replace(/^,/, "")}?`,
		...listed.map((file) => `${whatWords(file)}.${more(file)}`),
		...(unlisted === 0 ? [] : [`… and ${unlisted} more.`]),
	];
}
