// The background process that starts by itself, once the person has said so: when they leave with rooms that stay, and when they come back. Part of main.ts.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ReadStream } from "node:tty";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import { Dialogue } from "./ui/lines/dialogue.ts";
import { backgroundQuestion, backgroundStarts } from "./ui/words/tools/daemon-words.ts";

type RunWork = Extract<ParsedArguments, { kind: "run" }>;

const logFile = "background.log";
/** A background process that takes longer to be there is not waited for. */
const startTimeoutMs = 15_000;
const lookEveryMs = 100;

/** Says whether this run may start one: a person at a terminal, who wishes nothing of the network that it would not know of. */
function mayStart({ view, only, dht, relay, tor, proxy }: RunWork): boolean {
	const isPerson = process.stdin.isTTY === true && process.stdout.isTTY === true && view !== "rpc";
	const { RT_NO_BACKGROUND: noBackground } = process.env;
	const wishes = [only, dht, relay, tor, proxy];
	return isPerson && !noBackground && wishes.every((one) => one === undefined);
}

/** Starts it on this home, apart from this terminal. Its log lies in the home, and says nothing of anybody. */
function start(home: string, { isLanAllowed, isPortmapAllowed }: RunWork): void {
	const forbidden = [...(isLanAllowed ? [] : ["--no-lan"]), ...(isPortmapAllowed ? [] : ["--no-portmap"])];
	const log = openSync(join(home, logFile), "w", 0o600);
	const args = [...process.execArgv, process.argv[1] ?? "", "daemon", "--home", home, ...forbidden];
	spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log] }).unref();
	closeSync(log);
}

/** Starts it before a window opens, where the person wants that and nobody has the home; resolves when it listens, or did not in time. */
export async function startIfWanted(work: RunWork): Promise<void> {
	if (!mayStart(work)) return;
	const { attachTo, homeFolder } = await import("./engine/remote/attach-to.ts");
	const { backgroundWish } = await import("./engine/remote/background-wish.ts");
	const home = homeFolder(work.home, undefined);
	const { isWanted, hasKeptRooms } = backgroundWish(home);
	if (isWanted !== true || !hasKeptRooms) return;
	start(home, work);
	for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += lookEveryMs) {
		await sleep(lookEveryMs);
		const found = await attachTo(home, "");
		if (found.kind !== "nobody") return;
	}
}

/** Lets the rooms that stay go on in the background when a window is closed, if the person wants it, who is asked once. */
export async function goOnInBackground(work: RunWork, say: (line: string) => void): Promise<void> {
	if (!mayStart(work)) return;
	const { homeFolder } = await import("./engine/remote/attach-to.ts");
	const { backgroundWish, rememberBackgroundWish } = await import("./engine/remote/background-wish.ts");
	const home = homeFolder(work.home, undefined);
	const { isWanted, hasKeptRooms } = backgroundWish(home);
	if (!hasKeptRooms || isWanted === false) return;
	if (isWanted === undefined) {
		const answer = await ask();
		if (answer === undefined) return;
		rememberBackgroundWish(home, answer);
		if (!answer) return;
	}
	start(home, work);
	say(backgroundStarts);
}

/** Asks at the terminal itself: the input of the window was closed with it. `undefined`: nobody answered. */
async function ask(): Promise<boolean | undefined> {
	const input = new ReadStream(openSync("/dev/tty", "r"));
	const dialogue = new Dialogue(input, process.stdout, () => {});
	const answer = await dialogue.ask(backgroundQuestion);
	await dialogue.close();
	return answer.kind === "ended" ? undefined : !/^\s*n/i.test(answer.text);
}
