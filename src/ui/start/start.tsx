// Starts the full-screen view and ends it: draws until the person leaves or the program is told to stop, then gives the terminal back.
import { setTimeout as wait } from "node:timers/promises";
import { type Instance, render } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import type { Engine } from "../../engine/api/api.ts";
import { onStopSignals } from "../lines/stop-signals.ts";
import { type Environment, wishOf } from "../look/theme.ts";
import { useTheme } from "../look/use-theme.ts";
import { Terminal } from "../screen/terminal.tsx";
import type { Settings } from "../settings/settings.ts";
import { SettingsProvider } from "../settings/use-settings.tsx";
import { afterDelay } from "../terminal/after.ts";
import { guardTerminal } from "../terminal/guard.ts";
import { inkOptions, silentOutput } from "../terminal/ink-output.ts";
import { keepOthersWords } from "../terminal/others-words.ts";
import { terminalSink } from "../terminal/output.ts";
import { Tty } from "../terminal/tty.ts";
import type { TerminalEnvironment } from "../terminal/words.ts";
import { endMessage } from "../words/endings.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../words/exit-codes.ts";
import type { Intent } from "../words/intent.ts";
import { App } from "./app.tsx";
import { answered, Pauses } from "./pause.ts";

/**
 * Holds what the view needs. `env` is the process's own, for colours, a name to offer and what the terminal can do. `password` is that of the room in `intent`,
 * and is used once.
 */
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

/** What is said after leaving is on the terminal within this, or it takes nothing any more. */
const lastWordsTimeoutMs = 1_000;

const pausedWords = {
	host: "Real Talk is paused, and your room is paused for everyone. Type fg to go on.\n",
	guest: "Real Talk is paused, and so is your connection. Type fg to come back.\n",
	outside: "Real Talk is paused. Type fg to come back.\n",
} as const;

function pausedWordsFor(engine: Engine): string {
	const { phase } = engine.snapshot();
	return pausedWords[phase.kind === "inRoom" ? phase.role : "outside"];
}

/** Returns the user name as a name to offer; none that is odd, or that says nothing. */
export function suggestedNameOf({ USER, USERNAME }: Environment): string {
	const name = USER ?? USERNAME ?? "";
	return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(name) && !/^(?:root|admin|user|administrator)$/i.test(name)
		? name
		: "";
}

// The console of Linux is black, and it and dumb terminals would print the question and the newer modes.
const canAsk = ({ TERM }: Environment): boolean => TERM !== "linux" && TERM !== "dumb";

interface RootProps extends Omit<StartOptions, "password"> {
	readonly tty: Tty;
	readonly pauses: Pauses;
	readonly takePassword: () => string | undefined;
	/** Calls back when a signal asks to leave. */
	readonly onStop: (listener: () => void) => () => void;
	readonly onLeave: (lastWords?: string) => void;
}

function Themed(props: RootProps): ReactNode {
	const { onStop, onLeave, engine, intent, version, env, tty, pauses, takePassword } = props;
	const theme = useTheme(env, tty.input);
	const [isLeaving, setLeaving] = useState(false);
	useEffect(() => onStop(() => setLeaving(true)), [onStop]);
	const leave = (lastWords?: string) => {
		setLeaving(true);
		onLeave(lastWords);
	};
	return (
		<Terminal {...{ theme, env, tty }} onSuspend={pauses.suspend} onHandOver={pauses.handOver} onQuit={() => leave()}>
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

// Gives the password once.
function oneTime(password: string | undefined): () => string | undefined {
	let left = password;
	return () => {
		const taken = left;
		left = undefined;
		return taken;
	};
}

// Resolves with the last words when the person leaves, a stop signal comes, or the window is closed.
function waitForLeave(
	{ password, ...options }: StartOptions,
	tty: Tty,
	pauses: Pauses,
): { readonly left: Promise<string>; readonly instance: Instance; readonly dispose: () => void } {
	const { promise: left, resolve, reject } = Promise.withResolvers<string>();
	const listeners = new Set<() => void>();
	const stop = (signal?: NodeJS.Signals) => {
		if (pauses.isLent() && (signal === "SIGINT" || signal === "SIGQUIT")) return;
		const { phase } = options.engine.snapshot();
		for (const listener of listeners) listener();
		resolve(phase.kind === "ended" && phase.code !== "left" ? endMessage(phase) : "");
	};
	const onStop = (listener: () => void) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};
	const end = () => stop();
	const stopListening = onStopSignals(process, stop, true);
	process.stdin.on("end", end).on("error", end);
	const instance: Instance = render(
		<Root
			{...options}
			{...{ tty, pauses, onStop }}
			takePassword={oneTime(password)}
			onLeave={(words = "") => resolve(words)}
		/>,
		{ stdout: silentOutput(), ...inkOptions },
	);
	instance.waitUntilExit().then(() => resolve(""), reject);
	const dispose = () => {
		stopListening();
		process.stdin.off("end", end).off("error", end);
	};
	return { left, instance, dispose };
}

function openTty({ env }: StartOptions): Tty {
	const sink = terminalSink(process.stdout);
	const tty = new Tty({ source: process.stdin, sink, stream: process.stdout, after: afterDelay });
	for (const mode of ["colourScheme", "keyCodes"] as const) tty.modes.set(mode, canAsk(env));
	return tty;
}

// Tells everyone that we leave, and waits for what was asked of the terminal.
async function close(engine: Engine, tty: Tty): Promise<void> {
	const late = new AbortController();
	await Promise.race([engine.close(), wait(closeTimeoutMs, undefined, { signal: late.signal })]);
	late.abort();
	await answered(tty);
}

/**
 * Draws the full screen until the person leaves. It closes the engine (everyone is told), restores the terminal, and prints one plain line when a room ended
 * by other than the person's wish, which the exit code tells too. Rejects only when a bug ended the view.
 */
export async function startScreen(options: StartOptions): Promise<ExitCode> {
	const { engine, env } = options;
	let instance: Instance | undefined;
	const tty = openTty(options);
	const pauses = new Pauses({ tty, canAsk: canAsk(env), words: () => pausedWordsFor(engine) });
	const others = keepOthersWords([process.stdout, process.stderr]);
	const guard = guardTerminal(process, () => {
		instance?.unmount();
		tty.close();
		tty.output.write(others.release());
	});
	// Before the first frame: the line discipline would turn the Enter of a quick person into a line feed, which is another key.
	tty.take();
	if (canAsk(env)) tty.input.askBackground();
	pauses.listen();
	const running = waitForLeave(options, tty, pauses);
	instance = running.instance;
	let lastWords = "";
	let exitCode = exitOk;
	try {
		lastWords = await running.left;
		const { phase } = engine.snapshot();
		if (lastWords !== "" && phase.kind === "ended") exitCode = exitCodeOf(phase.code);
	} finally {
		await close(engine, tty);
		running.dispose();
		pauses.close();
		guard.release();
	}
	if (lastWords !== "") tty.output.write(`${lastWords}\n`);
	// A terminal that takes nothing keeps nobody.
	await tty.output.caughtUp(lastWordsTimeoutMs);
	tty.output.close();
	return exitCode;
}
