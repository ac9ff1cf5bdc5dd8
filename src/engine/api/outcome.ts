// The two answers to a Command.
import type { ErrorCode, Outcome } from "./codes.ts";
export const done: Outcome = { kind: "done" };

/** `message`: what was wrong and what to do, for the person. */
export const refuse = (code: ErrorCode, message: string): Outcome => ({ kind: "refused", code, message });
