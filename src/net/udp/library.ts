// Brings udx-native in when UDP is first used: its native part takes a moment to load, and there are systems it does not load on.
import type UDX from "udx-native";

export type UdxLibraryOutcome =
	| { readonly kind: "loaded"; readonly Udx: typeof UDX }
	/** `detail` says what is missing. */
	| { readonly kind: "failed"; readonly detail: string };

/** Loads udx-native. The promise never rejects. */
export async function loadUdx(load: () => Promise<typeof UDX> = importUdx): Promise<UdxLibraryOutcome> {
	try {
		return { kind: "loaded", Udx: await load() };
	} catch (error) {
		const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
		return {
			kind: "failed",
			detail: `UDP cannot be used on this computer, because its native part does not load (${why}). TCP works without it.`,
		};
	}
}

async function importUdx(): Promise<typeof UDX> {
	return (await import("udx-native")).default;
}
