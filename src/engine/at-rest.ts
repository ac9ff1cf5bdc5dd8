// What an engine shows before anything is done with it, found without loading what opens rooms: the first picture need not wait for that.
import { allowedAddresses, ownAddresses } from "../net/link/own-addresses.ts";
import { parseProxy } from "../net/proxy/proxy-address.ts";
import { readRelayUrls } from "../net/relay/relay-url.ts";
import { hasRows } from "../store/db.ts";
import type { HomeView } from "./api/api.ts";
import type { RouteName } from "./api/hosting.ts";
import type { OpenTrouble } from "./api/opening.ts";
import type { EngineOptions } from "./open-engine.ts";
import { homePath, type OpenHome, openHome } from "./open-home.ts";
import { dhtFace } from "./routes/dht/face.ts";
import { readDhtChoice } from "./routes/dht/policy.ts";
import { relayFace } from "./routes/relay/face.ts";
import { type RouteFace, usableTerms } from "./routes/route.ts";
import { torFace } from "./routes/tor/face.ts";
import { readTorChoice } from "./routes/tor/policy.ts";

/**
 * Says what came of looking. `rest`: the home is open, and `view` is what the engine's first snapshot has; it is absent where only the engine can tell.
 * `engineFirst`: nothing is open, because the engine may have to refuse what was asked for.
 */
export type RestOutcome =
	| { readonly kind: "rest"; readonly home: OpenHome; readonly view?: HomeView }
	| { readonly kind: "engineFirst" }
	| { readonly kind: "refused"; readonly trouble: OpenTrouble };

/** Opens the home, and tells what there is while nothing is done. */
export async function openAtRest(options: EngineOptions): Promise<RestOutcome> {
	const { home, only, dht: dhtChoice = {}, relay = {}, tor: torChoice = {}, proxy: proxyText } = options;
	const path = homePath(home);
	const proxy = proxyText === undefined ? undefined : parseProxy(proxyText);
	const isProxied = proxy !== undefined;
	const [dht, tor] = [readDhtChoice(dhtChoice, isProxied), readTorChoice(torChoice, path)];
	const relays = readRelayUrls(relay.relays ?? "");
	const hasOnly = !only || allowedAddresses(ownAddresses(), only).length > 0;
	if (proxy?.kind === "refused" || dht.kind === "refused" || tor.kind === "refused") return { kind: "engineFirst" };
	if (!relays || relay.tokenFile !== undefined || !hasOnly) return { kind: "engineFirst" };
	const opened = await openHome(path);
	if (opened.kind === "refused") return opened;
	// The compiler asks here for each route.
	const faces: Readonly<Record<RouteName, RouteFace>> = {
		dht: dhtFace(dht.policy),
		relay: relayFace({ relays }),
		tor: torFace(tor.source, isProxied, () => performance.now()),
	};
	const view = await viewOf(opened.home, usableTerms(Object.values(faces), only));
	if (!view) return { kind: "rest", home: opened.home };
	return { kind: "rest", home: opened.home, view: proxy ? { ...view, proxy: proxy.proxy.display } : view };
}

/** Returns the view of a person whose key can be used and who follows nobody. Whoever has a key in gpg may be asked for it on the terminal before. */
async function viewOf({ account, store }: OpenHome, routeTerms: HomeView["routeTerms"]): Promise<HomeView | undefined> {
	const identity = account.state();
	if (identity.kind !== "ready" || identity.keptIn === "gpg-agent" || hasRows(store, "feeds")) return undefined;
	const view = { identity, rooms: [], recentRooms: account.recentRooms(), routeTerms };
	if (!hasRows(store, "kept_rooms")) return view;
	const { keptAtRest } = await import("./kept-rooms-view.ts");
	return { ...view, ...keptAtRest(store, account) };
}
