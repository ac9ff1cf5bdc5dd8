// Decides what a press does in the warning of a changed key. It may interrupt somebody who is writing, so nothing that a person types into a message may
// choose anything: a number only marks, and what it marked is taken by the second Enter. Pure.
import { type Choice, pressChoices } from "../screen/choices.ts";
import type { Press } from "../terminal/key-press.ts";
import type { AlarmChoice } from "./choices.ts";

/**
 * Holds the state of the warning. `mark` tells how the chosen line was marked: by the arrows, by its number, or by its number and one Enter. `isTyping` says
 * that the last presses were text of a message.
 */
export interface AlarmState {
	readonly chosen: AlarmChoice | undefined;
	readonly mark: "arrows" | "number" | "confirmed";
	readonly isTyping: boolean;
	/** Is told below the keys, and is "" when nothing is. */
	readonly message: string;
}

/** The warning as it opens: nothing is chosen. */
export const freshAlarm: AlarmState = { chosen: undefined, mark: "arrows", isTyping: false, message: "" };

const notClosed = "This is not closed by Esc or Enter alone: mark a line with ↑ ↓ or its number, then press Enter.";
const numbered = "Marked. Press Enter twice to take it: a message that you were writing takes nothing.";
const onceMore = "Press Enter once more to take the marked line.";

function typed(state: AlarmState, choices: readonly Choice<AlarmChoice>[], text: string): AlarmState {
	const step = state.isTyping ? undefined : pressChoices(choices, state.chosen, { kind: "text", text });
	if (step?.chosen === undefined) return { ...freshAlarm, isTyping: true, message: notClosed };
	return { chosen: step.chosen, mark: "number", isTyping: false, message: numbered };
}

/** Takes one press. `taken` is the choice that the person has made by it. */
export function pressAlarm(
	state: AlarmState,
	choices: readonly Choice<AlarmChoice>[],
	press: Press,
): { readonly state: AlarmState; readonly taken?: AlarmChoice } {
	if (press.kind !== "key") return { state: typed(state, choices, press.kind === "text" ? press.text : "") };
	const step = pressChoices(choices, state.chosen, press);
	if (step?.taken !== undefined) {
		if (state.mark === "number") return { state: { ...state, mark: "confirmed", message: onceMore } };
		return { state, taken: step.taken };
	}
	const chosen = step?.chosen;
	return { state: { ...freshAlarm, chosen, message: chosen === undefined ? notClosed : "" } };
}
