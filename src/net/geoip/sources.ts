// What must be said about the data for looking up addresses: where it is from, and under which licence.

/** These words are asked for by the licences of all data that can be in use; each text is a paragraph. */
export const attributions: readonly string[] = [
	"Places: IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0.",
	"Network owners: routeviews.org and the Number Resource Organization (nro.net), and IP Geolocation by DB-IP (https://db-ip.com), merged by ip-location-db; CC BY 4.0.",
	"If you have it use data of MaxMind: This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com.",
];

/** Names an .mmdb database and its licence, as far as its type tells. DB-IP's types go on after the name: "DBIP-City-Lite (compat=City)". */
export function databaseSource(databaseType: string): { readonly source: string; readonly licence: string } {
	const source = databaseType.replace(/ \(compat=[^)]*\)$/, "");
	if (/^DBIP/i.test(source)) return { source, licence: "CC BY 4.0 (IP Geolocation by DB-IP, https://db-ip.com)" };
	if (/^GeoLite2/i.test(source)) {
		return { source, licence: "GeoLite2 end user licence (created by MaxMind, https://www.maxmind.com)" };
	}
	return { source, licence: "the terms of whoever you have it from" };
}
