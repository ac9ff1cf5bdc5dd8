// What is said between a thread and its worker for looking up addresses.
import type { Material } from "./make.ts";
import type { Place } from "./place.ts";
import type { DatasetKind, Manifest } from "./shelf.ts";

/** Where data is. Paths are absolute. */
export interface GeoIpFolders {
	/** Shelves, the first that has a usable data set is taken: the person's own, then the one the program has. */
	readonly shelves: readonly string[];
	/** npm packages to make a data set of when no shelf has one. */
	readonly packages: Readonly<Partial<Record<DatasetKind, string>>>;
}

/** What a worker is for. `prepare`: make what is missing of the packages, then end. `make`: put material onto a shelf, then end. */
export type WorkerTask =
	| { readonly kind: "serve"; readonly folders: GeoIpFolders }
	| { readonly kind: "prepare"; readonly folders: GeoIpFolders }
	| { readonly kind: "make"; readonly material: Material; readonly shelf: string };

export type FromWorker =
	| { readonly kind: "ready" }
	/** In the order of the questions, which are addresses as text. */
	| { readonly kind: "answer"; readonly place: Place }
	| { readonly kind: "made"; readonly manifest: Manifest }
	/** `detail` is fit to print. */
	| { readonly kind: "refused"; readonly detail: string };
