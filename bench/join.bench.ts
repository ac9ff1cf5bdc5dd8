// How long joining takes, and where the time goes.
import { runBundled } from "./bundled.ts";

await runBundled(new URL("./join-program.ts", import.meta.url));
