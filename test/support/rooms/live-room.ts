// Whole engines on loopback sockets whose addresses look like public ones: 127.0.0.N is told to the host as 81.2.69.N.
import "../cheap-stretching.ts";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Location } from "../../../src/engine/api/people.ts";
import type { EngineOptions } from "../../../src/engine/desks.ts";
import type { Caller } from "../../../src/net/address/caller.ts";
import type { Link, Transport } from "../../../src/net/link/link.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { callerAt } from "../net/caller-at.ts";
import { openEngineOn, type TestEngine, type TestEngineWithStore } from "./real-engine.ts";

export const livePassword = "four calm green words";

/** What the host sees instead of 127.0.0.N. */
export const publicAddress = (last: number): string => `81.2.69.${last}`;

/** A socket to `port` from 127.0.0.`last`, as a Link. */
export async function linkFrom(last: number, port: number): Promise<Link & { readonly stream: Socket }> {
	const stream = connect({ host: "127.0.0.1", port, localAddress: `127.0.0.${last}`, noDelay: true });
	stream.on("error", () => {});
	await once(stream, "connect");
	return { stream, far: { transport: "tcp", address: "127.0.0.1", port } };
}

function transportFrom(last: number): Transport {
	const tcp = tcpTransport();
	return {
		name: "tcp",
		dial: async ({ port }) => ({ kind: "linked", link: await linkFrom(last, port) }),
		listen: (options) =>
			tcp.listen({ ...options, bind: "127.0.0.1", onLink: (link) => options.onLink(disguised(link)) }),
	};
}

function disguised(link: Link): Link {
	const address = publicAddress(Number(link.far.address?.split(".")[3]));
	return { ...link, far: { ...link.far, address, caller: callerAt(address) } };
}

/** Opens an engine for somebody with a key of their own at 127.0.0.`last`. */
export function livePerson(
	t: TestContext,
	name: string,
	last: number,
	more: Pick<Partial<EngineOptions>, "locator" | "clock"> = {},
): Promise<TestEngineWithStore> {
	return openEngineOn(t, name, { transport: transportFrom(last), ownAddresses: () => [], ...more });
}

/** Opens a room and returns its port. */
export async function openLiveRoom(host: TestEngine): Promise<number> {
	await host.does({ kind: "host", password: livePassword });
	return (await host.told("listening")).port;
}

/** Joins with the room's password, or another one, and does not wait until the guest is in. */
export async function joinLive(guest: TestEngine, port: number, password = livePassword): Promise<void> {
	await guest.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded", "the password was asked for");
	await guest.does({ kind: "password", password });
}

/** Made-up places: .1 to .99 are in Bonn with AS3320, the others in Lyon with AS3215. */
export const madeUpPlaces = {
	lookUp: async ({ address }: Caller): Promise<Location> => {
		const isBonn = Number(address.split(".")[3]) < 100;
		const [city, country, asn, networkOwner] = isBonn
			? ["Bonn", "Germany", 3320, "Telekom"]
			: ["Lyon", "France", 3215, "Orange"];
		return { label: `${city}, ${country} (${networkOwner})`, isSameNetwork: false, city, country, asn, networkOwner };
	},
};
