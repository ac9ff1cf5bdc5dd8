// What is said of Tor: before it is used, while it starts, and why there is none. Pure.

import type { OnionPage, RouteProgress, TorFailure } from "../../../engine/api/hosting.ts";
import type { OpenTrouble } from "../../../engine/api/opening.ts";
import { commandName } from "../../text/command-name.ts";

/** Says how Tor comes onto a computer that has none. */
export const torMissing =
	"Tor is not on this computer. Install it: sudo apt install tor (Debian, Ubuntu), or brew install tor (macOS).";

/** Is told to a host before the room is reached through Tor. */
export const torTerms =
	"The room is reached through Tor: nobody learns this computer's address, and none of theirs is learned here. Your provider and Tor's first relay see that you use Tor. Your key is the same as in other rooms: people who meet it here and elsewhere know that both are you (--profile NAME is a fresh key).";

/** Is told beside the above where the room can be reached in other ways too. */
export const torBesides = "Addresses in the same invite tell everybody who has it where this computer is.";

/** Is told to a guest before anybody is contacted. */
export const torAsking =
	"Through Tor: the host learns no address of yours. Your provider sees that you use Tor. Your key is the same as elsewhere: people who meet it here and there know that both are you (--profile NAME is a fresh key) …";

/** Says beside the room's way through Tor how friends come in with Tor Browser. */
export const torPageWords = ({ url, key }: OnionPage): string =>
	`Friends without rt open ${url} in Tor Browser, which asks for the key ${key}, and paste the invite there.`;

/** This is said beside the room's way through Tor where that Tor is old. */
export const torWithoutPow =
	"This Tor is too old for proof of work, so a flood of callers is held off by rt alone: a newer Tor (0.4.9) does better.";

/** Says how far Tor has come, and what keeps it. */
export function torProgressWords({ percent, summary, hindrance }: RouteProgress): string {
	const far = percent === 100 ? "Tor is ready." : `Tor is starting: ${percent} % (${summary}).`;
	return hindrance === undefined ? far : `${far} ${torHindranceWords(hindrance)}`;
}

/** Says what keeps Tor from going on, and what can be done. */
export function torHindranceWords(hindrance: NonNullable<RouteProgress["hindrance"]>): string {
	switch (hindrance.kind) {
		case "offline":
			return "You seem to be offline.";
		case "stuck":
			return `It has come no further for a minute. Look whether this computer is online; where Tor is blocked, bridges help: ${commandName} help tor.`;
		case "clock": {
			const { seconds } = hindrance;
			return `This computer's clock is about ${hoursOrMinutes(seconds)} ${seconds > 0 ? "ahead" : "behind"}: set it right, Tor needs that.`;
		}
		case "warned":
			return `Tor cannot connect to its network (${hindrance.warning}). Where Tor is blocked, bridges help: ${commandName} help tor.`;
	}
}

/** Says how far a clock is off: "5 min", "24 hours". */
export function hoursOrMinutes(seconds: number): string {
	const minutes = Math.max(1, Math.round(Math.abs(seconds) / 60));
	return minutes >= 120 ? `${Math.round(minutes / 60)} hours` : `${minutes} min`;
}

/** Says why there is no Tor, and what can be done. */
export function torFailureWords(failure: TorFailure): string {
	switch (failure.why) {
		case "missing":
			return torMissing;
		case "homeUnusable":
			return "Tor's folder in the home of Real Talk cannot be used: look who owns it and whether the disk is full.";
		case "tooMany":
			return "Eight programs that use this folder use Tor already: close one of them, or use another folder (--home DIR).";
		case "notTor":
			return "What answers at the address given with --tor-control is not Tor's control port.";
		case "controlLogin":
			return "The running Tor does not let this account control it. In its torrc it needs CookieAuthentication 1, and this account must be able to read the cookie (on Debian: the group debian-tor).";
		case "controlUnreachable":
			return "Nothing answers at the address given with --tor-control. Is that Tor running?";
		case "cannotStart":
			return `Tor does not start${failure.detail === "" ? "." : `: ${failure.detail}`}`;
		case "ended":
			return "Tor has ended; it is started again.";
	}
}

type TorTrouble = Extract<OpenTrouble, { about: "tor" }>;

const lineWords = {
	tooLong: "is too long.",
	tooMany: "is one too many: at most 200 are taken.",
	controlCharacter: "has a character in it that cannot be seen.",
	notAnOption: "is no option of Tor with a value.",
	ours: "sets what rt sets itself: its ports, folders and services.",
	notABridge: "is no bridge: it needs ADDRESS:PORT, with the name of a transport before it where there is one.",
} as const;

/** Says what is wrong with the Tor that is wanted. */
export function torTroubleWords(trouble: TorTrouble): string {
	switch (trouble.what) {
		case "halfRunning":
			return "--tor-control and --tor-socks go together: of a Tor that runs already, both ports are needed.";
		case "notOurs":
			return "--torrc and bridges are for rt's own Tor, not for one that runs already (--tor-control).";
		case "address":
			return "--tor-control and --tor-socks need PORT, ADDRESS:PORT or the path of a socket.";
		case "unreadable":
			return "The file given with --torrc cannot be read, or has more than 64 KiB.";
		case "line": {
			const { where, line, why, plugin } = trouble.trouble;
			const place = where === "torrc" ? `Line ${line} of the file given with --torrc` : `Bridge ${line} in config.toml`;
			if (why !== "noPlugin") return `${place} ${lineWords[why]}`;
			return `${place} needs the program ${plugin}, which is not in PATH (sudo apt install obfs4proxy snowflake-client).`;
		}
	}
}
