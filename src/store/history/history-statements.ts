// The statements by which the history is read and written.
import type Database from "better-sqlite3";

/** A line as SQLite returns it. */
export interface FoundLine {
	readonly id: number;
	readonly room: string;
	readonly author: string;
	readonly content: Uint8Array;
	readonly name: string;
	readonly at: number;
	readonly text: string;
	readonly quote: string | null;
	readonly disappears_at: number | null;
	readonly rest: string;
}

/** A line as the index of words sees it. */
export interface IndexedLine {
	readonly id: number;
	readonly text: string;
	readonly disappears_at: number | null;
}

/** Names one line. */
interface Key {
	readonly room: string;
	readonly author: string;
	readonly content: Uint8Array;
}

/** Says which page of lines is read. `room` is null where all rooms are meant. */
interface Page {
	readonly room: string | null;
	readonly id: number;
	readonly limit: number;
}

const FIELDS =
	"line.id, room.key AS room, author.fingerprint AS author, content, name, at, line.text, quote, disappears_at, rest";
const SELECT = `SELECT ${FIELDS} FROM line JOIN room ON room.id = line.room JOIN author ON author.id = line.author`;
const OF_ROOM = "line.room = (SELECT id FROM room WHERE key = @room)";
const OF_ROOM_IF_ANY = `(@room IS NULL OR ${OF_ROOM})`;
const BY_KEY = `${OF_ROOM} AND content = @content AND line.author = (SELECT id FROM author WHERE fingerprint = @author)`;

/** Prepares what finds lines, newest first, by the words in this part of the index. */
export function searchStatement(database: Database.Database, part: string) {
	return database.prepare<[Page & { readonly phrase: string }], FoundLine>(
		`SELECT ${FIELDS} FROM ${part} JOIN line ON line.id = ${part}.rowid JOIN room ON room.id = line.room
		JOIN author ON author.id = line.author
		WHERE ${part} MATCH @phrase AND ${part}.rowid < @id AND ${OF_ROOM_IF_ANY} ORDER BY ${part}.rowid DESC LIMIT @limit`,
	);
}

/** Prepares what reads. */
export function readingStatements(database: Database.Database) {
	const plain = <Given extends object, Result>(sql: string) => database.prepare<[Given], Result>(sql);
	const lines = <Given extends object>(rest: string) => plain<Given, FoundLine>(`${SELECT} ${rest}`);
	return {
		find: lines<Key>(`WHERE ${BY_KEY}`),
		named: lines<Omit<Key, "author">>(`WHERE ${OF_ROOM} AND content = @content`),
		idOf: plain<Key, number>(`SELECT id FROM line WHERE ${BY_KEY}`).pluck(),
		state: plain<Key, IndexedLine>(`SELECT id, text, disappears_at FROM line WHERE ${BY_KEY}`),
		before: lines<Page>(`WHERE ${OF_ROOM} AND line.id < @id ORDER BY line.id DESC LIMIT @limit`),
		after: lines<Page>(`WHERE ${OF_ROOM} AND line.id > @id ORDER BY line.id LIMIT @limit`),
		since: plain<Pick<Key, "room"> & { readonly at: number }, number | null>(
			`SELECT min(id) FROM line WHERE ${OF_ROOM} AND at >= @at`,
		).pluck(),
		scan: lines<Page>(`WHERE ${OF_ROOM_IF_ANY} AND line.id < @id ORDER BY line.id DESC LIMIT @limit`),
		disappearing: lines<Omit<Page, "limit">>(
			`WHERE disappears_at IS NOT NULL AND line.text <> '' AND line.id < @id AND ${OF_ROOM_IF_ANY} ORDER BY line.id DESC`,
		),
		due: plain<{ readonly until: number }, Pick<FoundLine, "id">>("SELECT id FROM line WHERE disappears_at <= @until"),
		nextDue: database
			.prepare<[], number | null>("SELECT min(disappears_at) FROM line WHERE disappears_at IS NOT NULL")
			.pluck(),
		rooms: database.prepare<[], { readonly key: string; readonly count: number }>(
			"SELECT key, count(line.id) AS count FROM room LEFT JOIN line ON line.room = room.id GROUP BY room.id ORDER BY key",
		),
		tooOld: plain<
			{ readonly room: string; readonly cutoff: number; readonly now: number; readonly most: number },
			number
		>(
			`SELECT id FROM line WHERE ${OF_ROOM} AND kept_at < @cutoff AND id < coalesce(
				(SELECT min(id) FROM line WHERE ${OF_ROOM} AND kept_at BETWEEN @cutoff AND @now), 9007199254740991)
			ORDER BY id LIMIT @most`,
		).pluck(),
		partsOf: plain<{ readonly room: string; readonly partLines: number }, number>(
			`SELECT DISTINCT (id - 1) / @partLines FROM line WHERE ${OF_ROOM}`,
		).pluck(),
		room: plain<Pick<Key, "room">, { readonly id: number }>("SELECT id FROM room WHERE key = @room"),
	};
}

/** Prepares what writes. */
export function writingStatements(database: Database.Database) {
	const plain = <Given extends object>(sql: string) => database.prepare<[Given]>(sql);
	return {
		addRoom: plain<{ readonly key: string }>("INSERT INTO room (key) VALUES (@key) ON CONFLICT DO NOTHING"),
		addAuthor: plain<{ readonly fingerprint: string }>(
			"INSERT INTO author (fingerprint) VALUES (@fingerprint) ON CONFLICT DO NOTHING",
		),
		insert: plain<object>(
			`INSERT INTO line (room, author, content, name, at, kept_at, text, quote, answers, disappears_at, rest)
			SELECT room.id, author.id, @content, @name, @at, @now, @text, @quote, @answers, @disappears_at, @rest
			FROM room, author WHERE room.key = @key AND author.fingerprint = @fingerprint`,
		),
		update: plain<object>(
			"UPDATE line SET text = @text, quote = @quote, disappears_at = @disappears_at, rest = @rest WHERE id = @id",
		),
		requote: plain<{ readonly answered: number; readonly quote: string; readonly most: number }>(
			"UPDATE line SET quote = @quote WHERE id IN (SELECT id FROM line WHERE answers = @answered ORDER BY id DESC LIMIT @most)",
		),
		empty: plain<{ readonly id: number; readonly gone: string }>(
			"UPDATE line SET text = '', quote = NULL, disappears_at = NULL, rest = @gone WHERE id = @id",
		),
		drop: plain<{ readonly id: number }>("DELETE FROM line WHERE id = @id"),
		forget: plain<{ readonly id: number }>("DELETE FROM line WHERE room = @id"),
		forgetRoom: plain<{ readonly id: number }>("DELETE FROM room WHERE id = @id"),
	};
}
