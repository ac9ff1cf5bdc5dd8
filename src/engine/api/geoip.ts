// The offline location data as `rt geoip` sees it: how it stands, where an address is, and replacing it. `main` hands it to the view.
import type { DatasetKind } from "../../net/geoip/shelf.ts";
import type { UpdateStep } from "../../net/geoip-update/update.ts";
import type { StoreTrouble } from "../../store/db.ts";
import type { Location } from "./people.ts";

/** How one data set stands. All strings are fit to print. */
export type DatasetView =
	| { readonly kind: "missing" | "damaged"; readonly dataset: DatasetKind }
	| {
			readonly kind: "present";
			readonly dataset: DatasetKind;
			readonly source: string;
			readonly version: string;
			/** YYYY-MM-DD */
			readonly dataDate?: string;
			readonly licence: string;
			readonly sizeBytes: number;
			/** Updated or imported by the person; else it came with the program. */
			readonly isOwn: boolean;
			readonly folder: string;
	  };

/** What could be downloaded. */
export interface OfferView {
	readonly dataset: DatasetKind;
	readonly source: string;
	readonly version: string;
	/** Host name of the server. */
	readonly from: string;
	readonly sizeBytes?: number;
	/** This very version is in use already. */
	readonly isCurrent: boolean;
}

/**
 * Why nothing was changed. `unsafeServer`: a server named in the environment is not reached by HTTPS · `keyFileTooLarge`, `noLicenceKey`: of MaxMind ·
 * `failed`: the download or the making of the data; `detail` is one sentence, fit to show.
 */
export type GeoIpProblem =
	| { readonly why: "unsafeServer" | "keyFileTooLarge" | "noLicenceKey" | "nothingPlanned" }
	| { readonly why: "keyFileUnreadable"; readonly detail: string }
	| { readonly why: "home"; readonly trouble: StoreTrouble }
	| { readonly why: "failed"; readonly detail: string };

export type GeoIpRefusal = { readonly kind: "refused"; readonly problem: GeoIpProblem };
/** `offers`: what could be downloaded. */
export type PlanOutcome = { readonly kind: "plan"; readonly offers: readonly OfferView[] } | GeoIpRefusal;
/** `done`: this is in use now. */
export type ChangeOutcome =
	| { readonly kind: "done"; readonly dataset: DatasetKind; readonly source: string; readonly version: string }
	| GeoIpRefusal;

/** How a change gets on. */
export type OnGeoIpStep = (step: UpdateStep) => void;

/** What `rt geoip` can do. After a refusal nothing has changed. */
export interface GeoIpTool {
	readonly attributions: readonly string[];
	status(): readonly DatasetView[];
	/** `undefined`: that is no address. */
	lookup(address: string): Promise<Location | undefined>;
	plan(maxMindKeyFile: string | undefined, signal: AbortSignal): Promise<PlanOutcome>;
	/** Carries out what the last plan has for `dataset`. */
	update(dataset: DatasetKind, onStep: OnGeoIpStep, signal: AbortSignal): Promise<ChangeOutcome>;
	importFile(file: string, onStep: OnGeoIpStep, signal: AbortSignal): Promise<ChangeOutcome>;
}
