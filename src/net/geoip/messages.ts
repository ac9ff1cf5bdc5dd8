// What is said between a thread and its worker for looking up addresses.
import type { Place } from "./place.ts";

/** Says what the worker is given when it starts: the data folders, as in SetOptions, with absolute paths. */
export interface WorkerTask {
	readonly dataFolders: readonly string[];
}

/** Says what the worker tells: once that it is ready, then an answer to each question in their order. A question is an address as text. */
export type FromWorker = { readonly kind: "ready" } | { readonly kind: "answer"; readonly place: Place };
