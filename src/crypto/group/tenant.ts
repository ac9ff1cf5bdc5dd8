// One group in a worker thread that it may share with others, as this side of the thread knows it: what is asked of it, and what it takes to go on in another thread.
import { messageKind } from "./header.ts";
import type { Failed, GroupStart, Reply, Request, SessionImage } from "./messages.ts";

/** After this many requests the group is no longer made again from its last image. */
const MOST_REMEMBERED = 64;

/** A request, and who waits for what comes of it. */
export interface Call {
	readonly request: Request;
	readonly settle: (reply: Reply | Failed) => void;
}

/** Says what a request does to what has to be done to make the group again. `chance`: done once more it would give something else, or it begins an epoch. */
function effectOf(request: Request): "none" | "repeatable" | "chance" {
	switch (request.kind) {
		case "admission":
		case "snapshot":
			return "none";
		case "encrypt":
			return "repeatable";
		case "receive":
			return messageKind(request.message)?.kind === "line" ? "repeatable" : "chance";
		default:
			return "chance";
	}
}

function wipe(value: unknown): void {
	if (value instanceof Uint8Array) value.fill(0);
	else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) wipe(part);
}

/** Remembers the last image of the group and the lines since. The image and the lines are wiped when a newer image takes their place. */
export class Tenant {
	readonly number: number;
	readonly start: GroupStart;
	/** Holds what was not asked yet. */
	readonly waiting: Call[] = [];
	/** Holds what was asked and not answered. */
	readonly asked: Call[] = [];
	/** It is in the thread that it shares now. */
	isOpen = false;
	isOver = false;
	#image: SessionImage | undefined;
	#since: Request[] = [];
	#isStale = false;

	constructor(number: number, start: GroupStart) {
		this.number = number;
		this.start = start;
	}

	/** Tells whether it can't be made again in another thread: a newer image comes first. */
	get isStale(): boolean {
		return this.#isStale;
	}

	/** Tells whether the last image is of now. */
	get isImageOfNow(): boolean {
		return !this.#isStale && this.#since.length === 0;
	}

	/** Returns what makes it again as it is: the image, and what has to be asked after it. It can't be called while it is stale. */
	remembered(): { readonly image?: SessionImage; readonly since: readonly Request[] } {
		if (this.#isStale) throw new Error("nothing is remembered");
		return { ...(this.#image && { image: this.#image }), since: this.#since };
	}

	/** Takes the oldest call that waits: it is asked now. */
	next(): Call | undefined {
		const call = this.waiting.shift();
		if (!call) return undefined;
		this.asked.push(call);
		const effect = effectOf(call.request);
		if (effect === "repeatable" && !this.#isStale && this.#since.length < MOST_REMEMBERED)
			this.#since.push(call.request);
		else if (effect !== "none") this.forget();
		return call;
	}

	/** Takes an image of now. */
	take(image: SessionImage): void {
		this.forget();
		if (this.isOver) {
			wipe(image);
			return;
		}
		this.#image = image;
		this.#isStale = false;
	}

	/** Wipes what is remembered. */
	forget(): void {
		wipe(this.#image);
		wipe(this.#since);
		this.#image = undefined;
		this.#since = [];
		this.#isStale = true;
	}

	/** Ends everything: the call under way hears `failure`, and those behind it that the group is over. */
	end(failure: Failed["failure"], detail: string): void {
		if (this.isOver) return;
		this.isOver = true;
		this.forget();
		const [busy, ...others] = [...this.asked.splice(0), ...this.waiting.splice(0)];
		busy?.settle({ kind: "failed", failure, detail });
		for (const call of others)
			call.settle({ kind: "failed", failure: "closed", detail: `after ${failure}: ${detail}` });
	}
}
