// Looks for a known host on the same network by their key, where their room is at another address than it was: once the person wants it, and not before.
import { useEffect, useState } from "react";
import type { Command, RecentRoom } from "../../engine/api/api.ts";
import type { EndCode, Outcome } from "../../engine/api/codes.ts";
import type { LanRoom } from "../../engine/api/lan.ts";
import type { Style } from "../look/palettes.ts";
import type { BarItem } from "../settings/keys.ts";
import { refusalWords } from "../words/refusals.ts";
import { noLan } from "../words/room-words.ts";

/** Holds what the search needs. `known` is the room as it is remembered; it is absent where nothing is. */
export interface Finding {
	readonly known: RecentRoom | undefined;
	readonly lanRooms: readonly LanRoom[] | undefined;
	readonly hasNoLan: boolean;
	readonly perform: (command: Command) => Promise<Outcome>;
}

/** Holds how far the search is. `found` is the host's room on this network: its target leads to the holder of that key, and to nobody else. */
export interface HostSearch {
	readonly hostName: string;
	readonly isLooking: boolean;
	readonly found: LanRoom | undefined;
	readonly hasNoLan: boolean;
	/** Says why nobody can be asked; "" where nothing is wrong. */
	readonly problem: string;
}

/** The ends after which the host may be at another address by now. */
const movedCodes: ReadonlySet<EndCode> = new Set([
	"refused",
	"unreachable",
	"timed_out",
	"name_not_found",
	"not_real_talk",
	"wrong_host",
	"another_room",
]);

/** Returns how far the search is, and what begins it; no search where the host's key is not known or the end says that they were there. */
export function useHostSearch(
	code: EndCode,
	{ known, lanRooms = [], hasNoLan, perform }: Finding,
): { readonly search: HostSearch | undefined; readonly look: () => void } {
	const [isLooking, setLooking] = useState(false);
	const [problem, setProblem] = useState("");
	useEffect(() => {
		if (!isLooking) return undefined;
		void perform({ kind: "browseLan", isOn: true }).then((outcome) => {
			if (outcome.kind === "refused") setProblem(refusalWords(outcome));
		});
		return () => void perform({ kind: "browseLan", isOn: false });
	}, [isLooking, perform]);
	if (known?.fingerprint === undefined || !movedCodes.has(code)) return { search: undefined, look: () => {} };
	const found = isLooking ? lanRooms.find(({ fingerprint }) => fingerprint === known.fingerprint) : undefined;
	const search = { hostName: known.hostName ?? "the host", isLooking, found, hasNoLan, problem };
	return { search, look: () => setLooking(true) };
}

/** Says how far the search is. */
export function searchWords(search: HostSearch): readonly [text: string, style: Style] {
	const { hostName, isLooking, found, hasNoLan, problem } = search;
	if (problem !== "") return [problem, "warning"];
	if (found !== undefined) {
		const where = `at ${found.address} port ${found.port}`;
		return [
			`The room of ${hostName} is on this network, ${where}, with the key you know. Enter joins it there.`,
			"good",
		];
	}
	if (!isLooking) {
		const asked = "by the key you know; everyone there can see that you look.";
		return [`Has it moved? f looks for ${hostName} on this network, ${asked}`, "plain"];
	}
	return hasNoLan ? [noLan, "warning"] : [`Looking for the room of ${hostName} on this network …`, "accent"];
}

/** Returns what a status bar says of it. `again` is what Enter does where nothing was found. */
export const searchBar = (search: HostSearch | undefined, again: string): readonly BarItem[] => [
	{ keys: "Enter", words: search?.found === undefined ? again : "join it there" },
	...(search === undefined || search.isLooking ? [] : [{ keys: "f", words: "find it" }]),
];
