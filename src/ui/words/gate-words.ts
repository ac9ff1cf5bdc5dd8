// The words of the admin panel for knocks, blocks and times. Pure.

import type {
	BlockedSubject,
	BlockView,
	InviteTrail,
	KnockOutcome,
	KnockView,
	PlaceDetail,
} from "../../engine/api/gate.ts";
import type { Location } from "../../engine/api/people.ts";
import type { Style } from "../look/palettes.ts";
import { clockOf, dateOf, dayWriter, isSameDay } from "../text/clock.ts";
import { commandName } from "../text/command-name.ts";
import { counted } from "../text/counted.ts";

const shortDay = dayWriter({ day: "numeric", month: "short" });
const dayWithYear = dayWriter({ day: "numeric", month: "short", year: "numeric" });

const isSameYear = (one: number, other: number): boolean => dateOf(one).getFullYear() === dateOf(other).getFullYear();

/** Returns a time in six columns at most: "14:02", or for another day "21 Nov". */
export const shortWhen = (at: number, now: number): string => (isSameDay(at, now) ? clockOf(at) : shortDay(at));

/** Returns a time as "14:02", "21 Nov 14:02" or "21 Nov 2024 14:02". */
export function whenWords(at: number, now: number): string {
	if (isSameDay(at, now)) return clockOf(at);
	return `${(isSameYear(at, now) ? shortDay : dayWithYear)(at)} ${clockOf(at)}`;
}

/** Says how a knock ended: as a sign, in words and by how much it matters. */
interface OutcomeLook {
	readonly sign: string;
	readonly words: string;
	readonly style: Style;
}

const outcomeSigns: Record<KnockOutcome, readonly [sign: string, style: Style]> = {
	joined: ["→", "good"],
	gaveUp: ["·", "faint"],
	wrong: ["!", "warning"],
	disconnected: ["!", "warning"],
	blocked: ["!!", "alarm"],
	turnedAway: ["×", "plain"],
	busy: ["·", "faint"],
	paused: ["·", "faint"],
	full: ["·", "faint"],
	passwordChanged: ["·", "faint"],
	failed: ["!", "warning"],
};

const wrongGuesses = ({ guesses }: KnockView): string => counted(guesses, "wrong password");

function outcomeWords(knock: KnockView): string {
	switch (knock.outcome) {
		case "joined":
			return knock.guesses === 0 ? "joined" : `joined after ${wrongGuesses(knock)}`;
		case "gaveUp":
			return "went away without trying a password";
		case "wrong":
			return `${wrongGuesses(knock)}, then went away`;
		case "disconnected":
			return `${wrongGuesses(knock)}, disconnected`;
		case "blocked":
			return `${wrongGuesses(knock)}, blocked`;
		case "turnedAway":
			return "turned away: is blocked";
		case "busy":
			return "turned away: too many were coming in at once";
		case "paused":
			return "turned away: nobody new gets in";
		case "full":
			return "turned away: the room is full";
		case "passwordChanged":
			return "the password changed meanwhile";
		case "failed":
			return "knew the password but did not get in";
	}
}

/** Returns how a knock, or a burst of them, ended. */
export function outcomeLook(knock: KnockView): OutcomeLook {
	const [sign, style] = outcomeSigns[knock.outcome];
	return { sign, style, words: outcomeWords(knock) };
}

/** Returns "12 times from 5 addresses", or nothing for a single knock. */
export function burstWords({ count, addresses }: KnockView): string {
	if (count === 1) return "";
	if (addresses <= 1) return `${counted(count, "time")}`;
	return `${counted(count, "time")} from ${addresses >= 1_000 ? "1,000 or more" : addresses} addresses`;
}

/** Returns why a block is there. */
export const blockWhy = ({ reason }: Pick<BlockView, "reason">): string =>
	reason === "strikes" ? "wrong passwords" : "by you";

/** Says why a block has no effect at the moment. */
export const blockWarnings: Readonly<Record<NonNullable<BlockView["warning"]>, string>> = {
	noOwnerData: `There is no data on network owners on this computer, so this block has no effect. “${commandName} geoip update” brings it.`,
};

/** Returns where somebody is, and what brings the location data where they are missing. */
export const placeWords = ({ label, lacks }: Location): string =>
	lacks === undefined ? label : `${label}; “${commandName} geoip update” brings the data`;

/** Returns until when a block holds. */
export const untilWords = (until: number | undefined, now: number): string =>
	until === undefined ? "until you unblock it" : `until ${whenWords(until, now)}`;

/** Says what others in the room learn of where a joiner comes from, short enough for a list. */
export const placeDetailWords: Record<PlaceDetail, string> = {
	nothing: "nothing",
	country: "country",
	city: "city + owner",
};

/** Is told when somebody is blocked: a block keeps out an address or a key, and the password goes on being known. */
export const stillKnowPassword =
	"People who were here still know the password, and may tell it: /password changes it, and nobody has to leave.";

/** Returns what is blocked, to begin a sentence with. */
export function blockedWords({ about, address, location, name }: BlockedSubject): string {
	switch (about) {
		case "address":
			return `${address} (${location.label})`;
		case "cidr":
			return `The range ${address} (${location.label})`;
		case "asn":
			return `The network owner ${address}`;
		case "fingerprint":
			return name === undefined ? `The key ${shortKey(address)}` : `The key of "${name}"`;
	}
}

/** Returns what the host types to lift the block: a name where there is one, because nobody types 40 digits. */
export const unblockWords = ({ about, address, name }: BlockedSubject): string =>
	`/unblock ${about === "fingerprint" && name !== undefined ? name : address}`;

/** Returns the beginning and the end of a fingerprint, which is too long for a sentence. */
const shortKey = (fingerprint: string): string => `${fingerprint.slice(0, 4)}…${fingerprint.slice(-4)}`;

/** Says from where a friend's invite was used: "Bob's invite was tried from 3 countries (Brazil, Germany, Japan), and through Tor or a relay". */
export function trailWords({ invite, addresses, countries, hasNoAddress }: InviteTrail): string {
	const named = countries.length === 0 ? "" : ` (${countries.toSorted().join(", ")})`;
	const all = addresses === 1 ? "one address" : `${addresses >= 64 ? "64 or more" : addresses} addresses`;
	const many = countries.length > 1 ? `${countries.length >= 16 ? "16 or more" : countries.length} countries` : all;
	const from = addresses === 0 ? [] : [`from ${many}${named}`];
	const through = hasNoAddress ? ["through Tor or a relay"] : [];
	return `The invite for ${invite} was tried ${[...from, ...through].join(", and ")}`;
}
