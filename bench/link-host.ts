// The far end of link benches, a process of its own: listens by the transport it is told, echoes what comes on a link that begins with "e", counts what comes on others.
import type { Link } from "../src/net/link.ts";
import { tcpTransport } from "../src/net/tcp.ts";
import { udpTransport } from "../src/net/udp.ts";

async function serve({ stream }: Link): Promise<void> {
	let bytes = 0;
	let isEcho: boolean | undefined;
	for await (const chunk of stream) {
		isEcho ??= chunk[0] === "e".charCodeAt(0);
		bytes += chunk.length;
		if (isEcho) stream.write(chunk);
	}
	stream.end(isEcho ? "" : `${bytes}`);
}

const transport = process.argv[2] === "udp" ? udpTransport() : tcpTransport();
const onLink = (link: Link): void => void serve(link).catch(() => {});
const outcome = await transport.listen({ port: 0, bind: "127.0.0.1", onLink });
if (outcome.kind === "failed") throw new Error(outcome.detail);
process.send?.(outcome.listener.port);
