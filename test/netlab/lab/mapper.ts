// A computer of the lab that opens ports on its router: started, watched, closed or killed by a test.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { PortFacts } from "../../../src/net/portmap/facts.ts";
import type { MethodName, OwnMapping, OwnMappingChange, Protocol } from "../../../src/net/portmap/method.ts";
import { Watch } from "../../support/until.ts";
import type { Lab } from "../lab.ts";
import type { Place } from "../lab-plan.ts";

export interface MapperOrders {
	readonly port: number;
	readonly protocols: readonly Protocol[];
	readonly families: readonly (4 | 6)[];
	readonly methods: readonly MethodName[];
	readonly stale: readonly OwnMapping[];
	/** How much faster than real its timers run. */
	readonly speed: number;
}

const DEFAULTS: MapperOrders = {
	port: 40_213,
	protocols: ["tcp"],
	families: [4],
	methods: ["pcp", "natpmp", "upnp", "pcpPinhole", "upnpPinhole"],
	stale: [],
	speed: 1,
};

export class Mapper {
	/** Every report so far, the latest last. */
	readonly history: (readonly PortFacts[])[] = [];
	/** What a store would hold now. */
	readonly recorded = new Map<string, OwnMapping>();
	readonly #process: ChildProcess;
	readonly #watch = new Watch(() => JSON.stringify(this.history.at(-1)));
	#isClosed = false;

	/** Is gone after `t` at the latest. */
	constructor(t: TestContext, lab: Lab, place: Place, orders: Partial<MapperOrders> = {}) {
		const program = fileURLToPath(import.meta.resolve("./mapper-program.ts"));
		this.#process = lab.start(place, [process.execPath, program, JSON.stringify({ ...DEFAULTS, ...orders })]);
		assert.ok(this.#process.stdout);
		t.after(() => this.kill());
		// Not at "exit": what it said last may be read only after that.
		this.#process.on("close", () => this.#watch.ended("the program has ended"));
		createInterface(this.#process.stdout).on("line", (line) => this.#hear(JSON.parse(line)));
	}

	#hear(report: { facts?: readonly PortFacts[]; change?: OwnMappingChange; closed?: boolean }): void {
		if (report.facts) this.history.push(report.facts);
		if (report.change?.kind === "made") this.recorded.set(report.change.mapping.nonce, report.change.mapping);
		if (report.change?.kind === "gone") this.recorded.delete(report.change.nonce);
		if (report.closed) this.#isClosed = true;
		this.#watch.changed();
	}

	/** The latest facts of one port. */
	facts(protocol: Protocol = "tcp", family: 4 | 6 = 4): PortFacts | undefined {
		return this.history.at(-1)?.find((one) => one.protocol === protocol && one.family === family);
	}

	/** Waits until `isTrue`; fails with the latest facts when that takes too long. */
	until(what: string, isTrue: () => boolean): Promise<void> {
		return this.#watch.until(isTrue, what);
	}

	/** Waits until the port is in `stage`. */
	async reaches(stage: PortFacts["stage"], protocol: Protocol = "tcp", family: 4 | 6 = 4): Promise<PortFacts> {
		await this.until(`${protocol} is ${stage}`, () => this.facts(protocol, family)?.stage === stage);
		const facts = this.facts(protocol, family);
		assert.ok(facts);
		return facts;
	}

	/** Closes as the product does: what was opened is removed. */
	async close(): Promise<void> {
		this.#process.stdin?.write("close\n");
		await this.until("closed", () => this.#isClosed);
	}

	/** As when the power fails. */
	async kill(): Promise<void> {
		if (this.#hasEnded()) return;
		const ended = once(this.#process, "exit");
		this.#process.kill("SIGKILL");
		await ended;
	}

	#hasEnded(): boolean {
		return this.#process.exitCode !== null || this.#process.signalCode !== null;
	}
}
