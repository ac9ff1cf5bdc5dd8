// A file over a line as long as between two countries that loses packets: 20 ms there and back, 1 of 100 lost each way, by TCP and by UDP.
import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { longLineFor } from "./lab/long-line.ts";

const program = fileURLToPath(import.meta.resolve("./lab/files-program.ts"));
const loader = fileURLToPath(import.meta.resolve("../support/tsx-loader.ts"));

suite("over a line that takes 20 ms and loses 1 %", { concurrency: 2 }, () => {
	for (const name of ["tcp", "udp"]) {
		test(`by ${name} a file passes, goes on when its Link was cut, and the talk goes on beside it`, async (t) => {
			const line = await longLineFor(t, { delayMs: 10, lossPercent: 1 });
			if (!line) return;
			// Without what makes a program a part of this test run.
			const { NODE_TEST_CONTEXT: _, ...env } = process.env;
			const words = [process.execPath, "--import", loader, "--test-reporter=tap", program, name];
			const child = line.start(words, { stdio: ["ignore", "pipe", "inherit"], env });
			assert.ok(child.stdout);
			const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
			assert.equal(code, 0, said);
			assert.match(said, /^# pass 1$/m);
			assert.ok(line.sent("far") > 4_000, "it went by the line");
		});
	}
});
