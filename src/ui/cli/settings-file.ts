// Finds and reads the person's config.toml. No file is as good as an empty one.
import { existsSync } from "node:fs";
import { join } from "node:path";
import envPaths from "env-paths";
import { readBoundedFile } from "../lines/bounded-file.ts";
import { readSettings, type SettingsOutcome, standardSettings } from "../settings/settings.ts";

const limitBytes = 64 * 1024;

/** Returns the path of the file: in the home of `--home` or RT_HOME, otherwise where the system keeps settings. */
const settingsPath = (home?: string): string =>
	join(home ?? envPaths("real-talk", { suffix: "" }).config, "config.toml");

/** Reads the settings; they are refused with the path and what to do when the file cannot be read or has something wrong in it. */
export async function loadSettings(home?: string): Promise<SettingsOutcome> {
	const path = settingsPath(home);
	if (!existsSync(path)) return { kind: "settings", settings: standardSettings };
	const file = await readBoundedFile(path, "The settings file", limitBytes);
	const outcome = file.kind === "read" ? readSettings(file.bytes.toString("utf8")) : undefined;
	if (outcome?.kind === "settings") return outcome;
	const problem = outcome?.message ?? (file.kind === "failed" ? file.message : "");
	return { kind: "refused", message: `${path}: ${problem} Change it, or remove the file to go on without.` };
}
