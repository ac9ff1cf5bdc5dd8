// The way into a room and out of it: one stay at a time, and what is left to see of the last one.
import { canonicalAddress } from "../net/address/address.ts";
import type { Self } from "./account/self.ts";
import type { Command, Phase, Snapshot } from "./api/api.ts";
import type { EndCode, Outcome } from "./api/codes.ts";
import { done, refuse } from "./api/outcome.ts";
import { readJoinTarget } from "./guest/join-target.ts";
import { GuestStay } from "./guest/stay.ts";
import { HostStay, type HostStayOutcome } from "./host/stay.ts";
import { type LanRoomsView, lanRefusal } from "./lan-rooms-view.ts";
import type { Room } from "./room/room.ts";
import type { Route } from "./routes/route.ts";
import { refusalOfPassword, type Stay, type StayContext, type StayEnd } from "./stay/stay.ts";
import { cleanLine } from "./text/clean.ts";

export interface StaysOptions {
	readonly context: Omit<StayContext, "setPhase">;
	readonly lan: LanRoomsView;
	/** Rooms may be shown on the same network. */
	readonly isLanAllowed: boolean;
}

/** Ends that need no explanation for logs. */
const orderlyEnds: ReadonlySet<EndCode> = new Set(["left", "room_closed", "kicked", "replaced", "own_room"]);

/** Owns the stay. */
export class Stays {
	readonly #options: StaysOptions;
	readonly #context: StayContext;
	#phase: Phase = { kind: "idle" };
	#stay: Stay | undefined;
	/** Waited for by `leave`, so that no room opens after the person has gone. */
	#opening: Promise<HostStayOutcome> | undefined;
	/** The room of the last stay: the screen shows it until the person goes on. */
	#lastRoom: Room | undefined;
	/** What was dialled for the last stay as a guest. */
	#lastTarget: string | undefined;

	constructor(options: StaysOptions) {
		this.#options = options;
		this.#context = { ...options.context, setPhase: (phase) => this.#setPhase(phase) };
	}

	get phase(): Phase {
		return this.#phase;
	}

	/** The stay there is now. */
	get stay(): Stay | undefined {
		return this.#stay;
	}

	/** The room we are in, or the last one. */
	get room(): Room | undefined {
		return this.#stay?.room ?? this.#lastRoom;
	}

	/** Returns what is told before each route is used that can be used here. */
	routeTerms(): Snapshot["routeTerms"] {
		const { routes, transport } = this.#context;
		const usable = routes.filter((route) => route.refusal(transport.only) === undefined);
		return Object.fromEntries(usable.map((route) => [route.name, route.terms()]));
	}

	host(command: Extract<Command, { kind: "host" }>): Outcome | Promise<Outcome> {
		return this.#withSelf((self) => this.#host(self, command));
	}

	join(target: string): Outcome | Promise<Outcome> {
		return this.#withSelf((self) => this.#join(self, target));
	}

	/** Leaves the room, or puts away what is left of the last one. */
	async leave(): Promise<Outcome> {
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

	#withSelf(work: (self: Self) => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
		const { account } = this.#context;
		if (account.state().kind === "locked") {
			const trouble = account.trouble();
			return refuse({ code: "identity_locked", ...(trouble ? { trouble } : {}) });
		}
		const self = account.self();
		if (!self) return refuse({ code: "no_identity" });
		if (this.#stay || this.#phase.kind === "openingRoom") {
			return refuse({ code: "already_in_room" });
		}
		return work(self);
	}

	async #host(self: Self, command: Extract<Command, { kind: "host" }>): Promise<Outcome> {
		const { password, wish = {} } = command;
		const { bind, visibleOnLan = false, routes = [] } = wish;
		const refusal =
			refusalOfPassword(password) ??
			(visibleOnLan && !this.#options.isLanAllowed ? lanRefusal : undefined) ??
			this.#refusalOf(this.#context.routes.filter(({ name }) => routes.includes(name)));
		if (refusal) return refusal;
		const address = bind === undefined ? undefined : canonicalAddress(bind);
		if (bind !== undefined && !address) {
			return refuse({ code: "bad_address", why: "notAnAddress", typed: cleanLine(bind) });
		}
		this.#setPhase({ kind: "openingRoom" });
		const listening = { ...wish, ...(address ? { bind: address } : {}) };
		this.#opening = HostStay.open(this.#context, self, password, listening);
		const opened = await this.#opening;
		this.#opening = undefined;
		if (opened.kind === "failed") {
			this.#setPhase({ kind: "idle" });
			return refuse({ code: "cannot_listen", why: opened.why });
		}
		this.#begin(opened.stay);
		this.#setPhase({ kind: "inRoom", role: "host" });
		return done;
	}

	#join(self: Self, typed: string): Outcome {
		const target = readJoinTarget(typed, this.#context.routes);
		if (target.kind === "refused") return refuse({ code: "bad_target", ...target });
		const named = target.routes.map(({ route }) => route);
		const refusal = target.endpoints.length === 0 ? this.#refusalOf(named) : undefined;
		if (refusal) return refusal;
		const room = this.#options.lan.roomAt(target.typed);
		const known = this.#context.account.recentRooms().find(({ fingerprint }) => fingerprint === target.pin);
		// An invite's letters say nothing to a person; a host they know has a name.
		const hostOfInvite =
			target.pin !== undefined && known?.hostName !== undefined ? `${known.hostName}, by invite` : undefined;
		const display = room ? `${room.name}, ${room.address} ${room.port}` : (hostOfInvite ?? target.display);
		// Who joins again where they just were still sees what was said there while they wait.
		const wasThere = this.#lastRoom !== undefined && this.#lastTarget === target.typed;
		this.#begin(new GuestStay(this.#context, self, { ...target, display }, wasThere), wasThere);
		this.#lastTarget = target.typed;
		return done;
	}

	/** Returns the first reason why one of the routes cannot be used here. */
	#refusalOf(routes: readonly Route[]): Outcome | undefined {
		const { only } = this.#context.transport;
		return routes.map((route) => route.refusal(only)).find((refusal) => refusal !== undefined);
	}

	#begin(stay: Stay, wasThere = false): void {
		this.#options.lan.stop();
		if (!wasThere) {
			this.#lastRoom = undefined;
			this.#lastTarget = undefined;
		}
		this.#stay = stay;
		void stay.ended.then((end) => this.#ended(end));
	}

	#ended({ code, detail, attempts = [], clockGapSeconds }: StayEnd): void {
		const { emit, changed } = this.#context;
		// Who could not come back still has what was said before.
		this.#lastRoom = this.room;
		this.#stay = undefined;
		const end = { code, ...(clockGapSeconds === undefined ? {} : { clockGapSeconds }) };
		this.#phase =
			code === "left" ? { kind: "idle" } : { kind: "ended", ...end, ...(attempts.length > 0 ? { attempts } : {}) };
		if (detail !== "" && !orderlyEnds.has(code)) emit({ kind: "error", code, detail: cleanLine(detail) });
		emit({ kind: "closed", ...end });
		changed();
	}

	#setPhase(phase: Phase): void {
		this.#phase = phase;
		this.#context.changed();
	}
}
