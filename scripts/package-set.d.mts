/** The parts of package.json, or of an entry of package-lock.json, that matter here. */
export interface PackageEntry {
	readonly name?: string;
	readonly version?: string;
	readonly type?: string;
	readonly license?: string;
	readonly integrity?: string;
	readonly resolved?: string;
	readonly hasInstallScript?: boolean;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly devDependencies?: Readonly<Record<string, string>>;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
	readonly lockfileVersion: number;
	readonly packages: Readonly<Record<string, PackageEntry>>;
}

export function nodePackage(platform: string, arch: string): string;

export function packageSet(
	manifest: PackageEntry,
	lock: Lock,
	wanted: { readonly isAll: boolean; readonly node?: string },
): { readonly manifest: PackageEntry; readonly lock: Lock };
