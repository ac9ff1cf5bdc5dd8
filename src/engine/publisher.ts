// Who listens to the engine: views that draw snapshots, and views that tell events.
import type { Event } from "./api/events.ts";

/** Listeners are called in the order they came. */
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
