// The suite for all Links, between the two ends of a long line: `links-program.ts tcp|udp|dht`, in the line's namespace.
import { after } from "node:test";
import { dhtTransport } from "../../../src/net/dht/dht.ts";
import type { ListenOptions, RoomTransport, Transport } from "../../../src/net/link/link.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { udpTransport } from "../../../src/net/udp/udp.ts";
import { linkConformance, type Subject } from "../../net/link/conformance.ts";
import { newDhtSecret } from "../../support/net/dht-secret.ts";
import { privateDht } from "../../support/net/private-dht.ts";
import { asTransport } from "../../support/net/room-as-transport.ts";
import { lineEnds } from "./long-line.ts";

/** Two computers: one dials, the other listens. */
function across(guest: Transport, host: Transport): Transport {
	return {
		name: guest.name,
		dial: (target, options) => guest.dial(target, options),
		listen: (options: ListenOptions) => host.listen({ ...options, bind: lineEnds.far }),
	};
}

async function dhtSubject(): Promise<() => Subject> {
	const dht = await privateDht(10, lineEnds.far);
	const opened: RoomTransport[] = [];
	after(async () => {
		await Promise.all(opened.map((transport) => transport.close()));
		await dht.close();
	});
	return () => {
		const room = { secret: newDhtSecret(), bootstrap: dht.bootstrap };
		const guest = dhtTransport({ ...room, bind: lineEnds.near });
		const host = dhtTransport({ ...room, bind: lineEnds.far });
		opened.push(guest, host);
		return { transport: asTransport(host, guest), host: lineEnds.far, hasNoPort: true };
	};
}

async function subjectOf(name: string | undefined): Promise<() => Subject> {
	switch (name) {
		case "tcp":
			return () => ({ transport: across(tcpTransport(), tcpTransport()), host: lineEnds.far });
		case "udp":
			return () => ({ transport: across(udpTransport(), udpTransport()), host: lineEnds.far });
		case "dht":
			return dhtSubject();
		default:
			throw new Error("tcp, udp or dht?");
	}
}

const [, , name = ""] = process.argv;
linkConformance(name, await subjectOf(name), { largeMb: 2, slowMb: 1, waitingKiB: 512 });
