// Starts the full-screen view and ends it: draws until the person leaves or the program is told to stop, then gives the terminal back.
import { setTimeout as wait } from "node:timers/promises";
import type { Instance } from "ink";
import type { Engine, Phase } from "../../engine/api/api.ts";
import { onStopSignals } from "../lines/stop-signals.ts";
import type { Environment } from "../look/theme.ts";
import type { Settings } from "../settings/settings.ts";
import { afterDelay } from "../terminal/after.ts";
import { guardTerminal } from "../terminal/guard.ts";
import { keepOthersWords } from "../terminal/others-words.ts";
import { terminalSink } from "../terminal/output.ts";
import { Tty } from "../terminal/tty.ts";
import type { TerminalEnvironment } from "../terminal/words.ts";
import { endMessage } from "../words/endings.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../words/exit-codes.ts";
import type { Intent } from "../words/intent.ts";
import { offerPassword } from "../words/password-words.ts";
import { drawFirstPicture, type FirstView } from "./first-picture.ts";
import { answered, Pauses } from "./pause.ts";

/**
 * Holds what the view needs. `env` is the process's own, for colours, a name to offer and what the terminal can do. `password` is that of the room in `intent`,
 * and is used once.
 */
interface StartOptions {
	/** The state at the beginning, for the first picture: what the engine will show first. */
	readonly first: FirstView;
	/** Opens the engine, when the first picture is there; or the exit code, when it has been said why that cannot be. */
	readonly open: () => Promise<Engine | ExitCode>;
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

function pausedWordsFor(phase: Phase): string {
	return pausedWords[phase.kind === "inRoom" ? phase.role : "outside"];
}

// The console of Linux is black, and it and dumb terminals would print the question and the newer modes.
const canAsk = ({ TERM }: Environment): boolean => TERM !== "linux" && TERM !== "dumb";

// Gives the password once.
function oneTime(password: string | undefined): () => string | undefined {
	let left = password;
	return () => {
		const taken = left;
		left = undefined;
		return taken;
	};
}

// `left` resolves with the last words when the person leaves, a stop signal comes, or the window is closed.
function waitForLeave(phaseOf: () => Phase, pauses: Pauses) {
	const { promise: left, resolve: leave, reject: crash } = Promise.withResolvers<string>();
	const listeners = new Set<() => void>();
	const stop = (signal?: NodeJS.Signals) => {
		if (pauses.isLent() && (signal === "SIGINT" || signal === "SIGQUIT")) return;
		const phase = phaseOf();
		for (const listener of listeners) listener();
		leave(phase.kind === "ended" && phase.code !== "left" ? endMessage(phase) : "");
	};
	const onStop = (listener: () => void) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};
	const end = () => stop();
	const stopListening = onStopSignals(process, stop, true);
	process.stdin.on("end", end).on("error", end);
	const dispose = () => {
		stopListening();
		process.stdin.off("end", end).off("error", end);
	};
	return { left, leave, crash, onStop, dispose };
}

function openTty({ env }: Pick<StartOptions, "env">): Tty {
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
export async function startScreen({ first, open, password, ...options }: StartOptions): Promise<ExitCode> {
	const { env } = options;
	let instance: Instance | undefined;
	let engine: Engine | undefined;
	const tty = openTty(options);
	const phaseOf = () => (engine?.snapshot() ?? first).phase;
	const pauses = new Pauses({ tty, canAsk: canAsk(env), words: () => pausedWordsFor(phaseOf()) });
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
	const { left, leave, crash, onStop, dispose } = waitForLeave(phaseOf, pauses);
	const offered = offerPassword();
	const takeOffered = oneTime(offered);
	if (password === undefined) drawFirstPicture(tty, { ...options, first, offered });
	let lastWords = "";
	let exitCode = exitOk;
	try {
		// What is typed from now on waits in the terminal until the screens listen.
		const [opened, { drawScreens }] = await Promise.all([open(), import("./root.tsx")]);
		if (typeof opened === "number") exitCode = opened;
		else {
			engine = opened;
			instance = drawScreens({
				...{ ...options, engine, tty, pauses, onStop },
				takePassword: oneTime(password),
				offer: () => takeOffered() ?? offerPassword(),
				onLeave: (words = "") => leave(words),
			});
			instance.waitUntilExit().then(() => leave(""), crash);
			lastWords = await left;
			const phase = phaseOf();
			if (lastWords !== "" && phase.kind === "ended") exitCode = exitCodeOf(phase.code);
		}
	} finally {
		if (engine) await close(engine, tty);
		dispose();
		pauses.close();
		guard.release();
	}
	if (lastWords !== "") tty.output.write(`${lastWords}\n`);
	// A terminal that takes nothing keeps nobody.
	await tty.output.caughtUp(lastWordsTimeoutMs);
	tty.output.close();
	return exitCode;
}
