// Measures a program in a pty by what a person sees: from a key to the frame, bytes, and what it does while nothing happens.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Pty } from "../test/support/terminal/pty.ts";
import { keys } from "../test/support/terminal/terminal.ts";
import { timed } from "./report.ts";

/** Between two keys, as of a fast typist: keys that come within one frame of each other share the next. */
const pauseMs = 25;
/** So many letters, then the draft is emptied. */
const draftLength = 30;
const idleMs = 5_000;
/** Of a Linux clock tick. */
const tickMs = 10;
/** Far enough from the edges that every program shows lines there; more than one, since wrapped lines end alike. */
const watched = (rows: readonly string[]): string => rows.slice(3, 12).join("\n");

/** Met between two frames only: within one the cursor is anywhere. */
const isWhole = () => true;

/** Types letter by letter; a sample is the time until the cursor has moved, in a whole frame. */
export async function typeAndTime(terminal: Pty, presses: number): Promise<readonly number[]> {
	await terminal.waitFor(isWhole);
	const start = terminal.cursor().x;
	const samples: number[] = [];
	const empty = async () => {
		terminal.type(keys.ctrlU);
		await terminal.waitFor(() => terminal.cursor().x === start, "an empty draft");
	};
	for (let press = 0; press < presses; press += 1) {
		if (press > 0 && press % draftLength === 0) await empty();
		await pause(pauseMs);
		await terminal.waitFor(isWhole);
		const { x } = terminal.cursor();
		const type = () => {
			terminal.type("x");
			return terminal.waitFor(() => terminal.cursor().x > x, "the letter");
		};
		samples.push(await timed(type));
	}
	await empty();
	return samples;
}

/** Goes up page by page; a sample is the time until other lines are shown. */
export async function scrollAndTime(terminal: Pty, pages: number): Promise<readonly number[]> {
	const samples: number[] = [];
	for (let page = 0; page < pages; page += 1) {
		await pause(pauseMs);
		await terminal.waitFor(isWhole);
		const before = watched(terminal.screen());
		const scroll = () => {
			terminal.type(keys.pageUp);
			return terminal.waitFor((rows) => watched(rows) !== before, "another page");
		};
		samples.push(await timed(scroll));
	}
	return samples;
}

/** Bytes the program writes while `work` goes on. */
export async function bytesOf(terminal: Pty, work: () => Promise<unknown>): Promise<number> {
	const before = terminal.raw().length;
	await work();
	return Buffer.byteLength(terminal.raw().slice(before));
}

// User and system time (proc_pid_stat(5), fields 14 and 15).
function cpuMs(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
		.replace(/^.*\) /, "")
		.split(" ");
	return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Processor time in per cent of one core while nothing happens. */
export async function idleCpu({ pid }: Pty): Promise<number> {
	await pause(1_000);
	const before = cpuMs(pid);
	await pause(idleMs);
	return ((cpuMs(pid) - before) / idleMs) * 100;
}
