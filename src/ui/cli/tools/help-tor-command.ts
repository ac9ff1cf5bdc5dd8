// `rt help-tor`: says whom it contacts, asks, then helps until one key is pressed.
import { once } from "node:events";
import type { ReadStream, WriteStream } from "node:tty";
import type { TorHelper, TorHelperCount } from "../../../engine/api/own-servers.ts";
import { wrap } from "../../text/width.ts";
import { type ExitCode, exitInternal, exitOk, exitUsage } from "../../words/exit-codes.ts";
import {
	helpTorCount,
	helpTorEnded,
	helpTorKey,
	helpTorNeedsYes,
	helpTorNotBegun,
	helpTorQuestion,
	helpTorRuns,
	helpTorTerms,
} from "../../words/tools/help-tor-words.ts";

export interface HelpTorOptions {
	readonly helper: TorHelper;
	/** The person has said yes on the command line. */
	readonly isConfirmed: boolean;
	readonly input: ReadStream;
	readonly output: WriteStream;
	readonly complain: (line: string) => void;
	readonly stop: AbortSignal;
}

const stopKeys: ReadonlySet<string> = new Set(["q", "Q", "\u0003", "\u0004", "\u001b"]);

/** Runs the command. Nobody is contacted before the person has read who will be, and has agreed. */
export async function runHelpTorCommand(options: HelpTorOptions): Promise<ExitCode> {
	const { helper, isConfirmed, input, output, complain } = options;
	const say = (line: string): void => {
		const rows = output.isTTY === true ? wrap(line, output.columns) : [line];
		output.write(`${rows.join("\n")}\n`);
	};
	const isAtTerminal = input.isTTY === true;
	if (!isConfirmed && !isAtTerminal) {
		complain(helpTorNeedsYes);
		return exitUsage;
	}
	// For as long as keys are read one by one; what else ends the program gives the terminal back by `finally`.
	if (isAtTerminal) input.setRawMode(true);
	try {
		for (const line of helpTorTerms(helper.facts)) say(line);
		if (!isConfirmed) {
			say(helpTorQuestion);
			const key = await keyOf(options, () => true);
			if (key !== "\r" && key !== "\n") {
				say(helpTorNotBegun);
				return exitOk;
			}
		}
		say(isAtTerminal ? helpTorKey : helpTorRuns);
		return await help(options, say);
	} finally {
		if (isAtTerminal) input.setRawMode(false);
		input.pause();
	}
}

async function help(options: HelpTorOptions, say: (line: string) => void): Promise<ExitCode> {
	const { helper, input, complain } = options;
	let count: TorHelperCount = { connections: 0, bytesDown: 0, bytesUp: 0 };
	const running = helper.start((now) => {
		const isNews = now.connections !== count.connections || now.bytesDown !== count.bytesDown;
		count = now;
		if (isNews) say(helpTorCount(now));
	});
	const stopped = input.isTTY === true ? keyOf(options, (key) => stopKeys.has(key)) : signalOf(options.stop);
	const last = await Promise.race([running.ended, stopped.then(() => undefined)]);
	await running.close();
	say(helpTorCount(count));
	if (last === undefined) return exitOk;
	complain(helpTorEnded(last));
	return exitInternal;
}

/** Resolves with the first key that is meant; `undefined` when the program is to stop, or the terminal is gone. */
async function keyOf({ input, stop }: HelpTorOptions, isMeant: (key: string) => boolean): Promise<string | undefined> {
	const { promise, resolve } = Promise.withResolvers<string | undefined>();
	const hear = (bytes: Buffer): void => {
		const key = [...bytes.toString("latin1")].find(isMeant);
		if (key !== undefined) resolve(key);
	};
	const end = (): void => resolve(undefined);
	input.on("data", hear).on("end", end).on("error", end);
	stop.addEventListener("abort", end);
	if (stop.aborted) end();
	const key = await promise;
	input.off("data", hear).off("end", end).off("error", end);
	stop.removeEventListener("abort", end);
	return key;
}

async function signalOf(stop: AbortSignal): Promise<void> {
	if (!stop.aborted) await once(stop, "abort");
}
