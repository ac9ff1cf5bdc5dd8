// The systems a release is made for, and what is different for each.
import { nodePackage } from "../package-set.mjs";

export interface Target {
	/** The platform and processor as Node names them; prebuilt binaries and archives are called by it. */
	readonly name: string;
	readonly platform: string;
	readonly arch: string;
	/** The npm package with a Node for it. */
	readonly node: string;
	/** What Debian calls the processor, where a .deb is made. */
	readonly debian?: string;
	/** The filter of xz that makes programs for this processor smaller, where every xz has it. */
	readonly filter?: "--x86";
	/** Whether somebody has ever run it on such a system. */
	readonly isTested: boolean;
}

/** Describes a system; a `debian` processor asks for a .deb too. */
function target(platform: string, arch: string, more: Pick<Target, "debian" | "isTested">): Target {
	const filter = arch === "x64" ? ({ filter: "--x86" } as const) : {};
	return { name: `${platform}-${arch}`, platform, arch, node: nodePackage(platform, arch), ...filter, ...more };
}

/** The systems of a release, the tested one first. The others are made the same way from their packages. */
export const TARGETS: readonly [Target, ...Target[]] = [
	target("linux", "x64", { debian: "amd64", isTested: true }),
	target("linux", "arm64", { debian: "arm64", isTested: false }),
	target("darwin", "arm64", { isTested: false }),
	target("darwin", "x64", { isTested: false }),
];
