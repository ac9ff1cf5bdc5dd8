// How the first screen looks: the password of a room of one's own, and the ways to others. Pure, and without React, which is loaded when this stands on the screen already.
import type { HomeView, IdentityState, RecentRoom } from "../../engine/api/api.ts";
import type { HostWish } from "../../engine/api/hosting.ts";
import type { BuddyView } from "../../engine/api/room-key.ts";
import type { Theme } from "../look/theme.ts";
import { type FieldState, offeredField } from "../screen/field-state.ts";
import { type Frame, isCompact, layPage } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import type { Look } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { commandName } from "../text/command-name.ts";
import { fit } from "../text/width.ts";
import { strengthOf } from "../words/password-strength.ts";
import { shortTarget } from "../words/pasted-target.ts";
import { roomWords } from "../words/room-words.ts";
import { pairKindWords } from "../words/rooms/buddy-words.ts";
import { unreadableRoomsWords } from "../words/rooms/room-list.ts";
import { trustWords } from "../words/rooms/trust-words.ts";
import { unreadPostsWords } from "../words/rooms/unread-posts.ts";
import { routeTermsWords } from "../words/ways/way-words.ts";
import { type KeptChoice, keptChoices } from "./kept-choices.ts";

type ReadyIdentity = Extract<IdentityState, { kind: "ready" }>;

/** Holds what the home screen shows of what the engine knows. */
export interface HomeShown {
	readonly identity: ReadyIdentity;
	readonly recentRooms: readonly RecentRoom[];
	/** The rooms that stay, buddies and other tabs, a row each. */
	readonly kept: readonly KeptChoice[];
	/** Counts those of which nothing can be read. */
	readonly unreadableRooms: number;
	/** Counts the posts of others that are unread, which are no messages. */
	readonly unreadPosts: number;
	/** The person who wants to be our buddy and has no answer yet. */
	readonly asking: BuddyView | undefined;
	/** Holds what is told before each route contacts anybody. */
	readonly terms: RouteWords;
}

/** Returns what the home screen shows of a view: `others` are the tabs beside it, and `join` goes to a room. `undefined` while there is no key that can be used. */
export function homeOf(
	view: HomeView,
	others: readonly KeptChoice[],
	join: (target: string) => void,
): HomeShown | undefined {
	const { identity, recentRooms, buddies = [], unreadableRooms = 0, unreadPosts = 0 } = view;
	if (identity.kind !== "ready") return undefined;
	return {
		...{ identity, unreadableRooms, unreadPosts },
		// A room that stays is listed once, by its name.
		recentRooms: recentRooms.filter(({ isKept }) => !isKept),
		kept: keptChoices(view, others, join),
		asking: buddies.find(({ state }) => state === "asked"),
		terms: routeTermsWords(view.routeTerms),
	};
}

/** Holds what the person has done on the home screen. `focus` is -1 for the password, otherwise the number of a recent room. */
export interface HomeState {
	readonly password: FieldState;
	readonly focus: number;
	readonly message: string;
	readonly isOpening: boolean;
	/** The room that what stands in the password's field leads to, unless the person says that it is the password. */
	readonly friendsRoom?: string;
	/** Says how friends find the room. */
	readonly reach: Reach;
}

/** Returns the home screen as it opens, with this password in its field and what the command line wishes for a new room. */
export const freshHome = (password: string, wish: HostWish): HomeState => ({
	...{ password: offeredField(password), focus: -1, message: "", isOpening: false },
	reach: reachOf(wish),
});

/** At most this many of the rooms where the person was are listed. */
export const shownRooms = 5;

/** Says how friends find a room: at its addresses alone, with the DHT or a relay besides, or through Tor and in no other way. */
export type Reach = "direct" | "dht" | "relay" | "tor";

/** Holds what is told before each route contacts anybody; one that cannot be used is absent. */
type RouteWords = Readonly<Partial<Record<Exclude<Reach, "direct">, string>>>;

const offers: Readonly<Record<Exclude<Reach, "direct">, string>> = {
	dht: "help them find you also where no port is open (DHT)",
	relay: "let them come by your relay too",
	tor: "through Tor and nothing else",
};

/** Returns all ways to be found that can be chosen here, in the order in which the key goes through them. */
function reachesOf(terms: RouteWords): readonly Reach[] {
	return (["direct", "dht", "relay", "tor"] as const).filter((one) => one === "direct" || terms[one] !== undefined);
}

/** Returns the way that the next press of the key chooses. */
export function reachAfter(reach: Reach, terms: RouteWords): Reach {
	const all = reachesOf(terms);
	return all[(all.indexOf(reach) + 1) % all.length] ?? "direct";
}

const keptWords: Record<ReadyIdentity["keptIn"], readonly [words: string, short: string]> = {
	"rt with passphrase": ["key kept by rt, locked with your passphrase", "key locked with your passphrase"],
	"rt without passphrase": ["key kept by rt on this computer, without a passphrase", "key here, without a passphrase"],
	"gpg-agent": ["key kept by gpg-agent", "key kept by gpg-agent"],
};

function hintOf({
	password,
	message,
	friendsRoom,
}: HomeState): readonly [text: string, style: "faint" | "warning" | "good"] {
	if (message !== "") return [message, "warning"];
	if (friendsRoom !== undefined)
		return [
			`That leads to a friend's room: Enter joins ${shortTarget(friendsRoom)}. Ctrl-O: it is my password.`,
			"good",
		];
	if (password.isOffered) return ["A strong one is already there: Enter takes it, typing replaces it.", "faint"];
	if (password.edit.text === "") return ["Type one, or Ctrl-N for an offer.", "faint"];
	const { kind, words } = strengthOf(password.edit.text);
	return [words, kind === "strong" ? "good" : kind === "fair" ? "faint" : "warning"];
}

/** Returns the identity in a row or two: name, short fingerprint, where the key is. */
function identityRows(theme: Theme, identity: ReadyIdentity, width: number): readonly string[] {
	const name = theme.paintName(identity.fingerprint, fit(identity.name, 24));
	const [words, short] = keptWords[identity.keptIn];
	const label = theme.paint("faint", "You are ");
	return [
		`${label}${name}${width >= 52 ? theme.paint("faint", `  ${identity.shortFingerprint}`) : ""}`,
		...(width >= 52 ? [] : [theme.paint("faint", identity.shortFingerprint)]),
		theme.paint("faint", fit(words.length <= width ? words : short, width)),
	];
}

/** Lays out how friends find the room: whom that contacts is read before Enter does it. */
function layReach(body: BodyBuilder, { reach }: HomeState, { terms }: HomeShown): void {
	const next = reachAfter(reach, terms);
	if (next === reach) return;
	const key = `Ctrl-T: ${next === "direct" ? "off" : offers[next]}`;
	if (reach === "dht")
		body.text(`Friends find you by the invite, no open port needed (DHT; ${key}). ${terms.dht}`, "warning");
	else if (reach === "relay")
		body.text(
			`Friends come by the invite also through your relay, no open port needed (${key}). ${terms.relay}`,
			"warning",
		);
	else if (reach === "tor")
		body.text(`Friends come by the invite through Tor, and in no other way (${key}). ${terms.tor}`, "warning");
	else body.text(`Friends come in directly only. ${key}.`, "faint");
}

function layChoice(body: BodyBuilder, theme: Theme, words: string, isChosen: boolean): void {
	const text = fit(words, body.width - 2);
	if (isChosen) body.focus();
	body.row(isChosen ? theme.paint("accent", `› ${text}`) : `  ${text}`);
}

const askingWords = ({ name, trust, shortFingerprint, kind }: BuddyView): string =>
	`${name} (${trustWords[trust]}, key ${shortFingerprint}) wants to be your buddy: a room of you two that stays${pairKindWords[kind]}. Ctrl-Y accepts, Ctrl-X declines.`;

/** Lays out the home screen. */
export function layHome(state: HomeState, shown: HomeShown, version: string, { theme, size }: Look): Frame {
	const { recentRooms: rooms, kept, unreadableRooms, unreadPosts, asking, identity } = shown;
	const body = buildBody(theme, size);
	body.text("Start a room", "title");
	body.text("Please enter a password that will be required to join this chat");
	body.field({
		edit: state.password.edit,
		isFocused: state.focus === -1 && !state.isOpening,
		isOffered: state.password.isOffered,
	});
	if (state.isOpening) body.text("Opening the room …", "accent");
	else body.text(...hintOf(state));
	layReach(body, state, shown);
	body.gap();
	const hints = ["when a friend gave you an address and a port", "with ADDRESS and PORT"];
	const hint = hints.find((words) => "Join a room  Tab ".length + words.length <= body.width) ?? "";
	body.row(`${theme.paint("title", "Join a room")}  ${theme.paint("strong", "Tab")} ${theme.paint("faint", hint)}`);
	if (asking !== undefined) body.text(askingWords(asking), "warning");
	if (unreadableRooms > 0) body.text(unreadableRoomsWords(unreadableRooms), "warning");
	if (kept.length > 0) {
		body.row(theme.paint("faint", fit("Your rooms and buddies: ↓ and Enter", body.width)));
		for (const [index, { words }] of kept.entries()) layChoice(body, theme, words, state.focus === index);
	}
	const before = kept.length + (unreadPosts > 0 ? 1 : 0);
	if (unreadPosts > 0) {
		const words = unreadPostsWords(unreadPosts);
		const howTo = `${words}: ↓ and Enter`;
		layChoice(body, theme, howTo.length + 2 <= body.width ? howTo : words, state.focus === kept.length);
	}
	if (rooms.length + before === 0 && !isCompact(size)) {
		body.text(`Rooms you join are listed here. To try everything alone first: ${commandName} demo`, "faint");
	}
	if (rooms.length > 0) {
		body.row(theme.paint("faint", fit("Rooms you were in: ↓ and Enter", body.width)));
		rooms.slice(0, shownRooms).forEach((room, index) => {
			layChoice(body, theme, roomWords(room), state.focus === before + index);
		});
	}
	body.gap();
	for (const row of identityRows(theme, identity, body.width)) body.row(row);
	const bar = barOf("home").map((item) =>
		item.keys === "Enter" && (state.focus >= 0 || state.friendsRoom !== undefined)
			? { ...item, words: before > kept.length && state.focus === kept.length ? "read them" : "join this room" }
			: item,
	);
	return layPage({ size, theme, title: "Real Talk", right: version, body: body.finish(), bar });
}

/** Returns what the command line has asked for. */
export function reachOf({ routes = [] }: HostWish): Reach {
	return (["tor", "relay", "dht"] as const).find((one) => routes.includes(one)) ?? "direct";
}
