// Tells whether parts of the file are older than others. The file's pages are encrypted and authenticated one by one, so whoever can write it can put back an older page that fits; a total over all lines of a room does not fit then any more.
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type Database from "better-sqlite3";

/** Marks and totals have this many bytes, so that nobody who does not know the file's secret finds other lines with the same total. */
const TOTAL_BYTES = 16;
const MODULUS = 1n << BigInt(TOTAL_BYTES * 8);

/** All of a line that can change, and what names it. A line that says something else has another mark. */
const COLUMNS = "content author name at kept_at text quote answers disappears_at rest".split(" ");
const marked = (row: string): string => `line_mark(${COLUMNS.map((column) => `${row}.${column}`).join()})`;
const moved = (row: string, former: string, now: string): string =>
	`UPDATE room SET total = moved_total(total, id, ${row}.id, ${former}, ${now}) WHERE id = ${row}.room;`;

/** A Value is what SQLite hands to a function. */
type Value = string | number | bigint | Buffer | null;

/** A check that is under way: lines up to `upTo` are in `sum`. */
interface Check {
	readonly room: number;
	upTo: number;
	sum: bigint;
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

function bytesOf(value: bigint): Buffer {
	const rest = ((value % MODULUS) + MODULUS) % MODULUS;
	return Buffer.from(rest.toString(16).padStart(TOTAL_BYTES * 2, "0"), "hex");
}

/**
 * Keeps a total for each room, as the sum of the marks of its lines (MSet-Add-Hash with a keyed hash: Clarke, Devadas, van Dijk, Gassend, Suh: Incremental
 * multiset hash functions, ASIACRYPT 2003), and checks it. It follows every change that this connection makes. One a connection.
 */
export class RoomTotals {
	readonly #database: Database.Database;
	readonly #secret: KeyObject;
	readonly #next: Database.Statement<[number, number, number], { readonly id: number; readonly mark: Buffer }>;
	readonly #total: Database.Statement<[number], Buffer>;
	#check: Check | undefined;

	constructor(database: Database.Database) {
		this.#database = database;
		const secret = database.prepare<[], Buffer>("SELECT value FROM secret").pluck().get() ?? Buffer.alloc(1);
		this.#secret = createSecretKey(secret);
		secret.fill(0);
		database.function("line_mark", { varargs: true, deterministic: true }, (...values: Value[]) => this.#mark(values));
		database.function("moved_total", (total: Buffer, room: number, id: number, former: Value, now: Value) =>
			this.#moved(total, room, id, former, now),
		);
		// Temporary: they are this connection's own, and the file has none that somebody could have put there.
		database.exec(`
			CREATE TEMP TRIGGER line_came AFTER INSERT ON main.line BEGIN ${moved("new", "NULL", marked("new"))} END;
			CREATE TEMP TRIGGER line_went AFTER DELETE ON main.line BEGIN ${moved("old", marked("old"), "NULL")} END;
			CREATE TEMP TRIGGER line_changed AFTER UPDATE ON main.line BEGIN ${moved("old", marked("old"), marked("new"))} END;
		`);
		this.#next = database.prepare(
			`SELECT id, ${marked("line")} AS mark FROM line WHERE room = ? AND id > ? ORDER BY id LIMIT ?`,
		);
		this.#total = database.prepare<[number], Buffer>("SELECT total FROM room WHERE id = ?").pluck();
	}

	/** Begins to check a room; nothing where there is none. */
	begin(key: string): void {
		const room = this.#database.prepare<[string], number>("SELECT id FROM room WHERE key = ?").pluck().get(key);
		this.#check = room === undefined ? undefined : { room, upTo: 0, sum: 0n };
	}

	/** Goes on with the check by at most `most` lines. `wrong`: something in the file is older than the rest. That is told once: from then on what is there counts. */
	goOn(most: number): "more" | "right" | "wrong" {
		const check = this.#check;
		if (check === undefined) return "right";
		const lines = this.#next.all(check.room, check.upTo, most);
		for (const { id, mark } of lines) {
			check.upTo = id;
			check.sum += numberOf(mark);
		}
		if (lines.length === most) return "more";
		this.#check = undefined;
		const [sum, total] = [bytesOf(check.sum), this.#total.get(check.room)];
		if (total === undefined || Buffer.compare(sum, total) === 0) return "right";
		this.#database.prepare("UPDATE room SET total = ? WHERE id = ?").run(sum, check.room);
		return "wrong";
	}

	/** Counts everything anew, for a file of a version that did not. */
	countAll(): void {
		for (const id of this.#database.prepare<[], number>("SELECT id FROM room").pluck().all()) {
			const sum = this.#next.all(id, 0, -1).reduce((all, { mark }) => all + numberOf(mark), 0n);
			this.#database.prepare("UPDATE room SET total = ? WHERE id = ?").run(bytesOf(sum), id);
		}
	}

	/** Is called when a change was not made after all, so that what a check has counted may be wrong. */
	undone(): void {
		this.#check = undefined;
	}

	#mark(values: readonly Value[]): Buffer {
		const plain = values.map((value) => (Buffer.isBuffer(value) ? value.toString("hex") : value));
		const hash = createHmac("sha256", this.#secret).update(JSON.stringify(plain)).digest();
		return hash.subarray(0, TOTAL_BYTES);
	}

	#moved(total: Buffer, room: number, id: number, former: Value, now: Value): Buffer {
		const [gone, come] = [former, now].map((mark) => (Buffer.isBuffer(mark) ? numberOf(mark) : 0n));
		const change = (come ?? 0n) - (gone ?? 0n);
		if (this.#check?.room === room && id <= this.#check.upTo) this.#check.sum += change;
		return bytesOf(numberOf(total) + change);
	}
}
