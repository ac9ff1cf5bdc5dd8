// Debian's snowflake-proxy as a process of its own: it passes on the traffic of people whose network blocks Tor. What it tells of itself is read, no more.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "./find-program.ts";

/** Says how much is helped, and by whom it is asked to. */
export interface SnowflakeWish {
	/** The number of people who are helped at a time, at least 1. */
	readonly capacity: number;
	/** The address of who brings people and helpers together, "https://…"; absent: the program's own. */
	readonly broker?: string;
	/** "HOST:PORT" of a STUN server; absent: the program's own. */
	readonly stun?: string;
}

/** Says what was passed on since the last time. The program counts a connection when it is over. */
export interface SnowflakeCarried {
	readonly connections: number;
	/** Counts the bytes, to the kilobyte. */
	readonly bytesDown: number;
	readonly bytesUp: number;
}

/** A helper that runs. */
export interface SnowflakeProcess {
	/** Resolves when it runs no more, with the last thing it said, as it came. */
	readonly ended: Promise<string>;
	close(): Promise<void>;
}

const PROGRAM = "snowflake-proxy";
/** It writes this often, and to a program that is gone no write succeeds: so it ends as soon after us, however we end. */
const SUMMARY_EVERY = "10s";
/** The helper has this long to end; even on a slow computer it ends at once. */
const END_TIMEOUT_MS = 5_000;
/** A longer line is cut: none that is read is half as long. */
const MAX_LINE_CHARACTERS = 4_096;
/** No summary is believed beyond this: 15 digits are exact in a number, also in bytes. */
const MAX_DIGITS = 9;
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** Returns whether the program is on this computer. */
export const hasSnowflake = (): boolean => findProgram(PROGRAM) !== undefined;

/** Reads one line of the program's log; `undefined` for every line that is no summary. Versions differ in the words around the numbers, and in the order of the arrows. */
export function carriedIn(line: string): SnowflakeCarried | undefined {
	const digits = `\\d{1,${MAX_DIGITS}}`;
	const found = new RegExp(`, there (?:are|were) (${digits}) [a-z ]*connections\\. Traffic Relayed (.*)$`).exec(line);
	const [, connections, traffic = ""] = found ?? [];
	const bytes = (arrow: string): number | undefined => {
		const [, amount, unit = ""] = new RegExp(`${arrow} (${digits}) ([A-Z]{1,2})\\b`).exec(traffic) ?? [];
		const factor = UNITS[unit];
		return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
	};
	const [down, up] = [bytes("↓"), bytes("↑")];
	if (connections === undefined || down === undefined || up === undefined) return undefined;
	return { connections: Number(connections), bytesDown: down, bytesUp: up };
}

/** Starts the program; `undefined` when it is not on this computer. Never throws. */
export function startSnowflake(
	wish: SnowflakeWish,
	onCarried: (carried: SnowflakeCarried) => void,
): SnowflakeProcess | undefined {
	const program = findProgram(PROGRAM);
	if (program === undefined) return undefined;
	const { capacity, broker, stun } = wish;
	const args = ["-capacity", String(capacity), "-summary-interval", SUMMARY_EVERY];
	if (broker !== undefined) args.push("-broker", broker);
	if (stun !== undefined) args.push("-stun", `stun:${stun}`);
	// Nothing of the person's environment concerns it.
	const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: {} });
	let [last, failure] = ["", ""];
	for (const output of [child.stdout, child.stderr]) {
		readLines(output, (line) => {
			const carried = carriedIn(line);
			if (carried) onCarried(carried);
			else last = line;
		});
	}
	const ended = new Promise<string>((resolve) => {
		child.once("close", () => resolve(failure || last));
		// Such as a file that is no program for this computer.
		child.once("error", (error) => {
			failure = error.message;
			resolve(failure);
		});
	});
	return {
		ended,
		async close() {
			child.kill("SIGTERM");
			const isLate = sleep(END_TIMEOUT_MS, "late", { ref: false });
			if ((await Promise.race([ended, isLate])) === "late") child.kill("SIGKILL");
			await ended;
		},
	};
}

function readLines(output: NodeJS.ReadableStream, hear: (line: string) => void): void {
	let rest = "";
	output.setEncoding("utf8");
	output.on("data", (text: string) => {
		const lines = (rest + text).split("\n");
		rest = (lines.pop() ?? "").slice(0, MAX_LINE_CHARACTERS);
		for (const line of lines) hear(line.slice(0, MAX_LINE_CHARACTERS));
	});
}
