// A member whose line offers a file under a name that no folder should have: it is told as that, and nothing of it comes.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { temporaryHome } from "../../support/temporary-home.ts";
import { bob, filesOfAnn, offer } from "./files-of-ann.ts";

test("attack: a file under a name that leaves its folder never comes by itself from somebody verified, nor when it is accepted", async (t) => {
	const wishes = { folder: temporaryHome(t), verifiedUpToBytes: 1_000_000 };
	const { files, heard, taken } = filesOfAnn(t, false, wishes);
	const verified = { ...bob, trust: "verified" } as const;
	const bad = randomBytes(16);
	files.heard(verified, bad, { ...offer(), name: "../../.bashrc" });
	assert.deepEqual(files.views()[0]?.state, { kind: "failed", code: "bad_name" });
	assert.deepEqual(heard, [], "nor does a host give it on");
	const accepted = await files.perform({ kind: "acceptFile", id: bad.toString("hex") });
	assert.equal(accepted.kind, "refused");
	assert.deepEqual(files.views()[0]?.state, { kind: "failed", code: "bad_name" });
	const good = randomBytes(16);
	await new Promise<void>((resolve) => {
		taken.onOne = resolve;
		files.heard(verified, good, offer());
	});
	assert.deepEqual(taken.ids, [good.toString("hex")], "one with an ordinary name does");
});
