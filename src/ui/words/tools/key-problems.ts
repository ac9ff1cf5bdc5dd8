// Why `rt key` did not do something, in sentences. Pure.

import type { KeyProblem } from "../../../engine/api/key.ts";
import { commandName } from "../../text/command-name.ts";
import { keyTroubleWords } from "../key-trouble.ts";
import { vaultTroubleWords } from "../opening-words.ts";
import { refusalWords } from "../refusals.ts";

/** Returns why `rt key` did not do something, and what to do. */
export function keyProblemWords(problem: KeyProblem): string {
	switch (problem.why) {
		case "noKey":
			return `There is no key yet. Start Real Talk once, or import one with “${commandName} key import FILE”.`;
		case "keptByGpg":
			return "Your private key is kept by gpg: “gpg --export-secret-keys” exports it.";
		case "locked":
			return "The key is locked.";
		case "notLocked":
			return "The key could not be locked.";
		case "notUnlocked":
			return "The key could not be unlocked.";
		case "notKept":
			return "The key could not be kept: Real Talk's folder cannot be written to.";
		case "notAFingerprint":
			return "That is no fingerprint: 40 or 64 hexadecimal digits, as “gpg -K --with-fingerprint” shows them.";
		case "key":
			return keyTroubleWords(problem.trouble);
		case "keyFile":
			return vaultTroubleWords(problem.trouble);
		case "refused":
			return refusalWords(problem.refusal);
	}
}
