// What is kept of the ways into a room that lasts: which were open, with which keys guests find them, the personal invites, whether neighbours see the room and whether anybody new is let in. So all of it is after a restart as its host had it.
import { isStoreFailure } from "../../../store/failure.ts";
import type { GateSettings } from "../../api/gate.ts";
import type { HostWish, RouteName } from "../../api/hosting.ts";
import type { Invites } from "../../gate/invites.ts";
import type { KeptRoom } from "../../kept/kept-room.ts";
import type { HostRecord, KeptInvite, KeptRoute } from "../../kept/records.ts";
import type { RouteHost } from "../../routes/route.ts";

/** A WaysRecord is the part of a room's record that this file is about. */
export type WaysRecord = Pick<
	HostRecord,
	"routes" | "isOnlyByRoutes" | "bind" | "invites" | "isVisible" | "isPaused" | "offRecordWith"
>;

/** Says what can be used here now of the ways that a room had. */
export interface UsableHere {
	readonly route: (name: RouteName) => boolean;
	/** Rooms may be shown on the same network. */
	readonly isLanAllowed: boolean;
}

/** Says how a room is opened, and which of its former ways in stay closed because they cannot be used here now. */
export interface WaysOnReturn {
	readonly wish: HostWish;
	readonly closed: readonly RouteName[];
}

/**
 * Says how a room that was kept is opened: by the ways it had, unless the host wishes for others now. A room that was reached by routes alone listens on no
 * port, also where one of them cannot be used: then it is not opened at all.
 */
export function waysOnReturn(wish: HostWish, record: WaysRecord | undefined, usable: UsableHere): WaysOnReturn {
	if (record === undefined) return { wish, closed: [] };
	if ((wish.routes ?? []).length > 0) return { wish: { visibleOnLan: false, ...wish }, closed: [] };
	const former = (record.routes ?? []).filter(({ isOpen }) => isOpen).map(({ name }) => name);
	const wantsPort = wish.port !== undefined || wish.bind !== undefined || wish.visibleOnLan === true;
	if (record.isOnlyByRoutes && !wantsPort) {
		return { wish: { ...wish, routes: former, isOnlyByRoutes: true }, closed: [] };
	}
	const bind = wish.bind ?? record.bind;
	const where = bind === undefined ? {} : { bind };
	const isShown = record.isVisible === true && usable.isLanAllowed && record.offRecordWith === undefined;
	return {
		wish: { ...(isShown ? { visibleOnLan: true } : {}), ...wish, ...where, routes: former.filter(usable.route) },
		closed: former.filter((name) => !usable.route(name)),
	};
}

export interface KeptWaysOptions {
	readonly invites: Invites;
	/** Returns the routes that are open now. */
	readonly open: () => ReadonlyMap<RouteName, RouteHost>;
	readonly isOnlyByRoutes: boolean;
	/** The one address of this computer on which the room listens. */
	readonly bind: string | undefined;
	/** The host wishes now that the room is shown on the same network, or is not; absent: it stays as it was. */
	readonly visibleOnLan: boolean | undefined;
	/** The ways that the room's record names, where the room was kept before. */
	readonly before?: WaysRecord | undefined;
}

/** Writes them down whenever they change, once the room is kept. */
export class KeptWays {
	readonly #options: KeptWaysOptions;
	/** The keys that routes had or have: one that is closed and opened again has the same. */
	readonly #keys = new Map<RouteName, Uint8Array>();
	/** The choices of the host, whatever the network of this moment allows. */
	#chosen: Pick<WaysRecord, "isVisible" | "isPaused">;
	#room: KeptRoom | undefined;

	constructor(options: KeptWaysOptions) {
		this.#options = options;
		const { before, visibleOnLan } = options;
		this.#chosen = { isVisible: visibleOnLan ?? before?.isVisible ?? false, isPaused: before?.isPaused ?? false };
		for (const { name, key } of before?.routes ?? []) if (key) this.#keys.set(name, Uint8Array.from(key));
		options.invites.watch(() => this.changed());
	}

	/** Returns the key by which guests have found this room by a route, if it had one. */
	keyOf(name: RouteName): Uint8Array | undefined {
		return this.#keys.get(name);
	}

	/** Returns what there is to keep now. */
	record(): WaysRecord {
		const { open, invites, isOnlyByRoutes, bind } = this.#options;
		for (const [name, { key }] of open()) if (key && !this.#keys.has(name)) this.#keys.set(name, Uint8Array.from(key));
		const names = new Set([...open().keys(), ...this.#keys.keys()]);
		const routes = [...names].map((name): KeptRoute => {
			const key = this.#keys.get(name);
			return { name, isOpen: open().has(name), ...(key === undefined ? {} : { key }) };
		});
		const where = bind === undefined ? {} : { bind };
		return { routes, isOnlyByRoutes, ...where, ...this.#chosen, invites: invites.personal().map(keptInvite) };
	}

	/** Is called when the host has chosen otherwise whether the room is shown on the network, or whether anybody new comes in. */
	chose({ visibleOnLan, isPaused }: Partial<Pick<GateSettings, "visibleOnLan" | "isPaused">>): void {
		if (visibleOnLan === undefined && isPaused === undefined) return;
		const { isVisible: wasVisible, isPaused: wasPaused } = this.#chosen;
		this.#chosen = { isVisible: visibleOnLan ?? wasVisible, isPaused: isPaused ?? wasPaused };
		this.changed();
	}

	/** Keeps the ways with this room from now on. */
	keepIn(room: KeptRoom): void {
		this.#room = room;
		this.changed();
	}

	/** Writes them down, if the room is kept. A disk that fails costs what the guests find after a restart, and nothing of the room that is open. */
	changed(): void {
		const record = this.#room?.record();
		if (record?.role !== "host") return;
		try {
			this.#room?.setRecord({ ...record, ...this.record() });
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
		}
	}

	/** Wipes the keys. */
	close(): void {
		for (const key of this.#keys.values()) key.fill(0);
	}
}

function keptInvite({ label = "", secret, boundTo }: ReturnType<Invites["personal"]>[number]): KeptInvite {
	return { label, secret, ...(boundTo === undefined ? {} : { boundTo }) };
}
