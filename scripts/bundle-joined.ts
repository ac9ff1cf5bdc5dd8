// Joins files of a bundle that are always loaded together. However small a file is, Node takes a third of a millisecond to find, read and link it.
import { basename } from "node:path";
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from "esbuild";

/** Maps the name of each joined file to the sources that are loaded together: all that they import goes into it, unless it is in a former one. */
export type Together = Readonly<Record<string, readonly string[]>>;

type Outputs = ReadonlyMap<string, Metafile["outputs"][string]>;

const byName = (outputs: Metafile["outputs"]): Outputs =>
	new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));

const staticImports = (outputs: Outputs, file: string): readonly string[] =>
	(outputs.get(file)?.imports ?? []).flatMap(({ path, kind }) => (kind === "import-statement" ? [basename(path)] : []));

/** Returns which joined file takes in which file. What exports nothing begins a program, which may wait in it for its end: nobody else may import it. */
function takenBy(outputs: Outputs, together: Together): ReadonlyMap<string, string> {
	const taken = new Map<string, string>();
	const seen = new Set<string>();
	const take = (file: string, into: string): void => {
		if (seen.has(file) || !outputs.has(file)) return;
		seen.add(file);
		if (outputs.get(file)?.exports.length !== 0) taken.set(file, into);
		for (const other of staticImports(outputs, file)) take(other, into);
	};
	for (const [into, sources] of Object.entries(together)) {
		for (const source of sources) {
			const files = [...outputs].filter(([, { entryPoint, inputs }]) => entryPoint === source || source in inputs);
			if (files.length === 0) throw new Error(`${source} is not in the bundle, so nothing can be joined with it`);
			for (const [file] of files) take(file, into);
		}
	}
	return taken;
}

const nameIn = (file: string, name = "all"): string => `${file.replace(/\W/g, "_")}_${name}`;

/** Says what a joined file exports: each name of each of its files, and all of each together, for who imports it when it is needed. */
function exportsOf(into: string, outputs: Outputs, taken: ReadonlyMap<string, string>): string {
	const lines = [...taken].flatMap(([file, where]) => {
		if (where !== into) return [];
		const names = outputs.get(file)?.exports.map((name) => `${name} as ${nameIn(file, name)}`);
		return [`export { ${names?.join(", ")} } from "./${file}";`, `export * as ${nameIn(file)} from "./${file}";`];
	});
	return lines.join("\n");
}

/** Has the files of a joined file import each other, and all other files import them from there. */
function joining(texts: ReadonlyMap<string, string>, outputs: Outputs, taken: ReadonlyMap<string, string>): Plugin {
	return {
		name: "joining",
		setup({ onResolve, onLoad }) {
			onResolve({ filter: /.*/ }, ({ path, kind, importer, namespace }) => {
				const file = basename(path);
				if (kind === "entry-point") return { path: file, namespace: texts.has(file) ? "inside" : "joined" };
				const into = path.startsWith("./") && kind === "import-statement" ? taken.get(file) : undefined;
				if (into === undefined) return { path, external: true };
				const isInside = (namespace === "joined" ? importer : taken.get(importer)) === into;
				return { path: file, namespace: isInside ? "inside" : "elsewhere" };
			});
			onLoad({ filter: /.*/, namespace: "inside" }, ({ path }) => ({ contents: texts.get(path) ?? "" }));
			onLoad({ filter: /.*/, namespace: "joined" }, ({ path }) => ({ contents: exportsOf(path, outputs, taken) }));
			onLoad({ filter: /.*/, namespace: "elsewhere" }, ({ path }) => {
				const names = outputs.get(path)?.exports.map((name) => `${nameIn(path, name)} as ${name}`);
				return { contents: `export { ${names?.join(", ")} } from "./${taken.get(path)}.js";` };
			});
		},
	};
}

interface Built {
	readonly outputFiles: readonly OutputFile[];
	readonly metafile: Metafile;
}

/** Returns the files of a bundle, all of which lie in one folder, with those joined that are loaded together. `options` are those it was built by. */
export async function joinedFiles(
	{ outputFiles, metafile }: Built,
	together: Together,
	options: Pick<BuildOptions, "minify" | "lineLimit" | "target" | "outdir" | "absWorkingDir">,
): Promise<readonly OutputFile[]> {
	const outputs = byName(metafile.outputs);
	const taken = takenBy(outputs, together);
	const whenNeeded = (text: string): string =>
		text.replace(/\bimport\("\.\/([^"]+)"\)/g, (written, file: string) => {
			const into = taken.get(file);
			return into === undefined ? written : `import("./${into}.js").then(all=>all.${nameIn(file)})`;
		});
	const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), whenNeeded(text)]));
	const left = [...texts.keys()].filter((file) => !taken.has(file));
	const entryPoints = [...Object.keys(together), ...left].map((file) => ({ in: file, out: basename(file, ".js") }));
	const { outputFiles: joined } = await build({
		...options,
		entryPoints,
		bundle: true,
		write: false,
		format: "esm",
		platform: "node",
		plugins: [joining(texts, outputs, taken)],
		logLevel: "warning",
	});
	return joined;
}
