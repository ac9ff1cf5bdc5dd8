// Looks for a known host by their key, on the same network or through the DHT, where their room is at another address than it was: once the person wants it, and not before.
import { useEffect, useState } from "react";
import type { Command, RecentRoom } from "../../engine/api/api.ts";
import type { EndCode, Outcome } from "../../engine/api/codes.ts";
import type { LanRoom } from "../../engine/api/lan.ts";
import type { Style } from "../look/palettes.ts";
import type { BarItem } from "../settings/keys.ts";
import { refusalWords } from "../words/refusals.ts";
import { anywhereWords, noLan } from "../words/room-words.ts";

/** Holds what the search needs. `known` is the room as it is remembered; it is absent where nothing is. */
export interface Finding {
	readonly known: RecentRoom | undefined;
	/** The person may use the DHT. */
	readonly mayUseDht: boolean;
	/** Joins another target. */
	readonly join: (target: string) => void;
	readonly lanRooms: readonly LanRoom[] | undefined;
	readonly hasNoLan: boolean;
	readonly perform: (command: Command) => Promise<Outcome>;
}

/** Holds how far the search is. `found` is the host's room on this network: its target leads to the holder of that key, and to nobody else. */
export interface HostSearch {
	readonly hostName: string;
	readonly isLooking: boolean;
	readonly found: LanRoom | undefined;
	/** The host can be looked for through the DHT too. */
	readonly isInDht: boolean;
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
	{ known, mayUseDht, join, lanRooms = [], hasNoLan, perform }: Finding,
): { readonly search: HostSearch | undefined; readonly onText: (typed: string) => void } {
	const [isLooking, setLooking] = useState(false);
	const [problem, setProblem] = useState("");
	useEffect(() => {
		if (!isLooking) return undefined;
		void perform({ kind: "browseLan", isOn: true }).then((outcome) => {
			if (outcome.kind === "refused") setProblem(refusalWords(outcome));
		});
		return () => void perform({ kind: "browseLan", isOn: false });
	}, [isLooking, perform]);
	if (known?.fingerprint === undefined || !movedCodes.has(code)) return { search: undefined, onText: () => {} };
	const found = isLooking ? lanRooms.find(({ fingerprint }) => fingerprint === known.fingerprint) : undefined;
	const later = mayUseDht && known.later !== known.target ? known.later : undefined;
	const isInDht = later !== undefined;
	const search = { hostName: known.hostName ?? "the host", isLooking, found, isInDht, hasNoLan, problem };
	const onText = (typed: string): void => {
		if (typed === "f") setLooking(true);
		if (typed === "d" && later !== undefined) join(later);
	};
	return { search, onText };
}

/** Says how far the search is. */
export function searchWords(search: HostSearch): readonly [text: string, style: Style] {
	const { hostName, isLooking, found, isInDht, hasNoLan, problem } = search;
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
		const anywhere = isInDht ? ` d looks for a room of ${anywhereWords(hostName)}` : "";
		return [`Has it moved? f looks for ${hostName} on this network, ${asked}${anywhere}`, "plain"];
	}
	return hasNoLan ? [noLan, "warning"] : [`Looking for the room of ${hostName} on this network …`, "accent"];
}

/** Returns what a status bar says of it. `again` is what Enter does where nothing was found. */
export const searchBar = (search: HostSearch | undefined, again: string): readonly BarItem[] => [
	{ keys: "Enter", words: search?.found === undefined ? again : "join it there" },
	...(search === undefined || search.isLooking ? [] : [{ keys: "f", words: "find it" }]),
	...(search?.isInDht && search.found === undefined ? [{ keys: "d", words: "anywhere" }] : []),
];
