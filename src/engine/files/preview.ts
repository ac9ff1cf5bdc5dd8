// Tells what would be sent of paths that a person has named, before anything is sent.
import { homedir } from "node:os";
import { planOutgoing, type Source } from "../../store/files/outgoing-plan.ts";
import type { FilesPreview } from "../api/api.ts";
import type { FilePreview } from "../api/files/files.ts";
import { cleanLine } from "../text/clean.ts";
import { sourceRefusals } from "./own-files.ts";

/** Looks at names and sizes, and reads nothing else. Relative paths go out from where the program runs. */
export async function previewFiles(paths: readonly string[]): Promise<FilesPreview> {
	const outcome = await planOutgoing(paths, { folder: process.cwd(), home: homedir() });
	if (outcome.kind === "plan") return { kind: "files", files: outcome.sources.map(previewOf) };
	const { path, why } = outcome.trouble;
	return { kind: "refused", code: "bad_file", why: sourceRefusals[why], path: cleanLine(path) };
}

const previewOf = ({ path, name, isRenamed, size, list, leftOut }: Source): FilePreview => ({
	path,
	name,
	isRenamed,
	sizeBytes: size,
	leftOut,
	...(list === undefined ? {} : { files: list.files.length }),
});
