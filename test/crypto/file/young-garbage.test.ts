// Collecting garbage by the bytes that have passed, where V8's function for it is to be had, and where it is not.
import assert from "node:assert/strict";
import { syncBuiltinESMExports } from "node:module";
import { mock, test } from "node:test";
import v8 from "node:v8";
import { youngGarbage } from "../../../src/crypto/file/young-garbage.ts";

test("a thread that finds the flag switched off by another one goes on without collecting, and asks again", () => {
	const flags = mock.method(v8, "setFlagsFromString", () => {});
	syncBuiltinESMExports();
	const passed = youngGarbage(10);
	passed(10);
	const asked = flags.mock.callCount();
	assert.ok(asked > 0, "it has asked for the function");
	passed(10);
	assert.ok(flags.mock.callCount() > asked, "and asks again");
	flags.mock.restore();
	syncBuiltinESMExports();
	passed(10);
});
