// How well somebody is known, in words for lines. Pure.
import type { Trust } from "../../../engine/api/people.ts";

/** Says it; the alarm is in capitals, for where nothing has a colour. */
export const trustWords: Readonly<Record<Trust, string>> = {
	new: "first time here",
	known: "known",
	verified: "verified",
	changed: "WARNING: a known name with another key than before",
};
