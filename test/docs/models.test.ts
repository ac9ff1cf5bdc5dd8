// The models of the opening: what of them runs without ProVerif, and that none is forgotten in the table that explains them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const folder = join(import.meta.dirname, "..", "..", "docs", "models");

test("the search over seat schedules finds the faults of the earlier rules, and none in the rules of the protocol", () => {
	const said = execFileSync(process.execPath, [join(folder, "clone.mjs")], { encoding: "utf8" });
	const results = [...said.matchAll(/false alarm for a guest without a copy: (.*)\n.* times unnoticed: (.*)/g)];
	assert.equal(results.length, 3);
	const [designed, withKept, fresh] = results.map(([, alarm = "", unnoticed = ""]) => [alarm, unnoticed] as const);
	assert.match(designed?.[1] ?? "", /copy/);
	assert.match(withKept?.[1] ?? "", /copy/);
	assert.deepEqual(fresh, ["none", "impossible"]);
});

test("the table of the models names every one of them", () => {
	const readme = readFileSync(join(folder, "README.md"), "utf8");
	for (const file of readdirSync(folder)) {
		if (!file.endsWith(".pv")) continue;
		const name = file.slice(0, -".pv".length);
		assert.match(readme, new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`, "m"), file);
	}
});
