// Bundles src/ into dist/: one entry for the program, one for each worker thread. Written beside and swapped in, so a broken build never replaces a good one.
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const fresh = `dist.${process.pid}`;
const old = `${fresh}.old`;
mkdirSync(fresh);
// What is changed from here on is not in this build: scripts/ready.sh compares times with this file's.
writeFileSync(`${fresh}/.begun`, "");
// A worker thread is started by the name of its file, which stands beside the program's.
const workers = globSync("src/**/*-worker.ts").map((path) => [basename(path, ".ts"), path]);
await build({
	entryPoints: { main: "src/main.ts", ...Object.fromEntries(workers) },
	outdir: fresh,
	bundle: true,
	splitting: true,
	format: "esm",
	platform: "node",
	target: "node24",
	jsx: "automatic",
	define: { "process.env.NODE_ENV": '"production"' },
	// better-sqlite3 finds its native binary beside itself; Ink's devtools are never installed.
	external: ["better-sqlite3", "hyperdht", "blind-relay", "udx-native", "react-devtools-core"],
	// CommonJS packages inside an ES module bundle still ask for require().
	banner: {
		js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
	},
	logLevel: "warning",
});
if (existsSync("dist")) renameSync("dist", old);
renameSync(fresh, "dist");
rmSync(old, { recursive: true, force: true });
