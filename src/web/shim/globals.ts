// What a guest's code takes for granted and a page does not have: Buffer, process, and timers that can be let go of.
import { Buffer as PageBuffer } from "buffer/";

export const Buffer = PageBuffer;

/** Adds what Node's Buffer can and the package's cannot: compare with any bytes, and base64 as URLs have it (RFC 4648 §5). */
function completeBuffer(): void {
	const { equals, toString: written } = Buffer.prototype;
	const { from } = Buffer;
	Object.assign(Buffer.prototype, {
		equals(this: PageBuffer, other: Uint8Array): boolean {
			return equals.call(this, from(other));
		},
		toString(this: PageBuffer, encoding?: string, start?: number, end?: number): string {
			if (encoding !== "base64url") return written.call(this, encoding as "utf8", start, end);
			return written.call(this, "base64", start, end).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
		},
	});
	Object.assign(Buffer, {
		from(value: never, ...more: never[]): PageBuffer {
			const isForUrls = typeof value === "string" && (more[0] as unknown) === "base64url";
			return isForUrls
				? from(value, "base64")
				: (from as unknown as (...values: never[]) => PageBuffer)(value, ...more);
		},
	});
}
completeBuffer();

export const process = {
	env: {},
	platform: "browser",
	nextTick: (work: (...values: unknown[]) => void, ...values: unknown[]): void => queueMicrotask(() => work(...values)),
};

const page = globalThis;

/** A timer with Node's `unref`, which in a page has nothing to do: a page ends whatever waits. */
class PageTimer {
	readonly #id: number;

	constructor(id: number) {
		this.#id = id;
	}

	unref(): this {
		return this;
	}

	[Symbol.toPrimitive](): number {
		return this.#id;
	}
}

type Work = (...values: unknown[]) => void;
type Start = (work: Work, ms?: number, ...values: unknown[]) => number;
type Stop = (id: number | undefined) => void;

const start =
	(native: unknown) =>
	(work: Work, ms?: number, ...values: unknown[]) =>
		new PageTimer((native as Start)(work, ms, ...values));
const stop = (native: unknown) => (timer?: PageTimer) =>
	(native as Stop)(timer === undefined ? undefined : Number(timer));

export const setTimeout = start(page.setTimeout.bind(page));
export const setInterval = start(page.setInterval.bind(page));
export const clearTimeout = stop(page.clearTimeout.bind(page));
export const clearInterval = stop(page.clearInterval.bind(page));
export const setImmediate = (work: Work, ...values: unknown[]) => setTimeout(work, 0, ...values);
