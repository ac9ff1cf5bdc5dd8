// Where each guest's Link comes from, for the host; and telling the others as much of it as the host has chosen, before the guest enters.

import { setTimeout as sleep } from "node:timers/promises";
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { Person } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import type { GateHost } from "../gate/gate-host.ts";
import { placeForOthers } from "../gate/settings.ts";
import type { PlaceNote } from "../wire/content-kinds.ts";

/** At most this many callers are remembered, so that somebody who proves ever new keys makes us remember no more. */
const maximumCallers = 1_000;
/** A guest does not wait longer for the others to be told. */
const tellTimeoutMs = 2_000;

/** Holds how a guest comes. */
export interface Arriving {
	readonly caller: Caller;
	readonly isInBrowser: boolean;
}

/** Keeps where the guests are, for the host's stay, which owns it. */
export class GuestPlaces {
	readonly #gate: Pick<GateHost, "locations" | "settings">;
	readonly #arrived = new BoundedMap<Fingerprint, Arriving>(maximumCallers);
	readonly #untold = new Map<string, () => void>();

	constructor(gate: Pick<GateHost, "locations" | "settings">) {
		this.#gate = gate;
	}

	/** Returns where a guest comes from; `undefined` for the host, who has no Link of that kind. */
	of(
		fingerprint: Fingerprint,
	): (Required<Pick<Person, "address" | "network" | "location">> & Pick<Person, "isInBrowser">) | undefined {
		const { caller, isInBrowser } = this.#arrived.get(fingerprint) ?? {};
		if (caller === undefined) return undefined;
		const place = { address: caller.address, network: caller.key, location: this.#gate.locations.at(caller) };
		return isInBrowser ? { ...place, isInBrowser } : place;
	}

	/** Says who came with a browser. */
	hasBrowser(fingerprint: Fingerprint): boolean {
		return this.#arrived.get(fingerprint)?.isInBrowser ?? false;
	}

	callerOf(fingerprint: Fingerprint): Caller | undefined {
		return this.#arrived.get(fingerprint)?.caller;
	}

	/** Resolves when those who are in know, or when that takes too long. `tell` sends it on its way and returns its id. */
	async learn(
		fingerprint: Fingerprint,
		arriving: Arriving,
		tell: ((place: PlaceNote) => string | undefined) | undefined,
	): Promise<void> {
		this.#arrived.set(fingerprint, arriving);
		const location = await this.#gate.locations.find(arriving.caller);
		const label = placeForOthers(location, this.#gate.settings.placeDetail);
		const id = label === undefined ? undefined : tell?.({ of: fingerprintBytes(fingerprint), label });
		if (id === undefined) return;
		const told = new Promise<void>((resolve) => this.#untold.set(id, resolve));
		await Promise.race([told, sleep(tellTimeoutMs, undefined, { ref: false })]);
		this.#untold.delete(id);
	}

	/** Is called when something of the host's own has its place in the order. */
	placed(id: string): void {
		this.#untold.get(id)?.();
	}

	/** Is called when somebody is gone. */
	forget(fingerprint: Fingerprint): void {
		this.#arrived.delete(fingerprint);
	}
}
