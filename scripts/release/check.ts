// Shows that a release comes out the same twice, that it runs without anything of this computer, and that it is as small as was promised.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRelease, type Wish } from "./make.ts";
import { run, sha256 } from "./tools.ts";

const MB = 1_000_000;
/** The largest size of each file by how its name ends, in bytes. Archives are packed more quickly for a check, so what people get is smaller. */
const LARGEST: Readonly<Record<string, number>> = { ".deb": 50 * MB, ".tar.xz": 50 * MB, ".tgz": 27 * MB };

/** Makes the release in two folders, the second time with another umask and time zone, which stay so, and returns what is wrong, one sentence each. */
export async function checkRelease({ effort, ...same }: Wish): Promise<readonly string[]> {
	// Packing takes most of the time, and xz makes the same of the same: only what differs is packed a second time.
	const wish = { ...same, effort: { ...effort, packed: new Map<string, Buffer>() } };
	const folder = mkdtempSync(join(tmpdir(), "rt-check-"));
	const [first, second] = [join(folder, "first"), join(folder, "second place")];
	try {
		process.umask(0o022);
		await makeRelease(first, wish);
		process.umask(0o077);
		Object.assign(process.env, { TZ: "Pacific/Kiritimati" });
		await makeRelease(second, wish);
		return [...differences(first, second), ...tooLarge(first), ...runs(first, folder)];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function differences(first: string, second: string): readonly string[] {
	const files = new Set([...readdirSync(first), ...readdirSync(second)]);
	return [...files].flatMap((file) => {
		const [one, other] = [first, second].map((folder) => sha256(join(folder, file)));
		return one === other ? [] : [`${file} did not come out the same twice.`];
	});
}

function tooLarge(folder: string): readonly string[] {
	return readdirSync(folder).flatMap((file) => {
		const limit = Object.entries(LARGEST).find(([ending]) => file.endsWith(ending))?.[1];
		const size = statSync(join(folder, file)).size;
		if (limit !== undefined) console.log(`  ${file}: ${(size / MB).toFixed(1)} MB, at most ${limit / MB}`);
		return limit === undefined || size <= limit ? [] : [`${file} is too large: ${size} bytes.`];
	});
}

/** Installs for one user, as a person does, and starts what was installed, with no program of the system but those of a bare Debian. */
function runs(release: string, folder: string): readonly string[] {
	const home = join(folder, "home");
	const bare = ["-i", `HOME=${home}`, "PATH=/usr/bin:/bin"];
	run("env", [...bare, "sh", join(release, "install.sh")], folder);
	const said = run("env", ["-i", `HOME=${home}`, "PATH=/bin", join(home, ".local/bin/rt"), "--version"], folder);
	run("env", [...bare, "sh", join(release, "install.sh"), "--remove"], folder);
	const left = readdirSync(join(home, ".local/lib"));
	return [
		...(/^Real Talk \d/.test(said) ? [] : [`The installed program said ${said}`]),
		...(left.length === 0 ? [] : [`install.sh --remove left ${left.join(", ")}.`]),
	];
}
