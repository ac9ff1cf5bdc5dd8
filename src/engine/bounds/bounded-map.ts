// Holds a map that cannot grow without end, for what strangers can make the program remember.

/** Keeps at most `capacity` entries: when one more is set, the entry that was set longest ago goes. Setting a key again makes it the newest. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
	readonly #capacity: number;

	constructor(capacity: number) {
		super();
		this.#capacity = capacity;
	}

	override set(key: Key, value: Value): this {
		this.delete(key);
		super.set(key, value);
		for (const oldest of this.keys()) {
			if (this.size <= this.#capacity) break;
			this.delete(oldest);
		}
		return this;
	}
}
