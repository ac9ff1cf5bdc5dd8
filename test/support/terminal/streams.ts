// In-process ends of standard streams: an input a test types into, an output a test reads, both with a terminal's manners where wanted.
import { PassThrough, Writable } from "node:stream";

/** A terminal's input: notes whether the echo is on. */
export class FakeTerminalInput extends PassThrough {
	readonly isTTY = true;
	isRaw = false;
	readonly rawChanges: boolean[] = [];

	setRawMode(isRaw: boolean): this {
		this.isRaw = isRaw;
		this.rawChanges.push(isRaw);
		return this;
	}
}

/** Keeps what is written; `until` waits for it. */
export class Collected extends Writable {
	text = "";
	readonly #waiters = new Set<() => void>();

	override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
		this.text += chunk.toString("utf8");
		callback();
		for (const check of [...this.#waiters]) check();
	}

	/** Complete lines so far. */
	get lines(): readonly string[] {
		return this.text.split("\n").slice(0, -1);
	}

	/** Resolves when the text has `part` (from `from` on). */
	until(part: string, from = 0): Promise<void> {
		return new Promise((resolve) => {
			const check = () => {
				if (!this.text.includes(part, from)) return;
				this.#waiters.delete(check);
				resolve();
			};
			this.#waiters.add(check);
			check();
		});
	}
}

/** An output nobody reads: takes one chunk and never gets done with it. */
export class StuckOutput extends Writable {
	constructor() {
		super({ highWaterMark: 1 });
	}

	override _write(): void {
		// Never calls back.
	}
}
