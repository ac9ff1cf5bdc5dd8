// The suite for all Links once more, over a line as long as between continents that loses packets: 50 ms there and back, 2 of 100 lost each way.
import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { longLineFor } from "./lab/long-line.ts";

const program = fileURLToPath(import.meta.resolve("./lab/links-program.ts"));
const before = ["whose-error.ts", "tsx-loader.ts"].flatMap((name) => [
	"--import",
	fileURLToPath(import.meta.resolve(`../support/${name}`)),
]);

/** Without what makes a program a part of this test run. */
function ownEnvironment(): NodeJS.ProcessEnv {
	const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
	return environment;
}

// Most of the time is waiting for the line.
suite("over a line that takes 50 ms and loses 2 %", { concurrency: 3 }, () => {
	for (const name of ["tcp", "udp", "dht"]) {
		test(`${name} Links do all that the suite for Links asks`, async (t) => {
			const line = await longLineFor(t, { delayMs: 25, lossPercent: 2 });
			if (!line) return;
			// What the DHT's library still waits for, for some ten seconds, is no part of it.
			const how = [...before, "--test-reporter=tap", "--test-force-exit"];
			const words = [process.execPath, ...how, program, name];
			const child = line.start(words, { stdio: ["ignore", "pipe", "inherit"], env: ownEnvironment() });
			assert.ok(child.stdout);
			const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
			assert.equal(code, 0, said);
			assert.match(said, /^# fail 0$/m);
			const passed = Number(/^# pass (\d+)$/m.exec(said)?.[1]);
			assert.ok(passed >= 18, said);
			// It would pass on loopback too: 3 MB there and some back are thousands of packets.
			assert.ok(line.sent("near") > 2500 && line.sent("far") > 1000, "it went by the line");
			t.diagnostic(`${name}: ${passed} tests, ${/^# duration_ms (\d+)/m.exec(said)?.[1]} ms`);
		});
	}
});
