// Whether the rooms that stay shall go on in the background when no window is open: asked once, and remembered with the home.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasRows, openStore, type Store } from "../../store/db.ts";
import { settingsIn } from "../../store/settings.ts";

/** Says what the person has chosen, and whether there is anything to go on with. */
export interface BackgroundWish {
	/** Says whether the person wants it; absent while they were not asked. */
	readonly isWanted: boolean | undefined;
	readonly hasKeptRooms: boolean;
}

const nothing: BackgroundWish = { isWanted: undefined, hasKeptRooms: false };

function inStore<T>(home: string, work: (store: Store) => T, otherwise: T): T {
	if (!existsSync(join(home, "rt.db"))) return otherwise;
	const opened = openStore(home);
	if (opened.kind === "refused") return otherwise;
	try {
		return work(opened.store);
	} finally {
		opened.store.close();
	}
}

/** Reads it; a home that can't be read wishes nothing. */
export function backgroundWish(home: string): BackgroundWish {
	return inStore(
		home,
		(store) => ({
			isWanted: settingsIn(store).get("isBackgroundWanted"),
			hasKeptRooms: hasRows(store, "kept_rooms"),
		}),
		nothing,
	);
}

/** Remembers what was chosen; `undefined`: it is asked again. */
export function rememberBackgroundWish(home: string, isWanted: boolean | undefined): void {
	inStore(
		home,
		(store) => {
			const settings = settingsIn(store);
			if (isWanted === undefined) settings.clear("isBackgroundWanted");
			else settings.set("isBackgroundWanted", isWanted);
		},
		undefined,
	);
}
