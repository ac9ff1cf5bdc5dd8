// A tor that we start and that ends by itself, played by a script: what it said last is told, however late it is read.
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startOwnTor } from "../../../src/net/tor/own-tor.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

/** Ends at once; what it has to say is said by another process a while later. A shorter while would make the test less sharp, and never make it fail. */
const lateWords = `#!/bin/sh
(sleep 0.3; echo "Dec 01 12:00:00.000 [warn] The disk is full") &
exit 1
`;

test("why a tor ended at once is told by its own last warning, also where that is read after its end", async (t) => {
	const [programs, home] = [temporaryHome(t), temporaryHome(t)];
	const { PATH } = process.env;
	t.after(() => Object.assign(process.env, { PATH }));
	Object.assign(process.env, { PATH: `${programs}:${PATH}` });
	writeFileSync(join(programs, "tor"), lateWords);
	chmodSync(join(programs, "tor"), 0o755);
	const started = await startOwnTor(home, {});
	assert.deepEqual(started, { kind: "failed", trouble: { why: "cannotStart", detail: "The disk is full" } });
});
