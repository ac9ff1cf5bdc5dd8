// Looking addresses up offline: time until the first answer, memory while the data is loaded and after, time of a look-up; each beside its limit.
import { runBundled } from "./bundled.ts";

await runBundled(new URL("./geoip-program.ts", import.meta.url));
