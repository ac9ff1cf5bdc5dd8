// JSON messages on a stream, one a line: what a window and the background process say to each other.
import type { Duplex } from "node:stream";

/** A whole room's first state with everything in it is far smaller; a program that sends more is not ours. */
const maxLineUnits = 64 * 1024 * 1024;

export interface JsonLinesOptions {
	/** Takes a message: an object. */
	readonly onMessage: (message: object) => void;
	/** The stream is over, or says what is no JSON. Is called once. */
	readonly onEnd: () => void;
}

/** Owns its end of the stream. */
export class JsonLines {
	readonly #stream: Duplex;
	readonly #options: JsonLinesOptions;
	#parts: string[] = [];
	#units = 0;
	#isOver = false;

	constructor(stream: Duplex, options: JsonLinesOptions) {
		this.#stream = stream;
		this.#options = options;
		stream.setEncoding("utf8");
		stream.on("data", (text: string) => this.#read(text));
		stream.on("error", () => this.destroy());
		stream.once("close", () => this.#end());
		stream.once("end", () => this.#end());
	}

	write(message: object): void {
		if (!this.#isOver) this.#stream.write(`${JSON.stringify(message)}\n`);
	}

	/** Says no more, when what was said is on its way. */
	end(): void {
		this.#stream.end();
	}

	destroy(): void {
		this.#stream.destroy();
		this.#end();
	}

	#read(text: string): void {
		let rest = text;
		for (let end = rest.indexOf("\n"); end >= 0 && !this.#isOver; end = rest.indexOf("\n")) {
			this.#parts.push(rest.slice(0, end));
			this.#take(this.#parts.join(""));
			this.#parts = [];
			this.#units = 0;
			rest = rest.slice(end + 1);
		}
		if (rest === "") return;
		this.#parts.push(rest);
		this.#units += rest.length;
		if (this.#units > maxLineUnits) this.destroy();
	}

	#take(line: string): void {
		let message: unknown;
		try {
			message = JSON.parse(line);
		} catch {
			this.destroy();
			return;
		}
		if (typeof message === "object" && message !== null) this.#options.onMessage(message);
		else this.destroy();
	}

	#end(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#options.onEnd();
	}
}
