// The full-screen view in a room with as many lines as the argument says, over a fake engine: what keys.bench.ts types into. SIGUSR2: 50 lines a second arrive, or no more.
import { RoomTimeline } from "../src/engine/room/timeline.ts";
import { standardSettings } from "../src/ui/settings/settings.ts";
import { startScreen } from "../src/ui/start/start.ts";
import { FakeEngine, lineFrom, personNamed, self } from "../test/support/views/fake-engine.ts";
import { benchLine } from "./bench-lines.ts";

const arrivalMs = 20;

const count = Number(process.argv[2]);
const friend = personNamed("grace");
const timeline = new RoomTimeline();
const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self, friend], timeline });
const add = (number: number) => timeline.add(lineFrom(number % 2 === 0 ? self : friend, benchLine(number)));
for (let number = 0; number < count; number += 1) add(number);

let arriving: NodeJS.Timeout | undefined;
process.on("SIGUSR2", () => {
	if (arriving === undefined) {
		let number = count;
		arriving = setInterval(() => {
			add(number++);
			engine.set({});
		}, arrivalMs);
	} else {
		clearInterval(arriving);
		arriving = undefined;
	}
});
await startScreen({
	first: engine.snapshot(),
	open: async () => engine,
	intent: { kind: "home", wish: {} },
	version: "0.0.0",
	env: process.env,
	settings: standardSettings,
});
process.exit();
