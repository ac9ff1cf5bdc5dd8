// What the person has chosen, by key. Nothing secret: these are readable before the vault is unlocked.
import * as v from "valibot";
import type { Store } from "./db.ts";

/** The settings there are, and the type of each. */
interface SettingValues {
	/** The name that others see. */
	readonly name: string;
	/** Says what others in the room learn of where a joiner comes from. */
	readonly placeDetail: "nothing" | "country" | "city";
	/** Says whether others are told when we type. */
	readonly tellsTyping: boolean;
	/** Limits how many people there are in a room. */
	readonly memberCap: number;
	/** The port that our last room listened on: the next one takes it again, so that what friends have still leads there. */
	readonly lastPort: number;
	/** Counts how often the history was opened to be written to: one that counts less is an older copy. */
	readonly historyGeneration: number;
	/** Says whether rooms that stay go on in the background when no window is open. */
	readonly isBackgroundWanted: boolean;
	/** Counts how often people lost what they find our later rooms by (engine/stay/later-rooms.ts). */
	readonly laterRoomsChanges: number;
	/** The version of the skeletons that contacts are found by (engine/text/look-alike-names.ts). */
	readonly skeletonVersion: string;
}

const SCHEMAS: { readonly [Key in keyof SettingValues]: v.GenericSchema<SettingValues[Key]> } = {
	name: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
	placeDetail: v.picklist(["nothing", "country", "city"]),
	tellsTyping: v.boolean(),
	memberCap: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(200)),
	lastPort: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
	historyGeneration: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER)),
	isBackgroundWanted: v.boolean(),
	laterRoomsChanges: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER)),
	skeletonVersion: v.string(),
};

/** Keeps the settings of one database. */
export interface Settings {
	/** Returns a setting; `undefined` when it was never chosen, or what is stored makes no sense to this version. */
	get<Key extends keyof SettingValues>(key: Key): SettingValues[Key] | undefined;
	set<Key extends keyof SettingValues>(key: Key, value: SettingValues[Key]): void;
	clear(key: keyof SettingValues): void;
}

/** Opens the settings kept in `store`. */
export function settingsIn(store: Store): Settings {
	const select = store.database.prepare<[string], string>("SELECT value FROM settings WHERE key = ?").pluck();
	const upsert = store.database.prepare<[string, string]>(
		"INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
	);
	const remove = store.database.prepare<[string]>("DELETE FROM settings WHERE key = ?");
	return {
		get(key) {
			const stored = select.get(key);
			const json = v.safeParse(v.pipe(v.string(), v.parseJson()), stored);
			const value = json.success ? v.safeParse(SCHEMAS[key], json.output) : undefined;
			return value?.success ? value.output : undefined;
		},
		set(key, value) {
			upsert.run(key, JSON.stringify(v.parse(SCHEMAS[key], value)));
		},
		clear(key) {
			remove.run(key);
		},
	};
}
