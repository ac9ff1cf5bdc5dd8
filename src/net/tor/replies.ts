// What comes from Tor's control port, line by line (control-spec §2.3): replies to commands, and events in between. Whoever listens there is not trusted.

/** One reply or event. `lines`: the texts behind the code, what came as a block of data in the line that announced it, behind a line break. */
export interface Reply {
	/** 2xx done · 4xx, 5xx refused · 650 an event. */
	readonly code: number;
	readonly lines: readonly string[];
}

/** A longer line is no line: the longest that we ask for are those of the bootstrap. */
const MAX_LINE_CHARACTERS = 16 * 1024;
/** One reply may have at most this many characters. */
const MAX_REPLY_CHARACTERS = 256 * 1024;

/** Takes text in pieces as it comes and gives back whole replies. */
export class ReplyReader {
	#rest = "";
	#lines: string[] = [];
	/** The lines of the block of data that has begun. */
	#data: string[] | undefined;
	#size = 0;

	/** Returns the replies that are whole by now; "broken" when that is no control port, or it sends too much. */
	take(text: string): readonly Reply[] | "broken" {
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() ?? "";
		if (this.#rest.length > MAX_LINE_CHARACTERS) return "broken";
		const replies: Reply[] = [];
		for (const ended of lines) {
			const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
			this.#size += line.length + 1;
			if (line.length > MAX_LINE_CHARACTERS || this.#size > MAX_REPLY_CHARACTERS) return "broken";
			const reply = this.#takeLine(line);
			if (reply === "broken") return reply;
			if (reply) replies.push(reply);
		}
		return replies;
	}

	#takeLine(line: string): Reply | "broken" | undefined {
		if (this.#data) {
			if (line !== ".") {
				this.#data.push(line.startsWith("..") ? line.slice(1) : line);
				return undefined;
			}
			const announced = this.#lines.pop() ?? "";
			this.#lines.push(`${announced}\n${this.#data.join("\n")}`);
			this.#data = undefined;
			return undefined;
		}
		const [, code, kind, text = ""] = /^(\d{3})([ +-])(.*)$/.exec(line) ?? [];
		if (code === undefined) return "broken";
		this.#lines.push(text);
		if (kind === "+") this.#data = [];
		if (kind !== " ") return undefined;
		const reply = { code: Number(code), lines: this.#lines };
		this.#lines = [];
		this.#size = 0;
		return reply;
	}
}

/** Reads 'KEY=value KEY2="quoted \" value"' (control-spec §2.2); the last of several values of a key counts. */
export function pairsIn(text: string): ReadonlyMap<string, string> {
	const pairs = new Map<string, string>();
	for (const [, key = "", quoted, plain = ""] of text.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
		pairs.set(key, quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1"));
	}
	return pairs;
}

/** Quotes a text for a control command, or an option of a torrc. Throws for a line break (a bug of the caller). */
export function quotedText(text: string): string {
	if (/[\r\n\0]/.test(text)) throw new Error("a line break in what Tor is told");
	return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
