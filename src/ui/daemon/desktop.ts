// Hands a notice to the desktop by the program that the system has for it: notify-send, or osascript on macOS.
import { execFile } from "node:child_process";
import type { DesktopNotice } from "./desktop-notices.ts";

/** A desktop that does not answer is not waited for. */
const timeoutMs = 5_000;

/** Takes its words as arguments, so that nothing of them is read as a script. */
const macScript = [
	"on run argv",
	"display notification (item 2 of argv) with title (item 1 of argv)",
	"end run",
].flatMap((line) => ["-e", line]);

// Desktop Notifications Specification 1.2, "Markup": the body of a notification may be read as markup.
const unmarked = (text: string): string =>
	text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Returns the program and its arguments; `undefined` on a system for which none is known. */
export function desktopCommand(
	platform: NodeJS.Platform,
	{ title, body }: DesktopNotice,
): { readonly program: string; readonly args: readonly string[] } | undefined {
	if (platform === "darwin") return { program: "osascript", args: [...macScript, "--", title, body] };
	if (platform === "win32") return undefined;
	return { program: "notify-send", args: ["--app-name=Real Talk", "--", title, unmarked(body)] };
}

/** Shows notices, one program at a time; what comes meanwhile is left out. `log` hears once that it does not work. */
export function desktopOf(platform: NodeJS.Platform, log: (line: string) => void): (notice: DesktopNotice) => void {
	let isShowing = false;
	let hasFailed = false;
	return (notice) => {
		const command = desktopCommand(platform, notice);
		if (command === undefined || isShowing) return;
		isShowing = true;
		execFile(command.program, [...command.args], { timeout: timeoutMs }, (error) => {
			isShowing = false;
			if (error === null || hasFailed) return;
			hasFailed = true;
			log(`the desktop could not be told: ${command.program} is not there or did not work`);
		});
	};
}
