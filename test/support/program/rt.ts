// The real program, `./rt`, for end-to-end tests, which scripts/test.sh has built: with a home of its own, in a terminal, over pipes, or by JSON-RPC.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { temporaryHome } from "../temporary-home.ts";
import { openPty, type Pty } from "../terminal/pty.ts";

/** The project's folder. */
export const root = resolve(import.meta.dirname, "../../..");
export const rtPath = join(root, "rt");

/** How long a program without a terminal may run; a run that hangs is killed and the test fails by its exit. */
const runLimitMs = 120_000;

/** A person's environment without anything of the test runner's: NODE_OPTIONS, CI and the like would change what is tested. */
export function cleanEnvironment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
	const { PATH = "/usr/bin:/bin" } = process.env;
	// Tests send nothing to the network of the machine they run on, so no router and no neighbour is asked.
	const quiet = { RT_NO_PORTMAP: "1", RT_NO_LAN: "1", RT_NO_BACKGROUND: "1" };
	return { PATH, HOME: home, LANG: "C.UTF-8", TZ: "UTC", USER: "tester", ...quiet, ...sameClock(), ...more };
}

const cheapStretching = new URL("../cheap-stretching.ts", import.meta.url);

/** The same environment with Argon2id at its lowest cost, which is a third of what two programs need to meet in a room. All who meet must have the same cost. */
export function cheapEnvironment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
	return cleanEnvironment(home, { NODE_OPTIONS: `--import ${cheapStretching}`, ...more });
}

/** Gives a program that is started by `openRt`, `runRt` or `startRpc` the whole cost of Argon2id: it meets a page, or shows what a person has. */
export const wholeStretching = { NODE_OPTIONS: "" } as const;

/** What `faketime` sets (scripts/test-anywhere.sh): the program must have the same date as its test and as gpg. */
function sameClock(): Record<string, string> {
	const all = Object.entries(process.env);
	return Object.fromEntries(
		all.filter((one): one is [string, string] => /^(?:LD_PRELOAD|FAKETIME.*)$/.test(one[0]) && one[1] !== undefined),
	);
}

export interface RtOptions {
	/** Where `--home` and HOME point; a fresh one if absent. */
	readonly home?: string;
	readonly env?: Readonly<Record<string, string>>;
}

interface TerminalOptions extends RtOptions {
	readonly columns?: number;
	readonly rows?: number;
	/** What the terminal says of its background. */
	readonly background?: string;
	/** Run by `sh -c` in place of `./rt ARGS`; "$RT" in it stands for `./rt ARGS`. */
	readonly script?: string;
}

export type RtTerminal = Pty & { readonly home: string };

/** `./rt ARGS` in a terminal; ended when the test is over. */
export function openRt(t: TestContext, args: readonly string[], options: TerminalOptions = {}): RtTerminal {
	const { home = temporaryHome(t), columns = 80, rows = 24, env, background, script } = options;
	const words = [rtPath, ...args, "--home", home];
	const [command, ...rest] =
		script === undefined ? words : ["sh", "-c", script.replaceAll("$RT", words.map(quoted).join(" "))];
	if (command === undefined) throw new Error("no command");
	const opened = openPty({
		command,
		args: rest,
		columns,
		rows,
		env: cheapEnvironment(home, env),
		cwd: root,
		...(background === undefined ? {} : { background }),
	});
	t.after(() => opened.close());
	return { ...opened, home };
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export interface RunResult {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly output: string;
	readonly errors: string;
}

interface RunOptions extends RtOptions {
	readonly input?: string;
	/** The pipe stays open behind the input: the program must end by itself. */
	readonly isInputKept?: boolean;
}

/** `./rt ARGS` over pipes, to its end. */
export function runRt(t: TestContext, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
	const { home = temporaryHome(t), env, input = "", isInputKept = false } = options;
	return new Promise((done, reject) => {
		const child = spawn(rtPath, args, {
			cwd: root,
			env: cheapEnvironment(home, { RT_HOME: home, ...env }),
			timeout: runLimitMs,
			killSignal: "SIGKILL",
		});
		t.after(() => void child.kill("SIGKILL"));
		const output: Buffer[] = [];
		const errors: Buffer[] = [];
		child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
		child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
		// It may end before it has read everything; its exit code says what happened.
		child.stdin.on("error", () => {});
		child.stdin.write(input);
		if (!isInputKept) child.stdin.end();
		child.on("error", reject);
		child.on("close", (code, signal) =>
			done({ code, signal, output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() }),
		);
	});
}
