// Bundles src/ into a folder: one entry for the program, one for each worker thread, and the licences of what is in it.
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type BuildOptions, build, type OutputFile, type Plugin } from "esbuild";
import { joinedFiles, type Together } from "./bundle-joined.ts";
import { TOGETHER } from "./bundle-together.ts";
import { LICENCES_FILE, thirdPartyLicences } from "./licences.ts";
import { bundlePage, PAGE_FILE } from "./page.ts";

/**
 * The packages that stay beside the bundle. Native ones find their binaries beside themselves; openpgp is under the LGPL, so it stays a file
 * of its own, which a person can replace. `b4a` is here because `bogon`, below hyperdht, asks for it without saying so.
 */
export const PACKAGES_BESIDE = [
	"better-sqlite3",
	"hyperdht",
	"blind-relay",
	"udx-native",
	"openpgp",
	"b4a",
	"noise-handshake",
] as const;

/**
 * Hides `fetch` from Yoga, which Ink measures with. Yoga has its WebAssembly in itself, as base64, and reads it by itself where there is no
 * `fetch`; where there is one it asks that for it, and Node loads a whole HTTP client before the first screen.
 */
const yogaWithoutFetch: Plugin = {
	name: "yoga-without-fetch",
	setup({ onLoad }) {
		onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => ({
			contents: `const fetch = undefined;\n${await readFile(path, "utf8")}`,
			loader: "js",
		}));
	},
};

/**
 * Loads OpenPGP.js when something of it is used for the first time, which is after the first screen: its file is large. It is the short form that its authors publish:
 * the long one has signs in it for which V8 keeps the whole text with two bytes a character, 2.4 MB in place of 0.4. A release holds that file, and a person may replace it.
 */
const openpgpWhenUsed: Plugin = {
	name: "openpgp-when-used",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^openpgp$/ }, ({ path, kind }) =>
			kind === "import-statement" ? { path, namespace: "when-used" } : undefined,
		);
		onLoad({ filter: /^openpgp$/, namespace: "when-used" }, async () => {
			const names = Object.keys(await import("openpgp"));
			const getters = names.map((name) => `get ${name}() { return load().${name}; }`);
			const load = "const load = () => (loaded ??= require('openpgp'));";
			return { contents: `let loaded;\n${load}\nmodule.exports = { ${getters.join(", ")} };`, loader: "js" };
		});
	},
};

/** What these packages make when they are loaded, and need for signs that few screens have: making it takes as long as drawing the first screen. */
const MADE_WHEN_USED: readonly (readonly [file: RegExp, made: string, uses: string])[] = [
	[/string-width\/index\.js$/, "const segmenter = new Intl.Segmenter();", "segment"],
	[/string-width\/index\.js$/, "const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;", "test"],
	[/wrap-ansi\/index\.js$/, "const segmenter = new Intl.Segmenter();", "segment"],
	[
		/ink\/build\/line-update\.js$/,
		"const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });",
		"segment",
	],
];

/** Has it made when it is used. A package that does not hold the line any more is an error: then the list above is to be looked at. */
const madeWhenUsed: Plugin = {
	name: "made-when-used",
	setup({ onLoad }) {
		onLoad({ filter: /\/(?:string-width|wrap-ansi|ink\/build)\/[\w-]+\.js$/ }, async ({ path }) => {
			const due = MADE_WHEN_USED.filter(([file]) => file.test(path));
			if (due.length === 0) return undefined;
			let contents = await readFile(path, "utf8");
			for (const [, line, method] of due) {
				const [, name, made] = /^const (\w+) = (.*);$/.exec(line) ?? [];
				if (!contents.includes(line)) throw new Error(`${path} does not make "${name}" any more as it did`);
				const lazy = `let ${name}Made; const ${name} = { ${method}: (text) => (${name}Made ??= ${made}).${method}(text) };`;
				contents = contents.replace(line, () => lazy);
			}
			return { contents, loader: "js" };
		});
	},
};

/** Writes the signs that esbuild leaves in patterns, where escapes mean the same, as escapes: for a single other sign V8 keeps all of a file with two bytes a character. */
function asciiOnly(text: string): string {
	const code = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
	return text.replace(/[^\0-\x7f]/g, code);
}

/** CommonJS packages inside an ES module bundle still ask for require(). */
const requireHere =
	"import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);\n";

/** Writes files as they are to be loaded. Few of them ask for require(): made for all, it takes a twentieth of the way to the first screen. */
function write(files: readonly OutputFile[]): void {
	for (const { path, text } of files) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, `${/\brequire\b/.test(text) ? requireHere : ""}${asciiOnly(text)}`);
	}
}

interface BundleWish {
	/** Names more packages that are not bundled. */
	readonly external?: readonly string[];
	/** What people type to start the program; "./rt" in the folder of a clone. */
	readonly commandName?: string;
	readonly together?: Together;
}

/**
 * Bundles the program `entry` under the name `name`, and every worker thread of src/, into `folder`. `root` is the project's folder, where
 * packages are installed. The same sources give the same bytes.
 */
export async function bundleProgram(
	{ name, entry, folder }: { readonly name: string; readonly entry: string; readonly folder: string },
	root: string,
	{ external = [], commandName = "./rt", together }: BundleWish = {},
): Promise<void> {
	// A worker thread is started by the name of its file, which stands beside the program's.
	const workers = globSync("src/**/*-worker.ts", { cwd: root }).toSorted();
	const options = {
		absWorkingDir: root,
		outdir: folder,
		bundle: true,
		write: false,
		format: "esm",
		platform: "node",
		target: "node24",
		jsx: "automatic",
		define: { "process.env.NODE_ENV": '"production"', RT_COMMAND_NAME: JSON.stringify(commandName) },
		// Ink's devtools are never installed.
		external: [...PACKAGES_BESIDE, "react-devtools-core", ...external],
		// V8 keeps the text of all that is loaded. Lines stay short, because Node prints the line of an error that nobody caught.
		minify: true,
		lineLimit: 160,
		legalComments: "none",
		plugins: [yogaWithoutFetch, madeWhenUsed, openpgpWhenUsed],
		logLevel: "warning",
	} as const satisfies BuildOptions;
	const program = await build({ ...options, entryPoints: { [name]: entry }, splitting: true, metafile: true });
	write(together ? await joinedFiles(program, together, options) : program.outputFiles);
	// Each is a file by itself: what it shares with the program it would have to load from there, with all that it does not need.
	const threads = Object.fromEntries(workers.map((path) => [basename(path, ".ts"), path]));
	write((await build({ ...options, entryPoints: threads })).outputFiles);
}

/** Writes rt into `folder`, with the licences and the page for guests in a browser. The working directory is the project's, and its packages are installed. */
export async function bundle(folder: string, wish: BundleWish = {}): Promise<void> {
	await bundleProgram({ name: "main", entry: "src/main.ts", folder }, process.cwd(), { ...wish, together: TOGETHER });
	writeFileSync(join(folder, LICENCES_FILE), thirdPartyLicences("."));
	writeFileSync(join(folder, PAGE_FILE), (await bundlePage(process.cwd())).html);
}
