// The engine: carries out Commands, publishes Snapshots and Events. Owns the gate and the stay in a room; knows no view.
import { parseFingerprint } from "../crypto/fingerprint.ts";
import { canonicalAddress, localAddresses } from "../net/address.ts";
import type { Transport } from "../net/link.ts";
import { isStoreFailure, type Store } from "../store/db.ts";
import { ownMappingsIn } from "../store/own-mappings.ts";
import { settingsIn } from "../store/settings.ts";
import type { Account } from "./account.ts";
import type { Command, EndCode, Engine, Outcome, Phase, Snapshot } from "./api.ts";
import type { Event } from "./api-events.ts";
import type { BlockPreview, BlockView, GateCommand, KnockQuery, KnockView } from "./api-gate.ts";
import { processTicker, type Ticker } from "./check-turns.ts";
import { cleanLine } from "./clean.ts";
import { type DhtPolicy, dhtRefusal, dhtTerms, usualDhtPolicy } from "./dht-policy.ts";
import { type DeskRoom, FrontDesk } from "./front-desk.ts";
import { GuestStay } from "./guest-stay.ts";
import { HostStay, type HostStayOutcome } from "./host-stay.ts";
import { readJoinTarget } from "./join-target.ts";
import { LanDesk, lanRefusal } from "./lan-desk.ts";
import { locate } from "./locate.ts";
import { done, refuse } from "./outcome.ts";
import type { Locator } from "./places.ts";
import { Publisher } from "./publisher.ts";
import type { Room } from "./room.ts";
import { endMessages } from "./room-end.ts";
import type { Self } from "./self.ts";
import { refusalOfPassword, type Stay, type StayContext, type StayEnd } from "./stay.ts";
import { RoomTimeline } from "./timeline.ts";
import { Unsent } from "./unsent.ts";

export interface EngineOptions {
	readonly account: Account;
	readonly store: Store;
	readonly transport: Transport;
	readonly now: () => number;
	/** Absent: nothing is known of places but what an address says by itself. */
	readonly locator?: Locator & { close?(): Promise<void> };
	readonly ticker?: Ticker;
	/** A room's host may ask the router to open its port; absent: not. */
	readonly isPortmapAllowed?: boolean;
	/** Rooms may be shown and looked for on the same network; absent: not. */
	readonly isLanAllowed?: boolean;
	/** What is allowed of the DHT; absent: what an invite brings, and what a host asks for. */
	readonly dhtPolicy?: DhtPolicy;
	/** Of this computer; absent: the system is asked. */
	readonly ownAddresses?: () => readonly string[];
}

/** Ends that need no explanation for logs. */
const orderlyEnds: ReadonlySet<EndCode> = new Set(["left", "room_closed", "kicked", "replaced"]);

const noTimeline = new RoomTimeline();

export class RealTalk implements Engine {
	readonly #options: EngineOptions;
	readonly #desk: FrontDesk;
	readonly #publisher = new Publisher();
	readonly #lan: LanDesk;
	readonly #context: StayContext;
	#phase: Phase = { kind: "idle" };
	#stay: Stay | undefined;
	/** Waited for by `leave`, so that no room opens after the person has gone. */
	#opening: Promise<HostStayOutcome> | undefined;
	/** Of the last stay too: the screen shows it until the person goes on. */
	#room: Room | undefined;
	#snapshot: Snapshot;

	constructor(options: EngineOptions) {
		this.#options = options;
		const { account, transport, now } = options;
		this.#desk = this.#newDesk();
		this.#lan = new LanDesk({
			only: transport.only ?? {},
			isAllowed: options.isLanAllowed ?? false,
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			ownKey: () => account.ownFingerprint(),
			changed: () => this.#publish(),
			emit: (event) => this.#publisher.emit(event),
		});
		this.#context = {
			account,
			transport,
			desk: this.#desk,
			settings: settingsIn(options.store),
			unsent: new Unsent(),
			portMapping: { isAllowed: options.isPortmapAllowed ?? false, mappings: ownMappingsIn(options.store) },
			dhtPolicy: options.dhtPolicy ?? usualDhtPolicy,
			now,
			emit: (event) => this.#publisher.emit(event),
			setPhase: (phase) => this.#setPhase(phase),
			changed: () => this.#publish(),
		};
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
		return this.#desk.blocks();
	}

	previewBlock(address: string): BlockPreview {
		return this.#desk.previewBlock(address);
	}

	knocks(query?: KnockQuery): readonly KnockView[] {
		return this.#desk.knocks(query);
	}

	/** Tells the person something in the room; nobody else hears of it. For who runs the engine, not for views. */
	tell(text: string): void {
		this.#stay?.room?.notice("info", text);
		this.#publish();
	}

	async perform(command: Command): Promise<Outcome> {
		try {
			return await this.#perform(command);
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			const why = cleanLine(error.message);
			return refuse("internal", `The data in Real Talk's folder could not be read or written: ${why}`);
		} finally {
			this.#publish();
		}
	}

	async close(): Promise<void> {
		this.#lan.stop();
		await this.#leave();
		this.#desk.close();
		await this.#options.locator?.close?.();
		this.#options.account.close();
		this.#options.store.close();
	}

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
				return this.#withSelf((self) => this.#host(self, command));
			case "join":
				return this.#withSelf((self) => this.#join(self, command.target));
			case "password":
				return this.#stay?.password(command.password) ?? refuse("not_asked", "No password is asked for at the moment.");
			case "kick":
				return this.#kick(command.fingerprint);
			case "block":
			case "unblock":
			case "settings":
				return command.kind === "settings" && command.visibleOnLan && !this.#options.isLanAllowed
					? lanRefusal
					: this.#desk.perform(command);
			case "setPassword":
				return this.#stay?.setPassword(command.password) ?? refuse("not_in_room", "You are not in a room.");
			case "verify":
				return this.#verify(command);
			case "browseLan":
				return this.#lan.browse(command.isOn && this.#stay === undefined);
			case "leave":
				return this.#leave();
			default:
				return this.#stay?.talk(command) ?? refuse("not_in_room", "You are not in a room.");
		}
	}

	#withSelf(work: (self: Self) => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
		const { account } = this.#options;
		if (account.state().kind === "locked") {
			return refuse("identity_locked", account.trouble() ?? "Your key is locked. Enter its passphrase first.");
		}
		const self = account.self();
		if (!self) return refuse("no_identity", "Choose a name first: a key is made for it.");
		if (this.#stay || this.#phase.kind === "openingRoom") {
			return refuse("already_in_room", "You are in a room already. Leave it first.");
		}
		return work(self);
	}

	async #host(self: Self, command: Extract<Command, { kind: "host" }>): Promise<Outcome> {
		const { password, port = 0, bind, visibleOnLan = false, dht = false } = command;
		const refusal =
			refusalOfPassword(password) ??
			(visibleOnLan && !this.#options.isLanAllowed ? lanRefusal : undefined) ??
			(dht ? this.#dhtRefusal() : undefined);
		if (refusal) return refusal;
		const address = bind === undefined ? undefined : canonicalAddress(bind);
		if (bind !== undefined && !address) {
			return refuse("bad_address", `"${cleanLine(bind)}" is no IPv4 or IPv6 address.`);
		}
		this.#setPhase({ kind: "openingRoom" });
		const wish = { password, port, visibleOnLan, dht, ...(address ? { bind: address } : {}) };
		this.#opening = HostStay.open(this.#context, self, wish);
		const opened = await this.#opening;
		this.#opening = undefined;
		if (opened.kind === "failed") {
			this.#setPhase({ kind: "idle" });
			return refuse("cannot_listen", opened.message);
		}
		this.#begin(opened.stay);
		this.#setPhase({ kind: "inRoom", role: "host" });
		return done;
	}

	#join(self: Self, typed: string): Outcome {
		const target = readJoinTarget(typed);
		if (target.kind === "refused") return refuse("bad_target", target.detail);
		const refusal = target.endpoints.length === 0 ? this.#dhtRefusal() : undefined;
		if (refusal) return refusal;
		const room = this.#lan.roomAt(target.typed);
		const display = room ? `${room.name}, ${room.address} ${room.port}` : target.display;
		this.#begin(new GuestStay(this.#context, self, { ...target, display }));
		return done;
	}

	#dhtRefusal(): Outcome | undefined {
		return dhtRefusal(this.#context.dhtPolicy, this.#context.transport.only);
	}

	#begin(stay: Stay): void {
		this.#lan.stop();
		this.#room = undefined;
		this.#stay = stay;
		void stay.ended.then((end) => this.#ended(end));
	}

	#kick(text: string): Outcome | Promise<Outcome> {
		if (!this.#stay) return refuse("not_in_room", "You are not in a room.");
		const fingerprint = parseFingerprint(text);
		return fingerprint ? this.#stay.kick(fingerprint) : refuse("no_such_member", "That is no fingerprint of a key.");
	}

	#verify({ fingerprint: text, isVerified = true }: Extract<GateCommand, { kind: "verify" }>): Outcome {
		const { account } = this.#options;
		const fingerprint = parseFingerprint(text);
		if (!fingerprint) return refuse("no_such_member", "That is no fingerprint of a key.");
		if (fingerprint === account.ownFingerprint() || !account.setVerified(fingerprint, isVerified)) {
			return refuse("no_such_member", "You have never met anybody else with that key.");
		}
		const person = this.#stay?.room?.person(fingerprint);
		if (person) this.#stay?.room?.setTrust(fingerprint, account.trustOf(fingerprint, person.name));
		return done;
	}

	/** Leaves the room, or puts away what is left of the last one. */
	async #leave(): Promise<Outcome> {
		await this.#opening;
		const stay = this.#stay;
		if (stay) {
			stay.leave();
			await stay.ended;
		} else if (this.#phase.kind === "ended") {
			this.#setPhase({ kind: "idle" });
		}
		return done;
	}

	#ended({ code, detail, attempts = [] }: StayEnd): void {
		this.#room = this.#stay?.room;
		this.#stay = undefined;
		const message = endMessages[code];
		this.#phase =
			code === "left"
				? { kind: "idle" }
				: { kind: "ended", code, message, ...(attempts.length > 0 ? { attempts } : {}) };
		if (detail !== "" && !orderlyEnds.has(code)) {
			this.#publisher.emit({ kind: "error", code, message: cleanLine(detail) });
		}
		this.#publisher.emit({ kind: "closed", code, message });
		this.#publish();
	}

	#newDesk(): FrontDesk {
		const { account, store, now, locator, ticker = processTicker } = this.#options;
		const system = (): readonly string[] => localAddresses().map(({ address }) => address);
		return new FrontDesk({
			store,
			now,
			ticker,
			locator: locator ?? { where: async (address) => locate(address) },
			sealer: () => account.sealer(),
			ownKey: () => account.ownFingerprint(),
			ownAddresses: this.#options.ownAddresses ?? system,
			trustOf: (fingerprint, name) => account.trustOf(fingerprint, name),
			room: () => this.#deskRoom(),
			emit: (event) => this.#publisher.emit(event),
			onChange: () => this.#publish(),
		});
	}

	#deskRoom(): DeskRoom | undefined {
		const stay = this.#stay;
		const room = stay?.room;
		if (!stay?.hosting || !room) return undefined;
		return {
			people: () => room.people(),
			remove: (fingerprint) => stay.kick(fingerprint),
			refreshPlaces: () => stay.refreshPlaces(),
			settingsChanged: () => stay.settingsChanged(),
			note: (tone, text) => room.note(tone, text),
		};
	}

	#setPhase(phase: Phase): void {
		this.#phase = phase;
		this.#publish();
	}

	#publish(): void {
		if (!this.#options.store.database.open) return; // closed: nobody looks any more
		this.#snapshot = this.#draw(this.#snapshot.version + 1);
		this.#publisher.changed();
	}

	#draw(version: number): Snapshot {
		const room = this.#stay?.room ?? this.#room;
		const hosting = this.#stay?.hosting;
		const talk = this.#stay?.talkView();
		return {
			version,
			identity: this.#options.account.state(),
			phase: this.#phase,
			people: room?.people() ?? [],
			timeline: room?.timeline ?? noTimeline,
			...(hosting ? { hosting, gate: this.#desk.view() } : {}),
			...(talk ? { talk } : {}),
			recentRooms: this.#options.account.recentRooms(),
			...(this.#dhtRefusal() ? {} : { dhtTerms: dhtTerms(this.#context.dhtPolicy) }),
			...this.#lan.view(),
		};
	}
}
