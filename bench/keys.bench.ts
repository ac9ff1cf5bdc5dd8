// From a key to the frame that shows it, in a real terminal, with a short and a very long history: the built view over a fake engine.
import { setTimeout as pause } from "node:timers/promises";
import { keys, openPty, type Pty } from "../test/support/pty.ts";
import { bundled } from "./bundled.ts";
import { percentile, report, timed } from "./report.ts";

const presses = 200;
/** Between two keys, as of a fast typist: keys that come within one frame of each other share the next. */
const pauseMs = 25;
/** So many letters, then the draft is emptied. */
const draftLength = 40;
const short = 100;
const long = 100_000;
/** One frame of a 60 Hz screen: below it nobody sees a delay. */
const frameMs = 1000 / 60;

/** Types letter by letter; a sample is the time until the cursor has moved, in a whole frame. */
async function typeAndTime(terminal: Pty): Promise<readonly number[]> {
	const samples: number[] = [];
	for (let press = 0; press < presses; press += 1) {
		if (press > 0 && press % draftLength === 0) {
			const isEmpty = () => terminal.cursor().x === start;
			terminal.type(keys.ctrlU);
			await terminal.waitFor(isEmpty, "an empty draft");
		}
		await pause(pauseMs);
		const { x } = terminal.cursor();
		samples.push(
			await timed(() => {
				terminal.type("x");
				return terminal.waitFor(() => terminal.cursor().x > x, "the letter");
			}),
		);
	}
	return samples;
}

/** Column of the cursor in an empty draft. */
const start = 3;

const program = await bundled(new URL("./screen-program.ts", import.meta.url));
const { PATH = "" } = process.env;

async function samplesWith(lines: number): Promise<readonly number[]> {
	const args = [program, String(lines)];
	const terminal = openPty({ command: process.execPath, args, columns: 100, rows: 30, env: { PATH } });
	await terminal.waitFor(`line ${lines - 1} `);
	const samples = await typeAndTime(terminal);
	terminal.close();
	return samples;
}

/** The way through the terminal and back, with a program that only echoes. */
async function echoSamples(): Promise<readonly number[]> {
	const echo = `process.stdin.setRawMode(true);process.stdout.write("   ");
process.stdin.on("data",(key)=>process.stdout.write(key[0]===21?"\\r   \\x1b[K":key));`;
	const terminal = openPty({ command: process.execPath, args: ["-e", echo], columns: 100, rows: 30, env: { PATH } });
	await terminal.waitFor(() => terminal.cursor().x === start, "the echo program");
	const samples = await typeAndTime(terminal);
	terminal.close();
	return samples;
}

const echo = await echoSamples();
const few = await samplesWith(short);
const many = await samplesWith(long);
const limit = { unit: "ms", peer: "a frame at 60 Hz", peerValue: frameMs } as const;
report("From a key to its frame, 100×30", [
	{ name: "echo alone p50", value: percentile(echo, 0.5), ...limit },
	{ name: `${short} lines p50`, value: percentile(few, 0.5), ...limit },
	{ name: `${short} lines p95`, value: percentile(few, 0.95), ...limit },
	{ name: `${long} lines p50`, value: percentile(many, 0.5), ...limit },
	{ name: `${long} lines p95`, value: percentile(many, 0.95), ...limit },
	{
		name: `${long} lines p50`,
		value: percentile(many, 0.5),
		unit: "ms",
		peer: `${short} lines p50`,
		peerValue: percentile(few, 0.5),
	},
]);
