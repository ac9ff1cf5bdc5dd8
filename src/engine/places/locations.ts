// Where callers are, for those who draw: what is known now is answered at once, the rest is looked up and told when it is there.
import type { Scope } from "../../net/address/address.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { Location } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";

/** Looks up offline where a caller is. It never rejects. `onLater` hears what an answer that said "not ready yet" has become. */
export type LookUp = (caller: Caller, onLater?: (found: Location) => void) => Promise<Location>;

/** At most this many callers are remembered, since a household or an attacker knocks many times from one address. The one asked for longest ago is forgotten. */
const usualCapacity = 2_000;
/** Data may have come since: what was not found is looked up again after this. */
const askAgainMs = 60_000;

/** Returns what the scope of an address alone says; `label` is fit to show. */
export function locate(scope: Scope): Location {
	switch (scope) {
		case "loopback":
			return { label: "this computer", isSameNetwork: true };
		case "local":
			return { label: "same network", isSameNetwork: true };
		case "global":
			return { label: "location unknown", isSameNetwork: false };
	}
}

interface Known {
	readonly location: Location;
	/** The look-up that is under way. */
	readonly asked?: Promise<Location>;
	/** The time when `location` was found; it is absent before. */
	readonly foundAt?: number;
}

export interface LocationsOptions {
	readonly lookUp: LookUp;
	/** Returns milliseconds since some fixed moment. */
	readonly now: () => number;
	/** Is called when some answer of `at` would be another one now. */
	readonly onFound: () => void;
	readonly capacity?: number;
}

/** Remembers where callers are, and looks up each of them once. */
export class Locations {
	readonly #options: LocationsOptions;
	readonly #known: BoundedMap<string, Known>;

	constructor(options: LocationsOptions) {
		this.#options = options;
		this.#known = new BoundedMap(options.capacity ?? usualCapacity);
	}

	/** Returns what is known by now, and looks up what is not. */
	at(caller: Caller): Location {
		const known = this.#known.get(keyOf(caller));
		if (known === undefined || this.#isStale(known)) void this.find(caller);
		return known?.location ?? locate(caller.scope);
	}

	/** Returns what has been found so far; looks up nothing. */
	known(caller: Caller): Location | undefined {
		const known = this.#known.get(keyOf(caller));
		return known?.foundAt === undefined ? undefined : known.location;
	}

	/** Waits for the answer. It never rejects. */
	find(caller: Caller): Promise<Location> {
		const key = keyOf(caller);
		const known = this.#known.get(key);
		if (known?.asked) return known.asked;
		if (known && !this.#isStale(known)) {
			this.#known.set(key, known);
			return Promise.resolve(known.location);
		}
		const location = known?.location ?? locate(caller.scope);
		const heard = (found: Location): Location => this.#found(key, found);
		const asked = this.#options.lookUp(caller, heard).then(heard);
		this.#known.set(key, { ...known, location, asked });
		return asked;
	}

	#found(key: string, location: Location): Location {
		const before = this.#known.get(key)?.location;
		this.#known.set(key, { location, foundAt: this.#options.now() });
		if (location.label !== before?.label) this.#options.onFound();
		return location;
	}

	#isStale({ location, foundAt }: Known): boolean {
		const isKnown = location.isSameNetwork || location.country !== undefined || location.asn !== undefined;
		return foundAt !== undefined && !isKnown && this.#options.now() - foundAt > askAgainMs;
	}
}

/** Returns the key under which a caller is looked up. All spellings of one address are one. */
const keyOf = ({ geoAddress, key }: Caller): string => geoAddress ?? key;
