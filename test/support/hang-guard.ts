// Ends a test file that keeps running when its tests are over: what they have left open is named, and the file has failed. Imported by run-tests.ts.
import { writeSync } from "node:fs";
import { after } from "node:test";

/** Generous for what a test may still be closing; a busy computer makes nothing else run on. */
const limitMs = 60_000;

// The runner itself is a process too, without this variable.
const { NODE_TEST_CONTEXT: isTestFile } = process.env;
if (isTestFile !== undefined) {
	after(() => {
		setTimeout(() => {
			const left = process.getActiveResourcesInfo().join(", ");
			writeSync(2, `The tests are over, and ${limitMs / 1000} s later this keeps the process running: ${left}\n`);
			process.exit(1);
		}, limitMs).unref();
	});
}
