// The sentence for each refusal of the engine: what is wrong, and what to do. Pure.

import type { Refusal } from "../../engine/api/refusals.ts";
import { commandName } from "../text/command-name.ts";
import { badFileWords, noSuchFileWords } from "./files/file-words.ts";
import { historyTroubleWords } from "./kept/history-words.ts";
import { keyTroubleWords } from "./key-trouble.ts";
import { vaultTroubleWords } from "./opening-words.ts";
import { postsRefused } from "./posts/post-words.ts";
import { targetWords } from "./target-words.ts";
import { torMissing } from "./ways/tor-words.ts";

type Of<Code extends Refusal["code"]> = Extract<Refusal, { code: Code }>;

const subjectAdvice =
	"Type an address (81.2.69.160), a range (81.2.69.0/24), a network owner (AS3320) or a whole fingerprint.";

function badName(refusal: Of<"bad_name">): string {
	if (refusal.why === "empty") return "Please type a name with at least one visible character (at most 32).";
	const instead = refusal.instead === undefined ? "" : ` "${refusal.instead}" would do.`;
	return `A name can't have colons, brackets, double quotes, arrows or shapes in it or begin with a sign: those are how Real Talk marks its own words.${instead}`;
}

function badAddress(refusal: Of<"bad_address">): string {
	switch (refusal.why) {
		case "notAnAddress":
			return `"${refusal.typed}" is no IPv4 or IPv6 address.`;
		case "notBlockable":
			return `That can't be blocked. ${subjectAdvice}`;
		case "ownKey":
			return "That is your own key, so it was not blocked.";
		case "thisComputer":
			return "That is this computer itself, so it was not blocked.";
		case "ownAddress":
			return "That is this computer's own address, so it was not blocked.";
		case "rangeHoldsThisComputer":
			return "That range holds this computer itself, so it was not blocked.";
		case "rangeHoldsOwnAddress":
			return `That range holds this computer's own address ${refusal.address}, so it was not blocked. Block a smaller one.`;
		case "notBlocked":
			return "That is not blocked.";
		case "blockedByOthers":
			return `That is not blocked by itself, but by ${refusal.others.join(" and ")}: unblock that instead.`;
	}
}

const badText: Readonly<Record<Of<"bad_text">["why"], string>> = {
	empty: "There is nothing to send.",
	notOneEmoji: "A reaction is one emoji.",
	badSecret: "Type the secret that only you two know (at most 256 bytes).",
	secretInQuestion: "That question has the secret in it, and they would see it. Ask in other words.",
};

const tooLong: Readonly<Record<Of<"text_too_long">["what"], string>> = {
	message: "That is longer than one message can be (64 KiB).",
	question: "That question is too long.",
	post: "That is longer than one post can be (4 KiB).",
	about: "That is longer than what you can say about yourself (500 bytes).",
};

const notHost: Readonly<Record<Of<"not_host">["what"], string>> = {
	disappearing: "Only the host can let messages disappear.",
	kick: "Only the host can remove somebody.",
	password: "Only the host can change the password.",
	keep: "Only the host can make a room stay.",
	ways: "Only the host can open ways into the room.",
	history:
		"Only the host can decide that for everybody. /history mine 30 decides it for you, /history mine off keeps nothing here.",
};

const notAsked: Readonly<Record<Of<"not_asked">["what"], string>> = {
	password: "No password is asked for at the moment.",
	secret: "Nobody asks for a secret at the moment.",
	verification: "No verification is under way.",
	gone: "They have given up meanwhile.",
};

const badOffRecord: Readonly<Record<Of<"bad_off_record">["why"], string>> = {
	notAFingerprint: "A room off the record is with one person: type the whole fingerprint of their key.",
	ownKey: "That is your own key: a room off the record is with somebody else.",
	otherKind:
		"You have another room of that name. A room can't become off the record, stop being so, or be for another person. Choose another name.",
	history: "A room off the record has no history: what is said there is kept on nobody's disk.",
	visible: "A room off the record can't be shown on the network: nobody could come in but one person, by their invite.",
};

const noSuchMember: Readonly<Record<Of<"no_such_member">["why"], string>> = {
	notHere: "Nobody else with that key is here.",
	justLeft: "They have just left.",
	keyUnknown: "The key of this person is not known here. Leave and come in again.",
	notAFingerprint: "That is no fingerprint of a key.",
	neverMet: "You have never met anybody else with that key.",
};

const noSuchLine: Readonly<Record<Of<"no_such_line">["why"], string>> = {
	gone: "That message is not here any more.",
	notYours: "That is somebody else's message: only its author can change it.",
};

const verificationBusy: Readonly<Record<Of<"verification_busy">["why"], string>> = {
	underWay: "A verification is under way. Finish or cancel it first.",
	tooSoon: "You have just tried that with this person. Wait a moment.",
};

function badSetting(refusal: Of<"bad_setting">): string {
	switch (refusal.why) {
		case "blockEnd":
			return "The end of a block must lie in the future.";
		case "disappearing":
			return "Messages can disappear after 1 second up to four weeks.";
		case "historyDays":
			return "What is said can be kept for 1 to 3,650 days.";
		case "fileSpeed":
			return "Files can be limited to 16 KB a second or more, or not at all.";
		case "memberCap":
			return `A room holds ${refusal.smallest} to ${refusal.largest} people, the host included.`;
	}
}

const dhtOff: Readonly<Record<Of<"dht_off">["why"], string>> = {
	turnedOff: "Finding rooms from anywhere (the DHT) is turned off (--no-dht).",
	proxy: "Finding rooms from anywhere (the DHT) does not go through a proxy, so it is off while one is set.",
	oneInterface:
		"Finding rooms from anywhere (the DHT) cannot be kept to one interface: use either it, or --interface (for a guest also --bind).",
};

const noInvite: Readonly<Record<Of<"no_invite">["why"], string>> = {
	tooMany: "There are 63 personal invites already. Take one back with /uninvite NAME.",
	noWay:
		"No address, relay or Tor leads here yet, so a personal invite would lead nowhere. /tor on opens a way for it.",
	unknown: "There is no invite for anybody of that name.",
};

const torOff: Readonly<Record<Of<"tor_off">["why"], string>> = {
	missing: torMissing,
	oneInterface: "Tor cannot be kept to one interface: use either it, or --interface (for a guest also --bind).",
	proxy: "Tor does not go through a proxy: leave the proxy out (--no-proxy).",
};

const cannotListen: Readonly<Record<Of<"cannot_listen">["why"], string>> = {
	portTaken:
		"That port is in use by another program. Choose another one with --port, or leave it out and a free one is found.",
	notPermitted: "This computer does not allow listening on that port. Choose one above 1023, or leave --port out.",
	addressNotHere: "The address given with --bind is not one of this computer's.",
	interfaceGone: "The interface given with --interface is not connected: it has no address.",
	throughProxy:
		"A proxy is set, and nobody can come in through one. Open the room without it (--no-proxy), or join somebody else's.",
	other: "This computer did not allow a server to be started.",
	cannotSign: `Your key could not sign, so the room was not opened. '${commandName} key show' tells about it.`,
	noWorker: "The encryption worker could not be started. Start Real Talk again.",
};

function internal(refusal: Of<"internal">): string {
	switch (refusal.why) {
		case "homeNotWritable":
			return "The folder of Real Talk cannot be written to. Choose another one with --home.";
		case "blockNotSaved":
			return "The block could not be saved, so nothing was blocked. Check the disk, then try again.";
		case "keyFile":
			return vaultTroubleWords(refusal.trouble);
		case "key":
			return refusal.trouble === undefined ? "The key cannot be used." : keyTroubleWords(refusal.trouble);
		case "storage":
			return `The data in Real Talk's folder could not be read or written: ${refusal.detail}`;
	}
}

const roomNameWords = {
	empty: "A room that stays needs a name.",
	tooLong: "That name is too long for a room: 40 letters at most.",
	keptAlready: "This room stays already.",
	taken: "Another room has that name. Choose another, or forget that room.",
	readAsAddress:
		"That name could be taken for an address. Choose one without a colon, and without a number at its end.",
} as const;

const buddyRefused: Readonly<Record<Of<"buddy_refused">["why"], string>> = {
	already: "You are buddies already.",
	tooMany:
		"You have 64 buddies, counting those who have not answered, and can't have more. End it with one first: /unbuddy NAME.",
	noWay:
		"Nothing leads to this computer for now, so they could not come to you. Try again when you are connected, or let them ask.",
	cannotSeal: "The message that only they may read could not be encrypted: your key or theirs did not work.",
	tooLate: "That was proposed too long ago. Ask them to do it again.",
	notProposed: "They have not proposed it, or have taken it back.",
	otherKind:
		"The room that the two of you have, or that they have proposed, is of another kind: one is off the record, and the other is not. A room stays what it is. To have another one, end it first (/unbuddy NAME), or decline.",
};

/** Returns what a refusal says: one paragraph, without a line break. */
export function refusalWords(refusal: Refusal): string {
	switch (refusal.code) {
		case "no_identity":
			return "Choose a name first: a key is made for it.";
		case "identity_exists":
			return `There is a key already. “${commandName} key show” tells about it.`;
		case "identity_locked":
			return refusal.trouble === undefined
				? "Your key is locked. Enter its passphrase first."
				: keyTroubleWords(refusal.trouble);
		case "wrong_passphrase":
			return "That is not the passphrase.";
		case "bad_name":
			return badName(refusal);
		case "not_kept":
			return "Nothing is kept of this room. A host makes it stay first: /keep NAME";
		case "not_renewed":
			return "Your keys in this room could not be made new just now. Try it again when you are connected.";
		case "history_unusable":
			return historyTroubleWords(refusal.trouble);
		case "bad_password":
			return refusal.why === "empty"
				? "The password is empty. Please enter one."
				: `The password is too long (${refusal.maxBytes} bytes at most).`;
		case "bad_target":
			return targetWords(refusal);
		case "bad_address":
			return badAddress(refusal);
		case "bad_text":
			return badText[refusal.why];
		case "text_too_long":
			return tooLong[refusal.what];
		case "posts_refused":
			return postsRefused[refusal.why];
		case "too_many_pending":
			return "Too many lines wait to be sent already. Wait a moment.";
		case "not_in_room":
			return "You are not in a room.";
		case "already_in_room":
			return "You are in a room already. Leave it first.";
		case "no_such_room":
			return "That room is not here any more.";
		case "which_room":
			return "You are in several rooms: say which one is meant.";
		case "no_background":
			return `Real Talk's background process does not answer any more. Start it again: ${commandName} daemon.`;
		case "kept_elsewhere":
			return "Another Real Talk that uses the same folder has your rooms that stay. Use that one, or close it first.";
		case "bad_room_name":
			return roomNameWords[refusal.why];
		case "buddy_refused":
			return buddyRefused[refusal.why];
		case "no_such_buddy":
			return refusal.why === "several"
				? `Several buddies have that name. Type the fingerprint instead: ${commandName} buddies lists them.`
				: `You have no buddy of that name or key. ${commandName} buddies lists them.`;
		case "bad_off_record":
			return badOffRecord[refusal.why];
		case "too_many_rooms":
			return `You are in ${refusal.most} rooms, and more can't be open at once. Leave one first.`;
		case "not_host":
			return notHost[refusal.what];
		case "not_asked":
			return notAsked[refusal.what];
		case "no_such_member":
			return noSuchMember[refusal.why];
		case "no_such_line":
			return noSuchLine[refusal.why];
		case "no_such_file":
			return noSuchFileWords(refusal);
		case "bad_file":
			return badFileWords(refusal);
		case "too_many_files":
			return `So many files are under way already (${refusal.most}). Wait until one is done, or cancel one.`;
		case "verification_busy":
			return verificationBusy[refusal.why];
		case "bad_setting":
			return badSetting(refusal);
		case "lan_off":
			return "Real Talk was started with --no-lan, so it neither looks for rooms on this network nor shows one.";
		case "tor_off":
			return torOff[refusal.why];
		case "no_invite":
			return noInvite[refusal.why];
		case "no_such_route":
			return "This program has no such way in.";
		case "dht_off":
			return dhtOff[refusal.why];
		case "relay_off":
			return "No relay was named. Start Real Talk with --relay wss://NAME, or name one in config.toml.";
		case "cannot_listen":
			return cannotListen[refusal.why];
		case "internal":
			return internal(refusal);
	}
}
