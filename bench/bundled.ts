// Runs a bench program as the product itself is run: bundled for production, with its worker threads' files beside it (as the build does).
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../scripts/bundle.ts";

const root = resolve(import.meta.dirname, "..");

/** Bundles the program at `url` and gives the path of the result, which is removed when this process ends. */
export async function bundled(url: URL): Promise<string> {
	// As far below the root as test/support/program is, which finds the root from where it stands.
	const cache = join(root, "node_modules/.cache");
	mkdirSync(cache, { recursive: true });
	const folder = mkdtempSync(join(cache, "bench-"));
	process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	const entry = fileURLToPath(url);
	await bundleProgram({ name: "program", entry, folder }, root, { external: ["@lydell/node-pty", "esbuild"] });
	return join(folder, "program.js");
}

/** Bundles and runs a program, which prints its figures itself. `nodeOptions`: those of the Node it runs on. */
export async function runBundled(
	url: URL,
	args: readonly string[] = [],
	nodeOptions: readonly string[] = [],
): Promise<void> {
	const program = await bundled(url);
	const child = spawn(process.execPath, [...nodeOptions, program, ...args], { cwd: root, stdio: "inherit" });
	const code = await new Promise<number | null>((resolved) => child.on("close", resolved));
	if (code !== 0) throw new Error(`${fileURLToPath(url)} ended with code ${code}`);
}
