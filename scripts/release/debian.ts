// Makes a Debian package (deb(5)) of a layout.
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "./targets.ts";
import { type Effort, filesIn, run, tarXz } from "./tools.ts";

/** What Node's own binaries ask for: readelf says which versions of which symbols. */
const DEPENDS = "libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8)";

/**
 * Writes the .deb `file`. The folder `layout` is moved into it. dpkg-deb would do it too, but gives xz no filter for programs, which saves
 * two of fifty megabytes.
 */
export function makeDebian(
	file: string,
	layout: string,
	work: string,
	target: Target,
	{ version, epoch, effort }: { readonly version: string; readonly epoch: number; readonly effort: Effort },
): void {
	const tree = join(work, "tree");
	for (const folder of ["usr/lib", "usr/bin", "usr/share/doc/real-talk"])
		mkdirSync(join(tree, folder), { recursive: true });
	renameSync(layout, join(tree, "usr/lib/real-talk"));
	symlinkSync("../lib/real-talk/rt", join(tree, "usr/bin/rt"));
	symlinkSync(
		"../../../lib/real-talk/dist/THIRD-PARTY-LICENCES",
		join(tree, "usr/share/doc/real-talk/THIRD-PARTY-LICENCES"),
	);
	const licence = join(tree, "usr/lib/real-talk/LICENSE");
	writeFileSync(
		join(tree, "usr/share/doc/real-talk/copyright"),
		`${readFileSync(licence, "utf8")}\nWhat others have written: see THIRD-PARTY-LICENCES.\n`,
	);
	const files = filesIn(tree).filter((path) => lstatSync(join(tree, path)).isFile());
	const sums = files.map(
		(path) =>
			`${createHash("md5")
				.update(readFileSync(join(tree, path)))
				.digest("hex")}  ${path}\n`,
	);
	const sizeKiB = files.reduce((sum, path) => sum + Math.ceil(lstatSync(join(tree, path)).size / 1024), 0);
	writeFileSync(join(work, "md5sums"), sums.join(""));
	writeFileSync(join(work, "control"), control(version, target, sizeKiB));
	writeFileSync(join(work, "debian-binary"), "2.0\n");
	tarXz(join(work, "control.tar.xz"), work, ["./control", "./md5sums"], { epoch, effort });
	tarXz(join(work, "data.tar.xz"), tree, ["."], { epoch, effort, filter: target.filter });
	rmSync(file, { force: true });
	// D: no times, no owners.
	run("ar", ["qcD", file, "debian-binary", "control.tar.xz", "data.tar.xz"], work);
}

const control = (version: string, { debian, isTested }: Target, sizeKiB: number): string => `Package: real-talk
Version: ${version}
Architecture: ${debian}
Maintainer: Real Talk contributors <noreply@real-talk.invalid>
Installed-Size: ${sizeKiB}
Depends: ${DEPENDS}
Conflicts: rt4-clients, rt5-clients
Section: net
Priority: optional
Description: full-screen terminal chat without servers, end-to-end encrypted
 One person opens a room on their own computer, others come in with an address
 and a password. What is said is end-to-end encrypted from person to person.
 Everything it needs is in this package, a Node.js of its own among it.${isTested ? "" : "\n .\n It has never been tried on this processor."}
`;
