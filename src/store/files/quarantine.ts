// The mark that macOS puts on what came from elsewhere: Finder then asks before it opens it for the first time. Other systems have none that files carry.
import { execFile } from "node:child_process";

const TOOL = "/usr/bin/xattr";
/** 0x0080 and 0x0001: from elsewhere, and not looked at yet (Apple's quarantine.h, as browsers write it). */
const FLAGS = "0081";
const TIMEOUT_MS = 10_000;

/** Marks a file, or a folder with all that is in it, where this is macOS; elsewhere nothing happens. A disk that keeps no such marks is no reason to refuse the file. */
export function quarantine(path: string, now: number = Date.now()): Promise<void> {
	if (process.platform !== "darwin") return Promise.resolve();
	const mark = `${FLAGS};${Math.floor(now / 1000).toString(16)};Real Talk;`;
	return new Promise((resolve) => {
		execFile(TOOL, ["-r", "-w", "com.apple.quarantine", mark, path], { timeout: TIMEOUT_MS }, () => resolve());
	});
}
