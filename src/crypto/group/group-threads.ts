// The worker threads of a program's groups: one for all of them, and one of its own for a group that holds up the others, or whose room has cost a thread before.
import type { ThreadOptions } from "./group-thread.ts";
import type { Failed, GroupStart, Reply, Request } from "./messages.ts";
import { SharedThread, type SharedThreadOwner } from "./shared-thread.ts";
import { Tenant } from "./tenant.ts";

/** At most this many rooms that have cost a thread are remembered. */
const MOST_COSTLY = 100;

/** Takes groups in, and asks for them. */
export class GroupThreads implements SharedThreadOwner {
	readonly #options: ThreadOptions;
	readonly #threads = new Map<Tenant, SharedThread>();
	readonly #costly = new Set<string>();
	#common: SharedThread;
	#lastNumber = 0;

	constructor(options: ThreadOptions = {}) {
		this.#options = options;
		this.#common = new SharedThread(options, this);
	}

	/** Counts the threads that have groups. */
	get count(): number {
		return new Set(this.#threads.values()).size;
	}

	/** Takes a group in, and starts its worker. */
	open(start: GroupStart): Tenant {
		this.#lastNumber += 1;
		const tenant = new Tenant(this.#lastNumber, start);
		const thread = this.#costly.has(nameOf(tenant)) ? new SharedThread(this.#options, this) : this.#common;
		this.#put(tenant, thread);
		thread.start();
		return tenant;
	}

	/** Has the group's worker rehearse an entry, if nothing was done in it yet. */
	rehearse(tenant: Tenant, certificate: Uint8Array): void {
		this.#threads.get(tenant)?.rehearse(tenant, certificate);
	}

	/** Asks the group's worker. */
	ask(tenant: Tenant, request: Request): Promise<Reply | Failed> {
		if (tenant.isOver) return Promise.resolve({ kind: "failed", failure: "closed", detail: "the group is closed" });
		const { promise, resolve } = Promise.withResolvers<Reply | Failed>();
		tenant.waiting.push({ request, settle: resolve });
		this.#threads.get(tenant)?.next();
		return promise;
	}

	/** Ends the group, and its secrets in the worker. */
	async close(tenant: Tenant): Promise<void> {
		tenant.end("closed", "closed");
		const thread = this.#threads.get(tenant);
		this.#threads.delete(tenant);
		await thread?.release(tenant);
	}

	/** Leaves the thread to the group that takes long, and lets the others go on in a new one. */
	onSlow(thread: SharedThread): void {
		const { busyWith } = thread;
		if (thread !== this.#common) return;
		thread.isForAWhile = true;
		this.#common = new SharedThread(this.#options, this);
		for (const tenant of thread.tenants) if (tenant !== busyWith) this.#move(tenant, thread, this.#common);
		this.#common.next();
	}

	onLost(tenant: Tenant): void {
		this.#threads.delete(tenant);
		this.#costly.add(nameOf(tenant));
		for (const oldest of this.#costly) if (this.#costly.size > MOST_COSTLY) this.#costly.delete(oldest);
	}

	/** Brings a group that took long and was done after all back to the others. */
	onRest(thread: SharedThread): void {
		if (thread.isForAWhile) for (const tenant of thread.tenants) this.#move(tenant, thread, this.#common);
	}

	#move(tenant: Tenant, from: SharedThread, to: SharedThread): void {
		void from.release(tenant);
		this.#put(tenant, to);
	}

	#put(tenant: Tenant, thread: SharedThread): void {
		this.#threads.set(tenant, thread);
		thread.take(tenant);
	}
}

function nameOf({ start }: Tenant): string {
	return Buffer.from(start.roomId).toString("base64");
}
