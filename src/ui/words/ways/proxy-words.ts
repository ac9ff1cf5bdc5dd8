// What a proxy said, what is wrong with the name of one, and what going through one means, in sentences. Pure.

import type { AttemptFailure } from "../../../engine/api/attempt.ts";
import type { OpenTrouble } from "../../../engine/api/opening.ts";
import { commandName } from "../../text/command-name.ts";
import { torMissing } from "./tor-words.ts";

type ProxyCode = NonNullable<Extract<AttemptFailure, { kind: "dial" }>["proxy"]>;
type ProxyTrouble = Extract<OpenTrouble, { about: "proxy" }>["why"];

/** Says why nobody was reached through a proxy, or through Tor, and what can be done. */
export const proxyWords: Readonly<Record<ProxyCode, string>> = {
	notAProxy: "what answers at the proxy's address is no proxy of that kind. Check its address and port.",
	needsLogin: "the proxy wants a user and a password: write them in the address, socks5://USER:PASSWORD@HOST:PORT.",
	loginRefused: "the proxy does not accept the user and the password.",
	notAllowed: "the proxy does not allow connections to that address and port.",
	unreachable: "the proxy found no way to that computer.",
	refused: "the proxy reached that computer, but nothing is listening on that port.",
	nameNotFound: "the proxy knows no computer of that name.",
	failed: "the proxy could not connect, and does not say why.",
	closed: "the proxy closed the connection without an answer.",
	onionNotFound: "Tor does not find the room: it is closed, its host is not online, or the invite was taken back.",
	onionInvalid: "what Tor's directory has of the room is damaged. Try again in some minutes.",
	onionNotIntroduced: "the host's Tor does not answer any more. The host may have just gone: try again in a minute.",
	onionNotMet: "the host was found, and then Tor's connection to it failed. Try again.",
	onionNeedsKey: "the room wants a key that this invite does not have: ask the host for a new one.",
	onionWrongKey: "the key in this invite does not open the room any more: ask the host for a new one.",
	onionBadAddress: "the invite names no address that Tor could reach.",
	onionTimedOut: "Tor did not reach the host in time. Try again.",
	torMissing: torMissing,
	torNotStarted: "Tor could not be started.",
	torNotConnected: `Tor did not get into its network in time. Look whether this computer is online; where Tor is blocked, bridges help (${commandName} help tor).`,
};

const troubles: Readonly<Record<ProxyTrouble, string>> = {
	notAUrl: "needs a proxy like socks5://HOST:PORT or http://HOST:PORT.",
	otherScheme: "knows proxies that begin with socks5:// and http://, and no others.",
	badHost: "names no computer and port where a proxy could be.",
	badLogin: "has a user or a password that cannot be used: at most 255 bytes each, and %-signs as %25.",
	morePath: "takes nothing behind the port.",
};

/** Says what is wrong with the address of a proxy. The address is not repeated: there may be a password in it. */
export const proxyTroubleWords = (why: ProxyTrouble): string =>
	`The proxy (--proxy, or proxy in config.toml) ${troubles[why]}`;

/** Says what holds while a proxy is set. `proxy`: its address without user and password. */
export const throughProxy = (proxy: string): string =>
	`Everything goes through the proxy ${proxy}: it learns whom you call. UDP, the DHT, rooms on this network and the router are left out.`;
