// Failures of the database and the disk, told from bugs by whoever uses it; this loads no database, which a page has none of.

/** Tells whether `error` is SQLite reporting on the file or the disk (full, locked, damaged), and not a bug. */
export function isStoreFailure(error: unknown): error is Error {
	return error instanceof Error && error.name === "SqliteError";
}

/** Returns the code of an error of SQLite or the system, such as "ENOENT"; "" for what has none. */
export function codeOf(error: unknown): string {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Does the work and returns what came of it; `undefined` where the disk failed, and what was to be kept is not. */
export function unlessDiskFails<Result>(work: () => Result): Result | undefined {
	try {
		return work();
	} catch (error) {
		if (isStoreFailure(error)) return undefined;
		throw error;
	}
}
