// The engine: owns the identity, the gate and the room we are in, carries out Commands, publishes Snapshots and Events. Knows no view.
import type { Fingerprint } from "../crypto/fingerprint.ts";
import type { GroupMember } from "../crypto/group-messages.ts";
import { canonicalAddress, parseTarget } from "../net/address.ts";
import type { Transport } from "../net/link.ts";
import { isStoreFailure, type Store } from "../store/db.ts";
import type { Account } from "./account.ts";
import type {
	BlockView,
	Command,
	EndCode,
	Engine,
	ErrorCode,
	Event,
	Hosting,
	Outcome,
	Phase,
	Snapshot,
} from "./api.ts";
import { cleanLine } from "./clean.ts";
import { maxTextBytes } from "./content.ts";
import { type GateAlert, Gatekeeper } from "./gatekeeper.ts";
import { type HostedRoom, openRoom } from "./hosting.ts";
import { joinRoom } from "./joining.ts";
import { locate } from "./locate.ts";
import type { Member } from "./member.ts";
import { Room } from "./room.ts";
import { endMessages } from "./room-end.ts";
import type { Self } from "./self.ts";
import { RoomTimeline } from "./timeline.ts";

export interface EngineOptions {
	readonly account: Account;
	readonly store: Store;
	readonly transport: Transport;
	readonly now: () => number;
}

const maxPasswordBytes = 1024;

/** What is there while a room is open or being entered. */
interface Stay {
	readonly stop: AbortController;
	readonly done: Promise<void>;
	readonly hosted?: HostedRoom;
	member?: Member;
	room?: Room;
}

type PasswordAsked = { readonly answer: (password: string | undefined) => void };

/** Ends that need no explanation for logs. */
const orderlyEnds: ReadonlySet<EndCode> = new Set(["left", "room_closed", "kicked", "replaced"]);

const done: Outcome = { kind: "done" };
const refuse = (code: ErrorCode, message: string): Outcome => ({ kind: "refused", code, message });

export class RealTalk implements Engine {
	readonly #options: EngineOptions;
	readonly #gatekeeper: Gatekeeper;
	readonly #listeners = new Set<() => void>();
	readonly #eventListeners = new Set<(event: Event) => void>();
	readonly #addresses = new Map<string, string>();
	#phase: Phase = { kind: "idle" };
	#stay: Stay | undefined;
	#asked: PasswordAsked | undefined;
	#room: Room | undefined;
	#hosting: Hosting | undefined;
	#snapshot: Snapshot;

	constructor(options: EngineOptions) {
		this.#options = options;
		const { store, now } = options;
		this.#gatekeeper = new Gatekeeper({ store, now, onAlert: (alert) => this.#alert(alert) });
		this.#snapshot = this.#draw(0);
	}

	snapshot(): Snapshot {
		return this.#snapshot;
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		this.#eventListeners.add(listener);
		return () => this.#eventListeners.delete(listener);
	}

	blocks(): readonly BlockView[] {
		return this.#gatekeeper.list().map(({ subject, address, since, reason }) => {
			return { address: subject, since, reason, location: locate(address) };
		});
	}

	async perform(command: Command): Promise<Outcome> {
		try {
			return await this.#perform(command);
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			return refuse(
				"internal",
				`The data in Real Talk's folder could not be read or written: ${cleanLine(error.message)}`,
			);
		} finally {
			this.#publish();
		}
	}

	async close(): Promise<void> {
		await this.#leave();
		this.#gatekeeper.close();
		this.#options.account.close();
		this.#options.store.close();
	}

	#perform(command: Command): Outcome | Promise<Outcome> {
		switch (command.kind) {
			case "createIdentity":
				return this.#options.account.create(command.name);
			case "unlockIdentity":
				return this.#options.account.unlock(command.passphrase);
			case "rename":
				return this.#options.account.rename(command.name);
			case "host":
				return this.#withSelf((self) => this.#host(self, command));
			case "join":
				return this.#withSelf((self) => this.#join(self, command.target));
			case "password":
				return this.#password(command.password);
			case "send":
				return this.#send(command.text);
			case "kick":
				return this.#kick(command.fingerprint);
			case "block":
				return this.#block(command.address);
			case "unblock":
				return this.#unblock(command.address);
			case "leave":
				return this.#leave().then(() => done);
		}
	}

	#withSelf(work: (self: Self) => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
		const { account } = this.#options;
		const state = account.state();
		if (state.kind === "locked") return refuse("identity_locked", "Your key is locked. Enter its passphrase first.");
		const self = account.self();
		if (!self) return refuse("no_identity", "Choose a name first: a key is made for it.");
		if (this.#stay) return refuse("already_in_room", "You are in a room already. Leave it first.");
		return work(self);
	}

	async #host(self: Self, command: Extract<Command, { kind: "host" }>): Promise<Outcome> {
		const { password, port = 0, bind } = command;
		if (password === "") return refuse("bad_password", "The password is empty. Please enter one.");
		if (Buffer.byteLength(password) > maxPasswordBytes)
			return refuse("bad_password", "The password is too long (1,024 bytes at most).");
		const address = bind === undefined ? undefined : canonicalAddress(bind);
		if (bind !== undefined && !address)
			return refuse("bad_address", `"${cleanLine(bind)}" is no IPv4 or IPv6 address.`);
		const stay: Stay = { stop: new AbortController(), done: Promise.resolve() };
		this.#stay = stay;
		this.#setPhase({ kind: "openingRoom" });
		const room = this.#newRoom(self, self.signer.fingerprint);
		const outcome = await openRoom({
			self,
			password,
			port,
			...(address ? { bind: address } : {}),
			transport: this.#options.transport,
			gatekeeper: this.#gatekeeper,
			emit: (event) => this.#changed(() => room.apply(event)),
			onAddress: (fingerprint, from) => this.#addresses.set(fingerprint, from),
			now: this.#options.now,
		});
		if (outcome.kind === "failed") {
			this.#stay = undefined;
			this.#setPhase({ kind: "idle" });
			return refuse("cannot_listen", outcome.message);
		}
		this.#openedRoom(stay, room, outcome);
		return done;
	}

	#openedRoom(stay: Stay, room: Room, hosted: HostedRoom): void {
		const { hosting, member, members } = hosted;
		const running = member.run().then(async (end) => {
			await hosted.close();
			this.#ended(end.kind === "closed" ? "left" : "internal");
		});
		this.#stay = { ...stay, hosted, member, room, done: running };
		this.#room = room;
		this.#hosting = hosting;
		this.#phase = { kind: "inRoom", role: "host" };
		const addresses = hosting.joinLines.map(({ address, scope }) => ({ address, port: hosting.port, scope }));
		this.#emit({ kind: "listening", port: hosting.port, addresses });
		this.#changed(() => room.entered(members));
	}

	#join(self: Self, typed: string): Outcome {
		const target = parseTarget(typed);
		if (target.kind === "refused") return refuse("bad_target", target.detail);
		const stop = new AbortController();
		const { display } = target;
		const stay: Stay = { stop, done: Promise.resolve() };
		this.#stay = stay;
		this.#room = undefined;
		const joined = joinRoom({
			self,
			target,
			transport: this.#options.transport,
			askPassword: (left, wasWrong, hasEnded) => this.#askPassword(display, left, wasWrong, hasEnded),
			onStep: (step) => this.#setPhase({ kind: "connecting", target: display, step }),
			onEntered: (member, members, host) => {
				this.#options.account.rememberRoom(display);
				stay.room ??= this.#newRoom(self, host.certificate.fingerprint);
				stay.member = member;
				this.#entered(stay.room, members);
			},
			onOutOfStep: () =>
				stay.room?.notice(
					"warning",
					"The encryption of the room went out of step. Coming back in; lines said in between may be missing.",
				),
			emit: (event) => this.#changed(() => stay.room?.apply(event)),
			signal: stop.signal,
		});
		this.#stay = Object.assign(stay, { done: joined.then(({ code, detail }) => this.#ended(code, detail)) });
		return done;
	}

	#entered(room: Room, members: readonly GroupMember[]): void {
		this.#room = room;
		this.#phase = { kind: "inRoom", role: "guest" };
		this.#changed(() => room.entered(members));
	}

	#newRoom(self: Self, host: Fingerprint): Room {
		const { account, now } = this.#options;
		return new Room({
			self: self.signer.fingerprint,
			host,
			meet: (fingerprint, name) => account.meet(fingerprint, name),
			addressOf: (fingerprint) => {
				const address = this.#addresses.get(fingerprint);
				return address === undefined ? undefined : { address, location: locate(address) };
			},
			now,
			emit: (event) => this.#emit(event),
		});
	}

	#askPassword(
		target: string,
		attemptsLeft: number,
		wasWrong: boolean,
		hasEnded: AbortSignal,
	): Promise<string | undefined> {
		const { promise, resolve } = Promise.withResolvers<string | undefined>();
		this.#asked = { answer: resolve };
		hasEnded.addEventListener("abort", () => resolve(undefined), { once: true });
		this.#setPhase({ kind: "passwordNeeded", target, attemptsLeft, wasWrong });
		this.#emit({ kind: "passwordRequired", attemptsLeft });
		return promise.finally(() => {
			this.#asked = undefined;
		});
	}

	#password(password: string): Outcome {
		if (!this.#asked) return refuse("not_asked", "No password is asked for at the moment.");
		if (password === "" || Buffer.byteLength(password) > maxPasswordBytes)
			return refuse("bad_password", "Please enter the password.");
		this.#asked.answer(password);
		return done;
	}

	#send(text: string): Outcome {
		const member = this.#stay?.member;
		if (!member || !this.#room || this.#phase.kind !== "inRoom") return refuse("not_in_room", "You are not in a room.");
		if (text.trim() === "") return refuse("bad_text", "There is nothing to send.");
		if (Buffer.byteLength(text) > maxTextBytes)
			return refuse("text_too_long", "That is longer than one message can be (64 KiB).");
		const at = this.#options.now();
		const id = member.say(text, at);
		if (!id) return refuse("too_many_pending", "Too many lines wait to be sent already. Wait a moment.");
		this.#room.said(id, text, at);
		return { kind: "done", id };
	}

	async #kick(fingerprint: string): Promise<Outcome> {
		const hosted = this.#stay?.hosted;
		if (!hosted) return refuse("not_host", "Only the host can remove somebody.");
		const person = this.#room?.person(fingerprint);
		if (!person || person.isSelf) return refuse("no_such_member", "Nobody else with that key is here.");
		const isGone = await hosted.server.kick(person.fingerprint);
		return isGone ? done : refuse("no_such_member", "They have just left.");
	}

	#block(address: string): Outcome {
		const outcome = this.#gatekeeper.block(address);
		return outcome.kind === "blocked" ? done : refuse("bad_address", outcome.message);
	}

	#unblock(address: string): Outcome {
		return this.#gatekeeper.unblock(address) ? done : refuse("bad_address", "That address is not blocked.");
	}

	async #leave(): Promise<void> {
		const stay = this.#stay;
		if (!stay) {
			if (this.#phase.kind === "ended") this.#setPhase({ kind: "idle" });
			return;
		}
		this.#asked?.answer(undefined);
		if (stay.hosted) await stay.hosted.server.close();
		stay.stop.abort();
		stay.hosted?.member.leave();
		await stay.done;
	}

	#ended(code: EndCode, detail = ""): void {
		this.#stay = undefined;
		this.#hosting = undefined;
		this.#addresses.clear();
		const message = endMessages[code];
		this.#phase = code === "left" ? { kind: "idle" } : { kind: "ended", code, message };
		if (detail !== "" && !orderlyEnds.has(code)) this.#emit({ kind: "error", code, message: cleanLine(detail) });
		this.#emit({ kind: "closed", code, message });
		this.#publish();
	}

	#alert(alert: GateAlert): void {
		if (alert.kind === "storageFailed") {
			this.#changed(() => this.#room?.notice("alarm", alert.message));
			return;
		}
		const { address } = alert;
		const location = locate(address);
		if (alert.kind === "strike") {
			const { attempts, disconnected } = alert;
			this.#emit({ kind: "strike", address, location, attempts, disconnected });
			const after = disconnected ? " They were disconnected." : "";
			const text = `Wrong password from ${address} (${location.label}), ${attempts} of 6.${after}`;
			this.#changed(() => this.#room?.note("warning", text));
		}
		if (alert.kind === "blocked") {
			this.#emit({ kind: "blocked", address, location });
			const why = alert.reason === "strikes" ? "after six wrong passwords" : "by you";
			const text = `${address} (${location.label}) is blocked ${why}. /unblock ${address} lets them knock again.`;
			this.#changed(() => this.#room?.note("alarm", text));
		}
	}

	#emit(event: Event): void {
		for (const listener of this.#eventListeners) listener(event);
	}

	#setPhase(phase: Phase): void {
		this.#phase = phase;
		this.#publish();
	}

	#changed(change: () => void): void {
		change();
		this.#publish();
	}

	#publish(): void {
		this.#snapshot = this.#draw(this.#snapshot.version + 1);
		for (const listener of this.#listeners) listener();
	}

	#draw(version: number): Snapshot {
		const { account } = this.#options;
		return {
			version,
			identity: account.state(),
			phase: this.#phase,
			people: this.#room?.people() ?? [],
			timeline: this.#room?.timeline ?? new RoomTimeline(),
			...(this.#hosting ? { hosting: this.#hosting } : {}),
			recentRooms: account.recentRooms(),
		};
	}
}
