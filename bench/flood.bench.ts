// Twenty members talk while strangers knock twenty thousand times with wrong passwords from a thousand addresses; beside the same room in peace.
import { bundled, runBundled } from "./bundled.ts";

const flooder = await bundled(new URL("./flood-knocks.ts", import.meta.url));
/** Twenty people have twenty computers. Here one program plays them beside the host, whose processor the collector of that program's garbage must not take. */
const littleCollecting = ["--single-threaded-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];
await runBundled(new URL("./flood-program.ts", import.meta.url), [flooder], littleCollecting);
