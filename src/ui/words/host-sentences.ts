// What a host is told, in the product's own words (design §1): the views may add to these sentences, but not change them.
import type { Hosting, JoinLine } from "../../engine/api/hosting.ts";
import { commandName } from "../text/command-name.ts";
import { visibilityWords } from "./room-words.ts";
import { joinCommand, wayLine } from "./ways/way-words.ts";

/** Is asked before the room opens. */
export const askHostPassword = "Please enter a password that will be required to join this chat";
/** Is told when the room is open. */
export const serverStarted = "Server has been started.";
/** Is told before the password. */
const passwordIs = "The password is:";
/** Says which password the room has; one that goes on has one that only its people know. */
export const passwordWords = (password: string): string =>
	password === "" ? "The password is the one that the room had." : `${passwordIs} ${password}`;
/** Is told of the password. */
export const everyoneIsPrompted = "All users will be prompted for the password upon connecting.";
/** Is told of wrong guesses. */
export const attemptsExplained =
	"They have 3 password attempts. If they fail the first 3, they will get disconnected and you will be notified. " +
	"They can reconnect a second time and enter 3 more passwords, but if those fail, they will be automatically blocked, " +
	"and you will have to unblock them. You will be notified.";
/** Is told before the lines for local addresses. */
export const forSameNetwork =
	"For people on the same computer network (WiFi, cable, etc.), if they want to join, have them type";
/** Is told before the lines for addresses on the Internet. */
export const forOutside =
	"For people outside of your computer network (remote locations on the Internet), if they want to join, have them type";

/** Is told in place of the two above, when the host has chosen so, before one line for each address. */
export const onlyHere =
	"Only this computer itself can join, because the room was told to listen nowhere else. In another window here, type";

/** Is told before the lines for loopback, where this computer has no address that others can type. */
export const onThisComputer = "On this computer itself, in another window:";

/** Returns the best line that a friend can type: the invite, which has every way in, or else the address that reaches furthest. */
function bestCommand({ invite, joinLines }: Hosting): string | undefined {
	if (invite !== undefined) return `${commandName} ${invite}`;
	const scopes = ["global", "local", "loopback"] as const;
	const line = scopes.map((scope) => joinLines.find((one) => one.scope === scope)).find((one) => one !== undefined);
	return line && joinCommand(line);
}

/** Returns a message that can be pasted into any messenger: what this is, what to type, and that the password comes in another way. It never has the password. */
export function messageForFriend(hosting: Hosting): string | undefined {
	const command = bestCommand(hosting);
	if (command === undefined) return undefined;
	return [
		"Come and chat with me on Real Talk, in a terminal (Linux, macOS or WSL).",
		...(commandName === "rt"
			? ["If you don't have it yet, ask me where to get it. Then type:"]
			: ["If you don't have it yet, ask me where to get it; it needs git and Node.js.", "Then type in its folder:"]),
		command,
		"It will ask for a password. I tell you that in another way.",
	].join("\n");
}

/** Returns all of it, a line each, for a room that has just been opened. */
export function hostLines(hosting: Hosting): readonly string[] {
	const begin = [serverStarted, passwordWords(hosting.password), everyoneIsPrompted, attemptsExplained];
	if (hosting.port === 0) return begin;
	if (hosting.isOnlyHere) return [...begin, onlyHere, ...hosting.joinLines.map(joinCommand)];
	const here = hosting.joinLines.every(({ scope }) => scope === "loopback") ? hosting.joinLines : [];
	return [
		...begin,
		forSameNetwork,
		...commandsOr(localLines(hosting), [
			`${commandName} X.X.X.X ${hosting.port}`,
			"(X.X.X.X is this computer's address; none was found that others can type.)",
		]),
		forOutside,
		...commandsOr(outsideLines(hosting), [
			`${commandName} Y.Y.Y.Y ${hosting.port}`,
			`(Y.Y.Y.Y is your address on the Internet, which is not known here; your router must pass port ${hosting.port} on to this computer.)`,
		]),
		...(here.length > 0 ? [onThisComputer, ...here.map(joinCommand)] : []),
	];
}

/** Says what friends can type, when it is asked for later: with what is known of the DHT by then. */
export const inviteLines = (hosting: Hosting): readonly string[] => [...hostLines(hosting), ...dhtLines(hosting)];

/** Tells each thing once: all of it the first time, later only new ways in from the Internet (a router may take its time to answer) and where the room is shown. */
export function hostingNews(): (hosting: Hosting) => readonly string[] {
	const toldCommands = new Set<string>();
	let hasToldAll = false;
	let toldLan = "";
	const lanNews = ({ lan }: Hosting): readonly string[] => {
		const words = lan?.words === undefined ? "" : visibilityWords(lan);
		if (words === toldLan) return [];
		toldLan = words;
		return [words === "" ? "This room is not shown on this network any more." : words];
	};
	let toldDht = "";
	const dhtNews = (hosting: Hosting): readonly string[] => {
		const lines = dhtLines(hosting);
		const text = lines.join("\n");
		if (text === toldDht) return [];
		toldDht = text;
		return lines;
	};
	return (hosting) => {
		const fresh = outsideLines(hosting).filter((line) => !toldCommands.has(joinCommand(line)));
		for (const line of fresh) toldCommands.add(joinCommand(line));
		if (hasToldAll)
			return [...fresh.flatMap((line) => [forOutside, joinCommand(line)]), ...lanNews(hosting), ...dhtNews(hosting)];
		hasToldAll = true;
		return [...hostLines(hosting), ...lanNews(hosting), ...dhtNews(hosting)];
	};
}

/** Returns what friends type who find the room through the DHT, or why they can't. The invite tells the addresses too, which may change. */
function dhtLines({ ways, invite }: Hosting): readonly string[] {
	const dht = ways.find(({ way }) => way === "dht");
	const tor = ways.find(({ way }) => way === "tor");
	if (tor?.state === "blocked") return [wayLine(tor)];
	if (tor?.state === "open" && invite !== undefined) {
		return ["From anywhere, through Tor: have them type this invite (never the password)", `${commandName} ${invite}`];
	}
	if (dht?.state === "open" && invite !== undefined) {
		return [
			"From anywhere, also where no port is open: have them type this invite (never the password)",
			`${commandName} ${invite}`,
		];
	}
	return dht?.state === "blocked" ? [`From anywhere (DHT): ${wayLine(dht)}`] : [];
}

/** Returns the join lines for people on the same network. */
function localLines(hosting: Hosting): readonly JoinLine[] {
	return hosting.joinLines.filter((line) => line.scope === "local");
}

/** Returns the join lines for people elsewhere. */
function outsideLines(hosting: Hosting): readonly JoinLine[] {
	return hosting.joinLines.filter((line) => line.scope === "global");
}

function commandsOr(lines: readonly JoinLine[], otherwise: readonly string[]): readonly string[] {
	return lines.length > 0 ? lines.map(joinCommand) : otherwise;
}
