// Frames over a Duplex: pulled one at a time, so that back-pressure holds and what strangers send is bounded.
import type { Duplex } from "node:stream";
import {
	encodeFrame,
	type Frame,
	type FrameType,
	frameBytes,
	frameType,
	headerBytes,
	takeFrame,
	writeFrame,
} from "./frame.ts";

export type Next =
	| { readonly kind: "frame"; readonly frame: Frame }
	/** The other side has ended, or the Link broke. */
	| { readonly kind: "ended" }
	/** The signal given to `next` fired, or its time is over. */
	| { readonly kind: "aborted" }
	| { readonly kind: "refused"; readonly detail: string };

/** Says what the other side may send. */
export interface FrameLimits {
	readonly maxBodyBytes: number;
	/** Limits how many bytes may come in all, padding included; without it the other side may send as many as it likes. */
	readonly maxBytes?: number;
}

export interface FrameStreamOptions extends FrameLimits {
	/** When more than this waits to be sent, the other side has stopped reading. */
	readonly maxWaitingBytes: number;
	/** Says how often longer than usual everything may take on this Link; it is 1 when it is absent. */
	readonly patience?: number;
	/** Both ends are in this program, so neither goes away unheard. */
	readonly isInside?: boolean;
}

/** At most this many bytes are set aside for a frame of which only the header has come; a block of a file fits in. */
const mostAtOnceBytes = 128 * 1024;

/** At most this many frames are sent in bulk at once. */
export const mostBulkFrames = 4;

/** While this many bytes have come in bulk and were not taken yet, no more is read. */
const mostQueuedBytes = 128 * 1024;

const aborted: Next = { kind: "aborted" };

/** Owns the listeners on one stream; whoever made the stream closes it. */
export class FrameStream {
	readonly stream: Duplex;
	/** Says how often longer than usual the other side may be silent. */
	readonly patience: number;
	/** The other side is in this program: nobody needs to ask whether it is still there. */
	readonly isInside: boolean;
	readonly #maxWaitingBytes: number;
	#limits: FrameLimits;
	#receivedBytes = 0;
	/** What came and was not taken yet is from `#start` to `#end`. What lies before belongs to the frames handed out. */
	#buffer: Buffer = Buffer.alloc(0);
	#start = 0;
	#end = 0;
	#neededBytes = headerBytes;
	#hasEnded = false;
	/** What came in bulk and is not in the buffer yet; `undefined` while the stream is read in the ordinary way. */
	#queue: Buffer[] | undefined;
	#queuedBytes = 0;
	/** Memory for frames that are sent in bulk, all of one size, while nothing in it is on its way. */
	readonly #idleBulk: Buffer[] = [];
	/** Counts what was sent in bulk and not taken by the stream yet. */
	#bulkOnItsWay = 0;
	#bulkTaken = Promise.withResolvers<void>();
	#wake: (() => void) | undefined;
	readonly #onChange = (): void => this.#wake?.();
	readonly #onEnd = (): void => {
		this.#hasEnded = true;
		this.#wake?.();
	};

	readonly #onData = (chunk: Buffer): void => {
		this.#queue?.push(chunk);
		this.#queuedBytes += chunk.length;
		const isFull = this.#queuedBytes > mostQueuedBytes;
		if (isFull) this.stream.pause();
		// A frame larger than the queue would never come if nobody made room for the rest of it.
		if (isFull || this.#end - this.#start + this.#queuedBytes >= this.#neededBytes) this.#wake?.();
	};

	constructor(stream: Duplex, options: FrameStreamOptions) {
		this.stream = stream;
		this.patience = options.patience ?? 1;
		this.isInside = options.isInside ?? false;
		this.#maxWaitingBytes = options.maxWaitingBytes;
		this.#limits = options;
		stream.on("readable", this.#onChange);
		stream.on("end", this.#onEnd);
		stream.on("close", this.#onEnd);
		stream.on("error", this.#onEnd);
	}

	/**
	 * Returns the next frame that is not padding; `aborted` also when `timeoutMs` have passed, times `patience`. One call at a time. Frame bodies stay valid
	 * after later calls, but not while `takeInBulk` holds: then only until the next one.
	 */
	async next(signal: AbortSignal, timeoutMs?: number): Promise<Next> {
		let isLate = false;
		// A timer that can be taken back: those of AbortSignal.timeout would live on for every knock that is over.
		const timer = timeoutMs === undefined ? undefined : setTimeout(() => late(), timeoutMs * this.patience);
		const late = (): void => {
			isLate = true;
			this.#wake?.();
		};
		try {
			for (;;) {
				const next = isLate ? aborted : this.nextNow(signal);
				if (next) return next;
				await this.#changed(signal);
			}
		} finally {
			clearTimeout(timer);
		}
	}

	/** Returns what `next` would, if it need not wait for that: a promise for each frame costs more than the frame. */
	nextNow(signal: AbortSignal): Next | undefined {
		do {
			if (signal.aborted) return aborted;
			if (this.#isOverLimit()) return { kind: "refused", detail: "more bytes came than are allowed so early" };
			const taken = this.#take();
			if (taken) return taken;
		} while (this.#fill());
		return this.#hasEnded ? { kind: "ended" } : undefined;
	}

	/** Sends one frame, whose body may stand in several parts. It returns `false` when too much is waiting already: then nothing was written, and the Link should be given up. */
	send(type: FrameType, body: Uint8Array = new Uint8Array(0), ...rest: readonly Uint8Array[]): boolean {
		return this.sendEncoded(encodeFrame(type, body, ...rest));
	}

	/**
	 * Sends frames of one type and size at once, `mostBulkFrames` of them at most, in memory that serves again for the next ones once the stream has taken these. The
	 * stream must not keep it, as no channel does, which encrypts it. How much waits is not looked at: that is for `bulkRoom`.
	 */
	sendInBulk(type: FrameType, bodies: readonly (readonly Uint8Array[])[]): void {
		const [first = []] = bodies;
		if (this.stream.destroyed || this.stream.writableEnded) return;
		const size = frameBytes(type, first);
		let bytes = this.#idleBulk.pop();
		if (bytes?.length !== size * mostBulkFrames) bytes = Buffer.alloc(size * mostBulkFrames);
		const own = bytes;
		for (const [index, parts] of bodies.entries())
			writeFrame(own.subarray(index * size, (index + 1) * size), type, parts);
		this.#bulkOnItsWay += 1;
		this.stream.write(own.subarray(0, bodies.length * size), () => {
			this.#idleBulk.push(own);
			this.#bulkOnItsWay -= 1;
			this.#bulkTaken.resolve();
			this.#bulkTaken = Promise.withResolvers();
		});
	}

	/**
	 * Waits until more may be sent in bulk: while one lot is on its way another one waits, and no third. More of them would be put together by the stream, and
	 * copied. Whoever waits when the stream ends is told as well.
	 */
	async bulkRoom(): Promise<void> {
		while (this.#bulkOnItsWay > 1) await this.#bulkTaken.promise;
	}

	/** Sends bytes made by `encodeFrame`: lets one encoding serve many Links. */
	sendEncoded(bytes: Uint8Array): boolean {
		if (this.stream.destroyed || this.stream.writableEnded) return true; // the reading side reports the end
		if (this.stream.writableLength > this.#maxWaitingBytes) return false;
		this.stream.write(bytes);
		return true;
	}

	/** Lets the other side send other amounts from now on, because it has proven something. What came before counts. */
	limit(limits: FrameLimits): void {
		this.#limits = limits;
	}

	/**
	 * Takes what comes with as little work as can be, until the function that is returned is called; nothing is read by `next` after that. One buffer serves for
	 * all frames, and the small parts in which TLS hands out its records are not put together first.
	 */
	takeInBulk(): () => void {
		const { stream } = this;
		this.#queue = [];
		this.#buffer = Buffer.concat([this.#buffer.subarray(this.#start, this.#end)], 2 * mostAtOnceBytes);
		this.#end -= this.#start;
		this.#start = 0;
		stream.off("readable", this.#onChange).on("data", this.#onData);
		return () => {
			stream.off("data", this.#onData).pause();
			this.#queue = [];
			this.#queuedBytes = 0;
		};
	}

	#isOverLimit(): boolean {
		return this.#receivedBytes > (this.#limits.maxBytes ?? Number.POSITIVE_INFINITY);
	}

	#take(): Next | undefined {
		while (this.#end - this.#start >= this.#neededBytes) {
			const taken = takeFrame(this.#buffer, this.#limits.maxBodyBytes, this.#start, this.#end);
			if (taken.kind === "refused") return taken;
			if (taken.kind === "more") {
				this.#neededBytes = taken.neededBytes;
				return undefined;
			}
			this.#start += taken.usedBytes;
			this.#neededBytes = headerBytes;
			if (taken.frame.type !== frameType.padding) return { kind: "frame", frame: taken.frame };
		}
		return undefined;
	}

	/** Takes over what the stream has; `true` when there was something. */
	#fill(): boolean {
		if (this.#queue !== undefined) return this.#fillFrom(this.#queue);
		const chunk: Buffer | null = this.stream.read();
		if (chunk === null) return false;
		this.#receivedBytes += chunk.length;
		const waiting = this.#end - this.#start;
		if (waiting === 0) {
			this.#buffer = chunk;
			this.#start = 0;
			this.#end = chunk.length;
			return true;
		}
		if (this.#end + chunk.length > this.#buffer.length) this.#grow(waiting, chunk.length);
		chunk.copy(this.#buffer, this.#end);
		this.#end += chunk.length;
		return true;
	}

	#fillFrom(queue: Buffer[]): boolean {
		const chunk = queue.shift();
		if (chunk === undefined) return false;
		this.#receivedBytes += chunk.length;
		this.#queuedBytes -= chunk.length;
		if (queue.length === 0 && this.stream.isPaused()) this.stream.resume();
		if (this.#end + chunk.length > this.#buffer.length) {
			this.#buffer.copyWithin(0, this.#start, this.#end);
			this.#end -= this.#start;
			this.#start = 0;
		}
		if (this.#end + chunk.length > this.#buffer.length) this.#grow(this.#end, chunk.length);
		this.#buffer.set(chunk, this.#end);
		this.#end += chunk.length;
		return true;
	}

	/**
	 * Makes room for `moreBytes`: for the whole frame at once, if it is not so large that nobody should get that for a mere header. At least double what is there, or a
	 * frame sent in crumbs would be copied for each of them.
	 */
	#grow(waiting: number, moreBytes: number): void {
		const frameBytes = Math.min(this.#neededBytes, mostAtOnceBytes);
		const grown = Buffer.allocUnsafe(Math.max(frameBytes, waiting + Math.max(waiting, moreBytes)));
		this.#buffer.copy(grown, 0, this.#start, this.#end);
		this.#buffer = grown;
		this.#start = 0;
		this.#end = waiting;
	}

	async #changed(signal: AbortSignal): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
			signal.addEventListener("abort", this.#onChange, { once: true });
		});
		signal.removeEventListener("abort", this.#onChange);
		this.#wake = undefined;
	}
}
