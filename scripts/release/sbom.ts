// Writes what a release has in it as a CycloneDX document (ECMA-424), which programs that look for known weaknesses read.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shippedSet } from "../licences.ts";
import { run } from "./tools.ts";

/** What npm writes; only what is changed here is named. */
interface Document {
	readonly metadata: { readonly tools: unknown };
	readonly components: readonly object[];
}

/** Returns the document as JSON. npm makes it of the lock file; time and number are replaced by ones that are the same each time. */
export function softwareBill(
	root: string,
	node: string,
	work: string,
	{ version, epoch }: { readonly version: string; readonly epoch: number },
): string {
	const folder = join(work, "real-talk");
	mkdirSync(folder, { recursive: true });
	const { manifest, lock } = shippedSet(root, node);
	writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
	writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
	const args = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application", "--package-lock-only"];
	const { metadata, components, ...rest }: Document & Record<string, unknown> = JSON.parse(run("npm", args, folder));
	const name = {
		"bom-ref": `real-talk@${version}`,
		type: "application",
		name: "real-talk",
		version,
		licenses: [{ license: { id: "MIT" } }],
	};
	const made = {
		...rest,
		metadata: { timestamp: new Date(epoch * 1000).toISOString(), tools: metadata.tools, component: name },
		components: [...components, ...dataComponents(root)],
	};
	const hash = createHash("sha256")
		.update(JSON.stringify({ ...made, serialNumber: "" }))
		.digest("hex");
	return `${JSON.stringify({ ...made, serialNumber: `urn:uuid:${uuidOf(hash)}` }, null, "\t")}\n`;
}

/** Makes a UUID of version 8 (RFC 9562, section 5.8) of a hash in hexadecimal. */
const uuidOf = (hash: string): string =>
	[hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join(
		"-",
	);

/** Describes the places and network owners, which are data of others. */
function dataComponents(root: string): readonly object[] {
	const { sources }: Sources = JSON.parse(readFileSync(join(root, "data/geoip/sources.json"), "utf8"));
	return sources.map(({ package: name, version, licence }) => ({
		"bom-ref": `${name}@${version}`,
		type: "data",
		name,
		version,
		purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
		licenses: [{ license: { name: licence } }],
	}));
}

/** What is read here of data/geoip/sources.json. */
interface Sources {
	readonly sources: readonly { readonly package: string; readonly version: string; readonly licence: string }[];
}
