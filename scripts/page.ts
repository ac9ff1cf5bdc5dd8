// Makes the page for guests in a browser: one HTML file of src/web and the guest's own code, the same bytes from the same sources.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type BuildOptions, build, type Plugin, transform } from "esbuild";

/** The file of the page in dist/. */
export const PAGE_FILE = "page.html";

/** What stands in a page for modules of Node, for native packages, and for what a library brings along a second time; nothing else of the program is replaced. */
export const SHIMS: Readonly<Record<string, string>> = {
	"node:crypto": "src/web/shim/crypto.ts",
	"node:events": "src/web/shim/events.ts",
	"node:net": "src/web/shim/net.ts",
	"node:os": "src/web/shim/os.ts",
	"node:stream": "src/web/shim/stream.ts",
	"node:timers/promises": "src/web/shim/timers.ts",
	"node:url": "src/web/shim/url.ts",
	"node:v8": "src/web/shim/v8.ts",
	"node:vm": "src/web/shim/vm.ts",
	"node:worker_threads": "src/web/shim/worker-threads.ts",
	"libsodium-wrappers-sumo": "src/web/shim/libsodium-wrappers-sumo.ts",
	"sodium-universal": "src/web/shim/sodium-universal.ts",
	// The same library, by its authors divided into what every key needs and the rest.
	openpgp: "node_modules/openpgp/dist/lightweight/openpgp.min.mjs",
	// Three parts of it bring along what the page has already.
	"./nacl-fast.min.mjs": "src/web/shim/openpgp-parts.ts",
	"./noble_curves.min.mjs": "src/web/shim/openpgp-parts.ts",
	"./noble_hashes.min.mjs": "src/web/shim/openpgp-parts.ts",
	buffer: "node_modules/buffer/index.js",
	"buffer/": "node_modules/buffer/index.js",
};

/**
 * What is loaded only for what a guest never meets: in OpenPGP.js the passphrases of keys, ciphers of the last century and compressed messages; in readable-stream
 * what makes a stream of something else; in ts-mls the signatures of other cipher suites than the one there is.
 */
const NEVER_USED = /^\.\/(?:(?:argon2id|legacy_ciphers|unbzip2-stream)\.min\.mjs|duplexify)$/;
const OTHER_SIGNATURES = /^@noble\/curves\/(?:ed448|nist)\.js$/;

export interface Page {
	readonly html: string;
	/** The files that are in it, as they lie in the project's folder. */
	readonly inputs: readonly string[];
	/** What the guest's code asks of Node and the page does not have: nothing, says a test. The program is built all the same. */
	readonly missing: readonly string[];
}

/** Resolves the names of `SHIMS`. Every other module of Node is told in `missing`, and throws where the page uses it. */
const shims = (root: string, missing: string[]): Plugin => ({
	name: "shims",
	setup({ onResolve, onLoad }) {
		onLoad({ filter: /.*/, namespace: "missing" }, ({ path }) => ({
			contents: `module.exports = new Proxy({}, { get() { throw new Error(${JSON.stringify(`A page has no ${path}.`)}); } });`,
		}));
		// It gives its curves no mark that making them has no effect: those that are not used stay otherwise.
		onLoad({ filter: /@noble\/curves\/misc\.js$/ }, async ({ path }) => ({
			contents: (await readFile(path, "utf8")).replaceAll(
				/\b(edwards|asciiToBytes)\((?=\w+_CURVE|')/g,
				"/* @__PURE__ */ $1(",
			),
		}));
		// ts-mls loads it when it is needed, by which all of it would be in the page.
		onResolve({ filter: /^@noble\/curves\/ed25519\.js$/ }, ({ path, importer }) =>
			importer.includes("/ts-mls/") ? { path, namespace: "signature" } : undefined,
		);
		onLoad({ filter: /.*/, namespace: "signature" }, ({ path }) => ({
			contents: `export { ed25519 } from "${path}";`,
			resolveDir: root,
		}));
		onResolve({ filter: NEVER_USED }, ({ path }) => ({ path, namespace: "never" }));
		onResolve({ filter: OTHER_SIGNATURES }, ({ path, importer }) =>
			importer.includes("/ts-mls/") ? { path, namespace: "never" } : undefined,
		);
		onLoad({ filter: /.*/, namespace: "never" }, ({ path }) => ({
			contents: `throw new Error(${JSON.stringify(`A page does without ${path}.`)});`,
		}));
		onResolve(
			{
				filter:
					/^(?:node:.*|libsodium-wrappers-sumo|sodium-universal|openpgp|buffer\/?|\.\/(?:nacl-fast|noble_(?:curves|hashes))\.min\.mjs)$/,
			},
			({ path, importer }) => {
				const shim = SHIMS[path];
				if (shim !== undefined) return { path: join(root, shim) };
				missing.push(`${path}, for ${relative(root, importer)}`);
				return { path, namespace: "missing" };
			},
		);
	},
});

const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What the page may do: run its own script, look as it is written down, speak with relays. */
function policyOf(script: string, style: string): string {
	return [
		"default-src 'none'",
		`script-src ${sha256(script)} 'wasm-unsafe-eval'`,
		`style-src ${sha256(style)}`,
		"connect-src wss: ws:",
		"worker-src blob:",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	].join("; ");
}

const htmlOf = (script: string, style: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Real Talk</title>
<style>${style}</style>
</head>
<body>
<noscript>Real Talk encrypts on your own computer, so this page needs JavaScript.</noscript>
<script>${script}</script>
</body>
</html>
`;

/** Bundles the page. `root` is the project's folder, where packages are installed. */
export async function bundlePage(root: string): Promise<Page> {
	const missing: string[] = [];
	const options: BuildOptions = {
		absWorkingDir: root,
		entryPoints: ["src/web/main.ts"],
		bundle: true,
		write: false,
		metafile: true,
		format: "esm",
		platform: "browser",
		target: "es2024",
		minify: true,
		legalComments: "none",
		charset: "utf8",
		// Browsers start no module worker from a page that was opened from disk; inside a function the modules' own waits stay possible.
		banner: { js: '"use strict";(async()=>{' },
		footer: { js: "})();" },
		inject: ["src/web/shim/globals.ts"],
		define: { global: "globalThis", "import.meta.url": "location.href", "process.env.NODE_ENV": '"production"' },
		mainFields: ["browser", "module", "main"],
		conditions: ["browser", "import"],
		plugins: [shims(root, missing)],
		logLevel: "warning",
	};
	const { outputFiles: [output] = [], metafile } = await build({ ...options, metafile: true, write: false });
	const script = (output?.text ?? "").trim().replaceAll("</script", "<\\/script");
	const css = await readFile(join(root, "src/web/page/style.css"), "utf8");
	const style = (await transform(css, { loader: "css", minify: true, target: "es2024" })).code.trim();
	const html = htmlOf(script, style);
	return { html, inputs: Object.keys(metafile.inputs), missing };
}
