// The log of knocks in the database: order, replacing, and how much of it is kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStore } from "../../src/store/db.ts";
import { type KnockRow, knockId, knocksIn } from "../../src/store/knocks.ts";
import { storeIn, temporaryHome } from "../support/temporary-home.ts";

function row(at: number, more: Partial<KnockRow> = {}): KnockRow {
	return {
		id: knockId(at, "a"),
		at,
		lastAt: at,
		knocker: "192.0.2.1",
		address: "192.0.2.1",
		place: undefined,
		outcome: "wrong",
		guesses: 2,
		count: 1,
		addresses: 1,
		who: undefined,
		...more,
	};
}

test("knocks come back newest first with every field, after a restart too", (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	const early = row(5, { place: '{"label":"Bonn"}', who: Uint8Array.of(1, 2) });
	const late = row(1_790_000_000_000);
	knocksIn(store).put([late, early]);
	store.close();
	const [first, second] = [...knocksIn(storeIn(t, home)).newestFirst()];
	assert.deepEqual(first, late);
	assert.deepEqual({ ...second, who: [...(second?.who ?? [])] }, { ...early, who: [1, 2] });
});

test("a burst that goes on replaces its row", () => {
	const knocks = knocksIn(openMemoryStore());
	knocks.put([row(5)]);
	const grown = row(5, { count: 40, guesses: 80, lastAt: 900, addresses: 7 });
	knocks.put([grown]);
	assert.deepEqual([...knocks.newestFirst()], [grown]);
});

test("attack: a flood of knocks fills the log only so far, and the newest are kept", () => {
	const knocks = knocksIn(openMemoryStore(), 100);
	for (let batch = 0; batch < 10; batch++) {
		knocks.put(Array.from({ length: 37 }, (_, i) => row(1000 + batch * 37 + i)));
	}
	const kept = [...knocks.newestFirst()].map(({ at }) => at);
	assert.deepEqual(
		kept,
		Array.from({ length: 100 }, (_, i) => 1369 - i),
	);
});

test("an outcome the log does not know is refused whole, and nothing of its batch is kept", () => {
	const knocks = knocksIn(openMemoryStore());
	assert.throws(() => knocks.put([row(1), row(2, { outcome: "other" })]));
	assert.deepEqual([...knocks.newestFirst()], []);
});
