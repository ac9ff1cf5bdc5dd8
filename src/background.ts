// The background process seen from the command line: being it, asking it, attaching to it, having the system start it. Part of main.ts.
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Duplex } from "node:stream";
import packageJson from "../package.json" with { type: "json" };
import type { Engine } from "./engine/api/api.ts";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import type { DaemonQuestions } from "./ui/daemon/commands.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk, exitUsage } from "./ui/words/exit-codes.ts";

const { version } = packageJson;

/** Takes lines for the person: on the output, and on the error output with the name of the program before them. */
export interface Voice {
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
}

/** Puts the home of a profile in its place: it lies below the home, and nothing else knows of profiles. */
export async function withProfile(parsed: ParsedArguments): Promise<ParsedArguments> {
	if (!("profile" in parsed) || parsed.profile === undefined) return parsed;
	const { homeFolder } = await import("./engine/remote/attach-to.ts");
	return { ...parsed, home: homeFolder(parsed.home, parsed.profile) };
}

/** Says which program this is, as closely as what was built tells: two with the same are the same. */
function buildOf(): string {
	const changed = statSync(process.argv[1] ?? "", { throwIfNoEntry: false })?.mtimeMs ?? 0;
	return `${version}+${Math.floor(changed).toString(36)}`;
}

/** Carries out `rt daemon …`. */
export async function daemon(work: Extract<ParsedArguments, { kind: "daemon" }>, voice: Voice): Promise<ExitCode> {
	switch (work.action.kind) {
		case "run":
			return runBackground(work, voice);
		case "install":
			return installDaemon(work, voice);
		case "status":
			return (await import("./ui/daemon/commands.ts")).daemonStatus(questions(work, voice), work.action.isJson);
		case "stop": {
			const code = await (await import("./ui/daemon/commands.ts")).daemonStop(questions(work, voice));
			// Somebody who ends it does not want the next window to start it again.
			const { homeFolder } = await import("./engine/remote/attach-to.ts");
			const { rememberBackgroundWish } = await import("./engine/remote/background-wish.ts");
			rememberBackgroundWish(homeFolder(work.home, undefined), undefined);
			return code;
		}
	}
}

function questions({ home }: { readonly home?: string }, { say }: Voice): DaemonQuestions {
	return {
		say,
		ask: async (method, params) => {
			const { askBackground, homeFolder } = await import("./engine/remote/attach-to.ts");
			return askBackground(homeFolder(home, undefined), method, params);
		},
	};
}

/** Carries out `rt unlock`. */
export async function unlock(work: { readonly home?: string }, voice: Voice): Promise<ExitCode> {
	const { unlockDaemon } = await import("./ui/daemon/commands.ts");
	const { Dialogue } = await import("./ui/lines/dialogue.ts");
	const dialogue = new Dialogue(process.stdin, process.stdout, () => process.exit(exitInternal));
	const code = await unlockDaemon(questions(work, voice), dialogue);
	await dialogue.close();
	return code;
}

/** Carries out `rt profiles`. */
export async function profiles({ home }: { readonly home?: string }, { say }: Voice): Promise<ExitCode> {
	const { homeFolder, profilesIn } = await import("./engine/remote/attach-to.ts");
	const names = profilesIn(homeFolder(home, undefined));
	for (const name of names) say(name);
	if (names.length === 0) say("There are no profiles yet. rt --profile NAME makes one.");
	return exitOk;
}

async function installDaemon(
	{ home, profile }: Extract<ParsedArguments, { kind: "daemon" }>,
	{ say, complain }: Voice,
): Promise<ExitCode> {
	const { installPlan, writeInstallPlan } = await import("./ui/daemon/install.ts");
	const { XDG_CONFIG_HOME: configHome } = process.env;
	const launcher = join(dirname(process.argv[1] ?? ""), "..", "rt");
	const plan = installPlan({
		platform: process.platform,
		userHome: homedir(),
		program: existsSync(launcher) ? [launcher] : [process.execPath, process.argv[1] ?? ""],
		...(configHome ? { configHome } : {}),
		...(home === undefined ? {} : { home: resolve(home) }),
		...(profile === undefined ? {} : { profile }),
	});
	if (plan === undefined) {
		complain("This system has neither systemd nor launchd: start rt daemon by whatever starts programs there.");
		return exitUsage;
	}
	writeInstallPlan(plan);
	for (const line of [`Written: ${plan.path}`, "To start it now and at each login, type:", ...plan.next]) say(line);
	return exitOk;
}

async function runBackground(
	work: Extract<ParsedArguments, { kind: "daemon" }>,
	{ say, complain }: Voice,
): Promise<ExitCode> {
	const { homeFolder } = await import("./engine/remote/attach-to.ts");
	const { openBackground } = await import("./engine/remote/background.ts");
	const allows = (["lan", "portmap"] as const).filter((what) =>
		what === "lan" ? work.isLanAllowed : work.isPortmapAllowed,
	);
	const facts = { pid: process.pid, since: Date.now(), build: buildOf(), allows };
	const { loadSettings } = await import("./ui/cli/settings-file.ts");
	const wishes = await loadSettings(work.home);
	if (wishes.kind === "refused") {
		complain(wishes.message);
		return exitUsage;
	}
	// Somebody who goes through a proxy, bridges or a relay of their own does so here too.
	const { settings } = wishes;
	const { desktop: detail } = settings;
	const { filesOf, routesOf } = await import("./wishes.ts");
	const network = { proxy: settings.proxy, ...(await routesOf({}, settings)), ...(await filesOf(settings)) };
	const opened = await openBackground(homeFolder(work.home, undefined), { ...work, ...network }, facts);
	if (opened.kind === "refused") {
		complain((await import("./ui/words/opening-words.ts")).openTroubleWords(opened.trouble));
		return opened.isUsage ? exitUsage : exitInternal;
	}
	const { heldWords, socketWords } = await import("./ui/words/tools/daemon-words.ts");
	if (opened.kind === "held") {
		complain(heldWords(opened.owner));
		return exitUsage;
	}
	const { openFeed } = await import("./engine/remote/feed.ts");
	const { runDaemon } = await import("./ui/daemon/daemon.ts");
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const { signal: stop, dispose } = stopOnSignals(process);
	const log = (line: string) => say(`${new Date().toISOString()} ${line}`);
	const listen = async (onStream: (stream: Duplex) => void) => {
		const listening = await opened.listen(onStream);
		return listening.kind === "listening"
			? listening
			: { kind: "failed" as const, words: socketWords(listening.why, listening.detail) };
	};
	const trouble = await opened.wakeGpgKey();
	if (trouble) log((await import("./ui/words/key-trouble.ts")).keyTroubleWords(trouble));
	const named = work.name === undefined ? {} : { name: work.name };
	const { desktopOf } = await import("./ui/daemon/desktop.ts");
	const desktop = { detail, show: desktopOf(process.platform, log) };
	const code = await runDaemon({ engine: opened.engine, facts, openFeed, listen, log, stop, desktop, ...named });
	opened.release();
	dispose();
	return code;
}

/** Carries out what only looks, by the engine of the background process where one runs; `undefined` where none does. */
export async function byBackground(
	{ home }: { readonly home?: string },
	look: (engine: Engine) => Promise<ExitCode>,
): Promise<ExitCode | undefined> {
	const { attachTo, homeFolder } = await import("./engine/remote/attach-to.ts");
	const outcome = await attachTo(homeFolder(home, undefined), buildOf());
	if (outcome.kind !== "attached") return undefined;
	const { engine } = outcome;
	const code = await look(engine);
	await engine.close();
	return code;
}

/** Returns the engine of the background process, where one runs: windows then show its rooms. */
export async function attached(
	work: Extract<ParsedArguments, { kind: "run" }>,
	proxy: string | undefined,
	{ complain }: Voice,
): Promise<{ readonly engine: Engine } | ExitCode | undefined> {
	// What this command line wishes of the network is not what the background process was started with: it runs by itself.
	const wishes = [proxy, work.only, work.dht, work.relay, work.tor];
	if (work.view === "rpc" || wishes.some((one) => one !== undefined)) return undefined;
	const { attachTo, homeFolder } = await import("./engine/remote/attach-to.ts");
	const build = buildOf();
	const home = homeFolder(work.home, undefined);
	const first = await attachTo(home, build);
	if (first.kind === "nobody") await (await import("./auto-background.ts")).startIfWanted(work);
	const outcome = first.kind === "nobody" ? await attachTo(home, build) : first;
	if (outcome.kind === "attached") {
		const { allows, engine } = outcome;
		const isForbidden =
			(!work.isLanAllowed && allows.includes("lan")) || (!work.isPortmapAllowed && allows.includes("portmap"));
		if (!isForbidden) return outcome;
		await engine.close();
		return undefined;
	}
	if (outcome.kind === "nobody") return undefined;
	const { noAnswer, otherBuildWords, socketWords } = await import("./ui/words/tools/daemon-words.ts");
	if (outcome.kind === "failed") {
		// Where no socket can be, no background process is.
		if (outcome.why === "pathTooLong") return undefined;
		complain(socketWords(outcome.why, outcome.detail));
	} else complain(outcome.kind === "otherBuild" ? otherBuildWords(outcome.build, build) : noAnswer);
	return exitCodeOf("no_background");
}
