// A program that shows the full-screen view over a fake engine, for tests in a real pty. The argument says where to begin.
import { standardSettings } from "../../../src/ui/settings/settings.ts";
import { startScreen } from "../../../src/ui/start/start.tsx";
import { FakeEngine, self } from "../../support/fake-engine.ts";

const where = process.argv[2];
const role = where === "room" ? "guest" : where === "ownRoom" ? "host" : undefined;
const engine = new FakeEngine(role === undefined ? {} : { phase: { kind: "inRoom", role }, people: [self] });
engine.answer = (command) => {
	if (command.kind !== "send") return { kind: "done" };
	if (command.text === "crash") {
		setImmediate(() => {
			throw new Error("made to crash");
		});
	}
	if (command.text === "close") {
		engine.set({ phase: { kind: "ended", code: "room_closed" } });
	}
	return { kind: "done" };
};
await startScreen({
	engine,
	intent: { kind: "home", wish: {} },
	version: "0.0.0",
	env: process.env,
	settings: standardSettings,
});
process.stdout.write(engine.isClosed ? "engine closed\n" : "engine open\n");
process.exit(0);
