// The gate, its knocks and its blocks as the engine shows them to a host, made up for tests of the views.
import type { BlockView, GateSettings, GateView, KnockView } from "../../../src/engine/api/gate.ts";
import { noon } from "./fake-engine.ts";

/** The settings of a room that has just been opened. */
export const plainSettings: GateSettings = {
	placeDetail: "country",
	isPaused: false,
	memberCap: 50,
	visibleOnLan: false,
};

/** A gate where nothing has happened, except for what is given. */
export function gateView(given: Partial<GateView> = {}): GateView {
	return { settings: plainSettings, knocks: [], blocks: [], invites: [], ...given };
}

let lastKnock = 0;

/** One wrong guess from 81.2.69.160, except for what is given. */
export function knockView(given: Partial<KnockView> = {}): KnockView {
	lastKnock += 1;
	const at = given.at ?? noon;
	return {
		id: `knock-${lastKnock}`,
		at,
		lastAt: at,
		address: "81.2.69.160",
		location: { label: "London, United Kingdom", isSameNetwork: false },
		outcome: "wrong",
		guesses: 1,
		count: 1,
		addresses: 1,
		...given,
	};
}

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
