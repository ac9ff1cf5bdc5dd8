// The first screen: starts a room with one Enter, or shows the way to someone else's.
import { type ReactNode, useState } from "react";
import type { Command, IdentityState, RecentRoom } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { HostWish } from "../../engine/api/hosting.ts";
import type { BuddyView } from "../../engine/api/room-key.ts";
import { Help } from "../help/help.tsx";
import type { Theme } from "../look/theme.ts";
import { type FieldState, fieldOf, offeredField, pressField } from "../screen/field-state.ts";
import { type Frame, isCompact, layPage } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import { type Look, Screen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import { commandName } from "../text/command-name.ts";
import { fit } from "../text/width.ts";
import { strengthOf } from "../words/password-strength.ts";
import { offerPassword } from "../words/password-words.ts";
import { friendsTarget, shortTarget } from "../words/pasted-target.ts";
import { refusalWords } from "../words/refusals.ts";
import { roomWords } from "../words/room-words.ts";
import { pairKindWords } from "../words/rooms/buddy-words.ts";
import { unreadableRoomsWords } from "../words/rooms/room-list.ts";
import { trustWords } from "../words/rooms/trust-words.ts";
import { unreadPostsWords } from "../words/rooms/unread-posts.ts";
import type { KeptChoice } from "./kept-choices.ts";

type ReadyIdentity = Extract<IdentityState, { kind: "ready" }>;

/** Holds what the home screen shows. `focus` is -1 for the password, otherwise the number of a recent room. */
interface HomeState {
	readonly password: FieldState;
	readonly focus: number;
	readonly message: string;
	readonly isOpening: boolean;
	/** The room that what stands in the password's field leads to, unless the person says that it is the password. */
	readonly friendsRoom?: string;
	/** Says how friends find the room, and what is told of that before. */
	readonly reach: Reach;
	readonly terms: RouteWords;
}

const shownRooms = 5;

/** Says how friends find a room: at its addresses alone, with the DHT or a relay besides, or through Tor and in no other way. */
type Reach = "direct" | "dht" | "relay" | "tor";

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
function reachAfter(reach: Reach, terms: RouteWords): Reach {
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
function layReach(body: BodyBuilder, { reach, terms }: HomeState): void {
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
function layHome(
	state: HomeState,
	{ recentRooms: rooms, kept, unreadableRooms, posts, asking, identity, version }: HomeProps,
	look: Look,
): Frame {
	const { theme, size } = look;
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
	layReach(body, state);
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
	const before = kept.length + (posts.unread > 0 ? 1 : 0);
	if (posts.unread > 0) {
		const words = unreadPostsWords(posts.unread);
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

/** Says what the home screen may do. */
interface HomeActions {
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Goes to the join dialog; with a target it joins that. */
	readonly onJoin: (target?: string) => void;
	readonly onLeave: () => void;
}

/** Counts the posts of others that are unread, which are no messages, and draws the screen where they are read until `onClose`. */
interface HomePosts {
	readonly unread: number;
	readonly screen: (onClose: () => void) => ReactNode;
}

interface HomeProps {
	readonly identity: ReadyIdentity;
	readonly recentRooms: readonly RecentRoom[];
	/** The rooms that stay, buddies and other tabs, a row each. */
	readonly kept: readonly KeptChoice[];
	/** Counts those of which nothing can be read. */
	readonly unreadableRooms: number;
	/** Somebody wants to be our buddy, and was not answered. */
	readonly asking: BuddyView | undefined;
	readonly isOpening: boolean;
	/** Says why the room could not be opened; it is empty if nothing is wrong. */
	readonly problem: string;
	readonly version: string;
	readonly posts: HomePosts;
	/** Holds what the command line wishes for a new room. */
	readonly wish: HostWish;
	/** Holds what is told before each route contacts anybody. */
	readonly terms: RouteWords;
	readonly actions: HomeActions;
}

/** Returns what the command line has asked for. */
function reachOf({ routes = [] }: HostWish): Reach {
	return (["tor", "relay", "dht"] as const).find((one) => routes.includes(one)) ?? "direct";
}

/** Returns the wish with the way to be found that was chosen; what the command line asked for stays as it was asked. */
function wishFor(wish: HostWish, reach: Reach): HostWish {
	if (reach === reachOf(wish)) return { ...wish, routes: wish.routes ?? [] };
	const { isOnlyByRoutes: _, ...others } = wish;
	if (reach === "tor") return { ...others, routes: ["tor"], isOnlyByRoutes: true };
	return { ...others, routes: reach === "direct" ? [] : [reach] };
}

function useHome(props: HomeProps, openHelp: () => void, openPosts: () => void) {
	const { recentRooms, kept, posts, asking, isOpening, problem, wish, terms, actions } = props;
	const [password, setPassword] = useState(() => offeredField(offerPassword()));
	const [focus, setFocus] = useState(-1);
	const [message, setMessage] = useState("");
	const [reach, setReach] = useState(() => reachOf(wish));
	const [isPasswordSure, setPasswordSure] = useState(false);
	const friendsRoom = isPasswordSure || password.isOffered ? undefined : friendsTarget(password.edit.text);
	const rooms = recentRooms.slice(0, shownRooms);
	const before = kept.length + (posts.unread > 0 ? 1 : 0);
	const answer = (choice: "accept" | "decline") => {
		if (asking === undefined) return;
		const { fingerprint } = asking;
		void actions.perform({ kind: "answerBuddy", fingerprint, answer: choice }).then((outcome) => {
			if (outcome.kind === "refused") setMessage(refusalWords(outcome));
		});
	};
	const start = () => {
		const choice = kept[focus];
		if (choice !== undefined) return choice.go();
		if (posts.unread > 0 && focus === kept.length) return openPosts();
		const room = rooms[focus - before];
		if (room !== undefined) return actions.onJoin(room.target);
		if (friendsRoom !== undefined) return actions.onJoin(friendsRoom);
		const strength = strengthOf(password.edit.text);
		if (strength.kind === "refused") return setMessage(strength.words);
		setMessage("");
		const opened = { password: password.edit.text, wish: wishFor(wish, reach) };
		void actions.perform({ kind: "host", ...opened }).then((outcome) => {
			if (outcome.kind === "refused") setMessage(refusalWords(outcome));
		});
	};
	const keys: Readonly<Record<string, () => void>> = {
		enter: start,
		tab: () => actions.onJoin(),
		f1: openHelp,
		escape: actions.onLeave,
		"ctrl+t": () => setReach(reachAfter(reach, terms)),
		"ctrl+o": () => setPasswordSure(true),
		"ctrl+n": () => setPassword(offeredField(offerPassword())),
		"ctrl+y": () => answer("accept"),
		"ctrl+x": () => answer("decline"),
		down: () => setFocus(Math.min(focus + 1, before + rooms.length - 1)),
		up: () => setFocus(Math.max(focus - 1, -1)),
	};
	const onPress = (press: Press) => {
		if (press.kind === "key" && press.name === "ctrl+c") return actions.onLeave();
		if (isOpening) return;
		const act = press.kind === "key" ? keys[press.name] : undefined;
		if (act !== undefined) return act();
		// Of a pasted message only the way to the room is kept: a field has one line.
		const pasted = press.kind === "paste" ? friendsTarget(press.text) : undefined;
		const next = pasted === undefined ? pressField(password, press) : fieldOf(pasted);
		if (next === undefined) return;
		setPassword(next);
		setPasswordSure(false);
		setFocus(-1);
		setMessage("");
	};
	const state: HomeState = {
		...{ password, focus, isOpening },
		message: message === "" ? problem : message,
		...(friendsRoom !== undefined && { friendsRoom }),
		...{ reach, terms },
	};
	return { state, onPress };
}

/** Asks for the password of a new room, and shows the way to other rooms. */
export function Home(props: HomeProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const [isReading, setReading] = useState(false);
	const { state, onPress } = useHome(
		props,
		() => setHelpOpen(true),
		() => setReading(true),
	);
	if (isHelpOpen) return <Help place="home" onClose={() => setHelpOpen(false)} />;
	if (isReading) return props.posts.screen(() => setReading(false));
	return <Screen frame={layHome(state, props, look)} onPress={onPress} />;
}
