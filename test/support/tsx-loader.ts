// Lets node run .tsx sources in tests: Node strips types from .ts by itself, but does not know JSX. What was made of a source is kept.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { transformSync } from "esbuild";

const cache = resolve(import.meta.dirname, "../../node_modules/.cache/tests-tsx");
// Loaded only when there is something to transform: starting it takes longer than many a test.
const require = createRequire(import.meta.url);

function read(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

registerHooks({
	load(url, context, nextLoad) {
		if (!url.endsWith(".tsx")) return nextLoad(url, context);
		const path = fileURLToPath(url);
		const source = readFileSync(path, "utf8");
		const kept = join(cache, `${createHash("sha256").update(`${path}\n${source}`).digest("hex")}.js`);
		const code = read(kept) ?? keep(kept, transformed(path, source));
		return { format: "module", source: code, shortCircuit: true };
	},
});

function transformed(path: string, source: string): string {
	const esbuild: { readonly transformSync: typeof transformSync } = require("esbuild");
	return esbuild.transformSync(source, {
		loader: "tsx",
		jsx: "automatic",
		format: "esm",
		target: "node24",
		sourcefile: path,
		sourcemap: "inline",
	}).code;
}

/** Test files run side by side: what is read is always whole. */
function keep(path: string, code: string): string {
	mkdirSync(cache, { recursive: true });
	writeFileSync(`${path}.${process.pid}`, code);
	renameSync(`${path}.${process.pid}`, path);
	return code;
}
