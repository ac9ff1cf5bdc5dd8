// A real engine on real sockets with a home of its own, and ways to wait for what it tells.
import type { TestContext } from "node:test";
import type { Event } from "../../src/engine/api/events.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import type { DhtChoice } from "../../src/engine/stay/dht-policy.ts";
import { temporaryHome } from "./temporary-home.ts";

export type EventOf<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

export interface TestEngine {
	readonly engine: Extract<Awaited<ReturnType<typeof openEngine>>, { kind: "open" }>["engine"];
	readonly home: string;
	/** Everything told so far. */
	readonly events: readonly Event[];
	/** The first event of this kind that fits, from the beginning or still to come. */
	told<Kind extends Event["kind"]>(kind: Kind, fits?: (event: EventOf<Kind>) => boolean): Promise<EventOf<Kind>>;
	/** Resolves when `fact` holds; asked again after each event or change. */
	until(fact: () => boolean): Promise<void>;
}

/** Opens an engine whose person has this name; it is closed after the test. */
export async function openTestEngine(t: TestContext, name: string, dht: DhtChoice = {}): Promise<TestEngine> {
	const home = temporaryHome(t);
	const opened = await openEngine(home, false, undefined, false, dht);
	if (opened.kind !== "open") throw new Error(opened.message);
	const { engine } = opened;
	t.after(() => engine.close());
	const events: Event[] = [];
	const waiting = new Set<() => void>();
	const wake = (): void => {
		for (const check of waiting) check();
	};
	engine.onEvent((event) => {
		events.push(event);
		wake();
	});
	engine.subscribe(wake);
	await engine.perform({ kind: "createIdentity", name });
	const until = (fact: () => boolean): Promise<void> =>
		new Promise((resolve) => {
			const check = (): void => {
				if (!fact()) return;
				waiting.delete(check);
				resolve();
			};
			waiting.add(check);
			check();
		});
	return {
		engine,
		home,
		events,
		until,
		async told(kind, fits = () => true) {
			type Wanted = EventOf<typeof kind>;
			const find = (): Wanted | undefined =>
				events.find((event): event is Wanted => event.kind === kind && fits(event as Wanted));
			await until(() => find() !== undefined);
			return find() as Wanted;
		},
	};
}

/** Opens a room and returns its port. */
export async function hostRoom(host: TestEngine, password: string): Promise<number> {
	const outcome = await host.engine.perform({ kind: "host", password, bind: "127.0.0.1" });
	if (outcome.kind !== "done") throw new Error(outcome.message);
	return host.engine.snapshot().hosting?.port ?? 0;
}

/** Joins with the right password; resolves when the guest is in. */
export async function joinRoom(guest: TestEngine, port: number, password: string): Promise<void> {
	await guest.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	await guest.told("passwordRequired");
	await guest.engine.perform({ kind: "password", password });
	await guest.told("joined", (event) => event.self);
}
