// Why Real Talk cannot be opened, in sentences: the home directory, its files, and what the command line asks of this computer. Pure.

import type { OpenTrouble } from "../../engine/api/opening.ts";
import { commandName } from "../text/command-name.ts";
import { interfaceWords } from "./ways/interface-words.ts";
import { proxyTroubleWords } from "./ways/proxy-words.ts";
import { relayTokenWords } from "./ways/relay-token-words.ts";
import { torTroubleWords } from "./ways/tor-words.ts";

type About<What extends OpenTrouble["about"]> = Extract<OpenTrouble, { about: What }>;
type StoreTrouble = About<"store">["trouble"];
type VaultTrouble = About<"vault">["trouble"];

const ownHome = "Choose a directory of your own with --home DIR.";

const storeWords: Readonly<Record<Exclude<StoreTrouble["why"], "unusableHome">, string>> = {
	damaged:
		"is damaged. Restore it from a backup, or move it away and start again: identity, contacts and blocks kept in it are then gone.",
	foreign: "is not a Real Talk database. Move it away, or choose another directory with --home DIR.",
	newer: "was written by a newer version of Real Talk. Update Real Talk, or choose another directory with --home DIR.",
	busy: "is in use by another program that does not let go of it. Close that program, then try again.",
	cannotLock: `is on a disk that can't lock files, as some shared folders can't: two programs would spoil what the other writes. ${ownHome}`,
	notPermitted: "can't be written. Check who owns it and its directory, then try again.",
	diskFull: "can't be written: the disk is full. Free some space, then try again.",
	other: "can't be opened. Check the disk it is on, then try again.",
	othersHome: `belongs to another user of this computer, who could read and change what is kept there. ${ownHome}`,
	sharedHome: `is a directory shared with others. ${ownHome}`,
};

function storeTroubleWords({ path, why, detail }: StoreTrouble): string {
	if (why === "unusableHome") return `${path} can't be used: ${detail}. ${ownHome}`;
	return `${path} ${storeWords[why]}${detail === "" ? "" : ` (${detail})`}`;
}

/** Returns what is wrong with the file of the key that seals everything, and what to do. */
export function vaultTroubleWords({ path, why, detail }: VaultTrouble): string {
	switch (why) {
		case "missing":
			return `${path} is missing. It holds the key that opens what rt.db beside it keeps: your own key and the people you met. Restore it from a backup, or move rt.db away too and start again with a new key.`;
		case "damaged":
			return `${path} is damaged. Restore it from a backup, or move it away and start again: what was sealed with it can't be read then.`;
		case "newer":
			return `${path} was written by a newer version of Real Talk. Update Real Talk.`;
		case "unreadable":
			return `${path} can't be read: ${detail}. Check who owns it, then try again.`;
		case "unwritable":
			return `${path} can't be written: ${detail}. Check the disk and who owns the directory, then try again.`;
	}
}

function interfaceTroubleWords({ name, others }: About<"interface">): string {
	const there = others.map((one) => `${one.name} (${interfaceWords[one.kind]})`).join(", ");
	return `There is no interface "${name}" with an address. There are: ${there}.`;
}

/** Returns why Real Talk cannot be opened, and what to do: one paragraph, without a line break. */
export function openTroubleWords(trouble: OpenTrouble): string {
	switch (trouble.about) {
		case "store":
			return storeTroubleWords(trouble.trouble);
		case "vault":
			return vaultTroubleWords(trouble.trouble);
		case "interface":
			return interfaceTroubleWords(trouble);
		case "address":
			return `${trouble.address} is not an address of this computer${trouble.isOfInterface ? " on that interface" : ""}.`;
		case "tor":
			return torTroubleWords(trouble);
		case "proxy":
			return proxyTroubleWords(trouble.why);
		case "dhtNodes":
			return `--dht-bootstrap: ${trouble.detail}`;
		case "relays":
			return `--relay needs the address of a relay, such as wss://relay.example.org; at most ${trouble.most}, with commas between.`;
		case "relayToken":
			return relayTokenWords(trouble.trouble);
		case "dhtRelay":
			return `--dht-relay needs the key that ${commandName} dht-node --with-relay prints: 64 digits from 0 to 9 and a to f.`;
	}
}
