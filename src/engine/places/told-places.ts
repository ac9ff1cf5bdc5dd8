// Where people in a room come from, and who is here with a browser. The host knows it by the Links; everybody else knows what the host tells.
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Location, Person } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { cleanLine } from "../text/clean.ts";
import type { BodyOf } from "../wire/content-kinds.ts";

/** At most this many places of people who are not here (yet) are remembered. */
const rememberedPlaces = 256;
const longestPlace = 120;

export interface ToldPlacesOptions {
	readonly self: Fingerprint;
	readonly host: Fingerprint;
	/** Returns where a guest's Link comes from; only the host knows. */
	readonly addressOf: (
		fingerprint: Fingerprint,
	) => { readonly address: string; readonly network?: string; readonly location: Location } | undefined;
}

/** Remembers what the host has told of where people come from. Each room owns one. */
export class ToldPlaces {
	readonly #options: ToldPlacesOptions;
	/** Remembers where the host says that people come from. */
	readonly #places = new BoundedMap<Fingerprint, string>(rememberedPlaces);
	/** Holds those in the room who are here with a browser, as the host says. */
	readonly #browsers = new Set<Fingerprint>();

	constructor(options: ToldPlacesOptions) {
		this.#options = options;
	}

	/** Returns what is shown of where a person is. */
	of(fingerprint: Fingerprint): Pick<Person, "address" | "network" | "location" | "isInBrowser"> {
		const label = this.#places.get(fingerprint);
		const place = this.#options.addressOf(fingerprint) ?? (label ? { location: { label, isSameNetwork: false } } : {});
		return this.#browsers.has(fingerprint) ? { ...place, isInBrowser: true } : place;
	}

	/**
	 * Takes in what somebody tells of places or browsers, and returns of whom more is known now. Only the host knows where Links come from, so only the
	 * host may tell: "refused" where a place came from somebody else, or is of nobody.
	 */
	told(
		by: Fingerprint,
		body: BodyOf<"place" | "quiet-browsers">,
		isHere: (fingerprint: Fingerprint) => boolean,
	): readonly Fingerprint[] | "refused" {
		const { self, host } = this.#options;
		if (body.kind === "quiet-browsers") {
			if (by !== host) return [];
			const here = body.of.flatMap((bytes) => fingerprintIn(bytes) ?? []).filter(isHere);
			for (const fingerprint of here) this.#browsers.add(fingerprint);
			return here;
		}
		const fingerprint = fingerprintIn(body.of);
		if (by !== host || !fingerprint) return "refused";
		if (self === host) return [];
		this.#places.set(fingerprint, cleanLine(body.label, longestPlace));
		return [fingerprint];
	}

	/** Forgets somebody who has left the room. */
	left(fingerprint: Fingerprint): void {
		this.#places.delete(fingerprint);
		this.#browsers.delete(fingerprint);
	}
}

const fingerprintIn = (bytes: Uint8Array): Fingerprint | undefined =>
	parseFingerprint(Buffer.from(bytes).toString("hex"));
