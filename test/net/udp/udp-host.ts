// A program of its own that listens by UDP, says on which port, echoes nothing and waits to be killed.
import { udpTransport } from "../../../src/net/udp/udp.ts";

const outcome = await udpTransport().listen({ port: 0, onLink: ({ stream }) => stream.write("hello") });
if (outcome.kind === "failed") throw new Error(outcome.detail);
process.send?.(outcome.listener.port);
