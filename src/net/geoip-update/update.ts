// Replaces the data for looking up addresses: what is new is downloaded or copied beside the old, checked, tried out, and only then put in its place.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
	type DatasetKind,
	type Manifest,
	moveToDataFolder,
	partialsOn,
	sweepDataFolder,
} from "../geoip/data-folder.ts";
import { GeoIp } from "../geoip/geoip.ts";
import { download } from "./download.ts";
import type { Material } from "./make.ts";
import { makeApart } from "./make-process.ts";
import type { Offer } from "./offers.ts";

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
	/** The folder to which the new data goes. */
	readonly dataFolder: string;
	readonly onStep: (step: UpdateStep) => void;
	readonly signal: AbortSignal;
	/** The time in milliseconds since the epoch. */
	readonly now: number;
	/** The time between two tries to download in milliseconds; only tests set it. */
	readonly retryPauseMs?: number;
	/** Limits the making of new data, in milliseconds; only tests set it. */
	readonly makeTimeoutMs?: number;
}

/** Downloads what is offered (going on where it was cut off) and puts it in the place of what is there. It never rejects for what networks, disks and servers do. */
export async function carryOut(offer: Offer, options: UpdateOptions): Promise<UpdateOutcome> {
	const { dataFolder, onStep, signal, now, retryPauseMs } = options;
	const partials = partialsOn(dataFolder);
	const file = join(partials, partialName(offer));
	try {
		mkdirSync(partials, { recursive: true });
		sweepDataFolder(dataFolder, now);
	} catch (error) {
		return cannotWrite(error);
	}
	const { url, headers, checksum } = offer;
	const got = await download({
		url,
		headers,
		...(checksum === undefined ? {} : { checksum }),
		file,
		limitBytes: ARCHIVE_LIMIT_BYTES,
		signal,
		onProgress: (doneBytes, totalBytes) =>
			onStep({ kind: "downloading", doneBytes, ...(totalBytes === undefined ? {} : { totalBytes }) }),
		...(retryPauseMs === undefined ? {} : { retryPauseMs }),
	});
	if (got.kind === "failed") return got;
	const outcome = await replace({ kind: offer.packing, file }, options, offer.dataset, knownAddresses.length / 2);
	// Kept when something failed (a full disk): the next try need not get it again. Without a checksum it may be the file that is wrong.
	if (outcome.kind === "updated" || (checksum === undefined && !signal.aborted)) rmSync(file, { force: true });
	return outcome;
}

/** Names the file of a download that is not complete, so that the next try finds it. */
function partialName({ checksum, url }: Offer): string {
	const name = checksum?.digest ?? createHash("sha256").update(url.href).digest("hex");
	return `${name.slice(0, 32)}.part`;
}

/** Puts what a person brings along, hostile, in the place of what is there: an .mmdb database, or a folder with data of geoip-lite. */
export function importData(path: string, options: UpdateOptions): Promise<UpdateOutcome> {
	const material: Material = isFolder(path)
		? { kind: "geoIpLite", folder: resolve(path) }
		: { kind: "mmdb", origin: "import", file: path };
	return replace(material, options, undefined, 1);
}

function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		// Whoever reads it says what is wrong with it.
		return false;
	}
}

/**
 * Puts new data in place of what is there. `wanted` is what the new data must be about, if that is known; `enough` is how many of the known addresses it must
 * know.
 */
async function replace(
	material: Material,
	options: UpdateOptions,
	wanted: DatasetKind | undefined,
	enough: number,
): Promise<UpdateOutcome> {
	const { dataFolder, onStep, signal } = options;
	const staging = join(dataFolder, `staging-${randomBytes(8).toString("hex")}`);
	try {
		mkdirSync(staging, { recursive: true });
		onStep({ kind: "making" });
		const made = await makeApart(material, staging, signal, options.makeTimeoutMs);
		if (made.kind === "refused") return { kind: "failed", detail: made.detail };
		if (wanted !== undefined && made.manifest.dataset !== wanted) {
			return { kind: "failed", detail: "What arrived is another kind of data than was asked for." };
		}
		onStep({ kind: "trying" });
		const known = await countKnown(staging, made.manifest.dataset);
		if (signal.aborted) return { kind: "failed", detail: "It was broken off." };
		if (known < enough) {
			return {
				kind: "failed",
				detail: `The new data knows only ${known} of ${knownAddresses.length} well-known addresses.`,
			};
		}
		moveToDataFolder(staging, dataFolder, made.manifest);
		return { kind: "updated", manifest: made.manifest };
	} catch (error) {
		return cannotWrite(error);
	} finally {
		rmSync(staging, { recursive: true, force: true });
	}
}

/** Asks new data, in the way it will be asked later; how many well-known addresses it knows. */
async function countKnown(dataFolder: string, dataset: DatasetKind): Promise<number> {
	const geoIp = new GeoIp({ dataFolders: [dataFolder] });
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
