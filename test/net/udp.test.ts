// UDP links: the shared suite, then names, families and failures.
import { udpTransport } from "../../src/net/udp.ts";
import { linkConformance } from "./conformance.ts";

linkConformance("udp", () => ({ transport: udpTransport(), host: "127.0.0.1" }));
