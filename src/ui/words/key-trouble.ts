// Why the own key cannot be used, in sentences. Pure.

import type { KeyTrouble } from "../../engine/api/refusals.ts";
import { commandName } from "../text/command-name.ts";

type GpgFailure = Extract<KeyTrouble, { why: "gpg" }>["failure"];

const gpgWords: Readonly<Record<GpgFailure, string>> = {
	gpgMissing: "GnuPG is not installed or cannot be started. Install it, or use a key kept by Real Talk.",
	noSecretKey: "GnuPG has no secret key for this identity. Connect the card or token it is on, or choose another key.",
	cancelled: "The question for the passphrase was cancelled. Try again.",
	wrongPassphrase: "The passphrase was not right. Try again.",
	passphraseNeeded:
		"GnuPG needs the passphrase but could not ask for it here. Unlock the key first (for example: gpg --clear-sign), then try again.",
	timedOut: "GnuPG did not answer in time. Try again.",
	tooLarge: "GnuPG gave more data than expected.",
	other: "GnuPG could not use the key.",
};

function fileWords({ problem, detail }: Extract<KeyTrouble, { why: "file" }>): string {
	switch (problem) {
		case "noKey":
			return "There is no OpenPGP private key in it.";
		case "otr":
			return `That is a file of an OTR program (Pidgin, irssi, WeeChat …). Its DSA keys can't be used here: they only sign, and are too short by today's measure; here a key must be OpenPGP, and decrypt too. Start rt once and it makes one; your buddies see a new fingerprint (${commandName} buddies --fingerprint), which you compare once.`;
		case "severalKeys":
			return "There are several OpenPGP private keys in it. Export the one you want: gpg --export-secret-keys FINGERPRINT.";
		case "unusable":
			return `This key cannot be used: ${detail}.`;
		case "halvesDiffer":
			return "The secret key does not fit the public one.";
		case "cannotUnlock":
			return `This key cannot be unlocked here: ${detail}.`;
	}
}

/** Returns what is wrong with the key, and what to do where something can be done. */
export function keyTroubleWords(trouble: KeyTrouble): string {
	switch (trouble.why) {
		case "gpg":
			return trouble.failure === "other" && trouble.detail !== ""
				? `GnuPG could not use the key: ${trouble.detail}`
				: gpgWords[trouble.failure];
		case "file":
			return fileWords(trouble);
		case "fingerprintDamaged":
			return "The fingerprint of your key is damaged.";
		case "notTogether":
			return "Your key cannot be read: the key file and the database do not belong together.";
		case "lockedByItself":
			return "Your key is locked by itself.";
	}
}
