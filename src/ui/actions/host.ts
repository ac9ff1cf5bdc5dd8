// The actions of a host: who may come in, who must go, and what holds for the whole room.
import { blockCommandOf, readBlockWish } from "../text/block-wish.ts";
import { type Action, command, type Meaning, onOrOff, wrong } from "./action.ts";

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function disappear(typed: string): Meaning {
	if (typed.toLowerCase() === "off") return command({ kind: "setDisappearing", seconds: "off" });
	const [, count, unit = ""] = /^(\d{1,7})\s*([smhdw])[a-z]*$/i.exec(typed) ?? [];
	const seconds = Number(count) * (unitSeconds[unit.toLowerCase()] ?? 0);
	if (count !== undefined && seconds > 0) return command({ kind: "setDisappearing", seconds });
	return wrong("Please say after how long: /disappear 30s, 5m, 1h, 7d or 4w; /disappear off lets messages stay.");
}

function capped(typed: string): Meaning {
	if (!/^\d{1,4}$/.test(typed)) return wrong("Please type a number: /cap 20");
	return command({ kind: "settings", memberCap: Number(typed) });
}

function keepRoom(name: string): Meaning {
	return name === "" ? wrong("Please give the room a name: /keep Friends") : command({ kind: "keep", name });
}

/** Actions of a host, in the order of the help. */
export const hostActions = {
	admin: {
		does: "your room: people, who tried to come in, blocks, settings",
		who: "host",
		slash: { takes: "", read: "view" },
		screenOnly: "The admin panel is for the full screen. Here the other commands do the same: /help lists them.",
	},
	kick: {
		does: "remove someone",
		who: "host",
		slash: { takes: "NAME", read: (who) => ({ kind: "kick", who }) },
		method: "kick",
	},
	block: {
		does: "keep out an address, a range (81.2.69.0/24), a network owner (AS3320), a fingerprint or somebody who is here by NAME",
		who: "host",
		slash: {
			takes: "SUBJECT [for 2h|3d] [NOTE]",
			read: (typed, now) => {
				const read = readBlockWish(typed);
				if (read.kind === "wrong") return wrong(read.message);
				return command(blockCommandOf(read.kind === "wish" ? read : { address: typed }, now));
			},
		},
		method: "block",
	},
	unblock: {
		does: "lift a block: by what was blocked, or by NAME",
		who: "host",
		slash: { takes: "SUBJECT", read: (address) => command({ kind: "unblock", address }) },
		method: "unblock",
	},
	blocks: {
		does: "who is blocked, since when and why",
		who: "host",
		slash: { takes: "", read: "view" },
		method: "blocks",
	},
	knocks: {
		does: "who tried to come in, and how it ended",
		who: "host",
		slash: { takes: "", read: "view" },
		method: "knocks",
	},
	pause: {
		does: "let nobody new in for now",
		who: "host",
		slash: { takes: "", read: () => command({ kind: "settings", isPaused: true }) },
	},
	resume: {
		does: "let people in again",
		who: "host",
		slash: { takes: "", read: () => command({ kind: "settings", isPaused: false }) },
	},
	cap: {
		does: "how many people the room holds, you included",
		who: "host",
		slash: { takes: "NUMBER", read: capped },
	},
	visible: {
		does: "show the room to everyone on this network, or not",
		who: "host",
		slash: {
			takes: "on or off",
			read: onOrOff("visible", (isOn) => command({ kind: "settings", visibleOnLan: isOn })),
		},
	},
	ways: {
		does: "how friends find your room, and what else can be done",
		who: "host",
		slash: { takes: "", read: "view" },
	},
	dht: {
		does: "let friends find you by the invite where no port is open; nodes of the DHT learn your address",
		who: "host",
		slash: {
			takes: "on|off",
			read: onOrOff("dht", (isOn) => command({ kind: "setRoute", route: "dht", isOn })),
		},
	},
	relay: {
		does: "let friends come through the relay you named (--relay); it sees addresses and how much, not what",
		who: "host",
		slash: {
			takes: "on|off",
			read: onOrOff("relay", (isOn) => command({ kind: "setRoute", route: "relay", isOn })),
		},
	},
	uninvite: {
		does: "take back the invite for NAME; people who are in stay",
		who: "host",
		slash: { takes: "NAME", read: (label) => command({ kind: "takeBackInvite", label }) },
		method: "takeBackInvite",
	},
	tor: {
		does: "let friends come through Tor by the invite; your key stays the same, so it links this room with others",
		who: "host",
		slash: {
			takes: "on|off",
			read: onOrOff("tor", (isOn) => command({ kind: "setRoute", route: "tor", isOn })),
		},
	},
	password: {
		does: "change the room's password; nobody has to leave",
		who: "host",
		slash: {
			takes: "",
			read: "view",
			refusal: "Not here, where it can be seen: /password alone asks for the new one.",
		},
		method: "setPassword",
	},
	keep: {
		does: "make the room stay under a name: messages wait for people who are away, and you all come back without the password",
		who: "host",
		slash: { takes: "NAME", read: keepRoom },
		method: "keep",
	},
	disappear: {
		does: "let messages disappear after a time: 30s, 5m, 1h, 7d",
		who: "host",
		slash: { takes: "TIME or off", read: disappear },
		method: "setDisappearing",
	},
} as const satisfies Readonly<Record<string, Action>>;
