// Where a person is in the timeline: whatever happens to the entries around, what is being read stays where it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Entry, Timeline } from "../../../src/engine/api/api.ts";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import {
	anchorOf,
	caughtUp,
	firstUnread,
	freshReading,
	indexAtTime,
	jumped,
	lookedAway,
	type Reading,
	type ReadingView,
	revealed,
	scrolled,
	toEnd,
	unseenCount,
	wentBack,
} from "../../../src/ui/timeline/scroll-position.ts";
import { visibleSlots } from "../../../src/ui/timeline/viewport.ts";
import { lineFrom, personNamed, self } from "../../support/views/fake-engine.ts";

const from = personNamed("grace");

const line = (id: string, delivery: LineEntry["delivery"]["kind"] = "sent"): LineEntry => ({
	kind: "line",
	id,
	at: 0,
	from,
	text: id,
	delivery: delivery === "reached" ? { kind: delivery, count: 0, of: 1 } : { kind: delivery },
});

/** A timeline that does all that the real one may do, and how many rows each entry has. */
class Room implements Timeline {
	placed: Entry[] = [];
	waiting: LineEntry[] = [];
	#lastId = 0;
	readonly rowCounts = new Map<string, number>();

	constructor(counts: readonly number[]) {
		for (const count of counts) this.add(count);
	}
	get length(): number {
		return this.placed.length + this.waiting.length;
	}
	at(index: number): Entry | undefined {
		return [...this.placed, ...this.waiting][index];
	}
	#next(count: number): string {
		const id = `e${++this.#lastId}`;
		this.rowCounts.set(id, count);
		return id;
	}
	add(count: number): void {
		this.placed.push(line(this.#next(count)));
	}
	say(count: number): void {
		this.waiting.push(line(this.#next(count), "sending"));
	}
	place(): void {
		const first = this.waiting.shift();
		if (first !== undefined) this.placed.push({ ...first, delivery: { kind: "sent" } });
	}
	drop(): void {
		this.waiting.pop();
	}
	letGo(count: number): void {
		this.placed = this.placed.slice(count);
	}
	resize(place: number, count: number): void {
		const entry = this.at(place % Math.max(1, this.length));
		if (entry !== undefined) this.rowCounts.set(entry.id, count);
	}
	view(height: number): ReadingView {
		const source = {
			length: this.length,
			rowsAt: (index: number) => {
				const id = this.at(index)?.id ?? "";
				return Array.from({ length: this.rowCounts.get(id) ?? 1 }, (_, row) => `${id}.${row + 1}`);
			},
		};
		return { timeline: this, source, height };
	}
}

const shown = (reading: Reading, view: ReadingView): readonly string[] =>
	visibleSlots(view.source, anchorOf(view, reading.spot), view.height).map(({ text }) => text);

const counts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 });
const height = fc.integer({ min: 1, max: 15 });

test("Lines that come, get their place or are let go elsewhere never move what is read.", () => {
	const happening = fc.oneof(
		fc.constantFrom<(room: Room) => void>(
			(room) => room.add(2),
			(room) => room.say(1),
			(room) => room.place(),
			(room) => room.drop(),
		),
	);
	fc.assert(
		fc.property(counts, height, fc.integer({ min: 1, max: 60 }), fc.array(happening), (rows, high, up, happenings) => {
			const room = new Room(rows);
			const reading = scrolled(freshReading, room.view(high), -up);
			if (reading.spot.kind === "end") return;
			const before = shown(reading, room.view(high));
			for (const happen of happenings) happen(room);
			assert.deepEqual(shown(reading, room.view(high)), before);
			// What is on screen is not let go here: what is above it is.
			const firstShown = room.placed.findIndex(({ id }) => before[0]?.startsWith(`${id}.`));
			room.letGo(Math.max(0, firstShown));
			if (firstShown >= 0) assert.deepEqual(shown(reading, room.view(high)), before);
		}),
	);
});

test("When what was read is let go, the oldest there is takes its place; a dropped own line leaves one at the end.", () => {
	const room = new Room(Array.from({ length: 50 }, () => 1));
	const reading = scrolled(freshReading, room.view(5), Number.NEGATIVE_INFINITY);
	room.letGo(20);
	assert.deepEqual(shown(reading, room.view(5)), ["e21.1", "e22.1", "e23.1", "e24.1", "e25.1"]);
	room.say(2);
	const atOwn = scrolled(freshReading, room.view(5), -1);
	room.drop();
	assert.deepEqual(shown(atOwn, room.view(5)).at(-1), "e50.1");
});

test("An entry that changes below what is read, or above it, leaves the lowest row where it is.", () => {
	fc.assert(
		fc.property(
			counts,
			height,
			fc.nat(60),
			fc.nat(),
			fc.integer({ min: 1, max: 9 }),
			(rows, high, up, place, count) => {
				const room = new Room(rows);
				const reading = scrolled(freshReading, room.view(high), -up);
				if (reading.spot.kind === "end") return;
				const lowest = shown(reading, room.view(high)).at(-1) ?? "";
				if (room.at(place % room.length)?.id === reading.spot.id) return;
				room.resize(place, count);
				const view = room.view(high);
				const all = Array.from({ length: room.length }, (_, index) => view.source.rowsAt(index)).flat();
				if (all.indexOf(lowest) >= high - 1) assert.equal(shown(reading, view).at(-1), lowest);
			},
		),
	);
});

test("A jump puts its target at a third of the screen, or as near to it as the ends allow, and marks it.", () => {
	fc.assert(
		fc.property(counts, fc.integer({ min: 3, max: 15 }), fc.nat(), (rows, high, pick) => {
			const room = new Room(rows);
			const view = room.view(high);
			const id = room.at(pick % room.length)?.id ?? "";
			const reading = jumped(freshReading, view, id)!;
			assert.equal(reading.markedId, id);
			const screen = shown(reading, view);
			const y = screen.indexOf(`${id}.1`);
			const all = Array.from({ length: room.length }, (_, index) => view.source.rowsAt(index)).flat();
			const place = all.indexOf(`${id}.1`);
			const [first, last] = [all.slice(0, high), all.slice(-high)];
			const third = Math.floor(high / 3);
			const isFree = place >= third && all.length - place >= high - third;
			if (isFree) assert.equal(y, third);
			else assert.ok(y >= 0 && (screen.join() === first.join() || screen.join().endsWith(last.join())), screen.join());
		}),
	);
});

test("A jumped-to entry stays on screen in every size, and at its place when the size comes back.", () => {
	const room = new Room(Array.from({ length: 100 }, (_, index) => (index % 3) + 1));
	const reading = jumped(freshReading, room.view(24), "e50")!;
	const before = shown(reading, room.view(24));
	for (const rows of [3, 7, 50, 10, 100]) {
		assert.ok(shown(reading, room.view(rows)).includes("e50.1"), `${rows} rows`);
	}
	assert.deepEqual(shown(reading, room.view(24)), before);
});

test("The way back leads through all jumps to where they began; there is no way back from there.", () => {
	const room = new Room(Array.from({ length: 100 }, () => 1));
	const view = room.view(10);
	const start = scrolled(freshReading, view, -30);
	const far = jumped(jumped(start, view, "e5")!, view, "e90")!;
	const once = wentBack(far, view)!;
	assert.equal(shown(once, view)[3], "e5.1");
	const twice = wentBack(once, view)!;
	assert.deepEqual(shown(twice, view), shown(start, view));
	assert.equal(wentBack(twice, view), undefined);
	assert.equal(jumped(start, view, "nobody"), undefined);
	assert.deepEqual(jumped(start, view, "e5", { isMoving: true })!.back, []);
});

test("A jump to the newest lines follows them again, unless it is to hold.", () => {
	const room = new Room(Array.from({ length: 30 }, () => 1));
	const up = scrolled(freshReading, room.view(10), -15);
	assert.equal(jumped(up, room.view(10), "e29")?.spot.kind, "end");
	const held = jumped(up, room.view(10), "e29", { isHolding: true })!;
	const before = shown(held, room.view(10));
	room.add(1);
	assert.deepEqual(shown(held, room.view(10)), before);
});

test("Only as much is scrolled as it takes to show an entry.", () => {
	fc.assert(
		fc.property(counts, height, fc.nat(60), fc.nat(), (rows, high, up, pick) => {
			const room = new Room(rows);
			const view = room.view(high);
			const id = room.at(pick % room.length)?.id ?? "";
			const before = scrolled(freshReading, view, -up);
			const after = revealed(before, view, id);
			const own = Array.from({ length: room.rowCounts.get(id) ?? 0 }, (_, row) => `${id}.${row + 1}`);
			const isIn = (reading: Reading) => own.slice(0, high).every((row) => shown(reading, view).includes(row));
			assert.ok(isIn(after), `${shown(after, view)}`);
			if (isIn(before) && own.length <= high) assert.equal(after, before);
		}),
	);
});

test("Lines that came while a person was away from the end are counted and marked, until they have seen or answered them.", () => {
	const room = new Room(Array.from({ length: 30 }, () => 1));
	let reading = scrolled(freshReading, room.view(10), -15);
	assert.equal(unseenCount(reading, room), 0);
	assert.equal(firstUnread(reading, room), undefined);
	for (let count = 0; count < 3; count++) room.add(1);
	assert.equal(unseenCount(reading, room), 3);
	assert.equal(firstUnread(reading, room), 30);
	reading = scrolled(reading, room.view(10), 16);
	assert.equal(unseenCount(reading, room), 2);
	room.letGo(10);
	assert.equal(firstUnread(reading, room), 20);
	reading = toEnd(reading, room.view(10));
	assert.equal(unseenCount(reading, room), 0);
	assert.equal(firstUnread(reading, room), 20, "the mark stays to be looked at");
	assert.equal(firstUnread(scrolled(reading, room.view(10), -5), room), 20, "and while the person goes up to it");
	assert.equal(firstUnread(toEnd(reading, room.view(10)), room), undefined, "Escape at the end takes it away");
	room.letGo(21);
	assert.equal(firstUnread(reading, room), 0, "the line before it was let go: all that is left is new");
	assert.equal(firstUnread(caughtUp(reading), room), undefined);
});

test("A look at another screen marks what comes meanwhile; own lines that wait do not count.", () => {
	const room = new Room([1, 1, 1]);
	const away = lookedAway(freshReading, { timeline: room });
	assert.equal(firstUnread(away, room), undefined);
	room.say(1);
	assert.equal(firstUnread(away, room), undefined);
	room.add(1);
	assert.equal(firstUnread(away, room), 3);
	assert.equal(unseenCount(away, room), 0, "they are on screen as soon as the person looks");
});

test("Scrolling and jumping in a timeline of a million entries asks only for those near both places and the top.", () => {
	const asked = new Set<number>();
	const timeline: Timeline = {
		length: 1_000_000,
		at: (index) => (index < 1_000_000 ? line(`e${index}`) : undefined),
		indexOf: (id) => Number(id.slice(1)),
	};
	const source = {
		length: 1_000_000,
		rowsAt(index: number) {
			asked.add(index);
			return ["row"];
		},
	};
	const view = { timeline, source, height: 50 };
	const reading = scrolled(jumped(freshReading, view, "e500000")!, view, -50);
	shown(reading, view);
	revealed(reading, view, "e250000");
	assert.ok(asked.size < 1_000, `${asked.size} entries asked for`);
});

const timelineOf = (times: readonly number[]) => {
	const entries = times.map((time) => lineFrom(self, "x", { at: time }));
	return { length: entries.length, at: (index: number) => entries[index] };
};

test("The first entry at a time or later is found as by looking through all.", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(60), (times, wanted) => {
			const sorted = times.toSorted((one, other) => one - other);
			const first = sorted.findIndex((time) => time >= wanted);
			assert.equal(indexAtTime(timelineOf(sorted), wanted), first < 0 ? sorted.length : first);
		}),
	);
});

test("A clock that was set back still leads to a place where the time fits.", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(60), (times, wanted) => {
			const index = indexAtTime(timelineOf(times), wanted);
			if (index < times.length) assert.ok(times[index]! >= wanted);
			if (index > 0) assert.ok(times[index - 1]! < wanted);
		}),
	);
});

test("A time is found among a million entries by looking at twenty of them.", () => {
	let looks = 0;
	const at = (index: number) => {
		looks++;
		return lineFrom(self, "x", { at: index });
	};
	assert.equal(indexAtTime({ length: 1_000_000, at }, 777_777), 777_777);
	assert.ok(looks <= 20);
});
