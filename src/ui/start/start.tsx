// Starts the full-screen view and ends it: draws until the person leaves or the program is told to stop, then gives the terminal back.
import { setTimeout as wait } from "node:timers/promises";
import { type Instance, render, useApp } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import type { Engine } from "../../engine/api/api.ts";
import { type Environment, wishOf } from "../look/theme.ts";
import { useTheme } from "../look/use-theme.ts";
import { Terminal } from "../screen/screen.tsx";
import { steadyCursor, useSteadyCursor, usualCursor } from "../screen/use-steady-cursor.ts";
import type { Settings } from "../settings/settings.ts";
import { SettingsProvider, useSettings } from "../settings/use-settings.tsx";
import { guardTerminal, realTerminal } from "../terminal/guard.ts";
import { frameless } from "../terminal/ink-output.ts";
import { TerminalInput } from "../terminal/input.ts";
import type { TerminalEnvironment } from "../terminal/words.ts";
import { endMessage } from "../words/endings.ts";
import { EXIT_OK, type ExitCode, exitCodeOf } from "../words/exit-codes.ts";
import type { Intent } from "../words/intent.ts";
import { App } from "./app.tsx";

/** `env`: the process's own, for colours, a name to offer and what the terminal can do. `password`: of the room in `intent`; used once. */
interface StartOptions {
	readonly engine: Engine;
	readonly intent: Intent;
	readonly version: string;
	readonly env: Environment & TerminalEnvironment;
	readonly password?: string;
	readonly settings: Settings;
}

/** Telling everyone that the room closes may hang on a dead network; a person who leaves does not wait longer. */
const closeTimeoutMs = 5_000;

/** A terminal answers within this or, on a slow line, into the program that comes next; nobody waits longer for that. */
const answerTimeoutMs = 200;

/** Long enough for the stop signal to arrive; after `fg` the rest of it passes. */
const stopDelayMs = 50;

const pausedWords = {
	host: "Real Talk is paused, and your room is paused for everyone. Type fg to go on.\n",
	guest: "Real Talk is paused, and so is your connection. Type fg to come back.\n",
	outside: "Real Talk is paused. Type fg to come back.\n",
} as const;

function pausedWordsFor(engine: Engine): string {
	const { phase } = engine.snapshot();
	return pausedWords[phase.kind === "inRoom" ? phase.role : "outside"];
}

/** The user name as a name to offer; none that is odd, or that says nothing. */
export function suggestedNameOf({ USER, USERNAME }: Environment): string {
	const name = USER ?? USERNAME ?? "";
	return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(name) && !/^(?:root|admin|user|administrator)$/i.test(name)
		? name
		: "";
}

// The console of Linux is black, and it and dumb terminals would print the question.
const canAsk = ({ TERM }: Environment): boolean => TERM !== "linux" && TERM !== "dumb";

// What was asked is answered before the terminal is somebody else's, or it would be typed there.
async function answered(input: TerminalInput): Promise<void> {
	const late = new AbortController();
	await Promise.race([input.stopAsking(), wait(answerTimeoutMs, undefined, { signal: late.signal })]);
	late.abort();
}

type Suspend = ReturnType<typeof useApp>["suspendTerminal"];

// Ctrl-Z: the whole process group stops, as when the terminal itself had sent the signal. Where nothing can stop it (no job control), it goes on at once.
async function pause(suspend: Suspend, isSteady: boolean, { engine, env, input }: RootProps): Promise<void> {
	if (process.platform === "win32") return;
	await answered(input);
	if (isSteady) process.stdout.write(usualCursor);
	await suspend(async () => {
		process.stdout.write(pausedWordsFor(engine));
		process.kill(0, "SIGTSTP");
		await wait(stopDelayMs);
	});
	if (isSteady) process.stdout.write(steadyCursor);
	// Another terminal may show us now (tmux, screen), or the same one in other colours.
	if (canAsk(env)) input.askBackground();
}

// Another program has the terminal: Ctrl-C and Ctrl-\ in it are its own, also where it leaves them to the terminal, which tells us too.
async function handOver(
	suspend: Suspend,
	isSteady: boolean,
	{ input, env, onAway }: RootProps,
	work: () => Promise<void>,
): Promise<void> {
	await answered(input);
	if (isSteady) process.stdout.write(usualCursor);
	await suspend(async () => {
		const back = onAway();
		try {
			await work();
		} finally {
			back();
		}
	});
	if (isSteady) process.stdout.write(steadyCursor);
	if (canAsk(env)) input.askBackground();
}

interface RootProps extends Omit<StartOptions, "password"> {
	readonly takePassword: () => string | undefined;
	readonly input: TerminalInput;
	/** Calls back when a signal asks to leave. */
	readonly onStop: (listener: () => void) => () => void;
	/** The screen and the signals from the keyboard are another program's until what it returns is called. */
	readonly onAway: () => () => void;
	readonly onLeave: (lastWords?: string) => void;
}

function Themed(props: RootProps): ReactNode {
	const { onStop, onLeave, engine, intent, version, env, input, takePassword } = props;
	const { suspendTerminal } = useApp();
	const theme = useTheme(env, input);
	const { motion } = useSettings().settings;
	useSteadyCursor();
	const [isLeaving, setLeaving] = useState(false);
	useEffect(() => onStop(() => setLeaving(true)), [onStop]);
	const leave = (lastWords?: string) => {
		setLeaving(true);
		onLeave(lastWords);
	};
	return (
		<Terminal
			{...{ theme, env }}
			platform={process.platform}
			onSuspend={() => pause(suspendTerminal, !motion, props)}
			onHandOver={(work) => handOver(suspendTerminal, !motion, props, work)}
			onQuit={() => leave()}
		>
			<App
				{...{ engine, intent, version, isLeaving, takePassword }}
				suggestedName={suggestedNameOf(env)}
				onLeave={leave}
			/>
		</Terminal>
	);
}

function Root(props: RootProps): ReactNode {
	const { settings, env } = props;
	return (
		<SettingsProvider initial={{ ...settings, theme: wishOf(env) ?? settings.theme }}>
			<Themed {...props} />
		</SettingsProvider>
	);
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

// Gives the password once.
function oneTime(password: string | undefined): () => string | undefined {
	let left = password;
	return () => {
		const taken = left;
		left = undefined;
		return taken;
	};
}

const inkOptions = {
	// A forced full screen is painted as for everybody; line mode is what reads well (main.ts).
	isScreenReaderEnabled: false,
	alternateScreen: true,
	incrementalRendering: true,
	maxFps: 120,
	interactive: true,
	exitOnCtrlC: false,
	patchConsole: false,
} as const;

// Resolves with the last words when the person leaves, a stop signal comes, or the window is closed.
function waitForLeave(
	{ password, ...options }: StartOptions,
	input: TerminalInput,
): { readonly left: Promise<string>; readonly instance: Instance; readonly dispose: () => void } {
	const { promise: left, resolve, reject } = Promise.withResolvers<string>();
	const listeners = new Set<() => void>();
	let isAway = false;
	const stop = (signal?: NodeJS.Signals) => {
		if (isAway && (signal === "SIGINT" || signal === "SIGQUIT")) return;
		const { phase } = options.engine.snapshot();
		for (const listener of listeners) listener();
		resolve(phase.kind === "ended" && phase.code !== "left" ? endMessage(phase.code) : "");
	};
	const onStop = (listener: () => void) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};
	const end = () => stop();
	const onAway = () => {
		isAway = true;
		return () => {
			isAway = false;
		};
	};
	for (const name of stopSignals) process.on(name, stop);
	process.stdin.on("end", end).on("error", end);
	process.stdout.on("error", () => {});
	const instance: Instance = render(
		<Root
			{...options}
			input={input}
			takePassword={oneTime(password)}
			{...{ onStop, onAway }}
			onLeave={(words = "") => resolve(words)}
		/>,
		{
			stdout: frameless(process.stdout, () => !isAway),
			// It has what Ink uses of a terminal's input: isTTY, setRawMode, ref and unref.
			stdin: input as unknown as NodeJS.ReadStream,
			...inkOptions,
		},
	);
	instance.waitUntilExit().then(() => resolve(""), reject);
	const dispose = () => {
		for (const name of stopSignals) process.off(name, stop);
		process.stdin.off("end", end).off("error", end);
	};
	return { left, instance, dispose };
}

/**
 * Draws the full screen until the person leaves. Closes the engine (everyone is told), restores the terminal, and prints one plain line when a
 * room ended by other than the person's wish, which the exit code tells too. Rejects only when a bug ended the view.
 */
export async function startScreen(options: StartOptions): Promise<ExitCode> {
	let instance: Instance | undefined;
	const guard = guardTerminal(process, realTerminal(process.stdout, process.stdin), () => instance?.unmount());
	// Before the first frame: the line discipline would turn the Enter of a quick person into a line feed, which is another key.
	if (process.stdin.isTTY) process.stdin.setRawMode(true);
	const input = new TerminalInput(process.stdin, (sequence) => void process.stdout.write(sequence));
	if (canAsk(options.env)) input.askBackground();
	const running = waitForLeave(options, input);
	instance = running.instance;
	let lastWords = "";
	let exitCode = EXIT_OK;
	try {
		lastWords = await running.left;
		const { phase } = options.engine.snapshot();
		if (lastWords !== "" && phase.kind === "ended") exitCode = exitCodeOf(phase.code);
	} finally {
		const late = new AbortController();
		await Promise.race([options.engine.close(), wait(closeTimeoutMs, undefined, { signal: late.signal })]);
		late.abort();
		await answered(input);
		running.dispose();
		guard.release();
		input.close();
	}
	if (lastWords !== "") process.stdout.write(`${lastWords}\n`);
	return exitCode;
}
