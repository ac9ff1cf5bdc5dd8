// The configuration of our own tor: what we write into it, and which further lines a person may add (bridges, a private network). Pure.
import { quotedText } from "./replies.ts";

/** Says where the files of one tor are. */
export interface TorPlaces {
	/** Tor keeps what it knows of the network here from start to start. */
	readonly data: string;
	readonly socks: string;
	readonly control: string;
	readonly cookie: string;
}

/** Holds what a person adds. `lines` of a torrc file; `bridges` as Tor's site hands them out, without the word "Bridge". */
export interface TorExtras {
	readonly lines?: readonly string[];
	readonly bridges?: readonly string[];
}

/** Says what is wrong with an extra line: its number, from 1, in its file or list. */
export interface TorrcTrouble {
	readonly where: "torrc" | "bridges";
	readonly line: number;
	/** Says what is wrong. `notAnOption`: no name with a value · `ours`: it would open, expose or take what is rt's · `noPlugin`: `plugin` is not on this computer. */
	readonly why: "tooLong" | "tooMany" | "controlCharacter" | "notAnOption" | "ours" | "noPlugin" | "notABridge";
	readonly plugin?: string;
}

const MAX_LINES = 200;
const MAX_LINE_CHARACTERS = 2_000;

/** Options that open a listener, name a file of ours, hand the process to somebody, or make a relay of it. Tor takes any beginning of a name for the name. */
const OURS =
	/^[+/]?(?:.*port(?:$|Lines)|.*listen.*|control.*|socks.*|.*dir(?:ectory)?$|hiddenservice.*|hashedcontrol.*|cookie.*|__.*|user|runasdaemon|pidfile|log.*|exitrelay|bridgerelay|orport.*|extorport.*|dirport.*|%include|include.*|sandbox|disablenetwork|clientonly|onion.*|clientonionauthdir)/i;
/** These end in "Dir" or begin with "Client" and are what private networks and bridges need. */
const ALLOWED = /^(?:clienttransportplugin|dirauthority|alternatedirauthority|fallbackdir|testing.*)$/i;
/** The transports for which Debian and Homebrew have a program, and its names in PATH. */
const PLUGINS: Readonly<Record<string, readonly string[]>> = {
	obfs4: ["obfs4proxy", "lyrebird"],
	meek_lite: ["obfs4proxy", "lyrebird"],
	webtunnel: ["lyrebird", "webtunnel-client"],
	snowflake: ["snowflake-client"],
};

/** Finds the first line that cannot be taken. `find` returns the path of a program, or nothing. */
export function torrcTrouble(
	{ lines = [], bridges = [] }: TorExtras,
	find: (program: string) => string | undefined,
): TorrcTrouble | undefined {
	for (const [where, list] of [
		["torrc", lines],
		["bridges", bridges],
	] as const) {
		if (list.length > MAX_LINES) return { where, line: MAX_LINES + 1, why: "tooMany" };
		for (const [index, line] of list.entries()) {
			const trouble = where === "torrc" ? lineTrouble(line) : bridgeTrouble(line, find);
			if (trouble) return { where, line: index + 1, ...trouble };
		}
	}
	return undefined;
}

type LineTrouble = Pick<TorrcTrouble, "why" | "plugin">;

const isText = (line: string): boolean => !/[^\P{C}\t]/u.test(line);

function lineTrouble(line: string): LineTrouble | undefined {
	if (line.length > MAX_LINE_CHARACTERS) return { why: "tooLong" };
	if (!isText(line)) return { why: "controlCharacter" };
	const words = line.trim();
	if (words === "" || words.startsWith("#")) return undefined;
	// A backslash at the end would swallow the line that follows, which may be ours.
	if (words.endsWith("\\")) return { why: "notAnOption" };
	const name = /^([+/%]?[A-Za-z_0-9]+)(?:\s|$)/.exec(words)?.[1];
	if (name === undefined) return { why: "notAnOption" };
	return OURS.test(name) && !ALLOWED.test(name) ? { why: "ours" } : undefined;
}

function bridgeTrouble(line: string, find: (program: string) => string | undefined): LineTrouble | undefined {
	if (line.length > MAX_LINE_CHARACTERS) return { why: "tooLong" };
	if (!isText(line)) return { why: "controlCharacter" };
	const words = line.trim().split(/\s+/);
	const transport = transportOf(line);
	const address = words[transport === undefined ? 0 : 1] ?? "";
	if (!/^(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(address)) return { why: "notABridge" };
	if (transport === undefined) return undefined;
	const programs = PLUGINS[transport];
	if (programs === undefined) return { why: "noPlugin", plugin: transport };
	return programs.some((program) => find(program) !== undefined)
		? undefined
		: { why: "noPlugin", plugin: programs[0] ?? transport };
}

/** Returns the name of the transport in the line of a bridge, in small letters, if it has one. */
export function transportOf(line: string): string | undefined {
	return /^\s*([a-z][a-z0-9_]*)\s/i.exec(line)?.[1]?.toLowerCase();
}

/** Writes the whole file. The extras must have been found good. `processId`: Tor ends when that process has ended. */
export function torrcText(
	places: TorPlaces,
	{ lines = [], bridges = [] }: TorExtras,
	processId: number,
	find: (program: string) => string | undefined,
): string {
	const transports = new Set(bridges.flatMap((line) => transportOf(line) ?? []));
	const plugins = [...transports].flatMap((transport) => {
		const program = (PLUGINS[transport] ?? []).map(find).find((path) => path !== undefined);
		return program === undefined ? [] : [`ClientTransportPlugin ${transport} exec ${program}`];
	});
	const own = [
		`DataDirectory ${quotedText(places.data)}`,
		`SocksPort unix:${quotedText(places.socks)} IsolateSOCKSAuth ExtendedErrors OnionTrafficOnly`,
		`ControlPort unix:${quotedText(places.control)}`,
		"CookieAuthentication 1",
		`CookieAuthFile ${quotedText(places.cookie)}`,
		"ClientOnly 1",
		"AvoidDiskWrites 1",
		"SafeLogging 1",
		// Nobody is contacted before the control connection owns the process.
		"DisableNetwork 1",
		`__OwningControllerProcess ${processId}`,
	];
	const bridged = bridges.length === 0 ? [] : ["UseBridges 1", ...plugins, ...bridges.map((line) => `Bridge ${line}`)];
	return `${[...lines, ...bridged, ...own].join("\n")}\n`;
}
