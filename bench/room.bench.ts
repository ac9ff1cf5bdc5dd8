// One host and fifty guests: lines a second beside a bare TLS 1.3 fan-out of the same bytes, and what the host holds in memory. Then the passing on by itself, beside the same peer.
import { bundled, runBundled } from "./bundled.ts";

const bareServer = await bundled(new URL("./bare-server.ts", import.meta.url));
const passingServer = await bundled(new URL("./passing-server.ts", import.meta.url));
await runBundled(new URL("./room-program.ts", import.meta.url), [bareServer, passingServer]);
