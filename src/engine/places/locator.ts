// Where people's connections come from, in words: from the offline data, cleaned, remembered for a while. Asks nobody.

import type { Caller } from "../../net/address/caller.ts";
import type { Place, UnknownWhy } from "../../net/geoip/place.ts";
import type { Location } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { cleanLine } from "../text/clean.ts";
import { locate } from "./locate.ts";

/** Addresses that are remembered; a household or an attacker knocks many times from one. */
const CAPACITY = 1000;
/** An alert does not wait longer: data that is just being made takes seconds. */
const WAIT_MS = 3000;
const NAME_LIMIT = 60;

const unknownWords: Readonly<Record<UnknownWhy, string>> = {
	noData: "location unknown (no location data)",
	damaged: "location unknown (location data damaged)",
	notFound: "location unknown (not in the location data)",
	notGlobal: "location unknown",
	busy: "location unknown (location data not ready yet)",
};

/** What looks addresses up: net/geoip.ts, or a test's stand-in. Never rejects. */
export interface Atlas {
	lookUp(address: string): Promise<Place>;
}

export interface Whereabouts {
	readonly location: Location;
	/** ISO 3166-1 alpha-2. */
	readonly countryCode?: string;
	/** Number of the network, as blocks of network owners use it. */
	readonly asn?: number;
}

export interface LocatorOptions {
	readonly atlas: Atlas;
	readonly capacity?: number;
	readonly waitMs?: number;
}

/** Answers from memory where it can. Owns nothing but that memory. */
export class Locator {
	readonly #atlas: Atlas;
	readonly #waitMs: number;
	/** The least recently used first. */
	readonly #known: BoundedMap<string, Promise<Whereabouts>>;

	constructor({ atlas, capacity = CAPACITY, waitMs = WAIT_MS }: LocatorOptions) {
		this.#atlas = atlas;
		this.#known = new BoundedMap(capacity);
		this.#waitMs = waitMs;
	}

	/** Says where a caller is. Never rejects, and answers within `waitMs`. */
	async where(caller: Caller): Promise<Location> {
		return (await this.whereabouts(caller)).location;
	}

	/** Says it as `where` does, with what a program needs to know. */
	whereabouts({ scope, geoAddress: key }: Caller): Promise<Whereabouts> {
		const near = locate(scope);
		if (near.isSameNetwork || key === undefined) return Promise.resolve({ location: near });
		const found = this.#known.get(key) ?? this.#find(key);
		this.#known.set(key, found);
		return found;
	}

	async #find(key: string): Promise<Whereabouts> {
		const place = await inTime(this.#atlas.lookUp(key), this.#waitMs);
		// Data may come, or come back: what is missing now is asked for again.
		const isFinal = place.kind === "place" ? place.lacksLocation === undefined : place.why === "notFound";
		if (!isFinal) this.#known.delete(key);
		return inWords(place);
	}
}

async function inTime(asked: Promise<Place>, waitMs: number): Promise<Place> {
	const { promise, resolve } = Promise.withResolvers<Place>();
	const clock = setTimeout(() => resolve({ kind: "unknown", why: "busy" }), waitMs);
	try {
		return await Promise.race([asked, promise]);
	} finally {
		clearTimeout(clock);
	}
}

/** Every text in it has passed clean.ts. */
function inWords(place: Place): Whereabouts {
	if (place.kind === "unknown") {
		return { location: { label: unknownWords[place.why], isSameNetwork: false, ...lackOf(place.why) } };
	}
	const city = cleaned(place.city);
	const region = cleaned(place.region);
	const country = cleaned(place.countryName) ?? cleaned(place.country);
	const networkOwner = cleaned(place.networkOwner) ?? (place.asn === undefined ? undefined : `AS${place.asn}`);
	// Berlin is in Berlin: once is enough.
	const spot = [city, region === city ? undefined : region, country].filter((part) => part !== undefined).join(", ");
	const why = place.lacksLocation ?? "notFound";
	const spotOrWhy = spot === "" ? unknownWords[why] : spot;
	return {
		location: {
			label: networkOwner === undefined ? spotOrWhy : `${spotOrWhy} · ${networkOwner}`,
			isSameNetwork: false,
			...(city === undefined ? {} : { city }),
			...(region === undefined ? {} : { region }),
			...(country === undefined ? {} : { country }),
			...(networkOwner === undefined ? {} : { networkOwner }),
			...(spot === "" ? lackOf(why) : {}),
		},
		...(place.country === undefined ? {} : { countryCode: cleanLine(place.country, 2) }),
		...(place.asn === undefined ? {} : { asn: place.asn }),
	};
}

const lackOf = (why: UnknownWhy): Pick<Location, "lacks"> =>
	why === "noData" || why === "damaged" ? { lacks: why } : {};

function cleaned(text: string | undefined): string | undefined {
	const clean = text === undefined ? "" : cleanLine(text, NAME_LIMIT).trim();
	return clean === "" ? undefined : clean;
}
