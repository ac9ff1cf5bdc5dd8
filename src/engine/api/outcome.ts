// The two answers to a Command.
import type { Outcome } from "./codes.ts";
import type { Refusal } from "./refusals.ts";

export const done: Outcome = { kind: "done" };

/** A Command that was refused. */
export type Refused = { readonly kind: "refused" } & Refusal;

/** Makes the answer that refuses a Command. */
export const refuse = (refusal: Refusal): Refused => ({ kind: "refused", ...refusal });
