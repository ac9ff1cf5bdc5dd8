// What there is to download: the newest packages on the npm registry, or MaxMind's databases for people with a licence key.
import * as v from "valibot";
import { type Checksum, type Failure, getSize, getText } from "./download.ts";
import type { DatasetKind } from "./shelf.ts";
import { packageSources } from "./sources.ts";

/** One thing to download. */
export interface Offer {
	readonly dataset: DatasetKind;
	/** "geoip-lite", "GeoLite2-City" … */
	readonly source: string;
	readonly version: string;
	/** May have a key in it: never printed. */
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly sizeBytes?: number;
	readonly checksum: Checksum;
	/** An npm package, or an archive with an .mmdb file in it. */
	readonly packing: "tarball" | "mmdbArchive";
	/** What to know before downloading it. */
	readonly caution?: string;
}

export type OfferOutcome = { readonly kind: "offer"; readonly offer: Offer } | Failure;

const packageSchema = v.object({
	name: v.string(),
	version: v.pipe(v.string(), v.regex(/^[0-9A-Za-z.+-]{1,64}$/)),
	dist: v.object({ tarball: v.pipe(v.string(), v.url()), integrity: v.string() }),
});

export const npmRegistry = new URL("https://registry.npmjs.org/");

/** The newest version of the package for `dataset`. Reads a few kilobytes. */
export async function offerOfNpm(dataset: DatasetKind, registry: URL, signal: AbortSignal): Promise<OfferOutcome> {
	const { name, caution } = packageSources[dataset];
	const answer = await getText({ url: new URL(`${name.replace("/", "%2f")}/latest`, registry), signal });
	if (answer.kind === "failed") return answer;
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), packageSchema), answer.text);
	if (!parsed.success || parsed.output.name !== name)
		return failed(`What ${registry.host} says of ${name} makes no sense.`);
	const { version, dist } = parsed.output;
	const url = new URL(dist.tarball);
	// A registry may keep its files elsewhere, but not where anybody on the way can change them.
	if (url.protocol !== "https:" && url.origin !== registry.origin)
		return failed(`${registry.host} sends us to an unsafe place.`);
	// Subresource Integrity: several checksums may be given; only the strong one counts.
	const digest = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)(?:\s|$)/.exec(dist.integrity)?.[1];
	if (digest === undefined) return failed(`${registry.host} has no SHA-512 checksum for ${name}.`);
	const size = await getSize({ url, signal });
	if (size.kind === "failed") return size;
	return {
		kind: "offer",
		offer: {
			dataset,
			source: name,
			version,
			url,
			headers: {},
			...(size.sizeBytes === undefined ? {} : { sizeBytes: size.sizeBytes }),
			checksum: { algorithm: "sha512", digest: Buffer.from(digest, "base64").toString("hex") },
			packing: "tarball",
			caution,
		},
	};
}

/** Secret. Without an account number MaxMind's older addresses are used, which take the key alone. */
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

/** MaxMind's newest database for `dataset`. See https://dev.maxmind.com/geoip/updating-databases/#direct-downloads */
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
