// Seats as a pure machine: single steps, and a search over all schedules in which somebody has copied a guest's disk (docs/models/clone.mjs by the program's own code).
import assert from "node:assert/strict";
import { test } from "node:test";
import { entered, kept, noSeats, revoked, type SeatRecord, standingOf } from "../../../src/engine/order/seat-record.ts";

type Seats = SeatRecord<number>;

/** Somebody came in by the password, was given seat 1 and has kept it. */
const settled: Seats = kept(entered(noSeats, undefined, 1), 1);

test("a first entry gives a seat that is good at once, and the current one when it is kept", () => {
	const given: Seats = entered(noSeats, undefined, 1);
	assert.equal(standingOf(given, 1), "good");
	assert.deepEqual(kept(given, 1), { current: 1, next: undefined, retired: [], isRevoked: false });
});

test("entering by the current seat gives a fresh one each time, and what it replaces is retired", () => {
	const again = entered(entered(settled, 1, 2), 1, 3);
	assert.deepEqual(
		[1, 2, 3, 4].map((seat) => standingOf(again, seat)),
		["good", "retired", "good", "unknown"],
	);
});

test("entering by the next seat, or having kept it, retires the one before", () => {
	const byNext = entered(entered(settled, 1, 2), 2, 3);
	assert.deepEqual(
		[1, 2, 3].map((seat) => standingOf(byNext, seat)),
		["retired", "good", "good"],
	);
	const byKeeping = kept(entered(settled, 1, 2), 2);
	assert.deepEqual(
		[1, 2].map((seat) => standingOf(byKeeping, seat)),
		["retired", "good"],
	);
});

test("attack: keeping a seat that was not given last changes nothing", () => {
	const record = entered(settled, 1, 2);
	for (const seat of [1, 3]) assert.equal(kept(record, seat), record);
});

test("a person whom the host removes has no good seat, is told so, and begins anew by the password", () => {
	const removed = revoked(entered(settled, 1, 2));
	assert.deepEqual(
		[1, 2].map((seat) => standingOf(removed, seat)),
		["revoked", "revoked"],
	);
	const back = entered(removed, undefined, 3);
	assert.deepEqual(
		[1, 2, 3].map((seat) => standingOf(back, seat)),
		["retired", "retired", "good"],
	);
});

test("only the newest four retired seats are remembered", () => {
	let record = settled;
	for (let seat = 2; seat <= 8; seat++) record = kept(entered(record, seat - 1, seat), seat);
	assert.deepEqual(
		[3, 4, 7, 8].map((seat) => standingOf(record, seat)),
		["unknown", "retired", "retired", "good"],
	);
});

interface Holder {
	readonly newest: number;
	readonly previous: number;
}
/** How a visit may break off: before the new seat arrives, or before the host hears that it was kept. */
const ways = ["done", "seatLost", "keptLost"] as const;
type HowItEnds = (typeof ways)[number];
interface World {
	readonly record: Seats;
	readonly count: number;
}

/** One visit: what the host makes of what is shown, and what both have afterwards. */
function visit({ record, count }: World, holder: Holder, how: HowItEnds) {
	const shown = [record.next, record.current].find(
		(seat) => seat !== undefined && [holder.newest, holder.previous].includes(seat),
	);
	if (shown === undefined) {
		const isKnown = [holder.newest, holder.previous].some((seat) => standingOf(record, seat) === "retired");
		return { outcome: isKnown ? ("told" as const) : ("unknown" as const), world: { record, count }, holder };
	}
	const fresh = count + 1;
	const after = entered(record, shown, fresh);
	return {
		outcome: "in" as const,
		world: { record: how === "done" ? kept(after, fresh) : after, count: fresh },
		holder: how === "seatLost" ? holder : { newest: fresh, previous: shown },
	};
}

const start: World = { record: settled, count: 1 };
const seat: Holder = { newest: 1, previous: 0 };

test("a guest whose disk nobody has copied is never refused, whatever breaks off, in all schedules of nine visits", () => {
	const search = (world: World, guest: Holder, depth: number): void => {
		if (depth === 0) return;
		for (const how of ways) {
			const after = visit(world, guest, how);
			assert.equal(after.outcome, "in");
			search(after.world, after.holder, depth - 1);
		}
	};
	search(start, seat, 9);
});

test("attack: a copied disk never enters twice after its owner without somebody being told, in all schedules of nine visits", () => {
	let schedules = 0;
	const search = (
		world: World,
		guest: Holder,
		copy: Holder,
		depth: number,
		last: "guest" | "copy",
		times: number,
	): void => {
		assert.ok(times < 2, "the copy came in after the guest again and again");
		if (depth === 0) return;
		schedules += 1;
		const own = visit(world, guest, "done");
		if (own.outcome === "in") search(own.world, own.holder, copy, depth - 1, "guest", times);
		for (const how of ways) {
			const others = visit(world, copy, how);
			if (others.outcome !== "in") continue;
			search(others.world, guest, others.holder, depth - 1, "copy", times + (last === "guest" ? 1 : 0));
		}
	};
	search(start, seat, seat, 9, "copy", 0);
	assert.ok(schedules > 1000, `${schedules} schedules were searched`);
});
