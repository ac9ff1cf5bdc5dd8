// The engine: carries out Commands, publishes Snapshots and Events. Owns the gate and the stay in a room; knows no view.
import { parseFingerprint } from "../crypto/fingerprint.ts";
import { canonicalAddress, parseTarget } from "../net/address.ts";
import type { Transport } from "../net/link.ts";
import { isStoreFailure, type Store } from "../store/db.ts";
import type { Account } from "./account.ts";
import type { Command, EndCode, Engine, Event, Outcome, Phase, Snapshot } from "./api.ts";
import type { BlockPreview, BlockView, GateCommand, KnockView } from "./api-gate.ts";
import { cleanLine } from "./clean.ts";
import { newsOf } from "./gate-news.ts";
import { type GateAlert, Gatekeeper } from "./gatekeeper.ts";
import { GuestStay } from "./guest-stay.ts";
import { HostStay, type HostStayOutcome } from "./host-stay.ts";
import { locate } from "./locate.ts";
import { done, refuse } from "./outcome.ts";
import { Publisher } from "./publisher.ts";
import type { Room } from "./room.ts";
import { endMessages } from "./room-end.ts";
import type { Self } from "./self.ts";
import { maxPasswordBytes, type Stay, type StayContext, type StayEnd } from "./stay.ts";
import { RoomTimeline } from "./timeline.ts";

export interface EngineOptions {
	readonly account: Account;
	readonly store: Store;
	readonly transport: Transport;
	readonly now: () => number;
}

/** Ends that need no explanation for logs. */
const orderlyEnds: ReadonlySet<EndCode> = new Set(["left", "room_closed", "kicked", "replaced"]);

const defaultSettings = {
	placeDetail: "country",
	hasBell: true,
	hasDesktopNotifications: false,
	isPaused: false,
	memberCap: 200,
} as const;

const noTimeline = new RoomTimeline();

export class RealTalk implements Engine {
	readonly #options: EngineOptions;
	readonly #gatekeeper: Gatekeeper;
	readonly #publisher = new Publisher();
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
		const { account, store, transport, now } = options;
		this.#gatekeeper = new Gatekeeper({ store, now, onAlert: (alert) => this.#alert(alert) });
		this.#context = {
			account,
			transport,
			gatekeeper: this.#gatekeeper,
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
		return this.#gatekeeper.list().map(({ kind, subject, address, since, reason, until, note }) => {
			const when = { since, ...(until === undefined ? {} : { until }), ...(note === undefined ? {} : { note }) };
			const goesWith = { strikes: 0, knocks: 0, names: [], alsoBlocked: [] };
			return { kind, address: subject, label: subject, reason, location: locate(address), ...when, goesWith };
		});
	}

	previewBlock(address: string): BlockPreview {
		const block = { kind: "address", address, label: address, location: locate(address) } as const;
		return { kind: "possible", block, hits: this.#snapshot.people.filter((person) => person.address === address) };
	}

	knocks(): readonly KnockView[] {
		return [];
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
		await this.#leave();
		this.#gatekeeper.dismissAll("busy");
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
			case "send":
				return this.#stay?.send(command.text) ?? refuse("not_in_room", "You are not in a room.");
			case "kick":
				return this.#kick(command.fingerprint);
			case "block":
				return this.#block(command);
			case "unblock":
				return this.#unblock(command.address);
			case "settings":
			case "setPassword":
			case "verify":
				return refuse("not_in_room", "Only the host of an open room can do that.");
			case "leave":
				return this.#leave();
			default:
				return refuse("not_in_room", "You are not in a room.");
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
		const { password, port = 0, bind } = command;
		if (password === "") return refuse("bad_password", "The password is empty. Please enter one.");
		if (Buffer.byteLength(password) > maxPasswordBytes) {
			return refuse("bad_password", `The password is too long (${maxPasswordBytes} bytes at most).`);
		}
		const address = bind === undefined ? undefined : canonicalAddress(bind);
		if (bind !== undefined && !address) {
			return refuse("bad_address", `"${cleanLine(bind)}" is no IPv4 or IPv6 address.`);
		}
		this.#setPhase({ kind: "openingRoom" });
		this.#opening = HostStay.open(this.#context, self, { password, port, ...(address ? { bind: address } : {}) });
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
		const target = parseTarget(typed);
		if (target.kind === "refused") return refuse("bad_target", target.detail);
		this.#begin(new GuestStay(this.#context, self, target));
		return done;
	}

	#begin(stay: Stay): void {
		this.#room = undefined;
		this.#stay = stay;
		void stay.ended.then((end) => this.#ended(end));
	}

	#kick(text: string): Outcome | Promise<Outcome> {
		if (!this.#stay) return refuse("not_in_room", "You are not in a room.");
		const fingerprint = parseFingerprint(text);
		return fingerprint ? this.#stay.kick(fingerprint) : refuse("no_such_member", "That is no fingerprint of a key.");
	}

	#block({ address, until, note }: Extract<GateCommand, { kind: "block" }>): Outcome {
		const details = { ...(until === undefined ? {} : { until }), ...(note === undefined ? {} : { note }) };
		const outcome = this.#gatekeeper.block(address, details);
		return outcome.kind === "blocked" ? done : refuse("bad_address", outcome.message);
	}

	#unblock(address: string): Outcome {
		return this.#gatekeeper.unblock(address) ? done : refuse("bad_address", "That address is not blocked.");
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

	#ended({ code, detail }: StayEnd): void {
		this.#room = this.#stay?.room;
		this.#stay = undefined;
		const message = endMessages[code];
		this.#phase = code === "left" ? { kind: "idle" } : { kind: "ended", code, message };
		if (detail !== "" && !orderlyEnds.has(code)) {
			this.#publisher.emit({ kind: "error", code, message: cleanLine(detail) });
		}
		this.#publisher.emit({ kind: "closed", code, message });
		this.#publish();
	}

	#alert(alert: GateAlert): void {
		const news = newsOf(alert, locate);
		if (!news) return;
		if (news.event) this.#publisher.emit(news.event);
		this.#stay?.room?.note(news.tone, news.text);
		this.#publish();
	}

	#setPhase(phase: Phase): void {
		this.#phase = phase;
		this.#publish();
	}

	#publish(): void {
		this.#snapshot = this.#draw(this.#snapshot.version + 1);
		this.#publisher.changed();
	}

	#draw(version: number): Snapshot {
		const { account } = this.#options;
		const room = this.#stay?.room ?? this.#room;
		const hosting = this.#stay?.hosting;
		return {
			version,
			identity: account.state(),
			phase: this.#phase,
			people: room?.people() ?? [],
			timeline: room?.timeline ?? noTimeline,
			...(hosting ? { hosting, gate: { settings: defaultSettings, knocks: [], blocks: this.blocks() } } : {}),
			recentRooms: account.recentRooms(),
		};
	}
}
