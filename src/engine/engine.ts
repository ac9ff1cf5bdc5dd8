// The engine: carries out Commands, publishes Snapshots and Events. Owns the desks that do the work; knows no view.
import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import { localAddresses } from "../net/address/address.ts";
import { type Clock, realClock } from "../net/link/clock.ts";
import type { Transport } from "../net/link/link.ts";
import { isStoreFailure, type Store } from "../store/db.ts";
import { ownMappingsIn } from "../store/own-mappings.ts";
import { ownRoomsIn } from "../store/own-rooms.ts";
import { settingsIn } from "../store/settings.ts";
import type { Account } from "./account/account.ts";
import type { Command, Engine, Snapshot } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import type { Event } from "./api/events.ts";
import type { BlockPreview, BlockView, GateCommand, KnockQuery, KnockView } from "./api/gate.ts";
import type { Notice } from "./api/notices.ts";
import { done, refuse } from "./api/outcome.ts";
import { GateHost, type GateRoom } from "./gate/gate-host.ts";
import { LanRoomsView, lanRefusal } from "./lan-rooms-view.ts";
import { type LookUp, locate } from "./places/locations.ts";
import { RoomTimeline } from "./room/timeline.ts";
import { Unsent } from "./room/unsent.ts";
import { dhtRoute } from "./routes/dht/dht-route.ts";
import { usualDhtPolicy } from "./routes/dht/policy.ts";
import type { Route } from "./routes/route.ts";
import { Stays } from "./stays.ts";
import { cleanLine } from "./text/clean.ts";

export interface EngineOptions {
	readonly account: Account;
	readonly store: Store;
	readonly transport: Transport;
	readonly now: () => number;
	/** Absent: nothing is known of places but what an address says by itself. */
	readonly locator?: { readonly lookUp: LookUp; close?(): Promise<void> };
	readonly clock?: Clock;
	/** A room's host may ask the router to open its port; absent: not. */
	readonly isPortmapAllowed?: boolean;
	/** Rooms may be shown and looked for on the same network; absent: not. */
	readonly isLanAllowed?: boolean;
	/** What is allowed of the DHT; absent: what an invite brings, and what a host asks for. */
	readonly routes?: readonly Route[];
	/** Returns the addresses of this computer; without it the system is asked. */
	readonly ownAddresses?: () => readonly string[];
}

const notInRoom = refuse({ code: "not_in_room" });
const noTimeline = new RoomTimeline();

/** Owns the account, the store and the locator, and closes them. */
export class RealTalk implements Engine {
	readonly #options: EngineOptions;
	readonly #gate: GateHost;
	readonly #publisher = new Publisher();
	readonly #lan: LanRoomsView;
	readonly #stays: Stays;
	#snapshot: Snapshot;

	constructor(options: EngineOptions) {
		this.#options = options;
		const { account, transport, now, clock = realClock } = options;
		this.#gate = this.#newGate();
		this.#lan = new LanRoomsView({
			only: transport.only ?? {},
			isAllowed: options.isLanAllowed ?? false,
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			ownKey: () => account.ownFingerprint(),
			changed: () => this.#publish(),
			emit: (event) => this.#publisher.emit(event),
		});
		this.#stays = new Stays({
			lan: this.#lan,
			isLanAllowed: options.isLanAllowed ?? false,
			context: {
				account,
				transport,
				gate: this.#gate,
				settings: settingsIn(options.store),
				unsent: new Unsent(),
				ownRooms: ownRoomsIn(options.store),
				portMapping: { isAllowed: options.isPortmapAllowed ?? false, mappings: ownMappingsIn(options.store) },
				routes: options.routes ?? [dhtRoute(usualDhtPolicy)],
				now,
				uptime: () => clock.now(),
				emit: (event) => this.#publisher.emit(event),
				changed: () => this.#publish(),
			},
		});
		this.#snapshot = this.#draw(0);
	}

	snapshot(): Snapshot {
		return this.#snapshot;
	}

	subscribe(listener: () => void): () => void {
		return this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#publisher.onEvent(listener);
	}

	blocks(): readonly BlockView[] {
		return this.#gate.blocks();
	}

	previewBlock(address: string): BlockPreview {
		return this.#gate.previewBlock(address);
	}

	knocks(query?: KnockQuery): readonly KnockView[] {
		return this.#gate.knocks(query);
	}

	/** Tells the person something in the room; nobody else hears of it. For who runs the engine, not for views. */
	tell(notice: Notice): void {
		this.#stays.stay?.room?.notice("info", notice);
		this.#publish();
	}

	async perform(command: Command): Promise<Outcome> {
		try {
			return await this.#perform(command);
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
		await this.#stays.leave();
		this.#gate.close();
		await this.#options.locator?.close?.();
		this.#options.account.close();
		this.#options.store.close();
	}

	#perform(command: Command): Outcome | Promise<Outcome> {
		const { account } = this.#options;
		const { stay } = this.#stays;
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
				return this.#stays.join(command.target);
			case "password":
				return stay?.password(command.password) ?? refuse({ code: "not_asked", what: "password" });
			case "kick":
				return this.#kick(command.fingerprint);
			case "block":
			case "unblock":
			case "settings":
				return command.kind === "settings" && command.visibleOnLan && !this.#options.isLanAllowed
					? lanRefusal
					: this.#gate.perform(command);
			case "setPassword":
				return stay?.setPassword(command.password) ?? notInRoom;
			case "setRoute":
				return stay?.setRoute(command.route, command.isOn) ?? notInRoom;
			case "verify":
				return this.#verify(command);
			case "browseLan":
				return this.#lan.browse(command.isOn && stay === undefined);
			case "leave":
				return this.#stays.leave();
			default:
				return stay?.talk(command) ?? notInRoom;
		}
	}

	#kick(text: string): Outcome | Promise<Outcome> {
		const { stay } = this.#stays;
		if (!stay) return notInRoom;
		const fingerprint = parseFingerprint(text);
		return fingerprint ? stay.kick(fingerprint) : refuse({ code: "no_such_member", why: "notAFingerprint" });
	}

	#verify({ fingerprint: text, isVerified = true }: Extract<GateCommand, { kind: "verify" }>): Outcome {
		const { account } = this.#options;
		const fingerprint = parseFingerprint(text);
		if (!fingerprint) return refuse({ code: "no_such_member", why: "notAFingerprint" });
		if (fingerprint === account.ownFingerprint() || !account.setVerified(fingerprint, isVerified)) {
			return refuse({ code: "no_such_member", why: "neverMet" });
		}
		const room = this.#stays.stay?.room;
		const person = room?.person(fingerprint);
		if (person) room?.setTrust(fingerprint, account.trustOf(fingerprint, person.name));
		return done;
	}

	#newGate(): GateHost {
		const { account, store, now, locator, clock = realClock } = this.#options;
		const system = (): readonly string[] => localAddresses().map(({ address }) => address);
		return new GateHost({
			store,
			now,
			clock,
			lookUp: locator?.lookUp ?? (async ({ scope }) => locate(scope)),
			sealer: () => account.sealer(),
			ownKey: () => account.ownFingerprint(),
			ownAddresses: this.#options.ownAddresses ?? system,
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			room: () => this.#gateRoom(),
			emit: (event) => this.#publisher.emit(event),
			onChange: () => this.#publish(),
		});
	}

	#gateRoom(): GateRoom | undefined {
		const stay = this.#stays.stay;
		const room = stay?.room;
		if (!stay?.hosting || !room) return undefined;
		return {
			people: () => room.people(),
			callerOf: (fingerprint) => stay.callerOf?.(fingerprint),
			remove: (fingerprint) => stay.kick(fingerprint),
			refreshPlaces: () => stay.refreshPlaces(),
			settingsChanged: () => stay.settingsChanged(),
			note: (tone, notice) => room.note(tone, notice),
		};
	}

	#publish(): void {
		if (!this.#options.store.database.open) return; // closed: nobody looks any more
		this.#snapshot = this.#draw(this.#snapshot.version + 1);
		this.#publisher.changed();
	}

	#draw(version: number): Snapshot {
		const { room, stay, phase } = this.#stays;
		const hosting = stay?.hosting;
		const talk = stay?.talkView();
		return {
			version,
			identity: this.#options.account.state(),
			phase,
			people: room?.people() ?? [],
			timeline: room?.timeline ?? noTimeline,
			...(hosting ? { hosting, gate: this.#gate.view() } : {}),
			...(talk ? { talk } : {}),
			recentRooms: this.#options.account.recentRooms(),
			routeTerms: this.#stays.routeTerms(),
			...this.#lan.view(),
		};
	}
}

/** Listeners are called in the order they came. */
export class Publisher {
	readonly #changes = new Set<() => void>();
	readonly #events = new Set<(event: Event) => void>();

	subscribe(listener: () => void): () => void {
		this.#changes.add(listener);
		return () => this.#changes.delete(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		this.#events.add(listener);
		return () => this.#events.delete(listener);
	}

	changed(): void {
		for (const listener of this.#changes) listener();
	}

	emit(event: Event): void {
		for (const listener of this.#events) listener(event);
	}
}
