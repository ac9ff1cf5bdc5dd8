// The ways into a room beside addresses that its host has open at the moment: opened and closed while the room goes on.
import type { Link } from "../../../net/link/link.ts";
import type { Outcome } from "../../api/codes.ts";
import type { RouteName } from "../../api/hosting.ts";
import { done, refuse } from "../../api/outcome.ts";
import type { Invites } from "../../gate/invites.ts";
import { hostRefusal, type Route, type RouteHost } from "../../routes/route.ts";
import type { StayContext } from "../../stay/stay.ts";
import type { ToldWays } from "../../stay/told-ways.ts";
import type { KeptWays } from "./kept-ways.ts";

/** An EnteredRoom is the room that people enter by a route. */
export interface EnteredRoom {
	/** Holds the secret that the room's invites carry. */
	readonly inviteSecret: Uint8Array;
	readonly invites: Pick<Invites, "all">;
	readonly server: { take(link: Link): void };
}

export interface OpenRoutesOptions {
	readonly context: Pick<StayContext, "routes" | "transport" | "told" | "emit">;
	readonly hosted: EnteredRoom;
	readonly keptWays: KeptWays;
	readonly toldWays: Pick<ToldWays, "secrets">;
	/** Returns the secrets of the feed links that lead here. */
	readonly feedSecrets: () => readonly Uint8Array[];
	/** The one address of this computer that may be used. */
	readonly bind: string | undefined;
	/** Is called when a route stands otherwise than before. */
	readonly onChange: () => void;
}

/** Owns them until `close`. `open` has them by their names. */
export class OpenRoutes {
	readonly #options: OpenRoutesOptions;
	readonly #open: Map<RouteName, RouteHost>;

	constructor(options: OpenRoutesOptions, open: Map<RouteName, RouteHost>) {
		this.#options = options;
		this.#open = open;
	}

	/** Opens a route, or closes it. */
	async set(name: RouteName, isOn: boolean): Promise<Outcome> {
		const { context, keptWays, onChange } = this.#options;
		const open = this.#open.get(name);
		if (isOn === (open !== undefined)) return done;
		if (open !== undefined) {
			this.#open.delete(name);
			keptWays.changed();
			onChange();
			await open.close();
			return done;
		}
		const route = context.routes.find((one) => one.name === name);
		const refusal = route && hostRefusal(route, context.transport.only);
		if (route === undefined || refusal !== undefined) return refusal ?? refuse({ code: "no_such_route" });
		const added = this.add(route);
		keptWays.changed();
		onChange();
		void added.start();
		return done;
	}

	/** Prepares a route; it begins with `start`. */
	add(route: Route): RouteHost {
		const { context, hosted, keptWays, toldWays, feedSecrets, bind, onChange } = this.#options;
		const invited = (): readonly Uint8Array[] => [
			...hosted.invites.all().map(({ secret }) => secret),
			...feedSecrets(),
		];
		const added = route.host({
			secret: hosted.inviteSecret,
			secrets: () => (route.leadsToLaterRooms ? [...invited(), ...toldWays.secrets()] : invited()),
			key: keptWays.keyOf(route.name),
			onProgress: (progress) => context.emit({ kind: "tor", ...progress }),
			...(bind === undefined ? {} : { bind }),
			onLink: (link) => hosted.server.take(link),
			onContact: context.told.contacts(route.name),
			onChange,
		});
		this.#open.set(route.name, added);
		return added;
	}
}
