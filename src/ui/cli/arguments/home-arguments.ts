// Which home was asked for. A path that only a shell understands, or that means another folder wherever rt is started, would be a new identity each time.
import { isAbsolute } from "node:path";
import { type Invalid, invalid, quoted } from "./invalid.ts";
import type { Options } from "./options.ts";

/** The variables by which the system says where a person's data and settings are; env-paths reads them (XDG Base Directory Specification: they must be absolute). */
const systemVariables = ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] as const;

const looksUnexpanded = (path: string): boolean => /^~[^/]*(?:\/|$)/.test(path);

/** Returns the home that `--home` or RT_HOME names, or none for the system's usual folders; or what is wrong with where it would be. */
export function homeIn(
	options: Options,
	env: Readonly<Record<string, string | undefined>>,
): { readonly home?: string } | Invalid {
	const named = options.get("home");
	const { RT_HOME } = env;
	const home = named ?? (RT_HOME || undefined);
	if (home !== undefined) {
		const source = named === undefined ? "RT_HOME" : "--home";
		if (looksUnexpanded(home))
			return invalid(`${source} is ${quoted(home)}: nobody has put a folder in the place of the ~. Write it in full.`);
		if (named === undefined && !isAbsolute(home))
			return invalid(`RT_HOME must be a whole path, from the root on, not ${quoted(home)}.`);
		return { home };
	}
	for (const name of systemVariables) {
		const value = env[name];
		if (value === undefined || isAbsolute(value) || (value === "" && name !== "HOME")) continue;
		return invalid(
			`${name} is ${value === "" ? "empty" : quoted(value)}, so there is no telling where Real Talk's data are: it must be a whole path. Or choose a folder with --home DIR.`,
		);
	}
	return {};
}

/** Returns what is wrong with the name of a profile, which is the name of a folder too; `undefined` when nothing is. */
export function profileProblem(name: string | undefined): Invalid | undefined {
	if (name === undefined || /^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)) return undefined;
	return invalid(`--profile must be a name of small letters, digits, - and _ (at most 32), not ${quoted(name)}.`);
}
