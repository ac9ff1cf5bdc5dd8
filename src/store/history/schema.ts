// What the file of the history looks like inside, and the version of that.

/** The number by which SQLite's file header says whose file it is: "RTHI". It stands in the encrypted part. */
export const HISTORY_APPLICATION_ID = 0x52544849;

/** The version that this program reads and writes (SQLite's `user_version`). */
export const HISTORY_VERSION = 2;

/** The total over a room's lines (room-totals.ts): 0 where there is none. */
const TOTAL = "total BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'";

const SINCE_VERSION_2 = `
CREATE TABLE part (number INTEGER PRIMARY KEY, upto INTEGER NOT NULL, is_stale INTEGER NOT NULL) STRICT;
CREATE TABLE secret (value BLOB NOT NULL) STRICT;
INSERT INTO secret VALUES (randomblob(32));
`;

// AUTOINCREMENT: an id is never used again, so that "indexed up to here" stays true when the newest line goes.
// `line.text` and `line.quote` are what can be read; the index of words has a table of its own for each row of `part` (full-text.ts).
export const HISTORY_SCHEMA = `
CREATE TABLE room (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, ${TOTAL}) STRICT;
CREATE TABLE author (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE line (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	room INTEGER NOT NULL,
	author INTEGER NOT NULL,
	content BLOB NOT NULL,
	name TEXT NOT NULL,
	at INTEGER NOT NULL,
	kept_at INTEGER NOT NULL,
	text TEXT NOT NULL,
	quote TEXT,
	answers INTEGER,
	disappears_at INTEGER,
	rest TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX line_content ON line (room, content, author);
CREATE INDEX line_order ON line (room, id);
CREATE INDEX line_answers ON line (answers) WHERE answers IS NOT NULL;
CREATE INDEX line_disappears ON line (disappears_at) WHERE disappears_at IS NOT NULL;
CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
${SINCE_VERSION_2}`;

/** What makes version 2 of version 1, in which the index of words was one table (it is made anew in the background) and rooms had no total. */
export const FROM_VERSION_1 = `
DROP TABLE word;
DELETE FROM fact WHERE name IN ('indexed', 'stale');
ALTER TABLE room ADD COLUMN ${TOTAL};
${SINCE_VERSION_2}`;
