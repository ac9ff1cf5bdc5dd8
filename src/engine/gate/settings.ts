// What the host has chosen for their rooms: kept in the database, except whether joining is paused and whether the room is shown on the network.
import type { Store } from "../../store/db.ts";
import { type Settings, settingsIn } from "../../store/settings.ts";
import type { Outcome } from "../api/codes.ts";
import type { GateSettings, PlaceDetail } from "../api/gate.ts";
import { done, refuse } from "../api/outcome.ts";
import type { Location } from "../api/people.ts";
import { maxMembers } from "../wire/entering-frames.ts";

/** The smallest room holds the host and one guest. */
const smallestRoom = 2;

/** Holds what the host has chosen for one room. */
type RoomSettings = { readonly [Name in "visibleOnLan" | "isPaused"]?: boolean | undefined };

/** Holds what the host has chosen for the gate, as one database keeps it. */
export class HostSettings {
	readonly #settings: Settings;
	#isPaused = false;
	#visibleOnLan = false;
	#current: GateSettings;

	constructor(store: Store) {
		this.#settings = settingsIn(store);
		this.#current = this.#read();
	}

	get current(): GateSettings {
		return this.#current;
	}

	/**
	 * Sets what holds for one room. A new room lets people in, and is shown on the network only if that was asked for it: the next network may be another one.
	 * One that was kept is as its host had it.
	 */
	roomOpened({ visibleOnLan = false, isPaused = false }: RoomSettings): void {
		this.#isPaused = isPaused;
		this.#visibleOnLan = visibleOnLan;
		this.#current = this.#read();
	}

	/** Changes the settings that are given, and no others. */
	change(wish: Partial<GateSettings>): Outcome {
		const { placeDetail, isPaused, memberCap, visibleOnLan } = wish;
		if (memberCap !== undefined && !isCap(memberCap)) {
			return refuse({ code: "bad_setting", why: "memberCap", smallest: smallestRoom, largest: maxMembers });
		}
		const settings = this.#settings;
		if (placeDetail !== undefined) settings.set("placeDetail", placeDetail);
		if (memberCap !== undefined) settings.set("memberCap", memberCap);
		this.#isPaused = isPaused ?? this.#isPaused;
		this.#visibleOnLan = visibleOnLan ?? this.#visibleOnLan;
		this.#current = this.#read();
		return done;
	}

	#read(): GateSettings {
		const settings = this.#settings;
		return {
			placeDetail: settings.get("placeDetail") ?? "country",
			isPaused: this.#isPaused,
			memberCap: settings.get("memberCap") ?? maxMembers,
			visibleOnLan: this.#visibleOnLan,
		};
	}
}

function isCap(value: number): boolean {
	return Number.isInteger(value) && value >= smallestRoom && value <= maxMembers;
}

/** Returns what others in the room are told of where a joiner comes from; `undefined` stands for nothing. */
export function placeForOthers(location: Location, detail: PlaceDetail): string | undefined {
	if (detail === "nothing") return undefined;
	const { isSameNetwork, label, city, country, networkOwner } = location;
	if (isSameNetwork) return label === "this computer" ? "the host's own computer" : "the host's own network";
	if (detail === "country") return country;
	const place = [city, country].filter((part) => part !== undefined).join(", ");
	if (networkOwner === undefined) return place === "" ? undefined : place;
	return place === "" ? networkOwner : `${place} (${networkOwner})`;
}
