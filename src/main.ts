// The program: from the command line to a view of the engine. Nothing else knows the command line, and Ink is loaded only when it draws.
import packageJson from "../package.json" with { type: "json" };
import { attached, byBackground, daemon, profiles, unlock, withProfile } from "./background.ts";
import { screenBeforeEngine } from "./early-screen.ts";
import type { Engine } from "./engine/api/api.ts";
import type { OpenOutcome } from "./engine/open-engine.ts";
import { parseTarget } from "./net/address/target.ts";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import { parseArguments } from "./ui/cli/arguments/arguments.ts";
import { readerWords } from "./ui/cli/arguments/view-arguments.ts";
import { lookUp } from "./ui/cli/look-up.ts";
import { watchOutput } from "./ui/lines/output-trouble.ts";
import type { Settings } from "./ui/settings/settings.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk, exitOutput, exitUsage } from "./ui/words/exit-codes.ts";
import { filesOf, openTrouble, personsSettings, proxyOf, routesOf } from "./wishes.ts";

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
		case "doctor":
		case "torDoctor":
		case "dhtNode":
		case "relay":
		case "page":
		case "helpTor":
			return (await import("./tools.ts")).runTool(parsed, voice);
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

type Work = Extract<
	ParsedArguments,
	{ kind: "run" | "send" | "key" | "blocks" | "buddies" | "forge" | "told" | "history" | "lan" | "posts" }
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
	if (work.kind === "told" || work.kind === "buddies" || work.kind === "history" || work.kind === "posts") {
		const code = await byBackground(work, (engine) => lookUp(work, engine, true, { ...voice, now: Date.now() }));
		if (code !== undefined) return code;
	}
	const network = room ? { proxy: proxyOf(room, settings), ...(await routesOf(room, settings)) } : {};
	const options = { ...work, ...network, ...(await filesOf(settings)) };
	const early =
		work.kind === "run" && settings && (await screenBeforeEngine(work, { options, settings, version }, voice));
	if (typeof early === "number") return early;
	// Whoever comes for a room needs its encryption, which starts beside what is loaded here.
	if (room && room.intent.kind !== "home") void import("./crypto/group/early-start.ts").then((one) => one.startEarly());
	const { openEngine } = await import("./engine/open-engine.ts");
	const opened = await openEngine(options, early || undefined);
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
		case "posts":
			return lookUp(work, engine, false, { ...voice, now: Date.now() });
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
	const { startScreen } = await import("./ui/start/start.ts");
	return startScreen({
		first: engine.snapshot(),
		open: async () => engine,
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
