// Several rooms on one screen: who is shown, what each keeps, what is unread, and which keys go from one to the other.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Command, RoomSummary, RoomView, Snapshot } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { HistoryPage, HistoryQuery } from "../../../src/engine/api/content.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, lineFrom, personNamed, self } from "../../support/views/fake-engine.ts";

const hosts = {
	aaaaaaaa: personNamed("Ivo", "known", { isHost: true }),
	bbbbbbbb: personNamed("Hanna", "known", { isHost: true }),
};
type Key = keyof typeof hosts;

/** Two rooms, as the engine tells of them. */
class TwoRooms extends FakeEngine {
	readonly #views = new Map<string, RoomView>();
	#summaries: RoomSummary[] = [];

	/** Opens a room in which its host has said `lines`. */
	open(room: Key, ...lines: readonly string[]): void {
		const host = hosts[room];
		const entries = lines.map((text) => lineFrom(host, text));
		this.#views.set(room, {
			room,
			phase: { kind: "inRoom", role: "guest" },
			people: [self, host],
			timeline: { length: entries.length, at: (index) => entries[index] },
		});
		this.#summaries.push({
			room,
			name: host.name,
			kind: "passing",
			role: "guest",
			state: "inRoom",
			people: 2,
			unread: 0,
			mentions: 0,
		});
		this.set({ rooms: [...this.#summaries] });
	}

	change(room: Key, change: Partial<RoomSummary>): void {
		this.#summaries = this.#summaries.map((one) => (one.room === room ? { ...one, ...change } : one));
		this.set({ rooms: this.#summaries });
	}

	drop(room: Key): void {
		this.#views.delete(room);
		this.#summaries = this.#summaries.filter((one) => one.room !== room);
		this.set({ rooms: this.#summaries });
	}

	override snapshot(room?: string): Snapshot {
		const view = this.#views.get(room ?? "");
		return view === undefined ? super.snapshot() : { ...super.snapshot(), ...view };
	}

	/** Answers from all rooms. */
	override async history({ words = "" }: HistoryQuery): Promise<HistoryPage> {
		const lines = [...this.#views].flatMap(([room, { timeline }]) => {
			const line = timeline.at(0);
			return line?.kind === "line" && line.text.includes(words) ? [{ room, line }] : [];
		});
		const gone = lineFrom(personNamed("Zoe", "known"), `${words} in a closed room`);
		if (gone.kind !== "line") assert.fail("a line");
		return { lines: [{ room: "cccccccc", line: gone }, ...lines], isMore: false };
	}

	override async perform(command: Command): Promise<Outcome> {
		if (command.kind === "read" && command.room !== undefined)
			this.change(command.room as Key, { unread: 0, mentions: 0 });
		return super.perform(command);
	}
}

async function twoRooms(t: TestContext, size = { columns: 80, rows: 24 }) {
	const engine = new TwoRooms();
	engine.open("aaaaaaaa", "said by Ivo");
	engine.open("bbbbbbbb", "said by Hanna");
	const screen = openApp(engine, { size });
	t.after(() => screen.close());
	await screen.shows("2 Ivo");
	await screen.type("\u001B2");
	await screen.shows("said by Ivo");
	return { engine, screen };
}

test("Each room has its tab, and Alt with its number goes there; what is unread stands beside its name", async (t) => {
	const { engine, screen } = await twoRooms(t);
	assert.match(await screen.text(), /1 start \[2 Ivo\] 3 Hanna/);
	engine.change("bbbbbbbb", { unread: 3 });
	await screen.shows("3 Hanna +3");
	engine.change("bbbbbbbb", { unread: 4, mentions: 1 });
	await screen.shows("3 Hanna @1");
	await screen.type("\u001B3");
	await screen.shows("said by Hanna");
	await screen.shows("[3 Hanna]");
	const read = engine.commands.filter(({ kind }) => kind === "read");
	assert.deepEqual(read, [{ kind: "read", room: "bbbbbbbb" }]);
});

test("A line goes to the room on show, and each room keeps its own draft and its own search", async (t) => {
	const { engine, screen } = await twoRooms(t);
	await screen.type("half a line for Ivo");
	await screen.type("\u001B3");
	await screen.shows("said by Hanna");
	assert.doesNotMatch(await screen.text(), /half a line/);
	await screen.type(`for Hanna${keys.enter}`);
	await screen.eventually(() => assert.ok(engine.commands.some(({ kind }) => kind === "send")));
	assert.deepEqual(
		engine.commands.filter(({ kind }) => kind === "send"),
		[{ kind: "send", text: "for Hanna", room: "bbbbbbbb" }],
	);
	await screen.type("\u0012Hanna");
	await screen.shows("search › Hanna");
	await screen.type("\u001B2");
	await screen.shows("half a line for Ivo");
	await screen.type("\u001B3");
	await screen.shows("search › Hanna");
});

test("Alt-A goes where our name was said before it goes where anything was, and nowhere when all is read", async (t) => {
	const { engine, screen } = await twoRooms(t);
	await screen.type("\u001Ba");
	await screen.shows("[2 Ivo]");
	engine.change("bbbbbbbb", { unread: 1 });
	await screen.shows("3 Hanna +1");
	await screen.type("\u001Ba");
	await screen.shows("[3 Hanna]");
});

test("The palette goes to a room by a few letters of its name", async (t) => {
	const { screen } = await twoRooms(t);
	await screen.type("\u000B");
	await screen.shows("Room: Hanna");
	await screen.type(`hanna${keys.enter}`);
	await screen.shows("[3 Hanna]");
});

test("A room that was left loses its tab, and another one is shown; one that comes gets a tab and changes nothing on show", async (t) => {
	const { engine, screen } = await twoRooms(t);
	engine.drop("aaaaaaaa");
	await screen.shows("said by Hanna");
	assert.doesNotMatch(await screen.text(), /Ivo/);
	engine.open("aaaaaaaa", "back again");
	await screen.shows("3 Ivo");
	assert.match(await screen.text(), /said by Hanna/);
});

test("At 40 columns and 12 rows the tabs stand in the first row, the one on show is in sight, and no row is too long", async (t) => {
	const { engine, screen } = await twoRooms(t, { columns: 40, rows: 12 });
	engine.change("aaaaaaaa", { name: "a host with a name that is long" });
	engine.change("bbbbbbbb", { name: "another host with a name that is long", unread: 12 });
	await screen.type("\u001B3");
	await screen.eventually(async () => {
		const [first = "", ...rest] = await screen.lines();
		assert.match(first, /\[3 another host/);
		assert.equal(rest.length, 11);
		for (const row of [first, ...rest]) assert.ok(row.length <= 40, row);
	});
	assert.equal(screen.overflow(), 0);
});

test("While there is one room nothing of tabs is seen, and commands name no room", async (t) => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self, hosts.aaaaaaaa] });
	const screen = openApp(engine);
	t.after(() => screen.close());
	await screen.shows("Room of Ivo");
	await screen.type(`hello${keys.enter}`);
	await screen.eventually(() =>
		assert.deepEqual(
			engine.commands.filter(({ kind }) => kind === "send"),
			[{ kind: "send", text: "hello" }],
		),
	);
	assert.doesNotMatch(await screen.text(), /\[1 /);
});

test("A room on show is drawn for what happens in it, and not for each count of another one", async (t) => {
	const { engine, screen } = await twoRooms(t);
	const before = screen.raw().length;
	for (let n = 1; n <= 200; n += 1) engine.change("bbbbbbbb", { unread: n });
	await screen.shows("3 Hanna +200");
	const drawn = screen.raw().length - before;
	// A row of tabs is less than 200 bytes; 200 of them would be 20,000.
	assert.ok(drawn < 4_000, `${drawn} bytes`);
});

for (const size of [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
]) {
	test(`A search of all rooms lists what was said anywhere, newest first, and Enter goes to the line in its room, at ${size.columns}×${size.rows}`, async (t) => {
		const { screen } = await twoRooms(t, size);
		await screen.type("\u0012said");
		await screen.shows("search › said");
		await screen.type("\t");
		await screen.shows("▸ Hanna");
		// The first one chosen is in the other room.
		await screen.type(keys.enter);
		await screen.shows("said by Hanna");
		await screen.shows("[3 Hanna]");
		await screen.type("\u001Bs");
		await screen.shows("words, or from:NAME");
		await screen.type("said");
		await screen.shows("▸ Hanna");
		await screen.type(`${keys.down}${keys.down}`);
		await screen.shows("▸ Zoe");
		await screen.type(keys.enter);
		await screen.shows("is not open here");
		await screen.type(`${keys.up}${keys.enter}`);
		await screen.shows("[2 Ivo]");
		await screen.type("/search --all nowhere");
		await screen.type(keys.enter);
		await screen.shows("› nowhere");
		await screen.type(keys.escape);
		await screen.shows("said by Ivo");
	});
}
