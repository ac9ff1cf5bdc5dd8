// Puts the engine together from its parts: the home directory, the database, the account, real sockets and the clock.
import { interfaceKind, type Restriction } from "../net/address/interfaces.ts";
import { geoIpDataFolders } from "../net/geoip/folders.ts";
import { GeoIp } from "../net/geoip/geoip.ts";
import { severalTransports } from "../net/link/combined-transport.ts";
import type { Transport, TransportName } from "../net/link/link.ts";
import { allowedAddresses, ownAddresses } from "../net/link/own-addresses.ts";
import { restrictedTransport } from "../net/link/restricted-transport.ts";
import { type ProxyAddress, parseProxy } from "../net/proxy/proxy-address.ts";
import { proxyTransport } from "../net/proxy/proxy-transport.ts";
import { tcpTransport } from "../net/tcp/tcp.ts";
import { udpTransport } from "../net/udp/udp.ts";
import { AccountKeyCommands } from "./account/key-commands.ts";
import type { FileWishes } from "./api/files/files.ts";
import type { ForgeTool } from "./api/forge/forge.ts";
import type { RouteName } from "./api/hosting.ts";
import type { KeyCommands } from "./api/key.ts";
import type { DhtChoice, OpenTrouble, RelayChoice, TorChoice } from "./api/opening.ts";
import type { KeyTrouble } from "./api/refusals.ts";
import { RealTalk } from "./engine.ts";
import { homePath, type OpenHome, openHome } from "./open-home.ts";
import { lookUpIn } from "./places/look-up.ts";
import { dhtRoute } from "./routes/dht/dht-route.ts";
import { readDhtChoice } from "./routes/dht/policy.ts";
import { readRelayChoice } from "./routes/relay/policy.ts";
import { relayRoute } from "./routes/relay/relay-route.ts";
import { readTorChoice } from "./routes/tor/policy.ts";
import { torRoute } from "./routes/tor/tor-route.ts";
import { cleanLine } from "./text/clean.ts";

export type OpenOutcome =
	| {
			readonly kind: "open";
			readonly engine: RealTalk;
			readonly keyCommands: KeyCommands;
			/** Asks gpg for the key once, as `Account.wakeGpgKey` says, and returns why it cannot be used, if so. */
			readonly wakeGpgKey: () => Promise<KeyTrouble | undefined>;
			/** Loads what makes conversations off the record alone. */
			readonly forgeTool: () => Promise<ForgeTool>;
	  }
	/** The engine was refused. `isUsage` says that what was asked for cannot be on this computer. */
	| { readonly kind: "refused"; readonly trouble: OpenTrouble; readonly isUsage?: true };

/** Says what an engine is opened with. What is left out is not allowed, or as the system has it. */
export interface EngineOptions {
	/** Names the folder in which all state lives; without it that is the system's usual folder for a person's data. */
	readonly home?: string | undefined;
	/** A host may ask the router to open its port. */
	readonly isPortmapAllowed?: boolean;
	/** Rooms on the same network may be looked for, and a host's room shown there, when the person asks for it. */
	readonly isLanAllowed?: boolean;
	/** The one interface or address of this computer that is used; the engine is refused when this computer has no such. */
	readonly only?: Restriction | undefined;
	/** Says which DHT may be used, if any. */
	readonly dht?: DhtChoice | undefined;
	/** The relays at which a host may be found, if there are any. */
	readonly relay?: RelayChoice | undefined;
	/** Says which Tor is used where Tor is. */
	readonly tor?: TorChoice | undefined;
	/** "socks5://…" or "http://…", as the person wrote it: everybody is reached through this proxy, and nothing goes another way. */
	readonly proxy?: string | undefined;
	/** Says where files go, which are taken without a question, and how fast they may pass. */
	readonly files?: FileWishes;
}

/** Makes every Transport that is dialled by address and port. The compiler asks here for each that has a name. */
const portTransports = (): Readonly<
	Record<Exclude<TransportName, RouteName | "memory" | "proxy" | "tor">, Transport>
> => ({
	tcp: tcpTransport(),
	udp: udpTransport(),
});

/** Opens the home, unless `openedBefore` is it, and puts the engine on real sockets and the system's clock. */
export async function openEngine(
	{
		home: wishedHome,
		isPortmapAllowed = false,
		isLanAllowed = false,
		only,
		dht: dhtChoice = {},
		relay: relayChoice = {},
		proxy: proxyText,
		tor: torChoice = {},
		files = {},
	}: EngineOptions,
	openedBefore?: OpenHome,
): Promise<OpenOutcome> {
	const home = homePath(wishedHome);
	const read = proxyText === undefined ? undefined : parseProxy(proxyText);
	if (read?.kind === "refused") return { kind: "refused", trouble: { about: "proxy", why: read.why }, isUsage: true };
	const proxy = read?.proxy;
	const dht = readDhtChoice(dhtChoice, proxy !== undefined);
	if (dht.kind === "refused") return dht;
	const transports = transportsFor(only, proxy);
	const relay = await readRelayChoice(relayChoice, transports.byTcp);
	if (relay.kind === "refused") return { ...relay, isUsage: true };
	const tor = readTorChoice(torChoice, home);
	if (tor.kind === "refused") return { ...tor, isUsage: true };
	const problem = only && problemOf(only);
	if (problem !== undefined) return { kind: "refused", trouble: problem, isUsage: true };
	const opened = openedBefore ? ({ kind: "open", home: openedBefore } as const) : await openHome(home);
	if (opened.kind === "refused") return opened;
	const { account, store } = opened.home;
	const geoIp = new GeoIp({ dataFolders: geoIpDataFolders(home) });
	const locator = { lookUp: lookUpIn(geoIp), close: () => geoIp.close() };
	const engine = new RealTalk({
		account,
		store,
		transport: transports.all,
		now: Date.now,
		locator,
		files,
		isPortmapAllowed: isPortmapAllowed && proxy === undefined,
		isLanAllowed: isLanAllowed && proxy === undefined,
		...(proxy ? { proxy: proxy.display } : {}),
		routes: [
			dhtRoute(dht.policy),
			relayRoute(relay.policy),
			torRoute(tor.source, proxy !== undefined, Date.now, torChoice.page),
		],
	});
	return {
		kind: "open",
		engine,
		keyCommands: new AccountKeyCommands(account),
		wakeGpgKey: () => account.wakeGpgKey(),
		forgeTool: async () => (await import("./forge/tool.ts")).forgeTool(account, Date.now),
	};
}

/** Makes the ways by which everybody is reached: TCP and UDP, or a proxy and nothing else. `byTcp`: for what cannot go by datagrams. */
function transportsFor(
	only: Restriction | undefined,
	proxy: ProxyAddress | undefined,
): { readonly all: Transport; readonly byTcp: Transport } {
	const kept = (one: Transport): Transport => (only ? restrictedTransport(one, only) : one);
	const { tcp, ...others } = portTransports();
	const byTcp = proxy ? proxyTransport(proxy, kept(tcp)) : kept(tcp);
	return { byTcp, all: proxy ? byTcp : severalTransports(byTcp, Object.values(others).map(kept)) };
}

/** Returns what is wrong with `only` on this computer; `undefined` when it can be kept to. */
function problemOf(only: Restriction): OpenTrouble | undefined {
	const own = ownAddresses();
	if (allowedAddresses(own, only).length > 0) return undefined;
	const names = [...new Set(own.map((one) => one.interface))];
	if (only.interface !== undefined && !names.includes(only.interface)) {
		const others = names.map((name) => ({ name: cleanLine(name), kind: interfaceKind(name) }));
		return { about: "interface", name: cleanLine(only.interface), others };
	}
	return { about: "address", address: cleanLine(only.bind ?? ""), isOfInterface: only.interface !== undefined };
}
