// `rt page`: the page for guests in a browser, which the build puts beside the program: its SHA-256, and a copy for somebody.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { type ExitCode, exitOk, exitUsage } from "../../words/exit-codes.ts";
import { pageExists, pageLines, pageMissing, pageNotSaved } from "../../words/tools/page-words.ts";

/** Reads the page. Rejects where it is missing, as when the sources run as they are. */
export const readPage = (): Promise<string> =>
	readFile(new URL("./page.html", import.meta.url), "utf8").catch(() => Promise.reject(new Error(pageMissing)));

/** Puts the page in the place of the wish for it, for the rooms of this program that Tor leads to. Rejects where it is missing. */
export async function withPage<Choice extends { readonly hasPage?: boolean }>({
	hasPage,
	...choice
}: Choice): Promise<Omit<Choice, "hasPage"> & { readonly page?: string }> {
	return { ...choice, ...(hasPage ? { page: await readPage() } : {}) };
}

type PageOutcome =
	| { readonly kind: "told"; readonly lines: readonly string[] }
	| { readonly kind: "refused"; readonly words: string };

/** Says which page it is, and saves it where `file` says so. A file that is there already stays as it is. */
async function runPageCommand(page: string, file: string | undefined): Promise<PageOutcome> {
	const sha256 = createHash("sha256").update(page).digest("hex");
	if (file === undefined) return { kind: "told", lines: pageLines({ sha256 }) };
	try {
		await writeFile(file, page, { flag: "wx" });
		return { kind: "told", lines: pageLines({ sha256, file }) };
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		return { kind: "refused", words: code === "EEXIST" ? pageExists : pageNotSaved(code) };
	}
}

/** Carries the command out: `say` and `complain` write a line each. Rejects where the page is missing. */
export async function showPage(
	file: string | undefined,
	say: (line: string) => void,
	complain: (line: string) => void,
): Promise<ExitCode> {
	const outcome = await runPageCommand(await readPage(), file);
	if (outcome.kind === "refused") complain(outcome.words);
	else for (const line of outcome.lines) say(line);
	return outcome.kind === "told" ? exitOk : exitUsage;
}
