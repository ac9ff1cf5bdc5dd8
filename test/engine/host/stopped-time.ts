// Time that stands still in the whole process, for what has its timers from node:timers/promises by name.
import { syncBuiltinESMExports } from "node:module";
import type { TestContext } from "node:test";

/** Time stands still until the test moves it by `t.mock.timers`. */
export function stopTime(t: TestContext): void {
	t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
	syncBuiltinESMExports();
	t.after(() => {
		t.mock.timers.reset();
		syncBuiltinESMExports();
	});
}

/** Lets everything that is ready to run do so. */
export async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
