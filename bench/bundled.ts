// Runs a bench program as the product itself is run: bundled for production, with its worker threads' files beside it (as scripts/build.ts does).
import { spawn } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");

/** Bundles the program at `url` and gives the path of the result, which is removed when this process ends. */
export async function bundled(url: URL): Promise<string> {
	// Two folders below the root, as the sources are: what is not bundled is found from there, and so is the root.
	const folder = mkdtempSync(join(root, "node_modules/.bench-"));
	process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	// A worker thread is started by the name of its file.
	const workers = globSync("src/**/*-worker.ts", { cwd: root }).map((path) => [
		basename(path, ".ts"),
		join(root, path),
	]);
	await build({
		entryPoints: { program: fileURLToPath(url), ...Object.fromEntries(workers) },
		outdir: folder,
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		target: "node24",
		jsx: "automatic",
		define: { "process.env.NODE_ENV": '"production"' },
		external: ["better-sqlite3", "react-devtools-core", "@lydell/node-pty", "esbuild"],
		banner: {
			js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
		},
		logLevel: "warning",
	});
	return join(folder, "program.js");
}

/** Bundles and runs a program, which prints its figures itself. */
export async function runBundled(url: URL, args: readonly string[] = []): Promise<void> {
	const program = await bundled(url);
	const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: "inherit" });
	const code = await new Promise<number | null>((resolved) => child.on("close", resolved));
	if (code !== 0) throw new Error(`${fileURLToPath(url)} ended with code ${code}`);
}
