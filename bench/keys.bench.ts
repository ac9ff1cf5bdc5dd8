// From a key to the frame that shows it, in a real terminal, with a long history and lines arriving: the built view over a fake engine, beside WeeChat in the same run.
import { setTimeout as pause } from "node:timers/promises";
import { openPty, type Pty } from "../test/support/terminal/pty.ts";
import { benchLine } from "./bench-lines.ts";
import { bundled } from "./bundled.ts";
import { type Figure, percentile, report, timed } from "./report.ts";
import { bytesOf, idleCpu, scrollAndTime, typeAndTime } from "./terminal-samples.ts";
import { isWeechatHere, openWeechat } from "./weechat.ts";

const presses = 150;
const pages = 60;
const short = 100;
const long = 100_000;
/** One frame of a 60 Hz screen: below it nobody sees a delay. */
const frameMs = 1000 / 60;
const arrivalMs = 20;
const small = { columns: 80, rows: 24 };
const large = { columns: 200, rows: 50 };
const sizes = [small, large] as const;
const nameOf = ({ columns, rows }: { readonly columns: number; readonly rows: number }) => `${columns}×${rows}`;

const program = await bundled(new URL("./screen-program.ts", import.meta.url));
const { PATH = "" } = process.env;

/** One figure of a program, by its name. */
type Samples = ReadonlyMap<string, number>;

/** A chat whose lines can be made to arrive. */
interface Measured {
	readonly terminal: Pty;
	/** Returns what makes them stop. */
	readonly arrive: () => () => void;
}

async function measure({ terminal, arrive }: Measured): Promise<Samples> {
	const found = new Map<string, number>();
	for (const size of sizes) {
		terminal.resize(size.columns, size.rows);
		await pause(500);
		const quiet: number[] = [];
		const bytes = await bytesOf(terminal, async () => quiet.push(...(await typeAndTime(terminal, presses))));
		const stop = arrive();
		const busy: number[] = [];
		const busyBytes = await bytesOf(terminal, async () => busy.push(...(await typeAndTime(terminal, presses))));
		const scrolled = await scrollAndTime(terminal, pages);
		stop();
		const at = nameOf(size);
		found.set(`${at} key p50`, percentile(quiet, 0.5)).set(`${at} key p95`, percentile(quiet, 0.95));
		found
			.set(`${at} key p50, 50 lines/s`, percentile(busy, 0.5))
			.set(`${at} key p95, 50 lines/s`, percentile(busy, 0.95));
		found.set(`${at} scroll p50, 50 lines/s`, percentile(scrolled, 0.5));
		found.set(`${at} scroll p95, 50 lines/s`, percentile(scrolled, 0.95));
		found.set(`${at} bytes a key`, bytes / presses).set(`${at} bytes a key, 50 lines/s`, busyBytes / presses);
		// To the newest line, for the next size.
		terminal.type("\u001B[6~".repeat(pages * 2));
		await pause(1_000);
	}
	found.set("idle processor", await idleCpu(terminal));
	return found;
}

const openOurs = (lines: number): Pty =>
	openPty({ command: process.execPath, args: [program, String(lines)], ...large, env: { PATH } });

async function ours(): Promise<Samples> {
	const terminal = openOurs(long);
	await terminal.waitFor(`line ${long - 1} `);
	const toggle = () => process.kill(terminal.pid, "SIGUSR2");
	const arrive = () => {
		toggle();
		return toggle;
	};
	const found = await measure({ terminal, arrive });
	terminal.close();
	return found;
}

async function weechats(): Promise<Samples> {
	const lines = Array.from({ length: long }, (_, number) => benchLine(number));
	const { terminal, say, close } = await openWeechat(lines, large);
	const arrive = () => {
		let number = long;
		const timer = setInterval(() => say(benchLine(number++)), arrivalMs);
		return () => clearInterval(timer);
	};
	const found = await measure({ terminal, arrive });
	close();
	return found;
}

/** With few lines, for what the length of the history costs. */
async function withFew(): Promise<number> {
	const terminal = openOurs(short);
	await terminal.waitFor(`line ${short - 1} `);
	const samples = await typeAndTime(terminal, presses);
	terminal.close();
	return percentile(samples, 0.5);
}

/** The way through the terminal and back, with a program that only echoes. */
async function echo(): Promise<number> {
	const source = `process.stdin.setRawMode(true);process.stdout.write("   ");
process.stdin.on("data",(key)=>process.stdout.write(key[0]===21?"\\r   \\x1b[K":key));`;
	const terminal = openPty({ command: process.execPath, args: ["-e", source], ...large, env: { PATH } });
	await terminal.waitFor(() => terminal.cursor().x === 3, "the echo program");
	const samples = await typeAndTime(terminal, presses);
	terminal.close();
	return percentile(samples, 0.5);
}

async function firstFrame(open: () => Pty, words: string): Promise<number> {
	const samples: number[] = [];
	for (let round = 0; round < 5; round += 1) {
		let terminal: Pty | undefined;
		const show = () => {
			terminal = open();
			return terminal.waitFor(words);
		};
		samples.push(await timed(show));
		terminal?.close();
	}
	return percentile(samples, 0.5);
}

const unitOf = (name: string): Figure["unit"] =>
	name.includes("bytes") ? "B" : name.includes("processor") ? "%" : "ms";

/** What must hold without a peer. */
const limitOf = (name: string): { readonly peer: string; readonly peerValue: number } => {
	if (name.includes("bytes")) return { peer: "a screen of 80×24", peerValue: 80 * 24 };
	return name.includes("processor")
		? { peer: "of one core", peerValue: 100 }
		: { peer: "a frame at 60 Hz", peerValue: frameMs };
};

const mine = await ours();
const rows = [...mine].map(([name, value]): Figure => ({ name, value, unit: unitOf(name), ...limitOf(name) }));
report(`From a key to its frame, ${long} lines`, [
	...rows,
	{ name: "echo alone p50", value: await echo(), unit: "ms", ...limitOf("") },
	{
		name: `${nameOf(large)} key p50`,
		value: mine.get(`${nameOf(large)} key p50`) ?? Number.NaN,
		unit: "ms",
		peer: `${short} lines`,
		peerValue: await withFew(),
	},
]);

if (isWeechatHere()) {
	const theirs = await weechats();
	const beside = [...mine].map(([name, value]): Figure => {
		return { name, value, unit: unitOf(name), peer: "WeeChat", peerValue: theirs.get(name) ?? Number.NaN };
	});
	const weechat = () => openPty({ command: "weechat", args: ["--temp-dir"], ...large, env: { PATH, LANG: "C.UTF-8" } });
	const start: Figure = {
		name: "first frame",
		value: await firstFrame(() => openOurs(short), `line ${short - 1} `),
		unit: "ms",
		peer: "WeeChat",
		peerValue: await firstFrame(weechat, "1.weechat"),
	};
	report(`Beside WeeChat, ${long} lines`, [...beside, start]);
} else console.log("\nWeeChat is not installed (Debian: weechat-curses), so there are no figures beside it.");
