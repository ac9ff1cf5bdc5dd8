// Twenty members talk while strangers knock twenty thousand times with wrong passwords from a thousand addresses; beside the same room in peace.
import { bundled, runBundled } from "./bundled.ts";

const flooder = await bundled(new URL("./flood-knocks.ts", import.meta.url));
await runBundled(new URL("./flood-program.ts", import.meta.url), [flooder]);
