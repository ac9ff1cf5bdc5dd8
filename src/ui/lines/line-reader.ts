// Reads an input one bounded line at a time, only when asked: whoever stops asking makes the sender wait, and memory never grows with the input.
import type { Readable } from "node:stream";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const controlC = 0x03;
const controlD = 0x04;
const controlU = 0x15;
const backspace = 0x08;
const deleteKey = 0x7f;
const space = 0x20;

/**
 * Says what came of one reading. `bytes` has no line end. `tooLong`: the whole line was read and thrown away. `interrupted`: Ctrl-C was pressed while the echo
 * was off.
 */
export type LineRead =
	| { readonly kind: "line"; readonly bytes: Buffer }
	| { readonly kind: "tooLong" }
	| { readonly kind: "interrupted" }
	| { readonly kind: "end" };

/** Says what a terminal's input offers beyond a Readable (see node:tty ReadStream). */
interface RawCapable {
	readonly isTTY?: boolean;
	setRawMode?(isRaw: boolean): unknown;
}

/** Returns the text of a line, or `undefined` when it is not UTF-8. */
export function decodeLine(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return undefined;
	}
}

/** Owns an input for the length of a run. One reading at a time; `close` ends the input and gives a terminal its echo back. */
export class LineReader {
	readonly #input: Readable & RawCapable;
	readonly #chunks: AsyncIterator<unknown>;
	#rest: Buffer = Buffer.alloc(0);
	#hasEnded = false;
	#isRaw = false;

	constructor(input: Readable) {
		this.#input = input;
		this.#chunks = input[Symbol.asyncIterator]();
	}

	/** Tells whether a person types here. */
	get isTerminal(): boolean {
		return this.#input.isTTY === true;
	}

	/** Reads the next line of at most `limitBytes`; a last line without a line end counts as one. */
	async next(limitBytes: number): Promise<LineRead> {
		const parts: Buffer[] = [];
		let sizeBytes = 0;
		for (;;) {
			const end = this.#rest.indexOf(lineFeed);
			const part = end === -1 ? this.#rest : this.#rest.subarray(0, end);
			this.#rest = end === -1 ? Buffer.alloc(0) : this.#rest.subarray(end + 1);
			sizeBytes += part.length;
			if (sizeBytes > limitBytes) parts.length = 0;
			else if (part.length > 0) parts.push(part);
			if (end !== -1 || !(await this.#more())) {
				if (end === -1 && sizeBytes === 0) return { kind: "end" };
				return sizeBytes > limitBytes
					? { kind: "tooLong" }
					: { kind: "line", bytes: withoutReturn(Buffer.concat(parts)) };
			}
		}
	}

	/** Reads as `next` does, but what is typed at a terminal is not shown. */
	async nextSecret(limitBytes: number): Promise<LineRead> {
		if (!this.isTerminal || this.#input.setRawMode === undefined) return this.next(limitBytes);
		this.#setRaw(true);
		try {
			return await this.#readRaw(limitBytes);
		} finally {
			this.#setRaw(false);
		}
	}

	/** Reads everything up to the end of the input; returns `undefined` when that is more than `limitBytes`. */
	async all(limitBytes: number): Promise<Buffer | undefined> {
		const parts: Buffer[] = [];
		let sizeBytes = 0;
		do {
			parts.push(this.#rest);
			sizeBytes += this.#rest.length;
			this.#rest = Buffer.alloc(0);
			if (sizeBytes > limitBytes) return undefined;
		} while (await this.#more());
		return Buffer.concat(parts);
	}

	/** Stops reading for good. It may be called twice, and while a reading is under way. */
	close(): void {
		this.#hasEnded = true;
		this.#setRaw(false);
		this.#input.destroy();
	}

	async #readRaw(limitBytes: number): Promise<LineRead> {
		const typed: number[] = [];
		for (;;) {
			const keys = this.#rest;
			for (const [index, key] of keys.entries()) {
				const done = pressKey(typed, key, limitBytes);
				if (done === undefined) continue;
				this.#rest = keys.subarray(index + 1);
				keys.fill(0, 0, index + 1);
				return done;
			}
			keys.fill(0);
			this.#rest = Buffer.alloc(0);
			if (!(await this.#more())) return typed.length === 0 ? { kind: "end" } : finished(typed, limitBytes);
			this.#rest = withoutEscapeSequences(this.#rest);
		}
	}

	/** Waits for the next chunk; resolves with `false` at the end. A broken input is an ended one: there is nobody left to tell. */
	async #more(): Promise<boolean> {
		if (this.#hasEnded) return false;
		try {
			const { value, done } = await this.#chunks.next();
			if (done !== true) {
				// A copy: the raw reading wipes its bytes, and those of a string literal or a shared pool are not ours.
				this.#rest = Buffer.from(value as Buffer | string);
				return true;
			}
		} catch {
			// Falls through to the end.
		}
		this.#hasEnded = true;
		return false;
	}

	#setRaw(isRaw: boolean): void {
		if (this.#isRaw === isRaw) return;
		this.#isRaw = isRaw;
		this.#input.setRawMode?.(isRaw);
	}
}

/** Changes what was typed by one key (a byte); returns the reading when the key ends it. */
function pressKey(typed: number[], key: number, limitBytes: number): LineRead | undefined {
	if (key === carriageReturn || key === lineFeed) return finished(typed, limitBytes);
	if (key === controlC) return { kind: "interrupted" };
	if (key === controlD) return typed.length === 0 ? { kind: "end" } : undefined;
	if (key === controlU) typed.length = 0;
	else if (key === backspace || key === deleteKey) eraseCharacter(typed);
	// One byte beyond the limit is kept so that the reading is refused instead of silently cut.
	else if (key >= space && typed.length <= limitBytes) typed.push(key);
	return undefined;
}

function eraseCharacter(typed: number[]): void {
	// UTF-8 continuation bytes are 10xxxxxx (RFC 3629 §3).
	while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}

function finished(typed: number[], limitBytes: number): LineRead {
	const read: LineRead = typed.length > limitBytes ? { kind: "tooLong" } : { kind: "line", bytes: Buffer.from(typed) };
	typed.fill(0);
	return read;
}

function withoutReturn(line: Buffer): Buffer {
	return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}

/** Removes the sequences that arrow keys and the like send (ECMA-48 §5.4), of which all bytes but the first would look typed. */
function withoutEscapeSequences(keys: Buffer): Buffer {
	return Buffer.from(keys.toString("latin1").replaceAll(/\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)/g, ""), "latin1");
}
