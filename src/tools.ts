// The commands of the shell that open no home's engine: each opens its own tool and runs until it is done or stopped. Part of main.ts.
import type { Voice } from "./background.ts";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import { type ExitCode, exitInternal, exitUsage } from "./ui/words/exit-codes.ts";
import { openTrouble, personsSettings, routesOf } from "./wishes.ts";

type Tool = Extract<
	ParsedArguments,
	{ kind: "geoip" | "doctor" | "torDoctor" | "dhtNode" | "relay" | "page" | "helpTor" }
>;

/** Runs one of these commands and returns its exit code. */
export async function runTool(tool: Tool, voice: Voice): Promise<ExitCode> {
	switch (tool.kind) {
		case "geoip":
			return geoip(tool, voice);
		case "doctor":
			return doctor(tool, voice);
		case "torDoctor":
			return torDoctor(tool, voice);
		case "dhtNode":
			return dhtNode(tool, voice);
		case "relay":
			return relay(tool, voice);
		case "page":
			return (await import("./ui/cli/tools/page-command.ts")).showPage(tool.file, voice.say, voice.complain);
		case "helpTor":
			return helpTor(tool, voice);
	}
}

async function geoip({ action, home }: Extract<Tool, { kind: "geoip" }>, { complain }: Voice): Promise<ExitCode> {
	const { openGeoIpTool } = await import("./engine/tools/geoip.ts");
	const { runGeoIpCommand } = await import("./ui/cli/geoip-commands.ts");
	const opened = openGeoIpTool(home, process.env);
	if (opened.kind === "refused") {
		const { geoIpProblemWords } = await import("./ui/words/tools/geoip-problems.ts");
		complain(geoIpProblemWords(opened.problem));
		return exitUsage;
	}
	const { stdin: input, stdout: output, stderr: errors } = process;
	return untilStopped((stop) =>
		runGeoIpCommand({ tool: opened.tool, action, input, output, errors, stop, now: Date.now }),
	);
}

async function doctor(
	{ home, stun, isPortmapAllowed }: Extract<Tool, { kind: "doctor" }>,
	{ complain }: Voice,
): Promise<ExitCode> {
	const { openDoctor } = await import("./engine/tools/doctor-open.ts");
	const { runDoctorCommand } = await import("./ui/cli/tools/doctor-command.ts");
	const opened = openDoctor(isPortmapAllowed, home);
	if (opened.kind === "refused") {
		complain(await openTrouble(opened.trouble));
		return exitInternal;
	}
	const { doctor } = opened;
	return untilStopped((stop) =>
		runDoctorCommand({ doctor, output: process.stdout, stop, ...(stun ? { stun } : {}) }),
	).finally(() => doctor.close());
}

async function torDoctor({ home, tor }: Extract<Tool, { kind: "torDoctor" }>, { complain }: Voice): Promise<ExitCode> {
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

async function dhtNode({ wish, home }: Extract<Tool, { kind: "dhtNode" }>, { complain }: Voice): Promise<ExitCode> {
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

async function relay(asked: Extract<Tool, { kind: "relay" }>, { complain }: Voice): Promise<ExitCode> {
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

async function helpTor(
	{ wish, isConfirmed }: Extract<Tool, { kind: "helpTor" }>,
	{ complain }: Voice,
): Promise<ExitCode> {
	const { openTorHelper } = await import("./engine/tools/snowflake.ts");
	const helper = openTorHelper(wish);
	if (helper === undefined) {
		const { snowflakeMissing } = await import("./ui/words/tools/help-tor-words.ts");
		complain(snowflakeMissing);
		return exitUsage;
	}
	const { runHelpTorCommand } = await import("./ui/cli/tools/help-tor-command.ts");
	const { stdin: input, stdout: output } = process;
	return untilStopped((stop) => runHelpTorCommand({ helper, isConfirmed, input, output, complain, stop }));
}

/** Runs a command until a signal ends it. */
async function untilStopped(run: (stop: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
	const { stopOnSignals } = await import("./ui/lines/stop-signals.ts");
	const { signal, dispose } = stopOnSignals(process);
	return run(signal).finally(dispose);
}
