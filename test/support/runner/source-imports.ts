// Reads from sources what they import, for tests of the import rule and for choosing test files.
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

export interface Import {
	/** As written. */
	readonly from: string;
	readonly kind: "static" | "type" | "dynamic" | "reexport";
}

/** By path within the project, e.g. "src/net/link.ts". */
export type Sources = ReadonlyMap<string, string>;

/** Reads every source of a folder of the project and of the folders in it, in the order of their paths. */
export function readSources(folder: string): Sources {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	const paths = files.map((entry) => posix.join(entry.parentPath, entry.name)).filter((path) => /\.tsx?$/.test(path));
	return new Map(paths.toSorted().map((path) => [path, readFileSync(path, "utf8")]));
}

/** Lists what a source imports. It relies on Biome's format: statements begin their line, and quotes are double. */
export function importsOf(source: string): readonly Import[] {
	const statements = source.matchAll(/^(import|export)\s+(type\s)?(?:[^"';()=]*?\bfrom\s+)?"([^"]+)"/gm);
	const named = [...statements].map(([, word, type, from = ""]): Import => {
		if (word === "export") return { from, kind: "reexport" };
		return { from, kind: type ? "type" : "static" };
	});
	const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
	const dynamic = [...code.matchAll(/\bimport\(\s*(?:"([^"]+)")?/g)];
	return [...named, ...dynamic.map(([, from = "(computed)"]): Import => ({ from, kind: "dynamic" }))];
}

/** Returns the path of the file that `path` imports by `from`; `undefined` when that is a package. */
export function importedPath(path: string, from: string): string | undefined {
	return from.startsWith(".") ? posix.join(posix.dirname(path), from) : undefined;
}
