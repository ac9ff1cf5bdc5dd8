// Draws the home screen first and loads the engine behind it, where the command line wants that screen and it is known what is on it. Part of main.ts.
import type { Voice } from "./background.ts";
import type { EngineOptions } from "./engine/open-engine.ts";
import type { OpenHome } from "./engine/open-home.ts";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import type { Settings } from "./ui/settings/settings.ts";
import { type ExitCode, exitInternal, exitUsage } from "./ui/words/exit-codes.ts";
import { openTrouble } from "./wishes.ts";

type RunWork = Extract<ParsedArguments, { kind: "run" }>;

interface Known {
	readonly options: EngineOptions;
	readonly settings: Settings;
	readonly version: string;
}

/** Says whether the first screen of this run is the home screen, as long as there is an identity. */
const showsHome = ({ view, intent, passwordFile, isAsked }: RunWork, { screenReader }: Settings): boolean =>
	view === "screen" && intent.kind !== "join" && passwordFile === undefined && (!screenReader || isAsked === true);

/**
 * Runs the full screen from its first picture on, and returns the exit code. Returns the home, if it has been opened for that, where the engine has to be opened
 * first.
 */
export async function screenBeforeEngine(
	work: RunWork,
	{ options, settings, version }: Known,
	{ say, complain }: Voice,
): Promise<ExitCode | OpenHome | undefined> {
	if (!showsHome(work, settings)) return undefined;
	const { openAtRest } = await import("./engine/at-rest.ts");
	const rest = await openAtRest(options);
	if (rest.kind === "engineFirst") return undefined;
	if (rest.kind === "refused") {
		complain(await openTrouble(rest.trouble));
		return exitInternal;
	}
	const { home, view } = rest;
	if (!view) return home;
	const open = async () => {
		const { openEngine } = await import("./engine/open-engine.ts");
		const opened = await openEngine(options, home);
		if (opened.kind === "open") return opened.engine;
		home.account.close();
		home.store.close();
		complain(await openTrouble(opened.trouble));
		return opened.isUsage ? exitUsage : exitInternal;
	};
	const { startScreen } = await import("./ui/start/start.ts");
	const first = { ...view, phase: { kind: "idle" } } as const;
	const code = await startScreen({ first, open, intent: work.intent, version, env: process.env, settings });
	await (await import("./auto-background.ts")).goOnInBackground(work, say);
	return code;
}
