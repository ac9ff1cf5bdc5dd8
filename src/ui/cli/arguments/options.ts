// The table of options: which there are, and with which commands they go.
import { dhtOptionRules } from "./dht-arguments.ts";
import { helpTorOptionRules } from "./help-tor-arguments.ts";
import { relayOptionRules } from "./relay-arguments.ts";
import { torOptionRules } from "./tor-arguments.ts";

/** Says what `rt` can be told to do; "home" is rt alone. */
export type CommandName =
	| "home"
	| "host"
	| "send"
	| "join"
	| "lan"
	| "key"
	| "blocks"
	| "told"
	| "posts"
	| "log"
	| "history"
	| "geoip"
	| "doctor"
	| "dht-node"
	| "licences"
	| "daemon"
	| "unlock"
	| "profiles"
	| "buddies"
	| "forge"
	| "relay"
	| "page"
	| "help-tor"
	| "demo";

interface OptionRule {
	readonly type: "string" | "boolean";
	readonly short?: string;
	readonly goesWith: readonly CommandName[];
}

const rooms = ["home", "host", "join"] as const;
const withData = [
	...rooms,
	"send",
	"lan",
	"key",
	"blocks",
	"told",
	"posts",
	"log",
	"history",
	"geoip",
	"doctor",
	"dht-node",
	"daemon",
	"unlock",
	"profiles",
	"buddies",
	"forge",
] as const;
const everywhere = [...withData, "licences", "relay", "page", "help-tor", "demo"] as const;
/** The rules of every option. */
export const optionRules = {
	...dhtOptionRules,
	...relayOptionRules,
	...torOptionRules,
	...helpTorOptionRules,
	port: { type: "string", goesWith: ["host", "send", "dht-node", "relay"] },
	bind: { type: "string", goesWith: ["host", "send", "join", "dht-node", "relay"] },
	interface: { type: "string", goesWith: [...rooms, "send", "lan", "daemon"] },
	visible: { type: "boolean", goesWith: ["host", "send"] },
	keep: { type: "string", goesWith: ["host"] },
	"off-record": { type: "string", goesWith: ["host"] },
	history: { type: "string", goesWith: ["host"] },
	since: { type: "string", goesWith: ["log"] },
	until: { type: "string", goesWith: ["log"] },
	from: { type: "string", goesWith: ["log"] },
	search: { type: "string", goesWith: ["log"] },
	"no-lan": { type: "boolean", goesWith: [...rooms, "send", "daemon"] },
	"no-portmap": { type: "boolean", goesWith: ["host", "send", "daemon", "doctor"] },
	proxy: { type: "string", goesWith: ["home", "join"] },
	"no-proxy": { type: "boolean", goesWith: rooms },
	stun: { type: "string", goesWith: ["doctor", "help-tor"] },
	"password-file": { type: "string", goesWith: ["host", "join"] },
	name: { type: "string", goesWith: [...rooms, "send", "daemon", "demo"] },
	rpc: { type: "boolean", goesWith: ["host", "join"] },
	plain: { type: "boolean", goesWith: [...rooms, "demo"] },
	commands: { type: "boolean", goesWith: ["host", "join"] },
	"full-screen": { type: "boolean", goesWith: [...rooms, "demo"] },
	home: { type: "string", goesWith: withData },
	profile: { type: "string", goesWith: withData.filter((place) => place !== "profiles") },
	file: { type: "string", goesWith: ["posts"] },
	json: { type: "boolean", goesWith: ["daemon", "relay", "buddies", "posts", "log", "history"] },
	fingerprint: { type: "boolean", goesWith: ["buddies"] },
	check: { type: "string", goesWith: ["forge"] },
	install: { type: "boolean", goesWith: ["daemon"] },
	save: { type: "string", goesWith: ["page"] },
	private: { type: "boolean", goesWith: ["key"] },
	yes: { type: "boolean", short: "y", goesWith: ["key", "geoip", "help-tor", "history", "posts"] },
	"maxmind-key-file": { type: "string", goesWith: ["geoip"] },
	help: { type: "boolean", short: "h", goesWith: everywhere },
	version: { type: "boolean", short: "V", goesWith: everywhere },
} as const satisfies Readonly<Record<string, OptionRule>>;

export type OptionName = keyof typeof optionRules;
/** The options that were given, without their dashes. */
export type Options = ReadonlyMap<OptionName, string>;

/** These words are commands. */
export const actions = [
	"host",
	"send",
	"join",
	"lan",
	"key",
	"blocks",
	"told",
	"posts",
	"log",
	"history",
	"geoip",
	"doctor",
	"dht-node",
	"licences",
	"daemon",
	"unlock",
	"profiles",
	"buddies",
	"forge",
	"relay",
	"page",
	"help-tor",
	"demo",
] as const;
/** These are the commands and "help". */
export const commands = [...actions, "help"] as const;
