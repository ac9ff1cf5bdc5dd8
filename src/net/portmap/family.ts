// Opens ports in one family of addresses: performs what the machines of its ports say, one search for all of them.
import type { Standpoint } from "../address/interfaces.ts";
import type { Clock } from "../link/clock.ts";
import { factsOf, type PortFacts } from "./facts.ts";
import {
	type Findings,
	type SlotInput,
	type SlotOutput,
	type SlotPlan,
	type SlotState,
	startSlot,
	stepSlot,
} from "./machine.ts";
import type { MappingMethod, MethodName, OwnMapping, OwnMappingChange, Protocol, Router } from "./method.ts";

interface FamilyOptions {
	readonly own: Standpoint;
	readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
	readonly methods: readonly MappingMethod[];
	readonly stale: readonly OwnMapping[];
	readonly clock: Clock;
	/** Returns milliseconds since the epoch: what is kept outlives this process. */
	readonly today: () => number;
	readonly newNonce: () => string;
	readonly onChange: () => void;
	readonly onOwnMapping: (change: OwnMappingChange) => void;
}

/** A person is told within three seconds that there is no router to ask. */
const SEARCH_MS = 2_800;
/** One request may try several times (router-datagram.ts) or take two exchanges (igd.ts). */
const REQUEST_MS = 6_000;
const CLOSING_MS = 2_000;
/** At most this many leftovers of crashes are removed; further ones are left to their leases. */
const MAX_STALE = 32;

interface Slot {
	readonly plan: SlotPlan;
	state: SlotState;
	callOffWaking: () => void;
	/** Says that a record of ours was announced and not yet taken back. */
	isRecorded: boolean;
}

/** Owns the searches, the timers and the open ports of one family. */
export class FamilyMapper {
	readonly #options: FamilyOptions;
	readonly #slots: readonly Slot[];
	readonly #routers = new Map<MethodName, Router>();
	readonly #ending = new AbortController();
	#stale: readonly OwnMapping[];
	#isSearching = false;

	constructor(options: FamilyOptions) {
		this.#options = options;
		this.#stale = options.stale.slice(0, MAX_STALE);
		const methods = options.methods.map(({ name }) => name);
		this.#slots = options.ports.map(({ protocol, port }) => {
			const plan: SlotPlan = { protocol, internalPort: port, methods, nonce: options.newNonce() };
			return { plan, state: startSlot(plan), callOffWaking: () => {}, isRecorded: false };
		});
	}

	start(): void {
		this.#forgetExpired();
		for (const slot of this.#slots) this.#input(slot, { kind: "woken" });
	}

	facts(): readonly PortFacts[] {
		return this.#slots.map(({ plan, state }) => factsOf(this.#options.own.family, plan, state));
	}

	async close(): Promise<void> {
		this.#ending.abort();
		const signal = AbortSignal.timeout(CLOSING_MS);
		await Promise.all(
			this.#slots.map(async (slot) => {
				slot.callOffWaking();
				const wasAsking = slot.state.kind === "asking";
				const { state, outputs } = stepSlot(slot.plan, slot.state, { kind: "close" }, this.#options.clock.now());
				slot.state = state;
				const unmaps = outputs.filter((output) => output.kind === "unmap");
				const removed = await Promise.all(unmaps.map((output) => this.#unmap(slot, output, signal)));
				// A request that was called off may still be carried out: then the record lets the next start remove it.
				if (removed.every(Boolean) && !wasAsking) this.#forget(slot);
			}),
		);
	}

	#input(slot: Slot, input: SlotInput): void {
		if (this.#ending.signal.aborted) return;
		const { state, outputs } = stepSlot(slot.plan, slot.state, input, this.#options.clock.now());
		const isChanged = state !== slot.state;
		slot.state = state;
		for (const output of outputs) this.#perform(slot, output);
		if (state.kind === "blocked" && isChanged && !mayBeOpen(state.findings)) this.#forget(slot);
		if (isChanged) this.#options.onChange();
	}

	#perform(slot: Slot, output: SlotOutput): void {
		switch (output.kind) {
			case "find":
				this.#search();
				return;
			case "wake": {
				slot.callOffWaking();
				const delayMs = Math.max(0, output.at - this.#options.clock.now());
				slot.callOffWaking = this.#options.clock.after(delayMs, () => this.#input(slot, { kind: "woken" }));
				return;
			}
			case "map":
				this.#map(slot, output);
				return;
			case "check":
				this.#check(slot, output);
				return;
			case "unmap":
				void this.#unmap(slot, output, this.#requestSignal());
		}
	}

	/** Asks for all ports at once; each method's answer goes to every machine. A search that is under way serves later askers too. */
	#search(): void {
		if (this.#isSearching) return;
		this.#isSearching = true;
		const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(SEARCH_MS)]);
		const searches = this.#options.methods.map(async (method) => {
			const router = await method.find(signal);
			if (router) {
				this.#routers.set(method.name, router);
				await this.#removeStale(method.name, router);
			}
			return { kind: router ? "found" : "absent", method: method.name } as const;
		});
		const told = searches.map((search) =>
			search.then((input) => {
				for (const slot of this.#slots) this.#input(slot, input);
			}),
		);
		void Promise.all(told).then(() => {
			this.#isSearching = false;
			this.#searchForLatecomers();
		});
	}

	/** Searches again, because a port that began to wait in the middle of a search has missed the answers of its beginning. */
	#searchForLatecomers(): void {
		const isWaiting = this.#slots.some(({ state }) => state.kind === "discovering");
		if (isWaiting && !this.#ending.signal.aborted) this.#search();
	}

	#requestSignal(): AbortSignal {
		return AbortSignal.any([this.#ending.signal, AbortSignal.timeout(REQUEST_MS)]);
	}

	#map(slot: Slot, { method, request }: Extract<SlotOutput, { kind: "map" }>): void {
		const router = this.#router(method);
		// Recorded before it is asked for: after a crash in between it is known what to remove.
		this.#record(slot, router, method, request.externalPort, request.leaseSeconds);
		void router.map(request, this.#requestSignal()).then((outcome) => {
			if (outcome.kind === "mapped") {
				const { externalPort, seconds, pinholeId } = outcome.lease;
				this.#record(slot, router, method, externalPort, seconds, pinholeId);
			}
			this.#input(slot, outcome);
		});
	}

	#check(slot: Slot, { method, lease }: Extract<SlotOutput, { kind: "check" }>): void {
		const mapping = this.#own(slot, this.#router(method), method, lease.externalPort, lease.pinholeId);
		void this.#router(method)
			.check(mapping, lease, this.#requestSignal())
			.then((outcome) => this.#input(slot, outcome));
	}

	#unmap(slot: Slot, output: Extract<SlotOutput, { kind: "unmap" }>, signal: AbortSignal): Promise<boolean> {
		const router = this.#router(output.method);
		return router.unmap(this.#own(slot, router, output.method, output.externalPort, output.pinholeId), signal);
	}

	#router(method: MethodName): Router {
		const router = this.#routers.get(method);
		if (router === undefined) throw new Error("a machine asks only routers that were found");
		return router;
	}

	#own(slot: Slot, router: Router, method: MethodName, externalPort: number, pinholeId?: number): OwnMapping {
		const { protocol, internalPort, nonce } = slot.plan;
		const internalAddress = this.#options.own.address;
		const base = { nonce, method, router: router.address, protocol, internalAddress, internalPort, externalPort };
		return pinholeId === undefined ? base : { ...base, pinholeId };
	}

	#record(
		slot: Slot,
		router: Router,
		method: MethodName,
		externalPort: number,
		leaseSeconds: number,
		pinholeId?: number,
	) {
		slot.isRecorded = true;
		const own = this.#own(slot, router, method, externalPort, pinholeId);
		const expiresAt = this.#options.today() + leaseSeconds * 1000;
		const mapping = leaseSeconds === 0 ? own : { ...own, expiresAt };
		this.#options.onOwnMapping({ kind: "made", mapping });
	}

	#forget(slot: Slot): void {
		if (!slot.isRecorded) return;
		slot.isRecorded = false;
		this.#options.onOwnMapping({ kind: "gone", nonce: slot.plan.nonce });
	}

	#forgetExpired(): void {
		const now = this.#options.today();
		const isOver = ({ expiresAt }: OwnMapping) => expiresAt !== undefined && expiresAt < now;
		for (const { nonce } of this.#stale.filter(isOver)) this.#options.onOwnMapping({ kind: "gone", nonce });
		this.#stale = this.#stale.filter((mapping) => !isOver(mapping));
	}

	/** Tells whether a mapping may be undone from here. NAT-PMP and PCP let an address undo only what is its own; UPnP routers may be asked to. */
	#isWithin({ router, method, internalAddress }: OwnMapping, { address }: Router): boolean {
		return router === address && (method === "upnp" || internalAddress === this.#options.own.address);
	}

	/** Removes what a crash left open. This happens before anything new is asked for: the old mapping may be of the same port. */
	async #removeStale(method: MethodName, router: Router): Promise<void> {
		const here = this.#stale.filter((mapping) => mapping.method === method && this.#isWithin(mapping, router));
		this.#stale = this.#stale.filter((mapping) => !here.includes(mapping));
		const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(CLOSING_MS)]);
		await Promise.all(
			here.map(async (mapping) => {
				if (await router.unmap(mapping, signal)) this.#options.onOwnMapping({ kind: "gone", nonce: mapping.nonce });
			}),
		);
	}
}

/** Tells whether a port may be open: a router that did not answer may have done what it was asked all the same. */
function mayBeOpen(findings: Findings): boolean {
	return Object.values(findings).some((finding) => finding.kind === "refused" && finding.refusal.why === "noAnswer");
}
