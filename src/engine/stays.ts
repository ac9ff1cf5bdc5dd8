// The ways into rooms and out of them: which one is meant by what was typed, and whether it may be opened or entered.
import { randomBytes } from "node:crypto";
import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import { canonicalAddress } from "../net/address/address.ts";
import type { Account } from "./account/account.ts";
import type { Self } from "./account/self.ts";
import type { Command, Snapshot } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import type { HostWish, RouteName } from "./api/hosting.ts";
import { done, type Refused, refuse } from "./api/outcome.ts";
import type { BuddyView } from "./api/room-key.ts";
import { readJoinTarget } from "./guest/join-target.ts";
import { roomByName, roomVisited } from "./guest/kept-room-meant.ts";
import { GuestStay } from "./guest/stay.ts";
import { HostStay } from "./host/stay.ts";
import { waysOnReturn } from "./host/ways/kept-ways.ts";
import { type Found, type KnownRooms, keptRoomsOf, roomToGoOn } from "./kept/kept-names.ts";
import { isStaleProposal } from "./kept/pairs.ts";
import type { GuestRecord, HostRecord, Pair } from "./kept/records.ts";
import { type LanRoomsView, lanRefusal } from "./lan-rooms-view.ts";
import type { RoomSlot, SlotContext } from "./room-slot.ts";
import { RoomSlots } from "./room-slots.ts";
import { hostRefusal, type Route, usableTerms } from "./routes/route.ts";
import { type PairWays, refusalOfPassword, type Stay } from "./stay/stay.ts";
import { cleanLine } from "./text/clean.ts";

export interface StaysOptions {
	readonly context: SlotContext & { readonly account: Account };
	readonly lan: LanRoomsView;
	/** Rooms may be shown on the same network. */
	readonly isLanAllowed: boolean;
	/** Returns those with whom there is a room of two. */
	readonly buddies: () => readonly BuddyView[];
}

/** A room of two has a random password of this many bytes, as hard to guess as a key. */
const pairPasswordBytes = 32;

/** Says which room is opened: one that is kept, or a new one of two; a new one of many without. */
interface Opening {
	readonly kept?: Found<HostRecord>;
	readonly pair?: Pair;
	/** Lists the ways in that the room had before, and that stay closed because they cannot be used here now. */
	readonly closed?: readonly RouteName[];
}

/** At most this many rooms may be open at once, because each takes memory and has sockets of its own. */
const maxRooms = 32;

type HostCommand = Extract<Command, { kind: "host" }>;
type JoinCommand = Extract<Command, { kind: "join" }>;

/** Says how a room begins: what it is called until its host is known, what was dialled, and whether other rooms go on beside it. */
interface Beginning {
	readonly name: string;
	readonly target?: string;
	readonly isBeside: boolean;
}

/** Opens rooms, and leaves them. */
export class Stays {
	readonly slots: RoomSlots;
	readonly #options: StaysOptions;
	/** Holds what is just being opened. `leave` waits for it, so that no room opens after the person has gone. */
	readonly #opening = new Map<RoomSlot, Promise<unknown>>();

	constructor(options: StaysOptions) {
		this.#options = options;
		this.slots = new RoomSlots(options.context);
	}

	/** Returns what is told before each route is used that can be used here. */
	routeTerms(): Snapshot["routeTerms"] {
		const { routes, transport } = this.#options.context;
		return usableTerms(routes, transport.only);
	}

	host(command: HostCommand): Outcome | Promise<Outcome> {
		return this.#withSelf(command.beside, (self) => this.#host(self, command));
	}

	join(command: JoinCommand): Outcome | Promise<Outcome> {
		return this.#withSelf(command.beside, (self) => this.#join(self, command));
	}

	/** Opens a new room of two, beside those there are. It is nobody's who names no room. */
	async hostPair(
		pair: Pair,
		ways: PairWays,
	): Promise<{ readonly kind: "open"; readonly slot: RoomSlot; readonly stay: HostStay } | Refused> {
		const slot = this.slots.add(undefined, true);
		// Nobody ever types it: the one other person comes by a seat.
		const password = randomBytes(pairPasswordBytes).toString("base64url");
		const outcome = await this.#withSelf(true, (self) =>
			this.#openIn(slot, self, { kind: "host", password, wish: ways, beside: true }, { pair }),
		);
		if (outcome.kind === "refused") {
			this.slots.remove(slot);
			return outcome;
		}
		const { stay } = slot;
		if (stay instanceof HostStay) return { kind: "open", slot, stay };
		throw new Error("the room of two is not there");
	}

	/** Goes on with a room that is kept, beside those there are, unless it is open. */
	openKept({ room, record }: Found): Outcome | Promise<Outcome> {
		if (this.slots.isLive(room.key)) return { kind: "done", room: room.key };
		const { keptRooms, now } = this.#options.context;
		if (isStaleProposal({ room, record }, now() / 1000)) {
			keptRooms()?.remove(room.key);
			return refuse({ code: "buddy_refused", why: "tooLate" });
		}
		return record.role === "host"
			? this.host({ kind: "host", password: "", wish: { keep: record.name }, beside: true })
			: this.#withSelf(true, (self) =>
					this.#enter(self, { kind: "join", target: record.target, beside: true }, { room, record }),
				);
	}

	/** Leaves one room, or puts away what is left of it. */
	async leave(slot: RoomSlot): Promise<Outcome> {
		await this.#opening.get(slot);
		const { stay } = slot;
		if (stay) {
			stay.leave();
			await stay.ended;
		} else if (slot.phase.kind === "ended") slot.setPhase({ kind: "idle" });
		if (slot.phase.kind === "idle") this.slots.remove(slot);
		return done;
	}

	/** Leaves a room for good: nothing of it stays on this computer. */
	async forget(slot: RoomSlot): Promise<Outcome> {
		slot.stay?.forget();
		await slot.stay?.ended;
		if (slot.phase.kind === "idle") this.slots.remove(slot);
		return done;
	}

	async leaveAll(): Promise<void> {
		await Promise.all(this.slots.all().map((slot) => this.leave(slot)));
	}

	#withSelf(
		isBeside: boolean | undefined,
		work: (self: Self) => Outcome | Promise<Outcome>,
	): Outcome | Promise<Outcome> {
		const { account } = this.#options.context;
		if (account.state().kind === "locked") {
			const trouble = account.trouble();
			return refuse({ code: "identity_locked", ...(trouble ? { trouble } : {}) });
		}
		const self = account.self();
		if (!self) return refuse({ code: "no_identity" });
		const live = this.slots.all().filter((slot) => slot.isLive);
		if (live.length > 0 && isBeside !== true) return refuse({ code: "already_in_room" });
		if (live.length >= maxRooms) return refuse({ code: "too_many_rooms", most: maxRooms });
		return work(self);
	}

	async #host(self: Self, command: HostCommand): Promise<Outcome> {
		const { password } = command;
		const named = roomToGoOn(command.wish?.keep, this.#known());
		if (named.kind === "refused") return named;
		const { wish, closed } = waysOnReturn(command.wish ?? {}, named.found?.record, {
			route: (name) => this.#isUsable(name),
			isLanAllowed: this.#options.isLanAllowed,
		});
		const { bind, visibleOnLan = false, routes = [] } = wish;
		// A room that is kept has a password already.
		const refusal =
			this.#refusalOffRecord(self, wish, named.found) ??
			(named.found && password === "" ? undefined : refusalOfPassword(password)) ??
			(visibleOnLan && !this.#options.isLanAllowed ? lanRefusal : undefined) ??
			this.#firstRefusal(
				this.#options.context.routes.filter(({ name }) => routes.includes(name)),
				hostRefusal,
			);
		if (refusal) return refusal;
		const address = bind === undefined ? undefined : canonicalAddress(bind);
		if (bind !== undefined && !address) {
			return refuse({ code: "bad_address", why: "notAnAddress", typed: cleanLine(bind) });
		}
		const slot = this.slots.add(named.found?.room.key ?? command.room, named.found?.record.pair !== undefined);
		const heard = { ...command, wish: { ...wish, ...(address ? { bind: address } : {}) } };
		return this.#openIn(slot, self, heard, { ...(named.found ? { kept: named.found } : {}), closed });
	}

	async #openIn(slot: RoomSlot, self: Self, command: HostCommand, what: Opening): Promise<Outcome> {
		slot.setPhase({ kind: "openingRoom" });
		const opening = this.#open(slot, self, command, what);
		this.#opening.set(slot, opening);
		return opening.finally(() => this.#opening.delete(slot));
	}

	/** Opens a room in its slot; resolves when the stay there has begun, so that who waits for it can leave it. */
	async #open(
		slot: RoomSlot,
		self: Self,
		command: HostCommand,
		{ kept, pair, closed = [] }: Opening,
	): Promise<Outcome> {
		const context = { ...slot.context, gate: slot.openGate() };
		const opened = await HostStay.open(context, self, command.password, command.wish ?? {}, kept, pair);
		if (opened.kind === "failed") {
			slot.dropGate();
			slot.setPhase({ kind: "idle" });
			this.slots.remove(slot);
			return refuse({ code: "cannot_listen", why: opened.why });
		}
		this.#begin(slot, opened.stay, { name: self.name, isBeside: command.beside === true });
		slot.setPhase({ kind: "inRoom", role: "host" });
		for (const route of closed) opened.stay.room.notice("warning", { code: "wayStaysClosed", route });
		return { kind: "done", room: slot.key };
	}

	/** Returns why a room can't be off the record as it is wished. One that is kept stays what it is. */
	#refusalOffRecord(self: Self, wish: HostWish, found: Found<HostRecord> | undefined): Outcome | undefined {
		const { offRecordWith: typed, visibleOnLan = false } = wish;
		const own = self.signer.fingerprint;
		const other = typed === undefined ? found?.record.offRecordWith : parseFingerprint(typed);
		if (other === undefined && typed === undefined) return undefined;
		if (other === undefined) return refuse({ code: "bad_off_record", why: "notAFingerprint" });
		if (other === own) return refuse({ code: "bad_off_record", why: "ownKey" });
		if (found && found.record.offRecordWith !== other) return refuse({ code: "bad_off_record", why: "otherKind" });
		if (wish.historyDays !== undefined) return refuse({ code: "bad_off_record", why: "history" });
		return visibleOnLan ? refuse({ code: "bad_off_record", why: "visible" }) : undefined;
	}

	/** Returns the rooms that are kept on this computer. */
	kept(): readonly Found[] {
		const { keptRooms, now } = this.#options.context;
		return keptRoomsOf(keptRooms(), now);
	}

	#known(): KnownRooms {
		const { keptRooms } = this.#options.context;
		return {
			kept: () => this.kept(),
			isElsewhere: () => keptRooms()?.claim() === false,
			isLive: (room) => this.slots.isLive(room),
		};
	}

	#join(self: Self, command: JoinCommand): Outcome | Promise<Outcome> {
		const known = roomByName(command.target, this.#options.buddies(), this.#known());
		if (known) return known.kind === "refused" ? known : this.openKept(known.found);
		return this.#enter(self, command, roomVisited(command.target, this.#known(), this.#options.context.routes));
	}

	#enter(self: Self, command: JoinCommand, visited: Found<GuestRecord> | undefined): Outcome {
		const { routes, account } = this.#options.context;
		if (visited && this.#options.context.keptRooms()?.claim() === false) return refuse({ code: "kept_elsewhere" });
		const typed = visited?.record.target ?? command.target;
		const target = readJoinTarget(typed, routes);
		if (target.kind === "refused") return refuse({ code: "bad_target", ...target });
		const named = target.routes.map(({ route }) => route);
		const refusal =
			target.endpoints.length === 0 ? this.#firstRefusal(named, (route, only) => route.refusal(only)) : undefined;
		if (refusal) return refusal;
		const room = this.#options.lan.roomAt(target.typed);
		const known = account.recentRooms().find(({ fingerprint }) => fingerprint === target.pin);
		// An invite's letters say nothing to a person; a host they know has a name.
		const hostOfInvite =
			target.pin !== undefined && known?.hostName !== undefined ? `${known.hostName}, by invite` : undefined;
		const display = room ? `${room.name}, ${room.address} ${room.port}` : (hostOfInvite ?? target.display);
		// Somebody who joins again where they just were still sees what was said there while they wait.
		const before = this.slots.overAt(target.typed);
		const isByTheWay = visited?.record.pair !== undefined;
		const slot = before ?? this.slots.add(visited?.room.key ?? command.room, isByTheWay);
		if (before) this.slots.put(before, isByTheWay);
		const stay = new GuestStay(slot.context, self, { ...target, display }, before !== undefined, visited);
		this.#begin(slot, stay, { name: display, target: target.typed, isBeside: command.beside === true });
		return { kind: "done", room: slot.key };
	}

	#isUsable(name: RouteName): boolean {
		const { routes, transport } = this.#options.context;
		return routes.some((route) => route.name === name && hostRefusal(route, transport.only) === undefined);
	}

	/** Returns the first reason why one of the routes cannot be used here. */
	#firstRefusal(routes: readonly Route[], refusalOf: typeof hostRefusal): Outcome | undefined {
		const { only } = this.#options.context.transport;
		return routes.map((route) => refusalOf(route, only)).find((refusal) => refusal !== undefined);
	}

	/** Begins a stay, and puts away what is over unless it goes on beside it. */
	#begin(slot: RoomSlot, stay: Stay, { name, target, isBeside }: Beginning): void {
		this.#options.lan.stop();
		for (const other of this.slots.all()) {
			if (!isBeside && other !== slot && !other.isLive) this.slots.remove(other);
		}
		slot.begin(stay, name, target);
		void stay.ended.then(() => {
			if (slot.phase.kind === "idle") this.slots.remove(slot);
		});
	}
}
