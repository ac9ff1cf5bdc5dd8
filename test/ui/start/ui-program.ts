// A program that shows the full-screen view over a fake engine, for tests in a real pty. The first argument says where to begin; at each SIGUSR2 a byte is
// added to the file of the second, which shows that the program goes on. It ends with 70 when
// the engine was not closed.
import { appendFileSync } from "node:fs";
import { standardSettings } from "../../../src/ui/settings/settings.ts";
import { startScreen } from "../../../src/ui/start/start.ts";
import { FakeEngine, self } from "../../support/views/fake-engine.ts";

const [, , where, pulse] = process.argv;
const role = where === "room" ? "guest" : where === "ownRoom" ? "host" : undefined;
const engine = new FakeEngine(role === undefined ? {} : { phase: { kind: "inRoom", role }, people: [self] });
engine.answer = (command) => {
	if (command.kind !== "send") return { kind: "done" };
	if (command.text === "crash") {
		setImmediate(() => {
			throw new Error("made to crash");
		});
	}
	if (command.text === "warn") {
		process.emitWarning("made to warn");
		process.stdout.write("made to chat\n");
	}
	if (command.text === "close") {
		engine.set({ phase: { kind: "ended", code: "room_closed" } });
	}
	return { kind: "done" };
};
if (pulse !== undefined) process.on("SIGUSR2", () => appendFileSync(pulse, "."));
const code = await startScreen({
	first: engine.snapshot(),
	open: async () => engine,
	intent: { kind: "home", wish: {} },
	version: "0.0.0",
	env: process.env,
	settings: standardSettings,
});
process.exit(engine.isClosed ? code : 70);
