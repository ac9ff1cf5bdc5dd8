// Where an address is and whose network it belongs to, as offline data says. Everything in it is hostile until engine/text/clean.ts has had it.

/**
 * Says why a place is not known. `noData`: there is no data on this computer · `damaged`: there is, and it cannot be used · `notFound`: the data has nothing on
 * this address · `notGlobal`: the address is no public one · `busy`: no answer came in time.
 */
export type UnknownWhy = "noData" | "damaged" | "notFound" | "notGlobal" | "busy";

/** Says what is known of an address. A `place` has at least one of country and asn. No text is longer than `NAME_LIMIT`. */
export type Place =
	| {
			readonly kind: "place";
			/** The country as ISO 3166-1 alpha-2, e.g. "DE". */
			readonly country?: string;
			/** The country's name in English, e.g. "Germany". */
			readonly countryName?: string;
			/** The name of the largest division of the country (ISO 3166-2) if it is known, else its code. */
			readonly region?: string;
			readonly city?: string;
			/** The number of the network (autonomous system) to which the address belongs. */
			readonly asn?: number;
			readonly networkOwner?: string;
			/** Says why there is no country, when the data with countries is missing or cannot be used. */
			readonly lacksLocation?: "noData" | "damaged";
	  }
	| { readonly kind: "unknown"; readonly why: UnknownWhy };

/** The limit of a name in UTF-16 code units. The longest real network owner has 167, the longest city 44: more than this is only noise in an alert. */
export const NAME_LIMIT = 100;

/** Returns a text of hostile data, cut to its limit; `undefined` for what is no text or empty. */
export function boundedName(value: unknown): string | undefined {
	if (typeof value !== "string" || value === "") return undefined;
	return value.length <= NAME_LIMIT ? value : `${value.slice(0, NAME_LIMIT - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
