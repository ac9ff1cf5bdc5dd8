// Test support: hostile routers, and traps that note who fell for them.
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Lab } from "../lab.ts";
import type { Place } from "../lab-plan.ts";

export interface RogueOrders {
	/** Its own address. */
	readonly address: string;
	/** What it answers searches with. */
	readonly locations: readonly string[];
	/** A URL that nobody may ask for. */
	readonly trap: string;
	/** What it says its outside address is: another one each time it is asked, the last one for ever. */
	readonly outside: readonly string[];
	/** For whom it says the port is open. */
	readonly client: string;
	readonly hasOnlyPermanent: boolean;
	/** Whether it ever answers a request to open a port. */
	readonly hangsUp: "never" | "atOnce";
}

/** Starts a hostile router; resolves when it listens. The returned function ends it. */
export async function startRogue(
	t: TestContext,
	lab: Lab,
	place: Place,
	orders: RogueOrders,
): Promise<() => Promise<void>> {
	const program = fileURLToPath(import.meta.resolve("./rogue-program.ts"));
	const rogue = lab.start(place, [process.execPath, program, JSON.stringify(orders)]);
	if (rogue.stdout === null) throw new Error("a started program has an output");
	await once(createInterface(rogue.stdout), "line");
	const stop = async () => {
		if (rogue.signalCode !== null) return;
		const ended = once(rogue, "exit");
		rogue.kill("SIGKILL");
		await ended;
	};
	t.after(stop);
	return stop;
}

/** Listens where nobody should knock. `visits` grows with each connection. */
export async function setTrap(
	lab: Lab,
	place: Place,
	address: string,
	port: number,
): Promise<{ readonly visits: string[] }> {
	const visits: string[] = [];
	const source = `require("net").createServer((s) => { console.log("visit"); s.destroy(); }).listen(${port}, "${address}", () => console.log("ready"))`;
	const trap = lab.start(place, [process.execPath, "-e", source]);
	if (trap.stdout === null) throw new Error("a started program has an output");
	const lines = createInterface(trap.stdout);
	await once(lines, "line");
	lines.on("line", (line) => visits.push(`${place} ${line}`));
	return { visits };
}
