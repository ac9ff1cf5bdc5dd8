// One worker thread that several groups share: gives them their turns. A message that hangs or kills it ends its own group and no other.
import { GroupThread, type ThreadOptions, type ThreadOwner } from "./group-thread.ts";
import type { Answer, Failed } from "./messages.ts";
import type { Tenant } from "./tenant.ts";

/** At most this many requests of one group are with the worker; then others have their turn. */
const MOST_ASKED = 32;
/** When nothing was asked for this long, in ms, a new image is made of each group. */
const QUIET_MS = 1_000;

/** A SharedThreadOwner decides which groups share a thread. */
export interface SharedThreadOwner {
	/** Is called when the worker is busy with a message of `thread.busyWith`, and others wait. */
	onSlow(thread: SharedThread): void;
	/** Is called when the worker was lost by a message of this group, which is over. */
	onLost(tenant: Tenant): void;
	/** Is called when nothing is asked, and all groups can go on elsewhere. */
	onRest(thread: SharedThread): void;
}

/**
 * Only one group has requests with the worker at a time, so it is known whose message hangs, and before that it is remembered of all others how to make them
 * again. What waits for its turn waits here: no request is done by two workers.
 */
export class SharedThread implements ThreadOwner {
	readonly tenants = new Set<Tenant>();
	/** A group that is alone in it is remembered too, for it is to go on elsewhere. */
	isForAWhile = false;
	readonly #options: ThreadOptions;
	readonly #owner: SharedThreadOwner;
	#thread: GroupThread | undefined;
	/** The group that has requests with the worker, or had them last. */
	#at: Tenant | undefined;
	/** Counts the oldest questions, which only make a group again, so that nobody waits for their answers. */
	#again = 0;
	/** The groups whose images are asked for. */
	#imagesOf: Tenant[] = [];
	#quiet: NodeJS.Timeout | undefined;

	constructor(options: ThreadOptions, owner: SharedThreadOwner) {
		this.#options = options;
		this.#owner = owner;
	}

	/** Returns the group with whose message the worker is busy. */
	get busyWith(): Tenant | undefined {
		return this.#thread?.unanswered ? this.#at : undefined;
	}

	/** Starts the worker, which takes a while, if it is not there. */
	start(): GroupThread {
		this.#thread ??= new GroupThread(this.#options, this);
		return this.#thread;
	}

	/** Has the worker rehearse an entry (rehearsal.ts), if nothing was done in it yet. */
	rehearse({ number }: Tenant, certificate: Uint8Array): void {
		this.start().tell({ kind: "rehearse", group: number, certificate });
	}

	/** Takes a group in that is new, or goes on from what is remembered of it. */
	take(tenant: Tenant): void {
		tenant.isOpen = false;
		this.tenants.add(tenant);
	}

	/** Lets a group go; without any, the worker ends. */
	async release(tenant: Tenant): Promise<void> {
		this.tenants.delete(tenant);
		if (tenant.isOpen) this.#thread?.tell({ kind: "close", group: tenant.number });
		if (this.tenants.size > 0) return;
		clearTimeout(this.#quiet);
		const thread = this.#thread;
		this.#lose();
		await thread?.end();
	}

	/** Asks what waits, as far as it is its turn. */
	next(): void {
		clearTimeout(this.#quiet);
		const at = this.#at;
		if (this.#thread?.unanswered) {
			if (at && !this.#doOthersWait() && this.#imagesOf.length === 0) this.#ask(at);
			return;
		}
		const turn = this.#turn();
		if (!turn) {
			this.#quiet = setTimeout(() => this.#onQuiet(), QUIET_MS).unref();
			return;
		}
		const others = [...this.tenants].filter((tenant) => tenant !== turn && tenant.isStale);
		if (others.length > 0) this.#askImages(others);
		else this.#ask(turn);
	}

	onAnswer(answer: Answer): void {
		if (answer.kind === "image") this.#imagesOf.shift()?.take(answer.image);
		else if (this.#again > 0) this.#again -= 1;
		else this.#at?.asked.shift()?.settle(answer.reply);
		this.next();
	}

	onSlow(): void {
		// Images are no message of anybody's, and a group of which one is being made can't go on elsewhere yet.
		if (this.#imagesOf.length === 0 && this.#doOthersWait()) this.#owner.onSlow(this);
	}

	onEnd(failure: Failed["failure"], detail: string): void {
		const busyWith = this.busyWith;
		this.#lose();
		for (const tenant of this.tenants) {
			tenant.isOpen = false;
			if (tenant !== busyWith && !tenant.isStale) continue;
			this.tenants.delete(tenant);
			this.#owner.onLost(tenant);
			tenant.end(failure, detail);
		}
		this.next();
	}

	#lose(): void {
		this.#thread = undefined;
		this.#at = undefined;
		this.#again = 0;
		this.#imagesOf = [];
	}

	/** Returns the next group after the one that was served last that waits. */
	#turn(): Tenant | undefined {
		const all = [...this.tenants];
		const after = this.#at ? all.indexOf(this.#at) + 1 : 0;
		return [...all.slice(after), ...all.slice(0, after)].find(({ waiting }) => waiting.length > 0);
	}

	#doOthersWait(): boolean {
		return [...this.tenants].some((tenant) => tenant !== this.#at && tenant.waiting.length > 0);
	}

	#ask(tenant: Tenant): void {
		const thread = this.start();
		const group = tenant.number;
		this.#at = tenant;
		if (!tenant.isOpen) {
			const { image, since } = tenant.remembered();
			thread.tell({ kind: "open", group, start: tenant.start, ...(image && { image }) });
			for (const request of since) thread.ask({ kind: "ask", group, request });
			this.#again = since.length;
			tenant.isOpen = true;
		}
		while (tenant.asked.length < MOST_ASKED) {
			const call = tenant.next();
			if (!call) return;
			thread.ask({ kind: "ask", group, request: call.request });
		}
	}

	#askImages(tenants: readonly Tenant[]): void {
		this.#imagesOf.push(...tenants);
		this.#at = tenants.at(-1);
		for (const { number } of tenants) this.start().ask({ kind: "image", group: number });
	}

	/** Makes what is remembered anew, because it holds keys that the groups themselves have let go since; where nobody shares the thread it is let go. */
	#onQuiet(): void {
		const isRemembered = this.isForAWhile || this.tenants.size > 1;
		// A group that is not in the thread yet has nothing but what is remembered of it.
		const open = [...this.tenants].filter(({ isOpen }) => isOpen);
		const old = open.filter((tenant) => !tenant.isImageOfNow);
		if (!isRemembered) for (const tenant of open) tenant.forget();
		else if (old.length > 0) this.#askImages(old);
		else this.#owner.onRest(this);
	}
}
