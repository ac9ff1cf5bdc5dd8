// Whole engines on loopback sockets whose addresses look like public ones: 127.0.0.N is told to the host as 81.2.69.N.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Account } from "../../src/engine/account/account.ts";
import type { Command } from "../../src/engine/api/api.ts";
import type { Event } from "../../src/engine/api/events.ts";
import type { Location, Person } from "../../src/engine/api/people.ts";
import { type EngineOptions, RealTalk } from "../../src/engine/engine.ts";
import type { Caller } from "../../src/net/address/caller.ts";
import type { Link, Transport } from "../../src/net/link/link.ts";
import { tcpTransport } from "../../src/net/tcp/tcp.ts";
import { openStore, type Store } from "../../src/store/db.ts";
import { callerAt } from "./caller-at.ts";
import { temporaryHome } from "./temporary-home.ts";

export const livePassword = "four calm green words";

/** A test that cleans up after itself. */
interface Ending {
	after(work: () => void | Promise<void>): void;
}

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

/** A person with a program of their own. */
export interface LivePerson {
	readonly engine: RealTalk;
	readonly store: Store;
	readonly home: string;
	readonly events: readonly Event[];
	/** The first such event that fits, whether it has come or comes later. */
	heard<Kind extends Event["kind"]>(
		kind: Kind,
		fits?: (event: Extract<Event, { kind: Kind }>) => boolean,
	): Promise<Extract<Event, { kind: Kind }>>;
	/** Resolves when `fact` holds; asked again after every change. */
	until(fact: () => boolean, what: string): Promise<void>;
	/** Performs, and must be allowed to. */
	does(command: Command): Promise<void>;
	person(name: string): Person;
}

/** Somebody with a key of their own at 127.0.0.`last`. */
export async function livePerson(
	t: Ending & Parameters<typeof temporaryHome>[0],
	name: string,
	last: number,
	more: Partial<EngineOptions> = {},
): Promise<LivePerson> {
	const home = temporaryHome(t);
	const opened = openStore(home);
	assert.ok(opened.kind === "open");
	const { store } = opened;
	const account = await Account.open(home, store, Date.now);
	assert.ok(account.kind === "account");
	await account.account.create(name);
	const engine = new RealTalk({
		account: account.account,
		store,
		transport: transportFrom(last),
		now: Date.now,
		ownAddresses: () => [],
		...more,
	});
	t.after(() => engine.close());
	return watched(engine, store, home);
}

const waitLimitMs = 20_000;

function watched(engine: RealTalk, store: Store, home: string): LivePerson {
	const events: Event[] = [];
	const waiting = new Set<() => void>();
	const wake = (): void => {
		for (const look of [...waiting]) look();
	};
	engine.onEvent((event) => {
		events.push(event);
		wake();
	});
	engine.subscribe(wake);
	const until = (fact: () => boolean, what: string): Promise<void> =>
		new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				waiting.delete(look);
				reject(new Error(`${what} did not happen; events: ${JSON.stringify(events.slice(-10))}`));
			}, waitLimitMs);
			const look = (): void => {
				if (!fact()) return;
				clearTimeout(timer);
				waiting.delete(look);
				resolve();
			};
			waiting.add(look);
			look();
		});
	return {
		engine,
		store,
		home,
		events,
		until,
		async heard(kind, fits = () => true) {
			type Wanted = Extract<Event, { kind: typeof kind }>;
			const find = (): Wanted | undefined =>
				events.find((event): event is Wanted => event.kind === kind && fits(event as Wanted));
			await until(() => find() !== undefined, kind);
			return find() as Wanted;
		},
		async does(command) {
			const outcome = await engine.perform(command);
			assert.equal(outcome.kind, "done", JSON.stringify(outcome));
		},
		person(name) {
			const found = engine.snapshot().people.find((one) => one.name === name);
			assert.ok(found, `${name} is here`);
			return found;
		},
	};
}

/** Opens a room; its port. */
export async function openLiveRoom(host: LivePerson): Promise<number> {
	await host.does({ kind: "host", password: livePassword });
	return (await host.heard("listening")).port;
}

/** Joins with the room's password, or another one. */
export async function joinLive(guest: LivePerson, port: number, password = livePassword): Promise<void> {
	await guest.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded", "the password was asked for");
	await guest.does({ kind: "password", password });
}

/** Made-up places: .1 to .99 are in Bonn with AS3320, the others in Lyon with AS3215. */
export const madeUpPlaces = {
	where: async ({ address }: Caller): Promise<Location> => {
		const isBonn = Number(address.split(".")[3]) < 100;
		const [city, country, asn, networkOwner] = isBonn
			? ["Bonn", "Germany", 3320, "Telekom"]
			: ["Lyon", "France", 3215, "Orange"];
		return { label: `${city}, ${country} (${networkOwner})`, isSameNetwork: false, city, country, asn, networkOwner };
	},
};
