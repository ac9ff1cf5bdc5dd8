// Rooms on the same network, and what is tried on the way in, in words for lists and line mode. Pure.
import type { RecentRoom } from "../../engine/api/api.ts";
import type { AnsweredCode, Attempt } from "../../engine/api/attempt.ts";
import type { LanRoom, LanVisibility } from "../../engine/api/lan.ts";
import type { Trust } from "../../engine/api/people.ts";
import { interfaceWords } from "./ways/interface-words.ts";
import { proxyWords } from "./ways/proxy-words.ts";
import { torProgressWords } from "./ways/tor-words.ts";
import { routeWords } from "./ways/way-words.ts";

/** Says what to do when no room shows itself. */
export const noLanRooms =
	"None shows itself so far. Ask your friend for the ADDRESS and PORT, or to show the room here: F3, Settings, “Show on this network”.";

/** Says that there is nowhere to look. */
export const noLan = "This computer is on no network where others could be just now.";

/** Says what the six words are for. */
export const wordsExplained =
	"Anybody on this network can show any name. Ask your friend for the six words on their screen: only their room has them.";

const trustSaid: Readonly<Record<Trust, string>> = {
	new: "never met before",
	known: "the key you know",
	verified: "verified",
	changed: "WARNING: a name you know, with another key",
};

const order: readonly Trust[] = ["verified", "known", "new", "changed"];

/** Sorts the rooms so that those whose host is known come first: a flood of strangers hides nobody. */
export function bestKnownFirst(rooms: readonly LanRoom[]): readonly LanRoom[] {
	return rooms.toSorted((one, other) => order.indexOf(one.trust) - order.indexOf(other.trust));
}

/** Returns how well the host is known. */
const knownAs = ({ isOwn, trust }: LanRoom): string => (isOwn ? "your own room" : trustSaid[trust]);

/** Returns one room for line mode, in several lines. `lead` is a number to choose it by, or spaces. */
export function lanRoomLines(room: LanRoom, lead: string): readonly string[] {
	const indent = " ".repeat(lead.length);
	return [
		`${lead}"${room.name}" (${knownAs(room)}), ${room.address} ${room.port}`,
		`${indent}words: ${room.words.join(" ")}`,
	];
}

/** Returns what the host is told while the room is shown: a sentence or two. */
export function visibilityWords({ interfaces, words }: LanVisibility): string {
	if (interfaces.length === 0)
		return "This room is to be shown on this network, and is not just now: there is no network, or another program keeps UDP port 5353 to itself.";
	const networks = [...new Set(interfaces.map(({ kind }) => interfaceWords[kind]))].join(", ");
	const how = `Everyone on this network (${networks}) sees your name and this room in their Join list.`;
	return words === undefined
		? how
		: `${how} They see these words; yours are the only room with them: ${words.join(" ")}`;
}

/** Says what people call each Transport. */
const transportNames: Readonly<Record<Attempt["transport"], string>> = {
	tcp: "TCP",
	udp: "UDP",
	dht: "From anywhere (DHT)",
	relay: "From anywhere (relay)",
	memory: "in this program",
	proxy: "by the proxy",
	tor: "Tor",
};

function targetText({ target, transport }: Attempt): string {
	const how = transportNames[transport];
	if (target.kind === "route" && target.route === "tor") return how;
	return target.kind === "address" ? `${target.address} ${target.port} (${how})` : `${how}, by ${target.via}`;
}

const answeredWords: Readonly<Record<AnsweredCode, string>> = {
	wrong_host: "did not prove to be the host we look for.",
	not_real_talk: "answered, and is not Real Talk.",
	wrong_version: "answered in a version of Real Talk that this one cannot talk to.",
	refused: "answered, and closed the connection at once.",
	timed_out: "answered, and then nothing more came.",
	connection_lost: "answered, and then the connection broke.",
};

/** Returns why an attempt led nowhere. */
export function attemptFailure({ target, why }: Pick<Attempt, "target" | "why">): string {
	const place = target.kind === "address" ? `${target.address} port ${target.port}` : "The host";
	if (why === undefined) return `${place} did not work.`;
	if (why.kind === "dial" && why.proxy === "torNotStarted") return `${proxyWords.torNotStarted} ${why.detail}`;
	if (why.kind === "dial") return why.proxy === undefined ? why.detail : proxyWords[why.proxy];
	return `${place} ${answeredWords[why.code]}`;
}

/** Returns one attempt in a sentence: what is tried, and what came of it. */
export function attemptWords(attempt: Attempt): string {
	const { target } = attempt;
	if (target.kind === "route" && attempt.state === "trying") {
		const asking = routeWords[target.route].asking(target.via);
		return attempt.progress === undefined ? asking : `${asking} ${torProgressWords(attempt.progress)}`;
	}
	const what = targetText(attempt);
	switch (attempt.state) {
		case "trying":
			return `${what}: trying …`;
		case "answered":
			return `${what}: somebody answers`;
		case "calledOff":
			return `${what}: not needed any more`;
		case "failed":
			return `${transportNames[attempt.transport]}: ${attemptFailure(attempt)}`;
	}
}

const attemptSigns: Readonly<Record<Attempt["state"], string>> = {
	trying: "…",
	answered: "✓",
	calledOff: "–",
	failed: "✗",
};

/** Says an attempt with a sign in front, for the screen. */
export const attemptRow = (attempt: Attempt): string => `${attemptSigns[attempt.state]} ${attemptWords(attempt)}`;

/** The network is asked for this long: for two questions and their answers. */
export const standardLookMs = 3_000;

/** Says how a host who has another room open now is looked for, whom that contacts and what they learn. */
export const anywhereWords = (hostName = "the host"): string =>
	`${hostName} anywhere, through the directory on the Internet (the DHT): its computers learn this computer's address and that it runs rt; not whom you look for.`;

/** Says whose room it was, and where: of an invite the six words of the host's key, since its letters say nothing to a person. */
export function roomWords({ target, hostName, words }: RecentRoom): string {
	const where = target.startsWith("rt://") && words !== undefined ? words.join(" ") : target;
	return hostName === undefined ? where : `${hostName}  ${where}`;
}
