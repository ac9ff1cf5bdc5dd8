// Who is typing: others, until they stop or are not heard of any more; and how often others are told that we are.

/** While a person goes on typing, that is told again after this time. */
const tellAgainAfterMs = 4000;
/** A person of whom nothing is heard for this time is taken to have stopped. */
export const typingForgottenAfterMs = 8000;

/** Remembers who of the others is typing. Each room owns one. */
export class TypingBoard<Who> {
	readonly #onStopped: (who: Who) => void;
	readonly #timers = new Map<Who, NodeJS.Timeout>();

	/** Makes an empty list. `onStopped` is called for whoever has not been heard of any more. */
	constructor(onStopped: (who: Who) => void) {
		this.#onStopped = onStopped;
	}

	typing(): readonly Who[] {
		return [...this.#timers.keys()];
	}

	/** Returns whether this is news. */
	set(who: Who, isTyping: boolean): boolean {
		const before = this.#timers.get(who);
		clearTimeout(before);
		if (!isTyping) return this.#timers.delete(who);
		const timer = setTimeout(() => {
			this.#timers.delete(who);
			this.#onStopped(who);
		}, typingForgottenAfterMs);
		timer.unref();
		this.#timers.set(who, timer);
		return before === undefined;
	}

	stop(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}
}

/** Remembers what the others have been told of our own typing. */
export class OwnTyping {
	#toldAt: number | undefined;

	/** Is called when the person typed something, or stopped (`now` is in ms, by a clock that only goes forward). Returns what is to be told, if anything. */
	change(isTyping: boolean, now: number): "start" | "stop" | undefined {
		const isKnown = this.#toldAt !== undefined && now - this.#toldAt < typingForgottenAfterMs;
		if (!isTyping) {
			this.#toldAt = undefined;
			return isKnown ? "stop" : undefined;
		}
		if (this.#toldAt !== undefined && now - this.#toldAt < tellAgainAfterMs) return undefined;
		this.#toldAt = now;
		return "start";
	}

	/** Is called when the person has said a line, which says by itself that they have stopped typing. */
	said(): void {
		this.#toldAt = undefined;
	}
}
