// The engine in the same process, and the one of a window that is attached to the background process, do the same.

import { openWindow } from "../../support/rooms/attached-window.ts";
import { openTestEngine, watched } from "../../support/rooms/real-engine.ts";
import { engineConformance } from "./conformance.ts";

engineConformance("the engine in this process", openTestEngine);

engineConformance("the engine of an attached window", async (t, name) => {
	const local = await openTestEngine(t, name);
	return watched(await openWindow(t, local.engine), local.home);
});
