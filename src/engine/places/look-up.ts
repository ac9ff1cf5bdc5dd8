// Looks up in the offline data where callers are, and says it in words that are cleaned. Asks nobody.
import type { Place, UnknownWhy } from "../../net/geoip/place.ts";
import type { Location } from "../api/people.ts";
import { cleanLine } from "../text/clean.ts";
import { type LookUp, locate } from "./locations.ts";

/** A place is waited for no longer than this, because data that is just being made takes seconds. */
const usualWaitMs = 3000;
const nameLimit = 60;

const unknownWords: Readonly<Record<UnknownWhy, string>> = {
	noData: "location unknown (no location data)",
	damaged: "location unknown (location data damaged)",
	notFound: "location unknown (not in the location data)",
	notGlobal: "location unknown",
	busy: "location unknown (too many asked for at once)",
};
const notReadyYet: Location = { label: "location unknown (location data not ready yet)", isSameNetwork: false };

/** A PlaceData looks places up: `GeoIp`, or a test's stand-in. It never rejects. */
export interface PlaceData {
	lookUp(address: string): Promise<Place>;
}

/** Makes the look-up. It answers within `waitMs`; what the data says only later is told then. */
export function lookUpIn(data: PlaceData, waitMs: number = usualWaitMs): LookUp {
	return async ({ scope, geoAddress }, onLater) => {
		const near = locate(scope);
		if (near.isSameNetwork || geoAddress === undefined) return near;
		const asked = data.lookUp(geoAddress).then(inWords);
		const inTime = await within(asked, waitMs);
		if (inTime === undefined) void asked.then(onLater);
		return inTime ?? notReadyYet;
	};
}

async function within<T>(asked: Promise<T>, waitMs: number): Promise<T | undefined> {
	const { promise, resolve } = Promise.withResolvers<undefined>();
	const clock = setTimeout(resolve, waitMs, undefined);
	try {
		return await Promise.race([asked, promise]);
	} finally {
		clearTimeout(clock);
	}
}

/** Says a place in words. Every text in it has passed clean.ts. */
function inWords(place: Place): Location {
	if (place.kind === "unknown") {
		return { label: unknownWords[place.why], isSameNetwork: false, ...lackOf(place.why) };
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
		label: networkOwner === undefined ? spotOrWhy : `${spotOrWhy} · ${networkOwner}`,
		isSameNetwork: false,
		...(city === undefined ? {} : { city }),
		...(region === undefined ? {} : { region }),
		...(country === undefined ? {} : { country }),
		...(networkOwner === undefined ? {} : { networkOwner }),
		...(place.asn === undefined ? {} : { asn: place.asn }),
		...(spot === "" ? lackOf(why) : {}),
	};
}

const lackOf = (why: UnknownWhy): Pick<Location, "lacks"> =>
	why === "noData" || why === "damaged" ? { lacks: why } : {};

function cleaned(text: string | undefined): string | undefined {
	const clean = text === undefined ? "" : cleanLine(text, nameLimit).trim();
	return clean === "" ? undefined : clean;
}
