// Where addresses are, for those who draw: what is known now is answered at once, the rest is asked for and told when it is there.

import type { Caller } from "../../net/address/caller.ts";
import type { Location } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { locate } from "./locate.ts";

/** Looks up offline. Never rejects. */
export interface Locator {
	where(caller: Caller): Promise<Location>;
}

/** Addresses remembered; the one asked for longest ago is forgotten. */
const maximumPlaces = 2_000;
/** Data may have come since: what was not found is asked for again after this. */
const askAgainMs = 60_000;

interface Known {
	readonly location: Location;
	/** `undefined` while the answer is on its way. */
	readonly askedAt: number | undefined;
}

/** `now` in ms since some fixed moment; `onFound`: some answer of `at` would be another one now. */
export class Places {
	readonly #locator: Locator;
	readonly #now: () => number;
	readonly #onFound: () => void;
	readonly #known = new BoundedMap<string, Known>(maximumPlaces);

	constructor(locator: Locator, now: () => number, onFound: () => void) {
		this.#locator = locator;
		this.#now = now;
		this.#onFound = onFound;
	}

	/** What is known by now. */
	at(caller: Caller): Location {
		const known = this.#known.get(caller.address);
		if (known === undefined || this.#isStale(known)) void this.find(caller);
		return known?.location ?? locate(caller.scope);
	}

	/** What has been found so far; asks nothing. */
	known({ address }: Caller): Location | undefined {
		const known = this.#known.get(address);
		return known?.askedAt === undefined ? undefined : known.location;
	}

	/** Waits for the answer. */
	async find(caller: Caller): Promise<Location> {
		const { address, scope } = caller;
		const known = this.#known.get(address);
		if (known?.askedAt !== undefined && !this.#isStale(known)) return known.location;
		this.#remember(address, { location: known?.location ?? locate(scope), askedAt: undefined });
		const location = await this.#locator.where(caller);
		this.#remember(address, { location, askedAt: this.#now() });
		if (location.label !== known?.location.label) this.#onFound();
		return location;
	}

	#isStale({ location, askedAt }: Known): boolean {
		const isFound = location.isSameNetwork || location.country !== undefined || location.asn !== undefined;
		return askedAt !== undefined && !isFound && this.#now() - askedAt > askAgainMs;
	}

	#remember(address: string, known: Known): void {
		this.#known.set(address, known);
	}
}
