// The real engine for tests: with real keys and a database, on real sockets, on made-up public addresses or on Links in memory. Nothing in it is pretended.
import "../cheap-stretching.ts";
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Account } from "../../../src/engine/account/account.ts";
import type { Command, Engine } from "../../../src/engine/api/api.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import type { DhtChoice } from "../../../src/engine/api/opening.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import type { EngineOptions } from "../../../src/engine/desks.ts";
import { RealTalk } from "../../../src/engine/engine.ts";
import { type EngineOptions as OpenOptions, openEngine } from "../../../src/engine/open-engine.ts";
import { memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore, openStore, type Store } from "../../../src/store/db.ts";
import { ownPort } from "../net/own-port.ts";
import { temporaryHome } from "../temporary-home.ts";
import { Watch } from "../until.ts";
import { keepGroupThread } from "./kept-thread.ts";

export type EventOf<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

/** A person with a program of their own. */
export interface TestEngine<Kind extends Engine = RealTalk> {
	readonly engine: Kind;
	/** Where all of the person's files are. */
	readonly home: string;
	/** Everything told so far. */
	readonly events: readonly Event[];
	/** Resolves with the first event of this kind that fits, whether it has come already or comes later. */
	told<Kind extends Event["kind"]>(kind: Kind, fits?: (event: EventOf<Kind>) => boolean): Promise<EventOf<Kind>>;
	/** Resolves when `fact` holds; it is asked again after each event or change. */
	until(fact: () => boolean, what?: string): Promise<void>;
	/** Performs a command that must be allowed. */
	does(command: Command): Promise<void>;
	/** Returns who is here by that name. */
	person(name: string): Person;
}

/** A test engine whose database the test reads and writes too. */
export interface TestEngineWithStore extends TestEngine {
	readonly store: Store;
}

/** Opens an engine as the program does, on real sockets, for a new person of this name. It is closed after the test. */
export async function openTestEngine(
	t: TestContext,
	name: string,
	dht: DhtChoice = {},
	more: Omit<OpenOptions, "home" | "dht"> = {},
): Promise<TestEngine> {
	const home = temporaryHome(t);
	const opened = await openEngine({ home, dht, ...more });
	if (opened.kind !== "open") throw new Error(JSON.stringify(opened.trouble));
	return started(t, opened.engine, home, name);
}

/** Starts a person's program again on the home it had. It is closed after the test. */
export async function openAgain(
	t: TestContext,
	{ home }: Pick<TestEngine, "home">,
	dht: DhtChoice = {},
	more: Omit<OpenOptions, "home" | "dht"> = {},
): Promise<TestEngine> {
	const opened = await openEngine({ home, dht, ...more });
	assert.ok(opened.kind === "open");
	t.after(() => opened.engine.close());
	return watched(opened.engine, home);
}

/** Opens an engine on `options.transport` with its database on disk, for a new person of this name. It is closed after the test. */
export async function openEngineOn(
	t: TestContext,
	name: string,
	options: Omit<EngineOptions, "account" | "now" | "store">,
): Promise<TestEngineWithStore> {
	const home = temporaryHome(t);
	const opened = openStore(home);
	assert.ok(opened.kind === "open");
	return openWith(t, name, { home, store: opened.store, ...options });
}

/** Opens an engine on Links and a database in memory, for a new person of this name. It is closed after the test. */
export async function openMemoryEngine(t: TestContext, name: string) {
	const transport = memoryTransport();
	return { ...(await openWith(t, name, { home: temporaryHome(t), store: openMemoryStore(), transport })), transport };
}

type Given = Omit<EngineOptions, "account" | "now"> & { readonly home: string };

async function openWith(t: TestContext, name: string, { home, ...options }: Given): Promise<TestEngineWithStore> {
	const opened = await Account.open(home, options.store, Date.now);
	assert.ok(opened.kind === "account");
	const engine = new RealTalk({ account: opened.account, now: Date.now, ...options });
	return { ...(await started(t, engine, home, name)), store: options.store };
}

async function started(t: TestContext, engine: RealTalk, home: string, name: string): Promise<TestEngine> {
	t.after(() => engine.close());
	const one = watched(engine, home);
	await one.does({ kind: "createIdentity", name });
	return one;
}

/** Remembers what an engine tells, and waits for more of it. */
export function watched<Kind extends Engine>(engine: Kind, home: string): TestEngine<Kind> {
	keepGroupThread();
	const events: Event[] = [];
	const watch = new Watch(() => `the last events: ${JSON.stringify(events.slice(-10))}`);
	engine.onEvent((event) => {
		events.push(event);
		watch.changed();
	});
	engine.subscribe(watch.changed);
	return {
		engine,
		home,
		events,
		until: (fact, what) => watch.until(fact, what),
		async told(kind, fits = () => true) {
			type Wanted = EventOf<typeof kind>;
			const find = (): Wanted | undefined =>
				events.find((event): event is Wanted => event.kind === kind && fits(event as Wanted));
			await watch.until(() => find() !== undefined, kind);
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

/** Opens a room on loopback and returns its port, to which it may come back: the system gives it to nobody else meanwhile. */
export async function hostRoom(host: TestEngine, password: string): Promise<number> {
	const port = await ownPort();
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", port } });
	return port;
}

/** Joins a room on loopback with the right password; resolves when the guest is in. */
export function joinRoom(guest: TestEngine, port: number, password: string): Promise<void> {
	return joinTarget(guest, `127.0.0.1 ${port}`, password);
}

/** Joins by an invite, or whatever else leads to a room, with the right password; resolves when the guest is in. */
export async function joinTarget(guest: TestEngine, target: string, password: string): Promise<void> {
	await guest.does({ kind: "join", target });
	await guest.told("passwordRequired");
	await guest.does({ kind: "password", password });
	await guest.told("joined", (event) => event.self);
}

/** A host and two guests who are in their room, and see each other there. */
export async function threePeople(t: TestContext): Promise<readonly [TestEngine, TestEngine, TestEngine]> {
	const [host, ann, bob] = [
		await openTestEngine(t, "Host"),
		await openTestEngine(t, "Ann"),
		await openTestEngine(t, "Bob"),
	];
	const port = await hostRoom(host, "sesame");
	await joinRoom(ann, port, "sesame");
	await joinRoom(bob, port, "sesame");
	const all = [host, ann, bob] as const;
	for (const one of all) await one.until(() => one.engine.snapshot().people.length === 3);
	return all;
}

/** Returns the fingerprint of a person's key; "" where they have none yet. */
export function fingerprintOf({ engine }: Pick<TestEngine, "engine">): string {
	const { identity } = engine.snapshot();
	return identity.kind === "ready" ? identity.fingerprint : "";
}
