// What others have learned so far, in plain words: outside the room, in the room, and on this computer's disk. Pure.

import type { Snapshot } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import type { AskedPort, Disclosure, DisclosureKind, Kept, KeptKind, Told } from "../../engine/api/told.ts";
import { commandName } from "../text/command-name.ts";
import { counted } from "../text/counted.ts";
import { whenWords } from "./gate-words.ts";

/** A part of the answer: a heading and its paragraphs. */
export interface ToldSection {
	readonly title: string;
	readonly paragraphs: readonly string[];
}

/** Holds what the words need to know of the room we are in; nobody is in it where there is none. */
type ToldRoom = Pick<Snapshot, "people"> & { readonly hosting?: Snapshot["hosting"] | undefined };

interface DisclosureWords {
	/** Says who they are, before their addresses. */
	readonly who: string;
	/** Says that it was everybody on the network, so that addresses say nothing. */
	readonly isEverybody?: true;
	readonly learned: string;
}

// In the order in which they are told.
const disclosureWords: Readonly<Record<DisclosureKind, DisclosureWords>> = {
	dialled: {
		who: "Called by this computer to get into a room, or for somebody's posts",
		learned: "Whoever is there could see this computer's address, and that it tried to connect.",
	},
	caller: {
		who: "Called your room",
		learned:
			"They learned that a Real Talk room is open here; more only if they have the password, an invite or a link to posts that you give.",
	},
	routerSearch: {
		who: "Everyone on your own network",
		isEverybody: true,
		learned: "They could see that this computer looks for a router that opens ports; not that it is Real Talk.",
	},
	router: {
		who: "Your router, or what may be it",
		learned: "It learned that this computer wants a port opened.",
	},
	shownOnNetwork: {
		who: "Everyone on your own network",
		isEverybody: true,
		learned: "They were shown your room: your name, the fingerprint of your key, this computer's address and the port.",
	},
	askedNetwork: {
		who: "Everyone on your own network",
		isEverybody: true,
		learned: "They could see that this computer looks for Real Talk rooms.",
	},
	dht: {
		who: "The directory on the Internet (the DHT), and whoever comes by it",
		learned:
			"They learned this computer's address and that it runs Real Talk. The directory does not learn which room it is, nor who is in it.",
	},
	relay: {
		who: "The relay",
		learned:
			"It learned this computer's address, when something is said and how much; not what, nor who is in the room.",
	},
	tor: {
		who: "Tor's network",
		isEverybody: true,
		learned:
			"Your provider and Tor's first relay learned that this computer uses Tor; neither they nor the room learned both who you are and where.",
	},
	nameServer: {
		who: "Names looked up",
		learned: "The name server of this computer learned that it wants them, unless it knew their addresses by itself.",
	},
};

/** Lists the kinds in the order of the table above. */
const kindsInOrder = Object.keys(disclosureWords).filter((kind): kind is DisclosureKind =>
	Object.hasOwn(disclosureWords, kind),
);

/** At most this many addresses of a kind are listed; the rest are counted. */
const mostListed = 12;

/** Lists the newest, and counts the rest. */
function listed(all: readonly Disclosure[], unlisted: number): string {
	const shown = all.slice(-mostListed);
	const more = all.length - shown.length + unlisted;
	return shown.map(({ to }) => to).join(", ") + (more === 0 ? "" : ` and ${more.toLocaleString("en")} more`);
}

type When = (at: number) => string;

function disclosureParagraphs({ disclosures, unlisted }: Told, when: When): readonly string[] {
	return kindsInOrder.flatMap((kind) => {
		const all = disclosures.filter((one) => one.kind === kind);
		const [first] = all;
		if (first === undefined) return [];
		const { who, isEverybody, learned } = disclosureWords[kind];
		const whom = isEverybody ? "" : `: ${listed(all, unlisted[kind] ?? 0)}`;
		return [`${who}${whom} (since ${when(first.at)}). ${learned}`];
	});
}

function portWords(port: AskedPort, when: When): string {
	const { router, method, protocol, externalPort, internalPort, at, endedAt } = port;
	const name = method === "upnp" ? ", under the name “Real Talk”" : "";
	const inside = externalPort === internalPort ? "this computer" : `port ${internalPort} of this computer`;
	const what = `let ${protocol.toUpperCase()} port ${externalPort} lead to ${inside}`;
	const end = endedAt === undefined ? "" : ` That is over since ${when(endedAt)}.`;
	return `The router ${router} was asked at ${when(at)} to ${what}${name}.${end}`;
}

const carriers =
	"Not in this list: your Internet provider, theirs, and whoever else carries the packets. They see that these addresses use Real Talk, when and how much, and not what is said.";

function outside(told: Told, when: When): ToldSection {
	const paragraphs = [...disclosureParagraphs(told, when), ...told.ports.map((port) => portWords(port, when))];
	const title = `Outside your rooms, since Real Talk was started at ${when(told.since)}`;
	if (paragraphs.length === 0) return { title, paragraphs: ["Nothing was sent to anybody outside this computer."] };
	return { title, paragraphs: [...paragraphs, carriers] };
}

const nameWithAddress = ({ name, address }: Person): string => (address === undefined ? name : `${name} (${address})`);

const whatMembersSee = "your name, your key, what you say while they are in";

const laterRooms =
	"Whoever was in since this room is in the directory on the Internet (the DHT) can look there for your next room, until you remove somebody or block a key.";

function inRoom({ people, hosting }: ToldRoom): readonly ToldSection[] {
	const others = people.filter(({ isSelf }) => !isSelf);
	if (people.length === 0) return [];
	const title = "In this room";
	if (others.length === 0) return [{ title, paragraphs: ["Nobody else is here."] }];
	if (hosting) {
		const names = others.map(nameWithAddress).join(", ");
		const see = others.length === 1 ? "sees" : "see";
		const sees = `${names} ${see} ${whatMembersSee}, and the address at which this room is reached.`;
		const isInDht = hosting.ways.some(({ way }) => way === "dht");
		return [{ title, paragraphs: isInDht ? [sees, laterRooms] : [sees] }];
	}
	const host = others.find((one) => one.isHost);
	const members = others.filter((one) => !one.isHost).map(({ name }) => name);
	const who = host === undefined ? "The host" : `${host.name}, the host,`;
	const hostSees = `${who} sees ${whatMembersSee}, the address that your connection comes from and where that is (not yours, if you come through Tor, a relay or a proxy).`;
	const see = members.length === 1 ? "sees" : "see";
	const membersSee = `${members.join(", ")} ${see} ${whatMembersSee}, and where you come from as far as the host lets others learn it: nothing, the country, or the city and whose network it is.`;
	return [{ title, paragraphs: members.length === 0 ? [hostSees] : [hostSees, membersSee] }];
}

/** Says in words what there is of each kind of thing that is kept: by how many there are. */
const keptWords: Readonly<Record<KeptKind, (count: number) => string>> = {
	ownKeys: (count) => `${counted(count, "key")} of your own (sealed).`,
	contacts: (count) => `${count === 1 ? "1 person" : `${count} people`} whom you met, with name and key (sealed).`,
	recentRooms: (count) =>
		`${counted(count, "room")} that you were in: where, whose, when, and how to look for the host's next one (sealed).`,
	strikes: (count) => `${count === 1 ? "1 address" : `${count} addresses`} from which wrong passwords came.`,
	blocks: (count) => `${counted(count, "block")}, with what was blocked, when and why.`,
	knocks: (count) =>
		`${counted(count, "attempt")} to come into rooms of yours: when, from where, and how it ended; who it was is sealed.`,
	openedPorts: (count) =>
		`${counted(count, "port")} that a router was asked to open, so that it can be closed after a crash.`,
	openRooms: (count) =>
		`${counted(count, "mark")} of a room that is open here or was when its program was killed; not its name, and not who is in it.`,
	keptRooms: (count) =>
		`${counted(count, "room")} that ${count === 1 ? "stays" : "stay"}: who is in it, by what you come back, and what you have said and not sent (sealed).`,
	waitingMessages: (count) =>
		`${counted(count, "message")} of rooms of yours that ${count === 1 ? "waits" : "wait"} for people who are away: encrypted by those who said them, and sealed; when each came is not.`,
	spooledFiles: (count) =>
		`${counted(count, "file")} that ${count === 1 ? "waits" : "wait"} in rooms of yours for people who have not got ${count === 1 ? "it" : "them"} yet: encrypted by whoever sent ${count === 1 ? "it" : "them"}; how large and until when is not.`,
	history: (count) =>
		`${counted(count, "message")} that ${count === 1 ? "was" : "were"} said in rooms whose history is on: who said what, and when, in a file of its own that is encrypted as a whole (sealed).`,
	filesUnderWay: (count) =>
		`${counted(count, "file")} you are sending or receiving, or with posts: whose, where ${count === 1 ? "it goes" : "they go"} and by which key (sealed), so that ${count === 1 ? "it goes" : "they go"} on after rt was started again; for 30 days at most, or as long as the post.`,
	feeds: (count) =>
		`What ${count === 1 ? "1 person has" : `${count} people have`} posted, you among them where you have, and who may read your posts (sealed).`,
	settings: (count) => `${counted(count, "setting")}: your name, the port of your last room, and what you chose.`,
};

const sealedExplained = `What is sealed can be read only with the file vault.key, which lies beside it. ${commandName} key passphrase locks your own key besides.`;

/** Says what is on the disk, a paragraph each. */
export function diskSection({ disk, home }: Pick<Told, "disk" | "home">): ToldSection {
	const hasHistory = disk.some(({ kind }) => kind === "history");
	const nothingSaid = hasHistory ? "Nothing else of what is said." : "Nothing of what is said.";
	if (home === undefined) return { title: "On this computer's disk", paragraphs: ["Nothing."] };
	const kept = disk.map(({ kind, count }: Kept) => keptWords[kind](count));
	const explained = kept.some((words) => words.includes("sealed")) ? [sealedExplained] : [];
	return { title: `On this computer's disk, in ${home}`, paragraphs: [...kept, nothingSaid, ...explained] };
}

/** Says all that others learned so far. `now` is in ms since the epoch. */
export const toldSections = (told: Told, room: ToldRoom, now: number): readonly ToldSection[] => [
	outside(told, (at) => whenWords(at, now)),
	...inRoom(room),
	diskSection(told),
];

/** Says it as lines, for line mode and the shell. */
export const toldLines = (sections: readonly ToldSection[]): readonly string[] =>
	sections.flatMap(({ title, paragraphs }) => [`${title}:`, ...paragraphs.map((text) => `- ${text}`)]);
