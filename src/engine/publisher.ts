// Tells views and programs of changes and events: whoever wants to know is called, in the order in which they came.
import type { Event } from "./api/events.ts";

/** Keeps the listeners of one engine. */
export class Publisher {
	readonly #changes = new Set<() => void>();
	readonly #events = new Set<(event: Event) => void>();

	subscribe(listener: () => void): () => void {
		this.#changes.add(listener);
		return () => this.#changes.delete(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		this.#events.add(listener);
		return () => this.#events.delete(listener);
	}

	changed(): void {
		for (const listener of this.#changes) listener();
	}

	emit(event: Event): void {
		for (const listener of this.#events) listener(event);
	}
}
