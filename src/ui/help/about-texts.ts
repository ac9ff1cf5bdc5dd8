// Holds what the about screen says: what Real Talk is, and whose data it uses. The licences of the data ask for these words.

/** What Real Talk is, a paragraph each. */
export const aboutTexts: readonly string[] = [
	"Real Talk: people talk directly to each other in the terminal, end-to-end encrypted, with no server in between.",
	"Where an address is, and whose network it belongs to, is looked up on this computer only. No look-up ever leaves it.",
];

/** The attributions of the data about addresses, a paragraph each. They must be the ones of net/geoip/sources.ts, which a test compares. */
export const attributions: readonly string[] = [
	"Places: IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0.",
	"Network owners: routeviews.org and the Number Resource Organization (nro.net), and IP Geolocation by DB-IP (https://db-ip.com), merged by ip-location-db; CC BY 4.0.",
	"If you have it use data of MaxMind: This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com.",
];

/** Says where to read more. */
export const licenceNote =
	"Real Talk is free software (MIT). The licences of what it is made of are in docs/dependencies.md.";
