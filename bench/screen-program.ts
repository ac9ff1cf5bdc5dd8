// The full-screen view in a room with as many lines as the argument says, over a fake engine: what keys.bench.ts types into.
import { standardSettings } from "../src/ui/settings.ts";
import { startScreen } from "../src/ui/start.tsx";
import { FakeEngine, lineFrom, personNamed, self } from "../test/support/fake-engine.ts";

const count = Number(process.argv[2]);
const friend = personNamed("grace");
const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self, friend] });
for (let number = 0; number < count; number += 1) {
	const words = "and some more words so that now and then one is longer than a row of the screen ".repeat(number % 3);
	engine.entries.push(lineFrom(number % 2 === 0 ? self : friend, `line ${number} ${words}`));
}
await startScreen({
	engine,
	intent: { kind: "home" },
	version: "0.0.0",
	env: process.env,
	settings: standardSettings,
});
process.exit();
