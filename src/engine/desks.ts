// Makes the desks that do the work of one engine. A desk that needs another one, which may not be there yet, asks for it when it is needed.
import { localAddresses } from "../net/address/address.ts";
import { type Clock, realClock } from "../net/link/clock.ts";
import type { Transport } from "../net/link/link.ts";
import { watchedTransport } from "../net/link/watched-transport.ts";
import type { Store } from "../store/db.ts";
import { ownMappingsIn } from "../store/own-mappings.ts";
import { ownRoomsIn } from "../store/own-rooms.ts";
import { settingsIn } from "../store/settings.ts";
import type { Account } from "./account/account.ts";
import type { Event } from "./api/events.ts";
import type { FileWishes } from "./api/files/files.ts";
import { Buddies } from "./buddies.ts";
import { reachablePosts } from "./feed-ways.ts";
import { SharedFiles } from "./files/shared-files.ts";
import { Gates } from "./gates.ts";
import { HistoryDesk } from "./history-desk.ts";
import { KeptRoomsView } from "./kept-rooms-view.ts";
import { LanRoomsView } from "./lan-rooms-view.ts";
import { type LookUp, locate } from "./places/locations.ts";
import type { Posts } from "./posts/posts.ts";
import { Unsent } from "./room/unsent.ts";
import { dhtRoute } from "./routes/dht/dht-route.ts";
import { usualDhtPolicy } from "./routes/dht/policy.ts";
import type { Route } from "./routes/route.ts";
import { nearbyLooker } from "./stay/nearby.ts";
import { Stays } from "./stays.ts";
import type { Disclosures } from "./told/disclosures.ts";
import { toldTogether } from "./told/told-together.ts";

export interface EngineOptions {
	readonly account: Account;
	readonly store: Store;
	readonly transport: Transport;
	readonly now: () => number;
	/** Looks up places. Without it nothing is known of them but what an address says by itself. */
	readonly locator?: { readonly lookUp: LookUp; close?(): Promise<void> };
	readonly clock?: Clock;
	/** A room's host may ask the router to open its port when this is true. */
	readonly isPortmapAllowed?: boolean;
	/** Rooms may be shown and looked for on the same network when this is true. */
	readonly isLanAllowed?: boolean;
	/** Lists the ways into rooms beside plain addresses; without it there is the DHT, by what an invite brings, and where a host asks for it. */
	readonly routes?: readonly Route[];
	/** The proxy through which everything goes, without user and password; when it is absent nothing does. */
	readonly proxy?: string;
	/** Says what the person wishes of all files; without it nothing is taken unasked, and nothing is held back. */
	readonly files?: FileWishes;
	/** Returns the addresses of this computer; without it the system is asked. */
	readonly ownAddresses?: () => readonly string[];
}

/** Says what the engine is told by its desks. */
interface Telling {
	readonly emit: (event: Event) => void;
	/** Is called when something that a snapshot shows has changed. */
	readonly changed: () => void;
}

/** Owns everything that is opened for the rooms of one engine. */
export class Desks {
	readonly gates: Gates;
	readonly told: Disclosures;
	readonly files: SharedFiles;
	readonly lan: LanRoomsView;
	readonly kept: KeptRoomsView;
	readonly buddies: Buddies;
	readonly history: HistoryDesk;
	readonly posts: Posts;
	readonly stays: Stays;
	readonly isLanAllowed: boolean;
	readonly #closing = new AbortController();

	constructor(options: EngineOptions, telling: Telling) {
		const { account, store, locator, now, clock = realClock, isLanAllowed = false } = options;
		const sealer = () => account.sealer();
		const known: Pick<Account, "trustOf"> & { readonly ownKey: Account["ownFingerprint"] } = {
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			ownKey: () => account.ownFingerprint(),
		};
		const routes = options.routes ?? [dhtRoute(usualDhtPolicy)];
		const uptime = () => clock.now();
		this.isLanAllowed = isLanAllowed;
		this.told = toldTogether(now, telling.changed);
		const transport = watchedTransport(options.transport, {
			dialled: this.told.contacts("dialled"),
			answered: this.told.contacts("caller"),
		});
		this.gates = new Gates({
			...{ store, now, clock, sealer, ...known },
			lookUp: locator?.lookUp ?? (async ({ scope }) => locate(scope)),
			ownAddresses: options.ownAddresses ?? (() => localAddresses().map(({ address }) => address)),
			slots: () => this.stays.slots,
			emit: telling.emit,
			onKeyBlocked: () => account.changeLaterRoomsSecret(),
			onChange: telling.changed,
		});
		this.files = new SharedFiles(store, sealer, now, uptime, options.files);
		const onContact = this.told.contacts("askedNetwork");
		const only = transport.only ?? {};
		this.lan = new LanRoomsView({ only, isAllowed: isLanAllowed, onContact, ...known, ...telling });
		this.kept = new KeptRoomsView({
			...{ store, sealer },
			onForget: (room) => void this.history.histories.forget(room),
			kept: () => this.stays.kept(),
			isOpen: (room) => this.stays.slots.isLive(room),
		});
		const keptRooms = () => this.kept.rooms();
		const stays = () => this.stays;
		const changed = (): void => {
			this.kept.changed();
			telling.changed();
		};
		this.buddies = new Buddies({
			stays,
			context: { account, keptRooms, routes, now, emit: telling.emit, changed },
		});
		const isOurs = () => keptRooms()?.claim() ?? false;
		this.history = new HistoryDesk({ store, account, now, uptime, stays, isOurs });
		this.posts = reachablePosts({
			...{ store, account, now, clock, files: this.files, ...telling },
			...{ transport, routes, told: this.told, signal: this.#closing.signal },
			stays: () => this.stays.slots.all().flatMap(({ stay }) => stay ?? []),
		});
		this.stays = new Stays({
			buddies: () => this.buddies.view(),
			lan: this.lan,
			isLanAllowed,
			context: {
				...{ account, transport, routes, keptRooms, now, uptime, ...telling },
				...{ told: this.told, posts: this.posts, files: this.files, histories: this.history.histories },
				lookNearby: isLanAllowed ? nearbyLooker(transport.only, onContact) : undefined,
				settings: settingsIn(store),
				unsent: new Unsent(),
				ownRooms: ownRoomsIn(store),
				portMapping: { isAllowed: options.isPortmapAllowed ?? false, mappings: ownMappingsIn(store) },
				onLetter: (slot, from, letter) =>
					letter.what === "posts"
						? this.posts.heardKey(from, letter, (notice) => slot.room?.notice("warning", notice))
						: this.buddies.heard(slot, from, letter),
				newGate: (slot) => this.gates.make(slot),
			},
		});
	}

	/** Leaves all rooms. Nothing is dialled or looked for any more. */
	async leave(): Promise<void> {
		this.lan.stop();
		this.#closing.abort();
		await this.stays.leaveAll();
	}

	/** Closes what the rooms have used, when they are left. */
	async close(): Promise<void> {
		this.gates.close();
		this.history.close();
		this.posts.close();
		await this.files.close();
		this.kept.close();
	}
}
