// Which of the views is meant: the full screen, lines, or JSON-RPC. Part of the command line (arguments.ts); pure.
import { type Invalid, invalid } from "./invalid.ts";

/** `screen` is the full-screen interface. */
export type View = "screen" | "plain" | "rpc";

/**
 * The view that was chosen. `isAsked` says that the full screen was asked for in so many words. `isForReader` says that lines were chosen because a screen reader is said to be
 * at work.
 */
export interface ChosenView {
	readonly kind: "view";
	readonly view: View;
	readonly isAsked?: true;
	readonly isForReader?: true;
}

/** Holds what is known of the terminal. */
interface Surroundings {
	readonly stdoutIsTty: boolean;
	readonly stdinIsTty: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** Chooses by the options given, then by the terminal: lines where there is none, where the cursor cannot move, and for screen readers. */
export function chooseView(
	options: { has(name: "rpc" | "plain" | "full-screen"): boolean },
	{ stdinIsTty, stdoutIsTty, env }: Surroundings,
): ChosenView | Invalid {
	const asked = (["rpc", "plain", "full-screen"] as const).filter((name) => options.has(name));
	const [only, other] = asked;
	if (other !== undefined) return invalid(`--${only} and --${other} exclude each other.`);
	const { TERM, INK_SCREEN_READER } = env;
	const canDraw = stdinIsTty && stdoutIsTty && TERM !== "dumb";
	if (only === "full-screen") {
		return canDraw
			? { kind: "view", view: "screen", isAsked: true }
			: invalid("--full-screen needs a terminal that can move its cursor. Without it rt uses lines.");
	}
	if (only !== undefined) return { kind: "view", view: only };
	if (!canDraw) return { kind: "view", view: "plain" };
	return INK_SCREEN_READER === "true"
		? { kind: "view", view: "plain", isForReader: true }
		: { kind: "view", view: "screen" };
}

/** Returns the first line for whoever listens: which view this is, why, and how to have the other one. */
export const readerWords = (why: string): string =>
	`Line mode: each event is one line, read in order. It was chosen because ${why}. For the full screen, start with --full-screen.`;
