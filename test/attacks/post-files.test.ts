// What somebody in a room can do with what goes with posts: offer names that no file should have, lend something else, lend nothing, lend without end. Nothing of it reaches the disk.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../src/crypto/identity/fingerprint.ts";
import { Desk, fileKey } from "../../src/engine/files/desk/desk.ts";
import { KeptFiles } from "../../src/engine/files/kept-files.ts";
import { ownDisk } from "../../src/engine/files/own-disk.ts";
import type { TakeNotes } from "../../src/engine/files/pieces/carrier.ts";
import { countedBlocks, type Layout } from "../../src/engine/files/pieces/layout.ts";
import { SpeedLimit } from "../../src/engine/files/pieces/speed.ts";
import { layoutOf } from "../../src/engine/files/room-file.ts";
import { RoomFiles } from "../../src/engine/files/room-files.ts";
import type { PostFile } from "../../src/engine/posts/feed.ts";
import { lineOf } from "../../src/engine/posts/posted-files.ts";
import { manualClock } from "../support/manual-clock.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";

const keyOf = (letter: string) => parseFingerprint(letter.repeat(40)) as Fingerprint;
const [ann, bob, eve] = [keyOf("A"), keyOf("B"), keyOf("E")];
const author = { fingerprint: ann, name: "Ann", trust: "known" } as const;

const posted = (change: Partial<PostFile> = {}): PostFile => ({
	id: new Uint8Array(16).fill(1),
	name: "tulips.jpg",
	size: 1000,
	root: new Uint8Array(32).fill(2),
	key: new Uint8Array(32).fill(3),
	...change,
});
const idOf = ({ id }: PostFile): string => Buffer.from(id).toString("hex");

/** Bob's files in a room, where a post of Ann's has this file. The Links are the test's own: it says what is lent and what comes. */
function bobsRoom(t: TestContext, file: PostFile) {
	const clock = manualClock();
	const wants: (readonly Fingerprint[])[] = [];
	const takes: { readonly by: Fingerprint; readonly notes: TakeNotes }[] = [];
	const carried = { more: () => {}, stop: () => {} };
	const files = new RoomFiles({
		self: bob,
		carrier: {
			give: () => carried,
			take: (by, _, __, notes) => {
				takes.push({ by, notes });
				return carried;
			},
			heard() {},
			lent() {},
			withdrawn() {},
			answered() {},
			wanted() {},
			roomKept() {},
			close: async () => {},
		},
		disk: ownDisk,
		wishes: {},
		limits: [],
		kept: new KeptFiles(() => undefined, clock.now),
		isKept: () => false,
		isHost: false,
		say: () => "id",
		person: () => undefined,
		posts: {
			find: (id) => (id === idOf(file) ? { author, line: lineOf(ann, file) } : undefined),
			want: (_, except) => wants.push(except),
			came: () => {},
		},
		receivers: () => [],
		onUnseen: () => {},
		now: Date.now,
		uptime: clock.now,
		emit: () => {},
		changed: () => {},
	});
	t.after(() => files.close(true));
	const to = temporaryHome(t);
	const accept = () => files.perform({ kind: "acceptFile", id: idOf(file), to });
	const lend = (by: Fingerprint, what: PostFile, layout: Layout = layoutOf(lineOf(by, what).body)) =>
		files.posted.lent(by, { kind: "quiet-lend", file: what.id, root: what.root, ...countedBlocks(layout) });
	return { files, clock, wants, takes, to, accept, lend };
}

test("attack: names that nothing should be called are told and never taken", async (t) => {
	const corpus: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../vectors/file-names.json"), "utf8"));
	const { refused } = corpus as { readonly refused: readonly { readonly name: string }[] };
	assert.ok(refused.length > 30);
	for (const { name } of refused) {
		const { files, takes, wants, to, accept } = bobsRoom(t, posted({ name }));
		assert.deepEqual(await accept(), { kind: "refused", code: "no_such_file", why: "badName" }, JSON.stringify(name));
		assert.deepEqual([takes, wants, files.views(), readdirSync(to)], [[], [], [], []]);
	}
});

test("attack: whoever lends another file, or one of another size, is not taken from", async (t) => {
	const file = posted({ size: 3_000_000_000 });
	const { takes, wants, accept, lend } = bobsRoom(t, file);
	assert.equal((await accept()).kind, "done");
	assert.deepEqual(wants, [[]]);
	lend(eve, { ...file, root: new Uint8Array(32).fill(9) });
	lend(eve, file, { contentBytes: 1024, listBytes: 0 });
	lend(eve, file, { contentBytes: file.size, listBytes: 1 });
	lend(eve, { ...file, id: new Uint8Array(16).fill(9) });
	assert.deepEqual(takes, []);
	lend(ann, file);
	assert.deepEqual(
		takes.map(({ by }) => by),
		[ann],
	);
});

test("attack: a file that claims to be larger than the disk is refused before anything of it is there", async (t) => {
	const { takes, wants, to, accept } = bobsRoom(t, posted({ size: 2 ** 42 }));
	const refused = await accept();
	assert.deepEqual(refused, { kind: "refused", code: "bad_file", why: "full", path: to });
	assert.deepEqual([takes, wants, readdirSync(to)], [[], [], []]);
});

test("attack: whoever lends and gives nothing is passed over, and so is whoever gives what is not it", async (t) => {
	const file = posted();
	const { files, clock, takes, wants, accept, lend } = bobsRoom(t, file);
	await accept();
	lend(eve, file);
	lend(ann, file);
	assert.deepEqual(
		takes.map(({ by }) => by),
		[eve],
		"it is taken from one at a time",
	);
	clock.advance(61_000);
	files.posted.look();
	assert.deepEqual(wants.at(-1), [eve]);
	lend(eve, file);
	assert.equal(takes.length, 1);
	lend(ann, file);
	assert.equal(takes.at(-1)?.by, ann);
	takes.at(-1)?.notes.onBroken();
	assert.deepEqual(wants.at(-1), [eve, ann]);
	clock.advance(11_000);
	files.posted.look();
	assert.deepEqual(wants.at(-1), [], "where nobody else answers they may try again");
});

test("Whoever asks and is not answered asks again after ten seconds, and after twice as long each further time", async (t) => {
	const { files, clock, wants, accept } = bobsRoom(t, posted());
	await accept();
	const asked: number[] = [];
	for (let second = 0; second < 3_600; second += 1) {
		const before = wants.length;
		clock.advance(1_000);
		files.posted.look();
		if (wants.length > before) asked.push(clock.now() / 1_000);
	}
	const pauses = asked.map((at, index) => at - (asked[index - 1] ?? 0));
	assert.deepEqual(pauses.slice(0, 7), [10, 20, 40, 80, 160, 300, 300]);
});

test("attack: only the author can say that a file is lost, and it comes all the same from somebody who has it", async (t) => {
	const file = posted();
	const { files, clock, takes, accept, lend } = bobsRoom(t, file);
	await accept();
	files.posted.lacks(idOf(file), "changed");
	clock.advance(2_000);
	lend(eve, file);
	assert.equal(takes.at(-1)?.by, eve);
	clock.advance(5_000);
	files.posted.look();
	assert.notEqual(files.views()[0]?.state.kind, "failed", "somebody gives it");
	files.posted.over(eve, idOf(file));
	files.posted.look();
	assert.deepEqual(files.views()[0]?.state, { kind: "failed", code: "changed" });
});

test("attack: a member who lends a thousand files fills no host, and ends nobody else's", async (t) => {
	const desk = new Desk({
		limit: new SpeedLimit(() => 0),
		uptime: () => 0,
		spool: undefined,
		onShare: () => {},
	});
	t.after(() => desk.close(true));
	const wanted = (index: number) => {
		const id = Buffer.alloc(16);
		id.writeUInt32BE(index);
		return { id, root: new Uint8Array(32), layout: { contentBytes: 1, listBytes: 0 } };
	};
	const isKnown = (by: Fingerprint, index: number) => desk.file(fileKey(by, wanted(index).id)) !== undefined;
	desk.lent(ann, wanted(0));
	for (let index = 0; index < 1_000; index += 1) desk.lent(eve, wanted(index));
	await until(() => !isKnown(eve, 0), "the oldest is let go");
	assert.equal(Array.from({ length: 1_000 }, (_, index) => isKnown(eve, index)).filter(Boolean).length, 16);
	assert.ok(isKnown(ann, 0) && isKnown(eve, 999));
	for (let member = 0; member < 400; member += 1)
		desk.lent(parseFingerprint(member.toString(16).toUpperCase().padStart(40, "0")) as Fingerprint, wanted(1));
	const known = [isKnown(ann, 0), isKnown(eve, 999)];
	assert.deepEqual(known, [false, false], "of all there are never more than 256");
});
