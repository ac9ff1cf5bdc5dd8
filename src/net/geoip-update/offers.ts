// What there is to download: DB-IP's databases of this month, or MaxMind's for people with a licence key.

import type { DatasetKind } from "../geoip/data-folder.ts";
import { type Checksum, type Failure, getSize, getText } from "./download.ts";

/** An Offer is one thing to download. */
export interface Offer {
	readonly dataset: DatasetKind;
	/** Names the data, such as "DBIP-City-Lite" or "GeoLite2-City". */
	readonly source: string;
	/** The date of the data, as YYYY-MM or YYYY-MM-DD. */
	readonly version: string;
	/** Where to download it. It may have a key in it, so it is never printed. */
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly sizeBytes?: number;
	/** Is what must arrive. DB-IP publishes none: there the connection (TLS) and the end of the gzip file (CRC-32) vouch for what arrives. */
	readonly checksum?: Checksum;
	/** Says whether it is an .mmdb file packed by itself, or a .tar.gz with one in it. */
	readonly packing: "mmdbGzip" | "mmdbArchive";
}

export type OfferOutcome = { readonly kind: "offer"; readonly offer: Offer } | Failure;

export const dbIpServer = new URL("https://download.db-ip.com/");
const dbIpDatabases = {
	location: { source: "DBIP-City-Lite", file: "dbip-city-lite" },
	owner: { source: "DBIP-ASN-Lite", file: "dbip-asn-lite" },
} as const satisfies Record<DatasetKind, { readonly source: string; readonly file: string }>;

/** Finds DB-IP's free database for `dataset` of this month, or of the last one while this month's is not out. It needs no key: https://db-ip.com/db/lite.php. `now` is in milliseconds since the epoch. */
export async function offerOfDbIp(
	dataset: DatasetKind,
	server: URL,
	now: number,
	signal: AbortSignal,
): Promise<OfferOutcome> {
	const { source, file } = dbIpDatabases[dataset];
	let last: Failure = failed(`${server.host} was not asked.`);
	for (const version of [monthOf(now, 0), monthOf(now, -1)]) {
		const url = new URL(`free/${file}-${version}.mmdb.gz`, server);
		const size = await getSize({ url, signal });
		if (size.kind === "size") {
			const { sizeBytes } = size;
			const offer = { dataset, source, version, url, headers: {}, packing: "mmdbGzip" } as const;
			return { kind: "offer", offer: { ...offer, ...(sizeBytes === undefined ? {} : { sizeBytes }) } };
		}
		last = size;
		if (size.status !== 404) break;
	}
	return last;
}

/** Writes the month that is `offset` months from that of `now` as YYYY-MM, in UTC. */
function monthOf(now: number, offset: number): string {
	const date = new Date(now);
	return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset)).toISOString().slice(0, 7);
}

/** A MaxMindKey is secret. Without an account number MaxMind's older addresses are used, which take the key alone. */
export interface MaxMindKey {
	readonly accountId?: string;
	readonly licenceKey: string;
}

/** Reads a GeoIP.conf as MaxMind gives it out, "ACCOUNT:KEY", or the key alone; `undefined` when it is none of these. */
export function readMaxMindKey(text: string): MaxMindKey | undefined {
	const accountId = /^\s*AccountID\s+(\d{1,12})\s*$/m.exec(text)?.[1];
	const confKey = /^\s*LicenseKey\s+([A-Za-z0-9_]{8,64})\s*$/m.exec(text)?.[1];
	if (accountId !== undefined && confKey !== undefined) return { accountId, licenceKey: confKey };
	const alone = /^(?:(\d{1,12}):)?([A-Za-z0-9_]{8,64})$/.exec(text.trim());
	if (alone === null) return undefined;
	const [, account, licenceKey = ""] = alone;
	return account === undefined ? { licenceKey } : { accountId: account, licenceKey };
}

export const maxMindServer = new URL("https://download.maxmind.com/");
const maxMindEditions = { location: "GeoLite2-City", owner: "GeoLite2-ASN" } as const satisfies Record<
	DatasetKind,
	string
>;

/** Returns MaxMind's newest database for `dataset`. See https://dev.maxmind.com/geoip/updating-databases/#direct-downloads for the addresses. */
export async function offerOfMaxMind(
	dataset: DatasetKind,
	key: MaxMindKey,
	server: URL,
	signal: AbortSignal,
): Promise<OfferOutcome> {
	const edition = maxMindEditions[dataset];
	const headers = authorization(key);
	const answer = await getText({ url: maxMindUrl(edition, "tar.gz.sha256", key, server), headers, signal });
	if (answer.kind === "failed") return answer;
	const [, digest, version] = /^([0-9a-f]{64})\s+\*?[\w.-]*?(\d{8})\.tar\.gz\s*$/.exec(answer.text) ?? [];
	if (digest === undefined || version === undefined) return failed(`The checksum ${server.host} sent makes no sense.`);
	const url = maxMindUrl(edition, "tar.gz", key, server);
	const size = await getSize({ url, headers, signal });
	if (size.kind === "failed") return size;
	return {
		kind: "offer",
		offer: {
			dataset,
			source: edition,
			version: version.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
			url,
			headers,
			...(size.sizeBytes === undefined ? {} : { sizeBytes: size.sizeBytes }),
			checksum: { algorithm: "sha256", digest },
			packing: "mmdbArchive",
		},
	};
}

function authorization({ accountId, licenceKey }: MaxMindKey): Readonly<Record<string, string>> {
	if (accountId === undefined) return {};
	return { authorization: `Basic ${Buffer.from(`${accountId}:${licenceKey}`).toString("base64")}` };
}

function maxMindUrl(edition: string, suffix: string, { accountId, licenceKey }: MaxMindKey, server: URL): URL {
	const url = new URL(accountId === undefined ? "app/geoip_download" : `geoip/databases/${edition}/download`, server);
	if (accountId === undefined) {
		url.searchParams.set("edition_id", edition);
		url.searchParams.set("license_key", licenceKey);
	}
	url.searchParams.set("suffix", suffix);
	return url;
}

function failed(detail: string): Failure {
	return { kind: "failed", detail };
}
