// All the ways into a hosted room as one: addresses, routes and invites as the host sees them, what is kept of them, and who is told.
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { roomName } from "../../../crypto/opening/binding.ts";
import type { Restriction } from "../../../net/address/interfaces.ts";
import type { TransportName } from "../../../net/link/link.ts";
import type { Outcome } from "../../api/codes.ts";
import type { GateSettings } from "../../api/gate.ts";
import type { Hosting, HostWish, RouteName } from "../../api/hosting.ts";
import type { Notice } from "../../api/notices.ts";
import { refuse } from "../../api/outcome.ts";
import type { GateHost } from "../../gate/gate-host.ts";
import { InviteCommands } from "../../gate/invite-commands.ts";
import type { Invites } from "../../gate/invites.ts";
import type { Pair } from "../../kept/records.ts";
import type { RouteHost } from "../../routes/route.ts";
import type { PairWays, StayContext } from "../../stay/stay.ts";
import { type ToldWays, toldWays } from "../../stay/told-ways.ts";
import { KeptWays, type WaysRecord } from "./kept-ways.ts";
import { type EnteredRoom, OpenRoutes } from "./open-routes.ts";
import { Visibility } from "./visibility.ts";
import { hostingWith, Ways, type WaysView } from "./ways-in.ts";

/** A ReachedRoom is the room to which the ways lead. */
export interface ReachedRoom extends EnteredRoom {
	/** The port on which this computer listens; 0 when nothing listens on any. */
	readonly port: number;
	readonly transports: readonly TransportName[];
	readonly roomId: Uint8Array;
	readonly invites: Invites;
}

export interface AllWaysOptions {
	readonly context: StayContext & { readonly gate: GateHost };
	readonly hosted: ReachedRoom;
	/** The host's own name and key. */
	readonly name: string;
	readonly host: Fingerprint;
	readonly password: string;
	readonly wish: HostWish;
	readonly isOffRecord: boolean;
	readonly pair: Pair | undefined;
	/** The ways that the room's record names, where the room was kept before. */
	readonly kept: WaysRecord | undefined;
	/** Tells those in the room the invite of the moment. */
	readonly tell: (invite: string) => void;
	readonly notice: (notice: Notice) => void;
}

/** Owns them until `close`. */
export class AllWays {
	readonly kept: KeptWays;
	readonly told: ToldWays;
	readonly invites: InviteCommands;
	readonly #options: AllWaysOptions;
	readonly #routes = new Map<RouteName, RouteHost>();
	readonly #opened: OpenRoutes;
	readonly #ways: Ways;
	readonly #visibility: Visibility;
	/** The person has chosen where it listens. */
	readonly #isBound: boolean;
	#hosting: Omit<Hosting, "lan">;
	#isOver = false;
	/** Ends what follows the feed links that lead here. */
	readonly #unwatch: (() => void) | undefined;

	constructor(options: AllWaysOptions) {
		this.#options = options;
		const { context, hosted, name, host, password, wish, isOffRecord, pair, kept, tell } = options;
		const { port, invites } = hosted;
		const { bind, visibleOnLan } = wish;
		const only = { ...context.transport.only, ...(bind === undefined ? {} : { bind }) };
		const { told, changed } = context;
		const open = (): ReadonlyMap<RouteName, RouteHost> => this.#routes;
		const shown = { name, fingerprint: host, port, only, changed };
		this.#visibility = new Visibility({ ...shown, onContact: told.contacts("shownOnNetwork") });
		this.kept = new KeptWays({ invites, open, isOnlyByRoutes: port === 0, bind, visibleOnLan, before: kept });
		this.told = toldWays({ context, pair, host, isOffRecord, open, tell, invite: () => this.#hosting.invite });
		const ways = { keptWays: this.kept, toldWays: this.told };
		const onChange = (): void => this.#ways.refresh();
		const doors = isOffRecord ? undefined : context.posts?.doors;
		const feedSecrets = () => (doors?.all(this.isHidden) ?? []).map(({ secret }) => secret);
		this.#opened = new OpenRoutes({ context, hosted, ...ways, feedSecrets, bind, onChange }, this.#routes);
		this.#unwatch = doors?.watch(() => {
			for (const route of this.#routes.values()) void route.secretsChanged?.();
		});
		for (const route of context.routes) if (wish.routes?.includes(route.name)) this.#opened.add(route);
		this.#ways = this.#newWays(only);
		this.invites = this.#newInvites();
		this.#isBound = only.bind !== undefined || only.interface !== undefined;
		this.#hosting = hostingWith(password, port, this.#ways.view(), this.#isBound);
	}

	#newWays(only: Restriction): Ways {
		const { context, hosted, host, isOffRecord, pair } = this.#options;
		const { port, transports, roomId, inviteSecret } = hosted;
		return new Ways({
			...{ port, only, host, isOffRecord },
			isUdpOpen: transports.includes("udp"),
			isPortOpen: port !== 0,
			isForNeighbour: pair !== undefined,
			routes: () => [...this.#routes.values()],
			isMappingAllowed: context.portMapping.isAllowed,
			secret: inviteSecret,
			room: roomName(roomId),
			mappings: context.portMapping.mappings,
			told: context.told,
			onChange: (view) => this.#reachable(view),
		});
	}

	#newInvites(): InviteCommands {
		const { context, hosted, notice } = this.#options;
		return new InviteCommands({
			invites: hosted.invites,
			tell: notice,
			gate: context.gate,
			inviteFor: (secret) => this.#ways.inviteFor(secret),
			onChange: () => Promise.all([...this.#routes.values()].map((route) => route.secretsChanged?.())),
		});
	}

	/** Begins to ask the router, to watch the addresses, and to open the routes. */
	start(): void {
		this.#ways.start();
		for (const route of this.#routes.values()) void route.start();
	}

	/** Returns what the host sees of them. */
	hosting(): Hosting {
		const lan = this.#visibility.view();
		return lan === undefined ? this.#hosting : { ...this.#hosting, lan };
	}

	/** Is called when another password opens the room from now on. */
	passwordChanged(password: string): void {
		this.#hosting = { ...this.#hosting, password };
	}

	/** Tells whether none of them shows where the host is. */
	get isHidden(): boolean {
		return this.#options.hosted.port === 0 && !this.#routes.has("dht");
	}

	/** Returns by what the room can be dialled now. */
	reach(): ReturnType<Ways["reach"]> {
		return this.#ways.reach();
	}

	/** Returns by what a room of two is opened that is proposed here. */
	forPair(): PairWays {
		const { hosted, wish } = this.#options;
		const bind = wish.bind === undefined ? {} : { bind: wish.bind };
		const only = hosted.port === 0 ? ({ isOnlyByRoutes: true } as const) : {};
		return { routes: [...this.#routes.keys()], ...only, ...bind };
	}

	/** Opens a route, or closes it. */
	async setRoute(name: RouteName, isOn: boolean): Promise<Outcome> {
		return this.#isOver ? refuse({ code: "not_in_room" }) : this.#opened.set(name, isOn);
	}

	/** Shows the room on the same network, if the host wishes it, or no longer. `chosen`: what the host has said just now, which a room that is kept remembers. */
	settingsChanged(chosen: Partial<GateSettings> = {}): void {
		const { context, hosted, isOffRecord } = this.#options;
		this.kept.chose(chosen);
		// Where no port is open, there is nothing to show; off the record nobody could come in by what is shown.
		this.#visibility.set(context.gate.settings.visibleOnLan && hosted.port !== 0 && !isOffRecord);
	}

	/** Closes them all. `closeRoom` tells those who are in, and those who came by a route are told before it closes. */
	async close(closeRoom: () => Promise<void>): Promise<void> {
		this.#isOver = true;
		this.told.close();
		this.#unwatch?.();
		const closingRoutes = closeRoom().then(() => Promise.all([...this.#routes.values()].map((route) => route.close())));
		await Promise.all([closingRoutes, this.#ways.close(), this.#visibility.close()]);
		this.kept.close();
	}

	#reachable(view: WaysView): void {
		const { context } = this.#options;
		const { ways, invite } = view;
		const { password, port } = this.#hosting;
		this.#hosting = hostingWith(password, port, view, this.#isBound);
		this.told.refresh();
		context.emit({ kind: "reachability", ways, ...(invite === undefined ? {} : { invite }) });
		context.changed();
	}
}
