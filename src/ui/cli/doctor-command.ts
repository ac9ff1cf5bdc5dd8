// `rt doctor`: prints what stands between this computer and people outside; with --stun, what a server on the Internet sees.
import type { Writable } from "node:stream";
import { EXIT_OK, type ExitCode } from "../words/exit-codes.ts";
import type { StunTarget } from "./doctor-arguments.ts";

/** What `rt doctor` needs from below; `main` hands it in. All lines are fit to print. */
export interface DoctorSource {
	examine(signal: AbortSignal): Promise<readonly string[]>;
	stunNotice(server: StunTarget): string;
	askStun(server: StunTarget, signal: AbortSignal): Promise<readonly string[]>;
}

export interface DoctorCommandOptions {
	readonly desk: DoctorSource;
	readonly stun?: StunTarget;
	readonly output: Writable;
	readonly stop: AbortSignal;
}

/** Nobody but the router is asked before the person has read who will be. */
export async function runDoctorCommand({ desk, stun, output, stop }: DoctorCommandOptions): Promise<ExitCode> {
	const say = (line: string): void => void output.write(`${line}\n`);
	for (const line of await desk.examine(stop)) say(line);
	if (stun === undefined || stop.aborted) return EXIT_OK;
	say("");
	say("Seen from the Internet");
	say(`  ${desk.stunNotice(stun)}`);
	for (const line of await desk.askStun(stun, stop)) say(line);
	return EXIT_OK;
}
