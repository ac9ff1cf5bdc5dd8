// Makes one data set, as a process of its own: see make-process.ts, which starts it.
import { UnusableData } from "../geoip/data-folder.ts";
import { make } from "./make.ts";
import type { MakeOutcome, MakeTask } from "./make-process.ts";

async function outcomeOf({ material, dataFolder }: MakeTask): Promise<MakeOutcome> {
	try {
		return { kind: "made", manifest: await make(material, dataFolder, Date.now()) };
	} catch (error) {
		return { kind: "refused", detail: reasonOf(error) };
	}
}

function reasonOf(error: unknown): string {
	if (error instanceof UnusableData) return error.message;
	const { code } = error as NodeJS.ErrnoException;
	if (code === "ENOSPC" || code === "EDQUOT") return "The disk is full.";
	if (code === "ENOENT") return "There is no such file.";
	return `The files cannot be read or written (${code ?? String(error)}).`;
}

process.once("message", async (task: MakeTask) => {
	process.send?.(await outcomeOf(task));
	process.disconnect();
});
// Whoever asked is gone, and nobody wants what is half made.
process.once("disconnect", () => process.exit());
