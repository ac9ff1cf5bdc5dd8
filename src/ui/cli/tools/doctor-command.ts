// `rt doctor`: prints what stands between this computer and people outside; with --stun, what a server on the Internet sees; with --tor, how Tor does.
import type { Writable } from "node:stream";
import type { Doctor, StunServer, TorDoctor } from "../../../engine/api/doctor.ts";
import { type ExitCode, exitInternal, exitOk } from "../../words/exit-codes.ts";
import { torDoctorNotice, torExaminationLines } from "../../words/tools/doctor-tor-words.ts";
import { examinationLines, stunLines, stunNotice } from "../../words/tools/doctor-words.ts";
import { torProgressWords } from "../../words/ways/tor-words.ts";

export interface DoctorCommandOptions {
	readonly doctor: Doctor;
	readonly stun?: StunServer;
	readonly output: Writable;
	readonly stop: AbortSignal;
}

/** Runs the command. Nobody but the router is asked before the person has read who will be. */
export async function runDoctorCommand({ doctor, stun, output, stop }: DoctorCommandOptions): Promise<ExitCode> {
	const say = (line: string): void => void output.write(`${line}\n`);
	const found = await doctor.examine(stop);
	for (const line of examinationLines(found)) say(line);
	if (stun === undefined || stop.aborted) return exitOk;
	say("");
	say("Seen from the Internet");
	say(`  ${stunNotice(doctor.contactOf(stun))}`);
	for (const line of stunLines(await doctor.askStun(stun, stop), found)) say(line);
	return exitOk;
}

/** Runs `rt doctor --tor`. What Tor contacts is said first; the report begins with what it comes to. */
export async function runTorDoctorCommand({
	doctor,
	output,
	stop,
}: Omit<DoctorCommandOptions, "doctor" | "stun"> & { readonly doctor: TorDoctor }): Promise<ExitCode> {
	const say = (line: string): void => void output.write(`${line}\n`);
	say(torDoctorNotice);
	let told = "";
	const found = await doctor.examine(stop, (progress) => {
		const line = `  ${torProgressWords(progress)}`;
		if (line !== told) say(line);
		told = line;
	});
	say("");
	for (const line of torExaminationLines(found)) say(line);
	return found.standing.kind === "ready" ? exitOk : exitInternal;
}
