// Replaces the data for looking up addresses: what is new is downloaded or copied beside the old, checked, tried out, and only then put in its place.
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { download } from "./download.ts";
import { GeoIp } from "./geoip.ts";
import type { Material } from "./make.ts";
import { makeApart } from "./make-process.ts";
import type { Offer } from "./offers.ts";
import { type DatasetKind, type Manifest, moveToShelf, partialsOn, sweepShelf } from "./shelf.ts";

const ARCHIVE_LIMIT_BYTES = 256 * 1024 * 1024;

/** Public name servers and other addresses that every world-wide database has. */
const knownAddresses = [
	"8.8.8.8",
	"1.1.1.1",
	"9.9.9.9",
	"193.0.6.139",
	"81.2.69.142",
	"81.2.69.160",
	"2001:4860:4860::8888",
];

export type UpdateStep =
	| { readonly kind: "downloading"; readonly doneBytes: number; readonly totalBytes?: number }
	| { readonly kind: "making" }
	| { readonly kind: "trying" };

export type UpdateOutcome =
	| { readonly kind: "updated"; readonly manifest: Manifest }
	/** Nothing was changed. `detail` is fit to print. */
	| { readonly kind: "failed"; readonly detail: string };

export interface UpdateOptions {
	/** Where the new data goes. */
	readonly shelf: string;
	readonly onStep: (step: UpdateStep) => void;
	readonly signal: AbortSignal;
	/** ms since the epoch. */
	readonly now: number;
	/** For tests: between two tries to download, in ms. */
	readonly retryPauseMs?: number;
	/** For tests: how long new data may keep its reader busy with one address, in ms. */
	readonly answerTimeoutMs?: number;
}

/** Downloads what is offered (going on where it was cut off) and puts it in the place of what is there. Never rejects for what networks, disks and servers do. */
export async function carryOut(offer: Offer, options: UpdateOptions): Promise<UpdateOutcome> {
	const { shelf, onStep, signal, now, retryPauseMs } = options;
	const partials = partialsOn(shelf);
	const file = join(partials, `${offer.checksum.digest.slice(0, 32)}.part`);
	try {
		mkdirSync(partials, { recursive: true });
		sweepShelf(shelf, now);
	} catch (error) {
		return cannotWrite(error);
	}
	const { url, headers, checksum } = offer;
	const got = await download({
		url,
		headers,
		checksum,
		file,
		limitBytes: ARCHIVE_LIMIT_BYTES,
		signal,
		onProgress: (doneBytes, totalBytes) =>
			onStep({ kind: "downloading", doneBytes, ...(totalBytes === undefined ? {} : { totalBytes }) }),
		...(retryPauseMs === undefined ? {} : { retryPauseMs }),
	});
	if (got.kind === "failed") return got;
	const material: Material =
		offer.packing === "tarball" ? { kind: "tarball", dataset: offer.dataset, file } : { kind: "mmdbArchive", file };
	const outcome = await replace(material, options, knownAddresses.length / 2);
	// Kept when something failed (a full disk): the next try need not get it again.
	if (outcome.kind === "updated") rmSync(file, { force: true });
	return outcome;
}

/** Puts the .mmdb database in `file`, hostile, in the place of what is there. */
export function importMmdb(file: string, options: UpdateOptions): Promise<UpdateOutcome> {
	return replace({ kind: "mmdb", origin: "import", file }, options, 1);
}

/** `enough`: how many of the known addresses the new data must know. */
async function replace(material: Material, options: UpdateOptions, enough: number): Promise<UpdateOutcome> {
	const { shelf, onStep, signal } = options;
	const staging = join(shelf, `staging-${randomBytes(8).toString("hex")}`);
	try {
		mkdirSync(staging, { recursive: true });
		onStep({ kind: "making" });
		const made = await makeApart(material, staging, signal);
		if (made.kind === "refused") return { kind: "failed", detail: made.detail };
		onStep({ kind: "trying" });
		const known = await countKnown(staging, made.manifest.dataset, options.answerTimeoutMs);
		if (signal.aborted) return { kind: "failed", detail: "It was broken off." };
		if (known < enough) {
			return {
				kind: "failed",
				detail: `The new data knows only ${known} of ${knownAddresses.length} well-known addresses.`,
			};
		}
		moveToShelf(staging, shelf, made.manifest);
		return { kind: "updated", manifest: made.manifest };
	} catch (error) {
		return cannotWrite(error);
	} finally {
		rmSync(staging, { recursive: true, force: true });
	}
}

/** Asks new data, in the way it will be asked later; how many well-known addresses it knows. */
async function countKnown(shelf: string, dataset: DatasetKind, answerTimeoutMs?: number): Promise<number> {
	const folders = { shelves: [shelf], packages: {} };
	const geoIp = new GeoIp({ folders, ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }) });
	try {
		const places = await Promise.all(knownAddresses.map((address) => geoIp.lookUp(address)));
		return places.filter((place) => {
			if (place.kind === "unknown") return false;
			return dataset === "location" ? place.country !== undefined : place.asn !== undefined;
		}).length;
	} finally {
		await geoIp.close();
	}
}

function cannotWrite(error: unknown): UpdateOutcome {
	const { code = String(error) } = error as NodeJS.ErrnoException;
	const detail =
		code === "ENOSPC" || code === "EDQUOT" ? "The disk is full." : `The files cannot be written (${code}).`;
	return { kind: "failed", detail };
}
