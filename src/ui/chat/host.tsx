// Shows a host what to tell friends: the password and the line that each of them types. It opens when a room starts, and by F2 from the chat.
import { type ReactNode, useState } from "react";
import type { Command, Snapshot } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { Hosting, JoinLine, RouteName, WayIn } from "../../engine/api/hosting.ts";
import type { Theme } from "../look/theme.ts";
import { layPage, type Size } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import { ScrollScreen, useLook, useTerminalVoice } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { clipboardOf } from "../terminal/words.ts";
import { commandName } from "../text/command-name.ts";
import {
	attemptsExplained,
	everyoneIsPrompted,
	forOutside,
	forSameNetwork,
	messageForFriend,
	onlyHere,
	onThisComputer,
	passwordWords,
	serverStarted,
} from "../words/host-sentences.ts";
import { refusalWords } from "../words/refusals.ts";
import { visibilityWords } from "../words/room-words.ts";
import { interfaceWords } from "../words/ways/interface-words.ts";
import { torBesides } from "../words/ways/tor-words.ts";
import { joinCommand, routeWords, stateWords, termsWords, wayLine } from "../words/ways/way-words.ts";
import { qrRows } from "./qr.ts";

/** Holds what the screen shows. `terms` is told before friends can find the room by each route; one that cannot be used is absent. */
interface HostView {
	readonly hosting: Hosting;
	readonly terms: Snapshot["routeTerms"];
	readonly hasDetails: boolean;
	/** Only the ways in are asked for, and not the password. */
	readonly isAboutWays: boolean;
}

/** Returns the lines in the order in which they stand on the screen. The number of a line is the key that copies it. */
function shownLines({ joinLines }: Hosting): readonly JoinLine[] {
	const of = (scope: JoinLine["scope"]) => joinLines.filter((line) => line.scope === scope);
	const lines = [...of("local"), ...of("global")];
	return lines.length > 0 ? lines : of("loopback");
}

function joinLines(body: BodyBuilder, hosting: Hosting, scope: JoinLine["scope"], theme: Theme): void {
	shownLines(hosting).forEach((line, index) => {
		if (line.scope !== scope) return;
		const lead = theme.paint("faint", index < 9 ? `${index + 1} ` : "  ");
		// The command is meant to be copied, so it is never broken within a word. The name of the interface stands behind it only where there is room.
		const command = joinCommand(line);
		const note = line.network === undefined ? "" : `   (${interfaceWords[line.network]})`;
		const isFitting = command.length + 2 <= body.width;
		const isNoted = command.length + note.length + 2 <= body.width;
		if (isFitting) body.row(`${lead}${theme.paint("strong", command)}${theme.paint("faint", isNoted ? note : "")}`);
		else body.text(`${index < 9 ? `${index + 1} ` : ""}${command}`, "strong");
	});
}

const stateSigns: Readonly<Record<WayIn["state"], string>> = { checking: "…", open: "✓", blocked: "✗", unproven: "?" };

/** Tells whether a route is open by which the invite leads here from anywhere. */
const leadsFromAnywhere = ({ way, state }: WayIn): boolean => way in routeWords && state === "open";

/** Says in one sentence whether friends elsewhere can come in, and what can be done where they can't. The names of what was tried are shown with `hasDetails`. */
function outsideWays(body: BodyBuilder, { hosting, terms, hasDetails }: HostView, hasLine: boolean): void {
	const { ways, port } = hosting;
	const outside = ways.filter(({ way }) => way !== "local");
	const isFound = outside.some(leadsFromAnywhere);
	const isChecking = outside.some(({ state }) => state === "checking");
	if (!hasLine && !isFound) {
		if (isChecking) body.text("  Looking whether friends elsewhere can come in …", "faint");
		else body.text("  Nothing leads in from outside yet, so friends elsewhere can't come in like this.", "warning");
	}
	if (hasDetails)
		for (const way of outside)
			body.text(`  ${stateSigns[way.state]} ${stateWords[way.state]}: ${wayLine(way)}`, "faint");
	else {
		// Somebody who has asked for a way is told what keeps it, unasked.
		for (const way of outside)
			if (way.way in routeWords && way.state === "blocked")
				body.text(`  ${stateSigns.blocked} ${wayLine(way)}`, "warning");
		if (outside.length > 0) body.text("  ? shows what was tried, by its names.", "faint");
	}
	offerRoutes(body, hosting, terms);
	if (hasLine || isFound || isChecking) return;
	body.text(`In the router's settings, forward TCP port ${port} to this computer. Then friends type`);
	body.text(`  ${commandName} YOUR-PUBLIC-ADDRESS ${port}`, "strong");
}

interface Offer {
	readonly key: string;
	readonly offers: string;
	readonly stops: string;
	/** This is said behind what the route means. */
	readonly besides?: string;
}

/** Says by which key each route is opened here and closed again. */
const offersOf: Readonly<Record<RouteName, Offer>> = {
	dht: {
		key: "f",
		offers: "f lets friends find you anyway, by one line that works from anywhere:",
		stops: "f stops letting friends find you anyway.",
	},
	tor: {
		key: "t",
		offers: "t lets friends come through Tor as well:",
		stops: "t takes the way through Tor away.",
		besides: torBesides,
	},
	relay: {
		key: "r",
		offers: "r lets friends come through your relay, by the same line:",
		stops: "r takes the way through your relay away.",
	},
};
const offers = Object.entries(offersOf) as readonly (readonly [RouteName, Offer])[];

/** Offers each route that can be used here, and says what that means before it is done. */
function offerRoutes(body: BodyBuilder, { ways }: Hosting, terms: Snapshot["routeTerms"]): void {
	for (const [route, { offers: words, stops, besides = "" }] of offers) {
		const told = terms[route];
		if (told === undefined) continue;
		if (ways.some(({ way }) => way === route)) {
			body.text(stops, "faint");
			continue;
		}
		body.text(words, "accent");
		body.text(`  ${termsWords(route, told)} ${besides}`.trimEnd(), "faint");
	}
}

/** Returns what a friend types to join by an invite. */
const inviteCommand = (invite: string): string => `${commandName} ${invite}`;

const isOnlyTor = (ways: readonly WayIn[]): boolean => ways.length > 0 && ways.every(({ way }) => way === "tor");

/** Shows the invite, one line that holds every way in, if there is one. */
function inviteLine(body: BodyBuilder, { invite, ways }: Hosting): void {
	if (invite === undefined) return;
	body.gap();
	const isFound = ways.some(leadsFromAnywhere);
	const what = isOnlyTor(ways)
		? "that leads here through Tor"
		: isFound
			? "that finds you from anywhere"
			: "with all of these addresses";
	const begin = isOnlyTor(ways) ? "Friends type one line" : "Or one line";
	body.text(`${begin} ${what}. It names your key, so it reaches you and nobody else; never the password:`, "accent");
	body.text(`i ${inviteCommand(invite)}`, "strong");
}

/** Lays out the screen while it shows the invite as a QR code. */
function codeRows(invite: string, theme: Theme, size: Size): readonly string[] {
	const body = buildBody(theme, { ...size, rows: Number.POSITIVE_INFINITY });
	// A phone can't join, and an address of a scheme that it does not know leads nowhere: it shows text.
	const { rows, width } = qrRows(`On a computer with Real Talk type:\n${inviteCommand(invite)}`, theme);
	if (width > body.width) {
		body.text(`The QR code needs a window ${width - body.width} columns wider.`);
		return body.finish().rows;
	}
	for (const row of rows) body.row(row);
	body.gap();
	body.text(
		"A phone that reads this shows the line to type on a computer. Tell the password in another way. q shows the lines again.",
		"faint",
	);
	return body.finish().rows;
}

// Shows where friends find the room.
function placeRows(body: BodyBuilder, view: HostView, theme: Theme): void {
	const { hosting } = view;
	if (hosting.isOnlyHere) {
		body.text(onlyHere, "accent");
		joinLines(body, hosting, "loopback", theme);
		return;
	}
	if (hosting.port === 0) {
		routeRows(body, view);
		return;
	}
	const has = (scope: JoinLine["scope"]) => hosting.joinLines.some((line) => line.scope === scope);
	body.text(forSameNetwork, "accent");
	joinLines(body, hosting, "local", theme);
	if (hosting.lan !== undefined) body.text(visibilityWords(hosting.lan), "good");
	if (!has("local")) body.text("  (this computer has no address just now that others can type)", "faint");
	body.gap();
	body.text(forOutside, "accent");
	joinLines(body, hosting, "global", theme);
	outsideWays(body, view, has("global"));
	inviteLine(body, hosting);
	if (!has("local") && !has("global") && has("loopback")) {
		body.gap();
		body.text(onThisComputer, "faint");
		joinLines(body, hosting, "loopback", theme);
	}
}

/** Shows how a room is found that listens on no port. */
function routeRows(body: BodyBuilder, { hosting }: HostView): void {
	for (const way of hosting.ways)
		body.text(`${stateSigns[way.state]} ${wayLine(way)}`, way.state === "open" ? "good" : "warning");
	inviteLine(body, hosting);
}

/** Lays out the host screen. */
function hostRows(view: HostView, theme: Theme, size: Size): readonly string[] {
	const { hosting, isAboutWays } = view;
	const body = buildBody(theme, { ...size, rows: Number.POSITIVE_INFINITY });
	if (!isAboutWays) {
		body.text(serverStarted, "good");
		body.gap();
		body.text(passwordWords(hosting.password), "strong");
		body.text(everyoneIsPrompted);
		body.gap();
		body.text(attemptsExplained, "faint");
		body.gap();
	}
	placeRows(body, view, theme);
	body.gap();
	body.text("m copies a message for your friend: how to come in, and that the password comes separately.", "good");
	body.text(
		"Friends need Real Talk on their own computer too. F2 shows this again from the chat. The number before a line copies it.",
		"faint",
	);
	return body.finish().rows;
}

function commandAt(hosting: Hosting, key: string): string | undefined {
	const line = /^[1-9]$/.test(key) ? shownLines(hosting)[Number(key) - 1] : undefined;
	return line && joinCommand(line);
}

// Returns what a key copies, and what it is called.
function copiedBy(key: string, hosting: Hosting): { readonly text: string; readonly name: string } | undefined {
	const message = key === "m" ? messageForFriend(hosting) : undefined;
	if (message !== undefined) return { text: message, name: "a message for your friend" };
	const command = key === "i" ? hosting.invite && inviteCommand(hosting.invite) : commandAt(hosting, key);
	return command === undefined ? undefined : { text: command, name: command };
}

interface HostProps {
	readonly hosting: Hosting;
	readonly routeTerms: Snapshot["routeTerms"];
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly isAboutWays: boolean;
	readonly onClose: () => void;
}

/** Shows what to tell friends. Enter, Escape or F2 go to the chat; the number of a line copies it, i copies the invite, and q shows that as a QR code. */
export function Host({ hosting, routeTerms, perform, isAboutWays, onClose }: HostProps): ReactNode {
	const { theme, size } = useLook();
	const voice = useTerminalVoice();
	const [copied, setCopied] = useState("");
	const [hasDetails, setDetails] = useState(isAboutWays);
	const [refused, setRefused] = useState("");
	const [isCodeWanted, setCodeWanted] = useState(false);
	const { invite } = hosting;
	const view = { hosting, terms: hosting.isOnlyHere || hosting.port === 0 ? {} : routeTerms, hasDetails, isAboutWays };
	const rows = isCodeWanted && invite !== undefined ? codeRows(invite, theme, size) : hostRows(view, theme, size);
	const find = (route: RouteName) => {
		const isOn = !hosting.ways.some(({ way }) => way === route);
		if (view.terms[route] === undefined) return;
		void perform({ kind: "setRoute", route, isOn }).then((outcome) =>
			setRefused(outcome.kind === "refused" ? refusalWords(outcome) : ""),
		);
	};
	const copy = (key: string) => {
		const what = copiedBy(key, hosting);
		if (what === undefined) return;
		voice.say((env) => clipboardOf(what.text, env));
		setCopied(what.name);
	};
	const bar = barOf("host", [
		...(invite === undefined ? ["i", "q"] : []),
		...offers.filter(([route]) => view.terms[route] === undefined).map(([, { key }]) => key),
	]);
	// A terminal does not say whether it has put a text into the clipboard.
	const told = copied === "" ? "Your room is open" : `To the clipboard: ${copied}`;
	const title = refused === "" ? told : refused;
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title, body: { rows }, bar, scroll })}
			onPress={(press) => {
				const [route] = offers.find(([, { key }]) => press.kind === "text" && press.text === key) ?? [];
				if (route !== undefined) find(route);
				else if (press.kind === "text" && press.text === "?") setDetails(!hasDetails);
				else if (press.kind === "text" && press.text === "q") setCodeWanted(!isCodeWanted);
				else if (press.kind === "text") copy(press.text);
				if (press.kind === "key" && ["enter", "escape", "f2", "ctrl+c"].includes(press.name)) onClose();
			}}
		/>
	);
}
