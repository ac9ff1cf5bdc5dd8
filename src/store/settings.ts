// What the person has chosen, by key. Nothing secret: these are readable before the vault is unlocked.
import * as v from "valibot";
import type { Store } from "./db.ts";

const SCHEMAS = {
	/** The name others see. */
	name: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
	/** What others in the room learn of where a joiner comes from. */
	placeDetail: v.picklist(["nothing", "country", "city"]),
	/** Whether an alert rings the terminal's bell. */
	hasBell: v.boolean(),
	/** Whether an alert is also a desktop notification. */
	hasDesktopNotifications: v.boolean(),
	/** People in a room at most. */
	memberCap: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(200)),
};

/** The settings there are, and the type of each. */
type SettingValues = { readonly [Key in keyof typeof SCHEMAS]: v.InferOutput<(typeof SCHEMAS)[Key]> };

/** Settings of one database. */
export interface Settings {
	/** `undefined` when it was never chosen, or what is stored makes no sense to this version. */
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
			const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SCHEMAS[key]), stored);
			return parsed.success ? parsed.output : undefined;
		},
		set(key, value) {
			upsert.run(key, JSON.stringify(v.parse(SCHEMAS[key], value)));
		},
		clear(key) {
			remove.run(key);
		},
	};
}
