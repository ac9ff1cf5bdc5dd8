// `npm run release`: makes the files of a release in release/. With --check it makes them twice, for the tested system only, and compares.
import { parseArgs } from "node:util";
import { checkRelease } from "./release/check.ts";
import { makeRelease, sourceEpoch } from "./release/make.ts";
import { TARGETS } from "./release/targets.ts";
import { QUICK, run, SMALL } from "./release/tools.ts";

const OUT = "release";

const { check, all, from } = parseArgs({
	options: { check: { type: "boolean" }, all: { type: "boolean" }, from: { type: "string" } },
}).values;
if (from !== undefined && !/^https:\/\/[\w./~-]+[^/]$/.test(from)) {
	console.error("--from is where the files will be published: https://… without a slash at the end");
	process.exit(2);
}
const [tested] = TARGETS;
const wish = { targets: all ? TARGETS : [tested], epoch: sourceEpoch(), ...(from === undefined ? {} : { from }) };
if (check) {
	const wrong = await checkRelease({ ...wish, effort: QUICK });
	for (const sentence of wrong) console.error(sentence);
	console.log(
		wrong.length === 0
			? "The release comes out the same twice, runs, and is small enough."
			: "The release is not good.",
	);
	process.exit(wrong.length === 0 ? 0 : 1);
}
if (run("git", ["status", "--porcelain"], ".") !== "")
	console.error("There are changes that are not committed; they go into the release.");
await makeRelease(OUT, { ...wish, effort: SMALL });
console.log(run("cat", [`${OUT}/SHA256SUMS`], "."));
