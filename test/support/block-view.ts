// A block as the engine shows it, made up for tests of the views.
import type { BlockView } from "../../src/engine/api/gate.ts";

/** A block of 192.0.2.9 after wrong passwords, except for what is given. */
export function blockView(given: Partial<BlockView> = {}): BlockView {
	const address = given.address ?? "192.0.2.9";
	return {
		kind: "address",
		address,
		label: address,
		since: 0,
		reason: "strikes",
		location: { label: "location unknown", isSameNetwork: false },
		goesWith: { strikes: 0, knocks: 0, names: [], alsoBlocked: [] },
		...given,
	};
}
