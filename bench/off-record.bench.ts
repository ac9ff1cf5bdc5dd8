// How long entering a room off the record takes, beside an ordinary one.
import { runBundled } from "./bundled.ts";

await runBundled(new URL("./off-record-program.ts", import.meta.url));
