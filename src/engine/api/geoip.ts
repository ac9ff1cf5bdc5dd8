// The offline location data as `rt geoip` sees it: how it stands, where an address is, and replacing it. `main` hands it to the view.
import type { DatasetKind } from "../../net/geoip/data-folder.ts";
import type { UpdateStep } from "../../net/geoip-update/update.ts";
import type { StoreTrouble } from "../../store/db.ts";
import type { Location } from "./people.ts";

/** Describes one set of data. All strings are fit to print. */
export type DatasetView =
	| { readonly kind: "missing" | "damaged"; readonly dataset: DatasetKind }
	| {
			readonly kind: "present";
			readonly dataset: DatasetKind;
			readonly source: string;
			readonly version: string;
			/** The date of the data, as YYYY-MM-DD. */
			readonly dataDate?: string;
			readonly licence: string;
			readonly sizeBytes: number;
			/** The person has updated or imported this set; otherwise it came with the program. */
			readonly isOwn: boolean;
			readonly folder: string;
	  };

/** Describes data that could be downloaded. */
export interface OfferView {
	readonly dataset: DatasetKind;
	readonly source: string;
	readonly version: string;
	/** Names the host of the server from which it comes. */
	readonly from: string;
	readonly sizeBytes?: number;
	/** This very version is in use already. */
	readonly isCurrent: boolean;
}

/**
 * Says why nothing was changed. `unsafeServer`: a server named in the environment is not reached by HTTPS · `keyFileTooLarge`, `noLicenceKey`: the
 * licence key of MaxMind · `failed`: the download or the making of the data; `detail` is one sentence, fit to show.
 */
export type GeoIpProblem =
	| { readonly why: "unsafeServer" | "keyFileTooLarge" | "noLicenceKey" | "nothingPlanned" }
	| { readonly why: "keyFileUnreadable"; readonly detail: string }
	| { readonly why: "home"; readonly trouble: StoreTrouble }
	| { readonly why: "failed"; readonly detail: string };

export type GeoIpRefusal = { readonly kind: "refused"; readonly problem: GeoIpProblem };
/** Answers what an update would do. `offers` lists what could be downloaded. */
export type PlanOutcome = { readonly kind: "plan"; readonly offers: readonly OfferView[] } | GeoIpRefusal;
/** Answers a change. `done` means that this data is in use now. */
export type ChangeOutcome =
	| { readonly kind: "done"; readonly dataset: DatasetKind; readonly source: string; readonly version: string }
	| GeoIpRefusal;

/** Is called with each step of a change. */
export type OnGeoIpStep = (step: UpdateStep) => void;

/** Provides what `rt geoip` does. After a refusal nothing has changed. */
export interface GeoIpTool {
	readonly attributions: readonly string[];
	status(): readonly DatasetView[];
	/** Looks an address up. It returns `undefined` for a text that is no address. */
	lookup(address: string): Promise<Location | undefined>;
	plan(maxMindKeyFile: string | undefined, signal: AbortSignal): Promise<PlanOutcome>;
	/** Carries out what the last plan has for `dataset`. */
	update(dataset: DatasetKind, onStep: OnGeoIpStep, signal: AbortSignal): Promise<ChangeOutcome>;
	importFile(file: string, onStep: OnGeoIpStep, signal: AbortSignal): Promise<ChangeOutcome>;
}
