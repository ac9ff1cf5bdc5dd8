// The engine: carries out Commands, publishes Snapshots and Events. Owns the desks that do the work; knows no view.

import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import { keyWords } from "../crypto/identity/safety-words.ts";
import { localAddresses } from "../net/address/address.ts";
import { type Clock, realClock } from "../net/link/clock.ts";
import type { Transport } from "../net/link/link.ts";
import { watchedTransport } from "../net/link/watched-transport.ts";
import type { Store } from "../store/db.ts";
import { isStoreFailure } from "../store/failure.ts";
import { ownMappingsIn } from "../store/own-mappings.ts";
import { ownRoomsIn } from "../store/own-rooms.ts";
import { settingsIn } from "../store/settings.ts";
import type { Account } from "./account/account.ts";
import type { Command, Engine, Entry, Snapshot } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import type { HistoryPage, HistoryQuery } from "./api/content.ts";
import type { Event } from "./api/events.ts";
import type { FileWishes } from "./api/files/files.ts";
import type { BlockPreview, BlockView, KnockQuery, KnockView } from "./api/gate.ts";
import type { Notice } from "./api/notices.ts";
import { done, refuse } from "./api/outcome.ts";
import type { PostsView } from "./api/posts/posts.ts";
import type { RoomKey } from "./api/room-key.ts";
import type { Told } from "./api/told.ts";
import { Buddies } from "./buddies.ts";
import { verifyKey } from "./compared-keys.ts";
import { reachablePosts } from "./feed-ways.ts";
import { previewFiles } from "./files/preview.ts";
import { isFileCommand } from "./files/room-files.ts";
import { SharedFiles } from "./files/shared-files.ts";
import { kickFrom } from "./gate-room.ts";
import { Gates } from "./gates.ts";
import { HistoryDesk } from "./history-desk.ts";
import { KeptRoomsView } from "./kept-rooms-view.ts";
import { LanRoomsView, lanRefusal } from "./lan-rooms-view.ts";
import { type LookUp, locate } from "./places/locations.ts";
import { isPostCommand, type Posts } from "./posts/posts.ts";
import { Publisher } from "./publisher.ts";
import { Unsent } from "./room/unsent.ts";
import type { RoomCommand } from "./room-command.ts";
import { noTimeline, type RoomSlot } from "./room-slot.ts";
import { dhtRoute } from "./routes/dht/dht-route.ts";
import { usualDhtPolicy } from "./routes/dht/policy.ts";
import type { Route } from "./routes/route.ts";
import { nearbyLooker } from "./stay/nearby.ts";
import { Stays } from "./stays.ts";
import { cleanLine } from "./text/clean.ts";
import type { Disclosures } from "./told/disclosures.ts";
import { keptOnDisk } from "./told/on-disk.ts";
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
	/** Says what is allowed of the DHT; without it that is what an invite brings, and what a host asks for. */
	readonly routes?: readonly Route[];
	/** The proxy through which everything goes, without user and password; when it is absent nothing does. */
	readonly proxy?: string;
	/** Says what the person wishes of all files; without it nothing is taken unasked, and nothing is held back. */
	readonly files?: FileWishes;
	/** Returns the addresses of this computer; without it the system is asked. */
	readonly ownAddresses?: () => readonly string[];
}

const notInRoom = refuse({ code: "not_in_room" });
/** Owns the account, the store and the locator, and closes them. */
export class RealTalk implements Engine {
	readonly #options: EngineOptions;
	readonly #gates: Gates;
	readonly #publisher = new Publisher();
	readonly #told: Disclosures;
	readonly #files: SharedFiles;
	readonly #lan: LanRoomsView;
	readonly #stays: Stays;
	readonly #buddies: Buddies;
	readonly #routes: readonly Route[];
	readonly #history: HistoryDesk;
	readonly #posts: Posts;
	readonly #closing = new AbortController();
	#version = 0;
	readonly #kept: KeptRoomsView;
	/** Holds what was drawn of each room since the last change. */
	readonly #drawn = new Map<RoomSlot | undefined, Snapshot>();

	constructor(options: EngineOptions) {
		this.#options = options;
		const { account, store, locator, transport, now, clock = realClock } = options;
		const telling = { emit: (event: Event) => this.#emit(event), changed: () => this.#publish() };
		const times = { now, uptime: () => clock.now() };
		this.#routes = options.routes ?? [dhtRoute(usualDhtPolicy)];
		this.#gates = new Gates({
			...{ store, now, clock },
			lookUp: locator?.lookUp ?? (async ({ scope }) => locate(scope)),
			sealer: () => account.sealer(),
			ownKey: () => account.ownFingerprint(),
			ownAddresses: options.ownAddresses ?? (() => localAddresses().map(({ address }) => address)),
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			slots: () => this.#stays.slots,
			emit: telling.emit,
			onKeyBlocked: () => account.changeLaterRoomsSecret(),
			onChange: telling.changed,
		});
		this.#told = toldTogether(now, () => this.#publish());
		this.#files = new SharedFiles(
			options.store,
			() => account.sealer(),
			now,
			() => clock.now(),
			options.files,
		);
		this.#lan = new LanRoomsView({
			only: transport.only ?? {},
			isAllowed: options.isLanAllowed ?? false,
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			ownKey: () => account.ownFingerprint(),
			onContact: this.#told.contacts("askedNetwork"),
			...telling,
		});
		this.#kept = new KeptRoomsView({
			store: options.store,
			sealer: () => account.sealer(),
			onForget: (room) => void this.#history.histories.forget(room),
			kept: () => this.#stays.kept(),
			isOpen: (room) => this.#stays.slots.isLive(room),
		});
		this.#buddies = new Buddies({
			stays: () => this.#stays,
			context: {
				account,
				keptRooms: () => this.#kept.rooms(),
				routes: this.#routes,
				now,
				emit: (event) => this.#emit(event),
				changed: () => {
					this.#kept.changed();
					this.#publish();
				},
			},
		});
		this.#history = new HistoryDesk({
			store: options.store,
			account,
			...times,
			stays: () => this.#stays,
			isOurs: () => this.#kept.rooms()?.claim() ?? false,
		});
		const watched = watchedTransport(transport, {
			dialled: this.#told.contacts("dialled"),
			answered: this.#told.contacts("caller"),
		});
		this.#posts = reachablePosts({
			...{ store: options.store, account, now, clock, files: this.#files, ...telling },
			...{ transport: watched, routes: this.#routes, told: this.#told, signal: this.#closing.signal },
			stays: () => this.#stays.slots.all().flatMap(({ stay }) => stay ?? []),
		});
		this.#stays = new Stays({
			buddies: () => this.#buddies.view(),
			lan: this.#lan,
			isLanAllowed: options.isLanAllowed ?? false,
			context: {
				account,
				lookNearby: options.isLanAllowed
					? nearbyLooker(transport.only, this.#told.contacts("askedNetwork"))
					: undefined,
				transport: watched,
				told: this.#told,
				settings: settingsIn(options.store),
				unsent: new Unsent(),
				ownRooms: ownRoomsIn(options.store),
				keptRooms: () => this.#kept.rooms(),
				histories: this.#history.histories,
				portMapping: { isAllowed: options.isPortmapAllowed ?? false, mappings: ownMappingsIn(options.store) },
				routes: this.#routes,
				onLetter: (slot, from, letter) =>
					letter.what === "posts"
						? this.#posts.heardKey(from, letter, (notice) => slot.room?.notice("warning", notice))
						: this.#buddies.heard(slot, from, letter),
				posts: this.#posts,
				files: this.#files,
				...times,
				newGate: (slot) => this.#gates.make(slot),
				...telling,
			},
		});
	}

	snapshot(room?: RoomKey): Snapshot {
		const slot = this.#stays.slots.shown(room);
		const drawn = this.#drawn.get(slot) ?? this.#draw(slot);
		this.#drawn.set(slot, drawn);
		return drawn;
	}

	subscribe(listener: () => void): () => void {
		this.#options.account.openSoon();
		return this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#publisher.onEvent(listener);
	}

	async blocks(): Promise<readonly BlockView[]> {
		return this.#gates.of().blocks();
	}

	async previewBlock(address: string, room?: RoomKey): Promise<BlockPreview> {
		return this.#gates.of(room).previewBlock(address);
	}

	readonly previewFiles = previewFiles;

	async knocks(query?: KnockQuery): Promise<readonly KnockView[]> {
		return this.#gates.of().knocks(query);
	}

	history(query: HistoryQuery): Promise<HistoryPage> {
		return this.#history.query(query);
	}

	async told(): Promise<Told> {
		return { ...this.#told.view(), ...keptOnDisk(this.#options.store, this.#history.histories.count()) };
	}

	async posts(of?: string): Promise<PostsView> {
		await this.#options.account.whenOpen();
		return this.#posts.view(of);
	}

	async keyWords(text: string): Promise<readonly string[] | undefined> {
		const fingerprint = parseFingerprint(text);
		return fingerprint && keyWords(fingerprint);
	}

	async lines(
		room: RoomKey,
		{ before, limit }: { readonly before?: string; readonly limit: number },
	): Promise<readonly Entry[]> {
		return this.#stays.slots.shown(room)?.room?.timeline.page(before, limit) ?? [];
	}

	/** Tells the person something in the room; nobody else hears of it. For who runs the engine, not for views. */
	tell(notice: Notice): void {
		this.#stays.slots.shown(undefined)?.stay?.room?.notice("info", notice);
		this.#publish();
	}

	async perform(command: Command): Promise<Outcome> {
		try {
			const opening = this.#options.account.whenOpen();
			return await (opening?.then(() => this.#perform(command)) ?? this.#perform(command));
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			const why = cleanLine(error.message);
			return refuse({ code: "internal", why: "storage", detail: why });
		} finally {
			this.#publish();
		}
	}

	async close(): Promise<void> {
		this.#lan.stop();
		this.#closing.abort();
		await this.#stays.leaveAll();
		// Whoever still looks sees the end, which needs neither account nor database.
		this.snapshot();
		this.#gates.close();
		await this.#options.locator?.close?.();
		this.#history.close();
		this.#posts.close();
		await this.#files.close();
		this.#kept.close();
		this.#options.account.close();
		this.#options.store.close();
	}

	/** Carries out what is not about a room. */
	#perform(command: Command): Outcome | Promise<Outcome> {
		const { account } = this.#options;
		switch (command.kind) {
			case "createIdentity":
				return account.create(command.name);
			case "unlockIdentity":
				return account.unlock(command.passphrase);
			case "rename":
				return account.rename(command.name);
			case "host":
				return this.#stays.host(command);
			case "join":
				return this.#stays.join(command);
			case "verify":
				return verifyKey(account, this.#stays.slots.all(), this.#posts, command);
			case "buddy":
			case "answerBuddy":
			case "unbuddy":
				return this.#buddies.perform(command, this.#stays.slots.roomWith(command));
			case "purgeHistory":
				return this.#history.purge(command);
			case "browseLan":
				return this.#lan.browse(command.isOn && !this.#stays.slots.all().some(({ isLive }) => isLive));
			default:
				return isPostCommand(command) ? this.#posts.perform(command) : this.#performIn(command);
		}
	}

	/** Carries out what is about one room, or about the gate with or without one. */
	#performIn(command: RoomCommand): Outcome | Promise<Outcome> {
		if (command.kind === "forget" && this.#kept.forgetsClosed(command.room)) return done;
		const meant = this.#stays.slots.meant(command.room);
		const isForGate = command.kind === "block" || command.kind === "unblock" || command.kind === "settings";
		// Blocks are those of the home, whichever room is meant.
		if (meant.kind === "refused" && !(isForGate && command.kind !== "settings")) return meant.outcome;
		const slot = meant.kind === "slot" ? meant.slot : undefined;
		const stay = slot?.stay;
		switch (command.kind) {
			case "password":
				return stay?.password(command.password) ?? refuse({ code: "not_asked", what: "password" });
			case "kick":
				return kickFrom(stay, command.fingerprint);
			case "renew":
				return stay?.renew() ?? notInRoom;
			case "block":
			case "unblock":
			case "settings":
				return command.kind === "settings" && command.visibleOnLan && !this.#options.isLanAllowed
					? lanRefusal
					: this.#gates.of(slot?.key).perform(command);
			case "setPassword":
				return stay?.setPassword(command.password) ?? notInRoom;
			case "invite":
				return stay?.invite(command.label) ?? notInRoom;
			case "takeBackInvite":
				return stay?.takeBackInvite(command.label) ?? notInRoom;
			case "setRoute":
				return stay?.setRoute(command.route, command.isOn) ?? notInRoom;
			case "read":
				slot?.read();
				return done;
			case "keep":
				return stay?.keep(command) ?? notInRoom;
			case "setHistory":
			case "setOwnHistory":
			case "older":
				return stay?.history.perform(command) ?? notInRoom;
			case "forget":
				return slot?.stay ? this.#stays.forget(slot) : notInRoom;
			case "leave":
				return slot ? this.#stays.leave(slot) : done;
			default:
				if (isFileCommand(command)) return stay?.files.perform(command) ?? notInRoom;
				return stay?.talk(command) ?? notInRoom;
		}
	}

	#publish(): void {
		if (!this.#options.store.database.open) return; // closed: nobody looks any more
		this.#version += 1;
		this.#drawn.clear();
		this.#publisher.changed();
	}

	/** Tells an event. Whoever hears of it sees the state that it came with, though `#publish` may follow only behind it. */
	#emit(event: Event): void {
		this.#drawn.clear();
		// It is told before: some programs end with their room.
		if (event.kind === "closed") this.#buddies.ended(event);
		this.#publisher.emit(event);
		this.#buddies.happened(event);
		// Which rooms are open says which of them give posts.
		if (event.kind === "listening" || event.kind === "closed") this.#posts.doors.changed();
		if (event.kind === "verification" && event.state === "matched") this.#posts.trustChanged();
	}

	#draw(slot: RoomSlot | undefined): Snapshot {
		const room = slot?.view() ?? { phase: { kind: "idle" }, people: [], timeline: noTimeline };
		return {
			version: this.#version,
			...room,
			identity: this.#options.account.state(),
			rooms: this.#stays.slots.all().map((one) => one.summary()),
			...this.#kept.view(this.#options.account.recentRooms(), (found) => this.#buddies.view(found)),
			routeTerms: this.#stays.routeTerms(),
			...this.#posts.homeView(),
			...(this.#options.proxy === undefined ? {} : { proxy: this.#options.proxy }),
			...this.#lan.view(),
		};
	}
}
