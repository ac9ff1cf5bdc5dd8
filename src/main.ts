// The program: from the command line to a view of the engine. Nothing else knows the command line, and Ink is loaded only when it draws.
import packageJson from "../package.json" with { type: "json" };
import { attached, byBackground, daemon, profiles, unlock, withProfile } from "./background.ts";
import type { Engine } from "./engine/api/api.ts";
import type { OpenTrouble } from "./engine/api/opening.ts";
import type { OpenOutcome } from "./engine/open-engine.ts";
import { parseTarget } from "./net/address/target.ts";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import { parseArguments } from "./ui/cli/arguments/arguments.ts";
import { readerWords } from "./ui/cli/arguments/view-arguments.ts";
import { watchOutput } from "./ui/lines/output-trouble.ts";
import type { Settings } from "./ui/settings/settings.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk, exitOutput, exitUsage } from "./ui/words/exit-codes.ts";

const { version } = packageJson;
function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
	process.stderr.write(`rt: ${line}\n`);
}

const voice = { say, complain };

async function main(): Promise<ExitCode> {
	const parsed = await withProfile(
		parseArguments(process.argv.slice(2), {
			stdoutIsTty: process.stdout.isTTY === true,
			stdinIsTty: process.stdin.isTTY === true,
			env: process.env,
			parseTarget,
		}),
	);
	switch (parsed.kind) {
		case "version":
			say(`Real Talk ${version}`);
			return exitOk;
		case "help": {
			const { helpText } = await import("./ui/cli/help-texts.ts");
			say(helpText(parsed.topic));
			return exitOk;
		}
		case "licences": {
			const { showLicences } = await import("./ui/cli/licences.ts");
			if (await showLicences(process.stdout)) return exitOk;
			complain("The file THIRD-PARTY-LICENCES is missing beside the program. Install Real Talk again to have it.");
			return exitInternal;
		}
		case "invalid":
			complain(parsed.message);
			return exitUsage;
		case "geoip":
			return geoip(parsed);
		case "doctor":
			return doctor(parsed);
		case "torDoctor":
			return torDoctor(parsed);
		case "dhtNode":
			return dhtNode(parsed);
		case "relay":
			return relay(parsed);
		case "page":
			return (await import("./ui/cli/tools/page-command.ts")).showPage(parsed.file, say, complain);
		case "helpTor":
			return helpTor(parsed);
		case "demo":
			return demo(parsed);
		case "daemon":
			return daemon(parsed, voice);
		case "unlock":
			return unlock(parsed, voice);
		case "profiles":
			return profiles(parsed, voice);
		default:
			return withEngine(parsed);
	}
}

async function geoip({ action, home }: Extract<ParsedArguments, { kind: "geoip" }>): Promise<ExitCode> {
	const { openGeoIpTool } = await import("./engine/tools/geoip.ts");
	const { runGeoIpCommand } = await import("./ui/cli/geoip-commands.ts");
	const opened = openGeoIpTool(home, process.env);
	if (opened.kind === "refused") {
		const { geoIpProblemWords } = await import("./ui/words/tools/geoip-problems.ts");
		complain(geoIpProblemWords(opened.problem));
		return exitUsage;
	}
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const { signal: stop, dispose } = stopOnSignals(process);
	const { stdin: input, stdout: output, stderr: errors } = process;
	const code = await runGeoIpCommand({ tool: opened.tool, action, input, output, errors, stop, now: Date.now });
	dispose();
	return code;
}

async function doctor({
	home,
	stun,
	isPortmapAllowed,
}: Extract<ParsedArguments, { kind: "doctor" }>): Promise<ExitCode> {
	const { openDoctor } = await import("./engine/tools/doctor-open.ts");
	const { runDoctorCommand } = await import("./ui/cli/tools/doctor-command.ts");
	const opened = openDoctor(isPortmapAllowed, home);
	if (opened.kind === "refused") {
		complain(await openTrouble(opened.trouble));
		return exitInternal;
	}
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const { signal: stop, dispose } = stopOnSignals(process);
	const { doctor } = opened;
	const code = await runDoctorCommand({ doctor, output: process.stdout, stop, ...(stun ? { stun } : {}) });
	dispose();
	doctor.close();
	return code;
}

async function torDoctor({ home, tor }: Extract<ParsedArguments, { kind: "torDoctor" }>): Promise<ExitCode> {
	const wishes = await personsSettings({ home });
	if (wishes.kind === "refused") {
		complain(wishes.message);
		return exitUsage;
	}
	const { openTorDoctor } = await import("./engine/tools/doctor-tor.ts");
	const opened = openTorDoctor((await routesOf({ tor }, wishes.settings)).tor, home);
	if (opened.kind === "refused") {
		complain(await openTrouble(opened.trouble));
		return exitUsage;
	}
	const { runTorDoctorCommand } = await import("./ui/cli/tools/doctor-command.ts");
	return untilStopped((stop) => runTorDoctorCommand({ doctor: opened.doctor, output: process.stdout, stop }));
}

async function demo({ name, ...chosen }: Extract<ParsedArguments, { kind: "demo" }>): Promise<ExitCode> {
	const { openDemo } = await import("./engine/demo/demo.ts");
	const opened = await openDemo(name === undefined ? {} : { name });
	if (opened.kind === "refused") {
		const { trouble } = opened;
		const { refusalWords } = await import("./ui/words/refusals.ts");
		complain("about" in trouble ? await openTrouble(trouble) : refusalWords(trouble));
		return exitInternal;
	}
	const intent = { kind: "host", wish: { bind: "127.0.0.1" }, isDemo: true } as const;
	try {
		return await run({ ...chosen, intent, passwordFile: opened.passwordFile }, opened.engine);
	} finally {
		await opened.close();
	}
}

async function dhtNode({ wish, home }: Extract<ParsedArguments, { kind: "dhtNode" }>): Promise<ExitCode> {
	const { openDhtNode } = await import("./engine/tools/dht-node.ts");
	const { runDhtNodeCommand } = await import("./ui/cli/tools/dht-node-command.ts");
	const opened = await openDhtNode(wish, home);
	if (opened.kind === "refused") {
		const { dhtNodeProblemWords } = await import("./ui/words/tools/dht-node-words.ts");
		complain(dhtNodeProblemWords(opened.problem));
		return exitUsage;
	}
	return untilStopped((stop) => runDhtNodeCommand(opened, process.stdout, stop));
}

/** Runs a command until a signal ends it. */
async function untilStopped(run: (stop: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const { signal, dispose } = stopOnSignals(process);
	return run(signal).finally(dispose);
}

async function relay(asked: Extract<ParsedArguments, { kind: "relay" }>): Promise<ExitCode> {
	const { openRelay } = await import("./engine/tools/relay.ts");
	const { relayPage, relayProblemWords } = await import("./ui/words/tools/relay-words.ts");
	const { readPage } = await import("./ui/cli/tools/page-command.ts");
	const opened = await openRelay(asked.wish, asked.hasPage ? await readPage() : relayPage);
	if (opened.kind === "refused") {
		complain(relayProblemWords(opened.problem));
		return exitUsage;
	}
	const { runRelayCommand } = await import("./ui/cli/tools/relay-command.ts");
	return untilStopped((stop) => runRelayCommand({ relay: opened, output: process.stdout, stop, isJson: asked.isJson }));
}

async function helpTor({ wish, isConfirmed }: Extract<ParsedArguments, { kind: "helpTor" }>): Promise<ExitCode> {
	const { openTorHelper } = await import("./engine/tools/snowflake.ts");
	const helper = openTorHelper(wish);
	if (helper === undefined) {
		const { snowflakeMissing } = await import("./ui/words/tools/help-tor-words.ts");
		complain(snowflakeMissing);
		return exitUsage;
	}
	const { runHelpTorCommand } = await import("./ui/cli/tools/help-tor-command.ts");
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const { signal: stop, dispose } = stopOnSignals(process);
	const { stdin: input, stdout: output } = process;
	const code = await runHelpTorCommand({ helper, isConfirmed, input, output, complain, stop });
	dispose();
	return code;
}

const openTrouble = async (trouble: OpenTrouble): Promise<string> =>
	(await import("./ui/words/opening-words.ts")).openTroubleWords(trouble);

type Work = Extract<
	ParsedArguments,
	{ kind: "run" | "send" | "key" | "blocks" | "buddies" | "forge" | "told" | "history" | "lan" }
>;
type Opened = Extract<OpenOutcome, { kind: "open" }>;

async function withEngine(work: Work): Promise<ExitCode> {
	const room = work.kind === "run" || work.kind === "send" ? work : undefined;
	const wishes = room && (await personsSettings(room));
	if (wishes?.kind === "refused") {
		complain(wishes.message);
		return exitUsage;
	}
	const settings = wishes?.settings;
	const background = work.kind === "run" ? await attached(work, proxyOf(work, settings), voice) : undefined;
	if (typeof background === "number") return background;
	if (background !== undefined && work.kind === "run") return run(work, background.engine, settings);
	if (work.kind === "told" || work.kind === "buddies" || work.kind === "history") {
		const code = await byBackground(work, (engine) => lookFor(work, engine, true));
		if (code !== undefined) return code;
	}
	const { openEngine } = await import("./engine/open-engine.ts");
	const network = room ? { proxy: proxyOf(room, settings), ...(await routesOf(room, settings)) } : {};
	const opened = await openEngine({ ...work, ...network });
	if (opened.kind === "refused") {
		complain(await openTrouble(opened.trouble));
		return opened.isUsage ? exitUsage : exitInternal;
	}
	if (work.kind === "run") {
		const trouble = await opened.wakeGpgKey();
		if (trouble) complain((await import("./ui/words/key-trouble.ts")).keyTroubleWords(trouble));
		const code = await run(work, opened.engine, settings);
		await (await import("./auto-background.ts")).goOnInBackground(work, say);
		return code;
	}
	const code = await withoutRoom(work, opened);
	await opened.engine.close();
	return code;
}

/** Runs a command of the shell that asks what the engine knows, of the background process too. */
async function lookFor(
	work: Extract<Work, { kind: "told" | "buddies" | "history" }>,
	engine: Engine,
	isBackground: boolean,
): Promise<ExitCode> {
	if (work.kind === "told") {
		const { runToldCommand } = await import("./ui/cli/told-command.ts");
		return runToldCommand({ engine, isBackground, say, now: Date.now() });
	}
	if (work.kind === "history") {
		const { runHistoryCommand } = await import("./ui/cli/history-command.ts");
		const written = async (line: string): Promise<void> => {
			if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
		};
		return runHistoryCommand({ engine, action: work.action, say: written, complain });
	}
	const { runBuddiesCommand } = await import("./ui/cli/tools/buddies-command.ts");
	return runBuddiesCommand({ engine, shown: work.shown, say });
}

/** Runs a command of the shell that needs the engine and no view. */
async function withoutRoom(
	work: Exclude<Work, { kind: "run" }>,
	{ engine, keyCommands, forgeTool: tool }: Opened,
): Promise<ExitCode> {
	switch (work.kind) {
		case "send":
			return (await import("./ui/cli/send-command.ts")).sendUntilStopped(work, engine, voice);
		case "forge": {
			const { runForgeCommand } = await import("./ui/cli/tools/forge-command.ts");
			return runForgeCommand({ tool: await tool(), work: work.work, input: process.stdin, say, complain });
		}
		case "key": {
			const { runKeyCommand } = await import("./ui/cli/key-commands.ts");
			const { stdin: input, stdout: output, stderr: errors } = process;
			return runKeyCommand({ keys: keyCommands, action: work.action, input, output, errors });
		}
		case "blocks": {
			const { runBlocksCommand } = await import("./ui/cli/block-commands.ts");
			return runBlocksCommand(engine, work, say, Date.now());
		}
		case "told":
		case "buddies":
		case "history":
			return lookFor(work, engine, false);
		case "lan": {
			const { runLanCommand } = await import("./ui/cli/lan-command.ts");
			const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
			const { signal: stop, dispose } = stopOnSignals(process);
			const code = await runLanCommand({ engine, output: process.stdout, stop });
			dispose();
			return code;
		}
	}
}

type RunWork = Pick<
	Extract<ParsedArguments, { kind: "run" }>,
	"view" | "isAsked" | "isForReader" | "intent" | "passwordFile" | "takesCommands" | "home"
>;

async function personsSettings({ home }: { readonly home?: string | undefined }) {
	const { loadSettings } = await import("./ui/cli/settings-file.ts");
	return loadSettings(home);
}

/** Returns which Tor and which relays are used. */
async function routesOf(
	{ tor, relay }: Pick<Extract<ParsedArguments, { kind: "run" }>, "tor" | "relay">,
	settings: Settings | undefined,
) {
	const { relaySettings, torSettings } = await import("./ui/settings/routes.ts");
	const { withPage } = await import("./ui/cli/tools/page-command.ts");
	return { tor: await withPage(torSettings(tor, settings)), relay: relaySettings(relay, settings) };
}

/** Returns the proxy to go through, as it was typed or set, and takes what was typed out of the list of processes. */
function proxyOf(
	{ proxy }: Pick<Extract<ParsedArguments, { kind: "run" }>, "proxy">,
	settings: { readonly proxy?: string } | undefined,
): string | undefined {
	if (proxy === "none") return undefined;
	// The title takes the place of the arguments, and the arguments may have a password in them.
	if (proxy !== undefined) process.title = "rt";
	return proxy ?? settings?.proxy;
}

async function run(work: RunWork, engine: Engine, settings?: Settings): Promise<ExitCode> {
	const { view, intent, passwordFile } = work;
	if (view === "screen") return runScreen(work, engine, settings);
	if (work.isForReader === true) say(readerWords("INK_SCREEN_READER is set"));
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const stop = stopOnSignals(process);
	const { stdin: input, stdout: output, stderr: errors } = process;
	const common = { engine, input, output, stop: stop.signal, ...(passwordFile ? { passwordFile } : {}) };
	try {
		if (view === "plain" || intent.kind === "home") {
			const { runPlain } = await import("./ui/plain/plain.ts");
			const { takesCommands = false } = work;
			const files = settings === undefined ? {} : { files: settings.files };
			return await runPlain({ ...common, ...files, intent, takesCommands, now: Date.now });
		}
		const { runRpc } = await import("./ui/rpc/rpc.ts");
		return await runRpc({ ...common, intent, errors });
	} finally {
		stop.dispose();
	}
}

async function runScreen(work: RunWork, engine: Engine, known?: Settings): Promise<ExitCode> {
	const { intent, passwordFile } = work;
	const { readPasswordFile } = await import("./ui/lines/passwords-from.ts");
	const found = passwordFile === undefined ? undefined : await readPasswordFile(passwordFile);
	if (found?.kind === "failed") {
		complain(found.message);
		await engine.close();
		return exitCodeOf("bad_password");
	}
	if (found?.warning !== undefined) complain(found.warning);
	const wishes = known ? ({ kind: "settings", settings: known } as const) : await personsSettings(work);
	if (wishes.kind === "refused") {
		complain(wishes.message);
		await engine.close();
		return exitUsage;
	}
	if (wishes.settings.screenReader && work.isAsked !== true) {
		say(readerWords("screen-reader is set in config.toml"));
		return run({ ...work, view: "plain" }, engine);
	}
	const { startScreen } = await import("./ui/start/start.tsx");
	return startScreen({
		engine,
		intent,
		version,
		env: process.env,
		settings: wishes.settings,
		...(found ? { password: found.password } : {}),
	});
}

const outputTrouble = watchOutput(process.stdout);
try {
	process.exitCode = await main();
} catch (error) {
	// A bug: say so in one line, never with a stack trace.
	complain(`Something went wrong inside Real Talk: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = exitInternal;
}
// A terminal that is gone has nobody who could miss anything.
const trouble = process.stdout.isTTY === true ? undefined : await outputTrouble();
if (trouble !== undefined) {
	complain(`Not everything could be written to the standard output: ${trouble}.`);
	if (process.exitCode === exitOk) process.exitCode = exitOutput;
}
// Handles that outlive the work (a terminal in raw mode, a library's timer) must not keep the program.
process.exit();
