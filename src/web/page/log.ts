// What was said, oldest first: follows the timeline by its changes, and stays where the person reads.
import type { Timeline, TimelineCursor } from "../../engine/api/api.ts";
import { element } from "./dom.ts";
import { entryElement, type LineActions } from "./entry.ts";

/** A page shows this many of the newest entries; more would slow every browser down. */
const shownEntries = 2_000;
/** The page follows the newest line while the end is at most this many pixels away. */
const followPixels = 60;

/** It owns its element. */
export class Log {
	readonly element = element("div", {
		id: "log",
		attributes: { role: "log", "aria-label": "What was said", tabindex: "0" },
	});
	readonly #placed = element("div");
	readonly #waiting = element("div");
	readonly #elements = new Map<string, HTMLElement>();
	readonly #actions: LineActions;
	#cursor: TimelineCursor | undefined;

	constructor(actions: LineActions) {
		this.#actions = actions;
		this.element.append(this.#placed, this.#waiting);
	}

	show(timeline: Timeline): void {
		const changes = timeline.changesSince?.(this.#cursor, shownEntries);
		if (!changes) return;
		const { added, replaced, waiting, isWhole } = changes;
		const isNew = this.#cursor?.revision !== changes.cursor.revision || this.#cursor.next !== changes.cursor.next;
		if (!isNew) return;
		this.#cursor = changes.cursor;
		const { scrollHeight, scrollTop, clientHeight } = this.element;
		const isAtEnd = scrollHeight - scrollTop - clientHeight < followPixels;
		if (isWhole) this.#clear();
		for (const entry of replaced) this.#put(entry.id, entryElement(entry, this.#actions));
		for (const entry of added) this.#put(entry.id, entryElement(entry, this.#actions));
		this.#letGo();
		if (waiting) this.#waiting.replaceChildren(...waiting.map((line) => entryElement(line, this.#actions)));
		if (isAtEnd) this.toEnd();
	}

	toEnd(): void {
		this.element.scrollTop = this.element.scrollHeight;
	}

	#put(id: string, made: HTMLElement): void {
		const known = this.#elements.get(id);
		if (known) {
			// A line that changes under somebody's finger keeps its choices open.
			const isOpen = known.querySelector<HTMLDetailsElement>("details.menu")?.open ?? false;
			known.replaceWith(made);
			const menu = made.querySelector<HTMLDetailsElement>("details.menu");
			if (menu) menu.open = isOpen;
		} else this.#placed.append(made);
		this.#elements.set(id, made);
	}

	#letGo(): void {
		for (const [id, one] of this.#elements) {
			if (this.#elements.size <= shownEntries) return;
			one.remove();
			this.#elements.delete(id);
		}
	}

	#clear(): void {
		this.#elements.clear();
		this.#placed.replaceChildren();
	}
}
