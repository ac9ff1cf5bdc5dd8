// How those who were let in find the rooms that this host opens later: by a secret that they are told in the room, and lose when somebody is removed or blocked.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import { secretsAround } from "../routes/daily-secret.ts";
import type { Route, RouteHost } from "../routes/route.ts";
import { encodeInvite } from "../wire/invite.ts";
import type { Acquaintances } from "./stay.ts";

/** A new day, and a change by another program on this home, is noticed within this time: the keys of two days are announced at once. */
const lookEveryMs = 60 * 60 * 1000;

export interface LaterRoomsOptions {
	readonly account: Pick<Acquaintances, "laterRoomsSecret">;
	/** Whoever is blocked or removed loses the secret: what the host decides may change it. */
	readonly gate: Pick<AccessRules, "watch">;
	readonly host: Fingerprint;
	readonly routes: readonly Pick<Route, "name" | "leadsToLaterRooms">[];
	/** Returns the routes that are open now. */
	readonly open: () => ReadonlyMap<Route["name"], Pick<RouteHost, "inviteKey" | "invitePart" | "secretsChanged">>;
	/** Tells those who are in. */
	readonly tell: (invite: string) => void;
	/** Returns ms since the epoch. */
	readonly now: () => number;
	readonly clock: Clock;
}

/** Holds for one room, from when it is open until `close`. */
export class LaterRooms {
	readonly #options: LaterRoomsOptions;
	readonly #unwatch: () => void;
	#announced = "";
	#told: string | undefined;
	#stopLooking: (() => void) | undefined;

	constructor(options: LaterRoomsOptions) {
		this.#options = options;
		this.#announced = this.#wanted();
		this.#unwatch = options.gate.watch(() => this.refresh());
		this.#lookLater();
	}

	/** Returns the secrets under which the room is announced besides. */
	secrets(): readonly Uint8Array[] {
		const secret = this.#options.account.laterRoomsSecret();
		return secret ? secretsAround(secret, this.#options.now()) : [];
	}

	/** Announces under other secrets and tells them to those who are in, where either is news. With `isNewcomer` somebody has come who was not told yet. */
	refresh(isNewcomer = false): void {
		const wanted = this.#wanted();
		if (wanted !== this.#announced) {
			this.#announced = wanted;
			for (const [, route] of this.#leading()) void route.secretsChanged?.();
		}
		const invite = this.#invite();
		if (invite === undefined || (invite === this.#told && !isNewcomer)) return;
		this.#told = invite;
		this.#options.tell(invite);
	}

	close(): void {
		this.#unwatch();
		this.#stopLooking?.();
	}

	#lookLater(): void {
		this.#stopLooking = this.#options.clock.after(lookEveryMs, () => {
			this.refresh();
			this.#lookLater();
		});
	}

	#wanted(): string {
		return this.secrets()
			.map((secret) => Buffer.from(secret).toString("hex"))
			.join();
	}

	#leading() {
		const names = new Set(this.#options.routes.filter((one) => one.leadsToLaterRooms).map(({ name }) => name));
		return [...this.#options.open()].filter(([name]) => names.has(name));
	}

	#invite(): string | undefined {
		const secret = this.#options.account.laterRoomsSecret();
		const parts = new Map(this.#leading().map(([, route]) => [route.inviteKey, route.invitePart()]));
		if (!secret || parts.size === 0) return undefined;
		return encodeInvite({ fingerprint: this.#options.host, endpoints: [], secret, parts, isForLater: true });
	}
}
