// Finds a program as the shell would, without starting anything.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Returns the path of a program of that name in the folders of PATH, or nothing. Relative folders in PATH are not looked into. */
export function findProgram(name: string): string | undefined {
	const { PATH = "" } = process.env;
	return PATH.split(delimiter)
		.filter((folder) => isAbsolute(folder))
		.map((folder) => join(folder, name))
		.find(isExecutable);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
