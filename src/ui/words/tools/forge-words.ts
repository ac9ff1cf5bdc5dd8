// What `rt forge` says: each check in words, and what it means that all of them are passed. Pure.

import type {
	CheckedForgery,
	ForgeCheck,
	ForgeCheckName,
	ForgedLine,
	ForgeTrouble,
} from "../../../engine/api/forge/forge.ts";
import { commandName } from "../../text/command-name.ts";

/** Says what nobody has said, where nothing else is given. */
export const sampleLines: readonly ForgedLine[] = [
	{ from: "me", text: "Did you take the last biscuit?" },
	{ from: "them", text: "I did, and I would do it again." },
];

/** Says why nothing was made or checked, and what to do. */
export const forgeTroubleWords: Readonly<Record<ForgeTrouble, string>> = {
	noCertificate: `That file has no public OpenPGP key that can be used. The other person gets theirs by ${commandName} key export.`,
	ownKey: "That is your own key: a conversation is with somebody else.",
	locked: `Your key is locked. For this, try it with a profile of its own: ${commandName} --profile forge, once, then ${commandName} forge --profile forge …`,
	noIdentity: "There is no key yet. Start Real Talk once: it makes one.",
	damaged: `That file is no conversation of ${commandName} forge.`,
	failed:
		"The conversation could not be made: nothing could be encrypted to one of the keys, or the encryption worker failed.",
};

const checkWords: Readonly<Record<ForgeCheckName, string>> = {
	certificates: "both OpenPGP keys are good",
	hostProof: "the host knows the seat that the guest has shown in this channel",
	secretToMe: "the host's secret was encrypted to the guest's OpenPGP key, for this channel and these two",
	keys: "both secrets and both messages give the keys of this connection",
	guestTag: "the guest has proven its key",
	hostTag: "the host has proven its key",
	admission: "the admission was sealed to the guest, and is the host's",
	hostLeafTag: "the host says which leaf is its own",
	guestLeafTag: "the guest says which leaf is its own",
	ticket: "the group is the host's, and takes the guest in",
	lines: "what the host has said is decrypted, and the host's leaf has signed it",
};

const signs: Readonly<Record<ForgeCheck["result"], string>> = { accepted: "✔", refused: "✖", notHere: "–" };

/** Lists the checks, what the other one has “said”, and what that is worth. */
export function checkLines({ me, them, themFingerprint, checks, said }: CheckedForgery): readonly string[] {
	const isRefused = checks.some(({ result }) => result === "refused");
	const isPartly = checks.some(({ result }) => result === "notHere");
	return [
		`A conversation off the record, shown by "${me}": "${them}" (${themFingerprint}) hosts, "${me}" is the guest.`,
		...checks.map(({ name, result }) => `  ${signs[result]} ${checkWords[name]}`),
		...said.map((text) => `  "${them}": ${text}`),
		isRefused
			? "Not even the program would take this for a conversation: it was altered, or is for another version."
			: `Every check${isPartly ? " that can be made without the guest's private key (–)" : ""} accepts it. And it proves nothing: "${me}" can make it alone, as ${commandName} forge does. So nobody can prove by such a file that "${them}" has said a word.`,
	];
}
