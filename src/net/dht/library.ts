// Brings hyperdht in when it is first needed: its native parts take 70 ms to load, and there are systems they don't load on.
import type HyperDHT from "hyperdht";
import type NoiseWrap from "hyperdht/lib/noise-wrap.js";
import type UDX from "udx-native";

/** The classes we build on. */
export interface DhtLibrary {
	readonly kind: "loaded";
	readonly HyperDht: typeof HyperDHT;
	readonly NoiseWrap: typeof NoiseWrap;
	readonly Udx: typeof UDX;
}

/** `detail` says what is missing and what to do instead. */
export type DhtLibraryOutcome = DhtLibrary | { readonly kind: "failed"; readonly detail: string };

/** Holds what tests replace. */
export type ImportDht = () => Promise<Omit<DhtLibrary, "kind">>;

const importDht: ImportDht = async () => {
	const [{ default: HyperDht }, { default: NoiseWrap }, { default: Udx }] = await Promise.all([
		import("hyperdht"),
		import("hyperdht/lib/noise-wrap.js"),
		import("udx-native"),
	]);
	return { HyperDht, NoiseWrap, Udx };
};

/** Loads hyperdht. The promise never rejects. */
export async function loadDht(load: ImportDht = importDht): Promise<DhtLibraryOutcome> {
	try {
		return { kind: "loaded", ...(await load()) };
	} catch (error) {
		const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
		const needs = "It needs Linux with glibc 2.33 or newer (not Alpine's musl), macOS or Windows";
		return {
			kind: "failed",
			detail: `The DHT cannot be used on this computer, because its native part does not load (${why}). ${needs}. Everything else works without it.`,
		};
	}
}
