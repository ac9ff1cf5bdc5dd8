// The sentence for each notice of the engine. Pure.

import type { DemoFacts, DemoTask, Notice } from "../../engine/api/notices.ts";
import type { KeptView } from "../../engine/api/room-key.ts";
import { commandName } from "../text/command-name.ts";
import { counted } from "../text/counted.ts";
import { durationWords } from "./duration-words.ts";
import { blockedWords, trailWords, unblockWords } from "./gate-words.ts";
import { daysWords, historyPolicyWords, historyTroubleWords } from "./kept/history-words.ts";
import { feedNoticeWords } from "./posts/post-words.ts";

const problemWords = {
	unreadableLine: "A message arrived that could not be decrypted or understood, so it is not shown.",
	differentConversations:
		"The host has shown other members a different conversation than you. Do not trust this room: ask the others, by other means, what they saw.",
	offersLeftOut:
		"A file was offered and is not shown, because too many wait for an answer already, 50 of one person at most. Take or decline some (/files), then ask for it again.",
	offersUnseen:
		"Somebody was not shown a file of yours, because 50 of yours wait for their answer already; /files says who. Send it again when they have answered, or send the folder.",
} as const;

/** Names the ways in beside addresses. */
const formerWays = { dht: "the DHT", relay: "a relay", tor: "Tor" } as const;

function problem({ code, unsaid }: Extract<Notice, { unsaid: number }>): string {
	return problemWords[code] + (unsaid > 0 ? ` (${unsaid} more like it since the last time)` : "");
}

function keyChanged({ person }: Extract<Notice, { code: "keyChanged" }>): string {
	const { name, shortFingerprint: now, formerKeys: [before] = [] } = person;
	if (person.hasOwnName)
		return `"${name}" came with your own name and another key (${now}). It may be your other computer, or somebody who wants to pass for you. To compare, type: /verify ${name}`;
	const keys = before ? `before ${before.shortFingerprint}, now ${now}` : `now ${now}`;
	return `"${name}" comes with another key than the "${name}" you know (${keys}). It may be a new computer, or somebody else: ask them by other means before you trust it. To compare, type: /verify ${name}`;
}

function strike({ address, location, attempts, disconnected }: Extract<Notice, { code: "strike" }>): string {
	const after = disconnected ? " They were disconnected." : "";
	return `Wrong password from ${address} (${location.label}), ${attempts} of 6.${after}`;
}

function blocked(notice: Extract<Notice, { code: "blocked" }>): string {
	const why = notice.reason === "strikes" ? "after six wrong passwords" : "by you";
	return `${blockedWords(notice)} is blocked ${why}. ${unblockWords(notice)} lets them try again.`;
}

function flood({ wrong, blocked, addresses }: Extract<Notice, { code: "flood" }>): string {
	const many = addresses < 1_000 ? `${addresses}` : "1,000 or more";
	const from = addresses === 1 ? "one address" : `${many} addresses`;
	const became = blocked === 1 ? "one of them is" : `${blocked} of them are`;
	const blocks = blocked === 0 ? "" : `; ${became} blocked now`;
	return `${wrong} more wrong ${wrong === 1 ? "password" : "passwords"} from ${from} in the last minute${blocks}. /knocks shows who tried to come in.`;
}

const disappearing = (seconds: number): string =>
	seconds > 0
		? `From now on messages disappear ${durationWords(seconds)} after they come. Nobody can be stopped from copying them.`
		: "Messages do not disappear any more.";

const keptWords = ({ name, days, megabytes, history, historyDays }: KeptView): string =>
	`This room stays: "${name}". Messages wait ${daysWords(days)} for people who are away, encrypted, at most ${megabytes} MiB, and ` +
	`you come back without the password. ${history ? `Everybody's program keeps what is said for ${daysWords(historyDays)} on its own disk, encrypted. /history says more.` : "Messages that you have read are not kept."}`;

const caughtUpWords = ({ messages, lost }: { readonly messages: number; readonly lost: number }): string => {
	const said =
		messages === 0 ? "You have missed nothing" : `You have missed ${counted(messages, "message")}, shown above`;
	return lost === 0
		? `${said}.`
		: `${said}. Up to ${counted(lost, "more message")} waited too long and can't be shown.`;
};

const linesMissed = (count: number): string =>
	`The connection was lost for too long: up to ${count} ${count === 1 ? "line" : "lines"} said meanwhile can't be shown.`;

interface DemoWords {
	/** Says what to do in the task. */
	readonly todo: string;
	/** Says what was learned by it. */
	readonly done: string;
}

function demoWords(task: DemoTask, { ada, bob, secret, word }: DemoFacts): DemoWords {
	switch (task) {
		case "say":
			return { todo: "Type something and press Enter.", done: `${ada} and ${bob} have it.` };
		case "react":
			return {
				todo: "/react 👍 reacts to the last message of somebody else.",
				done: "Everybody sees your reaction.",
			};
		case "reply":
			return {
				todo: "/reply TEXT answers the last message; on the full screen Alt-↑ chooses another one.",
				done: "What you answer is quoted.",
			};
		case "edit":
			return { todo: "/edit TEXT changes the last message of yours.", done: "Everybody has the new text." };
		case "verify":
			return {
				todo: `Make sure that ${ada} is who she says: /verify ${ada}, and compare the words with those that she says. In earnest by phone, never in the chat.`,
				done: `● stands beside ${ada} now, in every room: she is verified.`,
			};
		case "answer":
			return {
				todo: `${bob} wants to make sure that it is you. /answer (or F4) answers; the secret is ${secret}.`,
				done: "Neither of you has sent the secret: both learned only whether it is the same.",
			};
		case "disappear":
			return {
				todo: "/disappear 1m lets everything that is said from now on disappear after a minute.",
				done: "Each message says how long it stays.",
			};
		case "double":
			return {
				todo: `Say the word ${word}, and somebody comes with the name ${bob} and another key.`,
				done: "That is how it looks when somebody may pass for a friend.",
			};
	}
}

/** Returns what a notice says; one paragraph, without a line break. */
export function noticeWords(notice: Notice): string {
	switch (notice.code) {
		case "unreadableLine":
		case "differentConversations":
		case "offersLeftOut":
		case "offersUnseen":
			return problem(notice);
		case "unknownContent":
			return `"${notice.name}" sent something this version can't show.`;
		case "keyChanged":
			return keyChanged(notice);
		case "disappearing":
			return disappearing(notice.seconds);
		case "outOfStep":
			return "The encryption of the room went out of step. You are let in again; what was said in between may be missing.";
		case "offRecord":
			return `Off the record: nobody can prove afterwards what was said here, or that you were here, since either of you could have made all of it alone (${commandName} forge shows how). It does not protect you from somebody who sits beside one of you, from what the other one writes down, or from somebody who gets hold of a computer while the room is open.`;
		case "roomKept":
			return keptWords(notice);
		case "pairKept":
			return `This is the room of you two, and nobody else comes in. Messages wait ${daysWords(notice.days)} for the one who is away, encrypted, at most ${notice.megabytes} MiB.`;
		case "proposalNotKept":
			return `"${notice.person.name}" wants to be your buddy, but another Real Talk that uses the same folder has your rooms that stay. Use that one, or close it and have them ask again.`;
		case "proposalOfOtherKind":
			return `"${notice.person.name}" has proposed ${notice.isOffRecord ? "a room off the record" : "an ordinary room, in which what is said is signed"}, and the room that the two of you have is of the other kind. It was turned down; to have another one, end this one first: /unbuddy ${notice.person.name}`;
		case "proposalShowsAddress":
			return `"${notice.person.name}" wants to be your buddy in a way that would show them where you are, which this room does not. It was turned down.`;
		case "historyPolicy":
			return historyPolicyWords(notice);
		case "historyTrouble":
			return `${historyTroubleWords(notice.trouble)} What is said now is not kept on this computer; the room goes on.`;
		case "historyGoesOn":
			return notice.lost === 0
				? "What is said is kept on this computer again, and nothing is missing."
				: `What is said is kept on this computer again. ${counted(notice.lost, "message")} could not be kept.`;
		case "historyMixed":
			return "Parts of this room's history on this computer are older than the rest, as if somebody had put back pages of the file. Old messages may be out of date or missing. The room goes on, and what is said from now on is kept.";
		case "historyOlder":
			return "This room's history on this computer is an older copy, as after a backup. Newer messages are missing from it, and messages that were deleted since may be back. /history purge forgets it.";
		case "caughtUp":
			return caughtUpWords(notice);
		case "notKeptHere":
			return `This room stays, but not on this computer: ${notice.detail}. Once this is mended, join again with the password.`;
		case "waitingLost":
			return `${counted(notice.count, "message")} of yours that waited on this computer can't be read any more, and nobody has got ${notice.count === 1 ? "it" : "them"}: say ${notice.count === 1 ? "it" : "them"} again.`;
		case "olderCopy":
			return "The host's computer has an older copy of this room than you have, as after a backup. What you have read stays; the others may not have it.";
		case "foundedAnew":
			return "The encryption of this room could not be read from the disk. Its members come back by themselves; what waited for them is lost.";
		case "keysRenewed":
			return "Your keys in this room are new. Whoever had copied the former ones reads nothing of what comes from now on.";
		case "wayStaysClosed":
			return `This room was reached by ${formerWays[notice.route]} too. That cannot be used here now, so it stays closed; the same invite leads here again when it is open.`;
		case "linesMissed":
			return linesMissed(notice.count);
		case "verificationNotSaved":
			return "This could not be written down: it is forgotten when Real Talk ends.";
		case "passwordChanged":
			return "The password is another one from now on. Everybody who is here stays.";
		case "strike":
			return strike(notice);
		case "blocked":
			return blocked(notice);
		case "flood":
			return flood(notice);
		case "guessesNotSaved":
			return `Nobody can come in, because wrong guesses can't be recorded: ${notice.reason}. Check the disk.`;
		case "blockedKeyCame":
			return `Somebody who knows the password came from ${notice.address} with a blocked key ("${notice.name}", ${notice.shortFingerprint}) and was turned away.`;
		case "tooManyWaiting":
			return `Too many from ${notice.address} have shown a key and do not come in; one more ("${notice.name}", ${notice.shortFingerprint}) was refused.`;
		case "seatAlarm":
			return seatAlarm(notice);
		case "inviteMade":
			return `The invite for ${notice.label}, and for nobody else (never the password): ${commandName} ${notice.invite} . Three wrong passwords by it, three more, and it is blocked. /uninvite ${notice.label} takes it back.`;
		case "inviteTakenBack":
			return `The invite for ${notice.label} opens nothing any more. People who are in stay.`;
		case "inviteFromAfar":
			return `${trailWords(notice)}. If that is not only ${notice.invite}, /uninvite ${notice.invite} takes it back, and touches nobody else's.`;
		case "inviteOfAnother":
			return `Somebody else than before came with the invite for ${notice.label} and the right password: "${notice.name}" (${notice.shortFingerprint}). They were turned away. The invite has leaked: /uninvite ${notice.label} takes it back.`;
		case "blockedElsewhere":
			return `${notice.subject} was blocked from another window (${commandName} blocks).`;
		case "postsRefused":
		case "postsForked":
		case "postsRolledBack":
		case "postsFull":
		case "postsRestored":
		case "postFileLost":
			return feedNoticeWords(notice);
		case "demoTask":
			return `Try (${notice.place} of ${notice.of}): ${demoWords(notice.task, notice.facts).todo}`;
		case "demoDone":
			return `✓ ${demoWords(notice.task, notice.facts).done}`;
		case "demoKnock":
			return "Somebody has guessed a wrong password. /knocks lists all who tried to come in.";
		case "demoOver":
			return "That was everything. /help shows the rest; /leave (or Ctrl-C twice) leaves, and nothing of this stays on your computer.";
	}
}

function seatAlarm({ what, name, shortFingerprint }: Extract<Notice, { code: "seatAlarm" }>): string {
	const who = `"${name}" (${shortFingerprint})`;
	return what === "retired"
		? `Somebody came back as ${who} with what was good some time ago: there is a copy of that computer, or a backup is in use. They are asked for the password; ask ${name} in another way.`
		: `Somebody wanted to come back as ${who} and does not have that key, so they were sent away. What lets ${name} come back without the password has been stolen; ask ${name} in another way.`;
}
