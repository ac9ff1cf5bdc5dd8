// How long joining takes, and where the time goes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBundled } from "./bundled.ts";
import { joinsOfPeople } from "./join-person.ts";
import { report } from "./report.ts";
import { openHost } from "./room-host.ts";

await runBundled(new URL("./join-program.ts", import.meta.url));

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
const host = await openHost();
const { first, atOnce, typed } = await joinsOfPeople(host, home);
await host.close();
const goal = { unit: "ms", peer: "the goal", peerValue: 200 } as const;
report("From the password's Enter until in the room, programs just started", [
	{ name: "a program that has the password at hand", value: atOnce, ...goal },
	{ name: "a person who types for a second", value: typed, ...goal },
	{ name: "the same, as the first guest of a host", value: first, ...goal },
]);
process.exit();
