// Which Tor and which relays are used: what was typed comes before what stands in config.toml. Pure.
import type { RelayChoice, TorChoice } from "../../engine/api/opening.ts";
import type { Settings } from "./settings.ts";

type TorAsked = Omit<TorChoice, "page"> & { readonly hasPage?: boolean };

/** Returns the Tor to use. Whoever names one of their own, or one that runs already, does not get the other one's settings besides. */
export function torSettings(typed: TorAsked = {}, { tor = {} }: Pick<Settings, "tor"> = {}): TorAsked {
	const { bridges, torrc, control, socks, page } = { ...tor };
	const isTypedRunning = typed.control !== undefined || typed.socks !== undefined;
	const own = isTypedRunning ? {} : { ...given("bridges", bridges), ...given("torrc", torrc) };
	const running =
		typed.torrc === undefined && !isTypedRunning ? { ...given("control", control), ...given("socks", socks) } : {};
	return { ...own, ...running, ...given("hasPage", page), ...typed };
}

/** Returns the relays to use. A token belongs to the relays it was given with. */
export function relaySettings(typed: RelayChoice = {}, { relay }: Pick<Settings, "relay"> = {}): RelayChoice {
	if (typed.relays !== undefined || relay?.urls === undefined) return typed;
	return { relays: relay.urls.join(","), ...given("tokenFile", typed.tokenFile ?? relay["token-file"]) };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
	return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}
