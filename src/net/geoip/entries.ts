// What the offline data says of an address, and how it is written down as one line of a range table. Everything in a line is hostile: a table may be damaged or made up.
import { boundedName } from "./place.ts";

export const LARGEST_ASN = 0xffff_ffff;

/** Holds what the location data says of an address. */
export interface FoundLocation {
	/** The country as ISO 3166-1 alpha-2. */
	readonly country: string;
	/** The region as ISO 3166-2 without the country, e.g. "BE". */
	readonly regionCode?: string;
	readonly regionName?: string;
	readonly city?: string;
}

/** Names the owner of the network to which an address belongs. */
export interface Owner {
	readonly asn: number;
	readonly networkOwner?: string;
}

/** Writes a place as one line: country, code of the region, name of the region and city, with tabs between them. */
export function locationLine({ country, regionCode = "", regionName = "", city = "" }: FoundLocation): string {
	return [country, regionCode, regionName, city].map(inField).join("\t");
}

/** Reads a line that `locationLine` wrote; `undefined` for one that it cannot have written. */
export function readLocation(line: string): FoundLocation | undefined {
	const [country = "", regionCode, regionName, city] = line.split("\t");
	if (!/^[A-Z]{2}$/.test(country)) return undefined;
	return {
		country,
		...defined("regionCode", boundedName(regionCode)),
		...defined("regionName", boundedName(regionName)),
		...defined("city", boundedName(city)),
	};
}

/** Writes a network owner as one line: number and name, with a tab between them. */
export function ownerLine({ asn, networkOwner = "" }: Owner): string {
	return `${asn}\t${inField(networkOwner)}`;
}

/** Reads a line that `ownerLine` wrote; `undefined` for one that it cannot have written. */
export function readOwner(line: string): Owner | undefined {
	const [number = "", name] = line.split("\t");
	const asn = Number(number);
	if (!/^[1-9]\d{0,9}$/.test(number) || asn > LARGEST_ASN) return undefined;
	return { asn, ...defined("networkOwner", boundedName(name)) };
}

/** Removes control characters, which would be taken for the end of a field or of a line. */
function inField(text: string): string {
	return text.replace(/[\u0000-\u001f]/g, " ");
}

/** Makes a field that is left out when there is nothing to say. */
export function defined<Key extends string>(key: Key, value: string | undefined): { readonly [Name in Key]?: string } {
	return value === undefined ? {} : ({ [key]: value } as { readonly [Name in Key]: string });
}
