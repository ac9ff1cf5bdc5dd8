// Asks the system to open a file that came, with whatever the person opens such files with. Only ever after a key of theirs.
import { spawn } from "node:child_process";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [tool: string, ...before: string[]]>>> = {
	darwin: ["/usr/bin/open"],
	win32: ["explorer.exe"],
};
/** The desktop's own choice, on everything else (xdg-utils). */
const standardOpener = ["xdg-open"] as const;

/** A tool that has not failed within this has handed the file on. */
const patienceMs = 3_000;

/**
 * Opens a whole path: no shell reads it, and beginning with a slash it is no option. Resolves with words about what went wrong, or with `undefined`. `tool` is the
 * program that is asked.
 */
export function openPath(
	path: string,
	tool: readonly [string, ...string[]] = openers[process.platform] ?? standardOpener,
): Promise<string | undefined> {
	const [program, ...before] = tool;
	return new Promise((resolve) => {
		const child = spawn(program, [...before, path], { detached: true, stdio: "ignore" });
		const timer = setTimeout(() => resolve(undefined), patienceMs);
		const end = (words: string | undefined) => {
			clearTimeout(timer);
			resolve(words);
		};
		child.on("error", () => end(`Nothing here opens files (${program} is missing). It is at ${path}`));
		child.on("exit", (code) =>
			end(code === 0 ? undefined : `The system has nothing to open it with. It is at ${path}`),
		);
		child.unref();
	});
}
