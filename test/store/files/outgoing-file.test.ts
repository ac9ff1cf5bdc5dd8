// What is sent: told before it is, read from any place on, and noticed when it is no more what it was.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	appendFileSync,
	chmodSync,
	mkdirSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { OutgoingFile } from "../../../src/store/files/outgoing-file.ts";
import { planOutgoing, type Source } from "../../../src/store/files/outgoing-plan.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

async function planned(folder: string, ...paths: readonly string[]): Promise<readonly Source[]> {
	const outcome = await planOutgoing(paths, { folder, home: folder });
	assert.ok(outcome.kind === "plan", inspect(outcome));
	return outcome.sources;
}

async function refusal(folder: string, ...paths: readonly string[]): Promise<string> {
	const outcome = await planOutgoing(paths, { folder, home: folder });
	assert.ok(outcome.kind === "refused", inspect(outcome));
	return outcome.trouble.why;
}

async function only(folder: string, path: string): Promise<Source> {
	const [source, ...more] = await planned(folder, path);
	assert.ok(source !== undefined && more.length === 0);
	return source;
}

/** Opens what is to be sent and closes it after the test. */
function opened(t: TestContext, source: Source): OutgoingFile {
	const file = new OutgoingFile(source);
	t.after(() => file.close());
	return file;
}

test("paths are taken as a shell takes them: several, ~, patterns, and a file that is really called so first", async (t) => {
	const home = temporaryHome(t);
	for (const name of ["a.txt", "b.txt", "c.pdf", "[x].txt", "x.txt", ".hidden.txt"])
		writeFileSync(join(home, name), name);
	const names = async (...paths: readonly string[]) => (await planned(home, ...paths)).map(({ name }) => name);
	assert.deepEqual(await names("a.txt", "./c.pdf"), ["a.txt", "c.pdf"]);
	assert.deepEqual(await names("~/a.txt"), ["a.txt"]);
	assert.deepEqual(await names(join(home, "a.txt"), "a.txt"), ["a.txt"], "the same file is sent once");
	assert.deepEqual(await names("?.txt"), ["a.txt", "b.txt", "x.txt"]);
	assert.deepEqual(await names("*.{pdf,doc}"), ["c.pdf"]);
	assert.deepEqual(await names("[x].txt"), ["[x].txt"]);
	assert.equal(await refusal(home, "*.jpg"), "none");
	assert.equal(await refusal(home, "a.txt", "nothing"), "none");
	assert.equal(await refusal(home, "a.txt/x"), "none");
	assert.equal(await refusal(home, "~nobody/x"), "none");
});

test("a folder is told with all that is in it, and with what is left out: links, hidden files, what is no file", async (t) => {
	const home = temporaryHome(t);
	const folder = join(home, "trip");
	mkdirSync(join(folder, "day 1", "deep"), { recursive: true });
	mkdirSync(join(folder, ".git"));
	writeFileSync(join(folder, "day 1", "deep", "a.jpg"), randomBytes(10));
	writeFileSync(join(folder, "12:30.jpg"), randomBytes(7));
	writeFileSync(join(folder, "12_30.jpg"), randomBytes(5));
	writeFileSync(join(folder, ".DS_Store"), "");
	symlinkSync("/etc/passwd", join(folder, "link"));
	symlinkSync("/", join(folder, "root"));
	execFileSync("mkfifo", [join(folder, "pipe")]);
	const source = await only(home, "trip");
	assert.equal(source.name, "trip");
	assert.equal(source.size, 22);
	assert.deepEqual(source.leftOut, { links: 2, hidden: 2, special: 1 });
	assert.equal(source.isRenamed, true);
	assert.deepEqual(
		source.list?.files.map(({ folders, name, size }) => [[...folders, name].join("/"), size]),
		[
			["12_30.jpg", 7],
			["12_30 (2).jpg", 5],
			["day 1/deep/a.jpg", 10],
		],
	);
});

test("a path that is neither file nor folder, may not be read, or has nothing in it is refused before anything is offered", async (t) => {
	const home = temporaryHome(t);
	execFileSync("mkfifo", [join(home, "pipe")]);
	mkdirSync(join(home, "empty", "more"), { recursive: true });
	assert.equal(await refusal(home, "pipe"), "special");
	assert.equal(await refusal(home, "/dev/zero"), "special");
	assert.equal(await refusal(home, "empty"), "emptyFolder");
	for (let count = 0; count <= 100; count += 1) writeFileSync(join(home, `f${count}`), "");
	assert.equal(await refusal(home, "f*"), "tooMany");
	let deep = join(home, "deep");
	for (let depth = 0; depth < 30; depth += 1) deep = join(deep, "d");
	mkdirSync(deep, { recursive: true });
	writeFileSync(join(deep, "x"), "");
	assert.equal(await refusal(home, "deep"), "tooDeep");
});

test("a link that the person names is the file it leads to, under the name of the link", async (t) => {
	const home = temporaryHome(t);
	writeFileSync(join(home, "v2.pdf"), "abc");
	symlinkSync(join(home, "v2.pdf"), join(home, "latest.pdf"));
	const source = await only(home, "latest.pdf");
	assert.deepEqual([source.name, source.size], ["latest.pdf", 3]);
	const into = new Uint8Array(3);
	assert.deepEqual(await opened(t, source).read(into, 0), { kind: "read" });
	assert.equal(Buffer.from(into).toString(), "abc");
});

test("the bytes of a folder are read from any place on, across its files", async (t) => {
	const home = temporaryHome(t);
	mkdirSync(join(home, "d"));
	const parts = [5, 0, 1000, 3, 0].map((size, index) => {
		const bytes = randomBytes(size);
		writeFileSync(join(home, "d", `f${index}`), bytes);
		return bytes;
	});
	const whole = Buffer.concat(parts);
	const file = opened(t, await only(home, "d"));
	for (const [from, to] of [
		[0, whole.length],
		[4, 6],
		[1004, 1008],
		[1007, 1008],
		[0, 0],
	] as const) {
		const into = new Uint8Array(to - from);
		assert.deepEqual(await file.read(into, from), { kind: "read" });
		assert.deepEqual(Buffer.from(into), whole.subarray(from, to));
	}
	assert.throws(() => file.read(new Uint8Array(2), whole.length - 1), RangeError);
	assert.deepEqual(await file.check(), { kind: "read" });
});

const changes: Readonly<Record<string, (path: string) => void>> = {
	grows: (path) => appendFileSync(path, "more"),
	shrinks: (path) => truncateSync(path, 10),
	"is written anew": (path) => {
		writeFileSync(path, randomBytes(5000));
		utimesSync(path, 1, 1);
	},
	"is replaced": (path) => {
		rmSync(path);
		writeFileSync(path, randomBytes(5000));
	},
	"becomes a link": (path) => {
		renameSync(path, `${path}-old`);
		symlinkSync(`${path}-old`, path);
	},
	"becomes a pipe": (path) => {
		rmSync(path);
		execFileSync("mkfifo", [path]);
	},
	"is removed": (path) => rmSync(path),
};

for (const [what, change] of Object.entries(changes)) {
	test(`a file that ${what} after it was offered is told, and is not sent on`, async (t) => {
		const home = temporaryHome(t);
		const path = join(home, "a");
		writeFileSync(path, randomBytes(5000));
		utimesSync(path, 1000, 1000);
		const file = opened(t, await only(home, "a"));
		change(path);
		const outcome = await file.read(new Uint8Array(100), 0);
		assert.equal(outcome.kind, "failed");
		assert.equal((await file.check()).kind, "failed");
	});
}

test("a file that changes while it is being read is told at the next piece", async (t) => {
	const home = temporaryHome(t);
	const path = join(home, "a");
	writeFileSync(path, randomBytes(5000));
	utimesSync(path, 1000, 1000);
	const file = opened(t, await only(home, "a"));
	assert.equal((await file.read(new Uint8Array(1000), 0)).kind, "read");
	writeFileSync(path, randomBytes(5000));
	assert.deepEqual(await file.read(new Uint8Array(1000), 1000), { kind: "failed", why: "changed", path, detail: "" });
});

test("a file that may not be read is told", async (t) => {
	const home = temporaryHome(t);
	writeFileSync(join(home, "a"), "x");
	chmodSync(join(home, "a"), 0);
	const file = opened(t, await only(home, "a"));
	// Root may read everything, so here it reads as nobody.
	const isRoot = process.geteuid?.() === 0;
	if (isRoot) process.seteuid?.(65_534);
	try {
		const outcome = await file.read(new Uint8Array(1), 0);
		assert.ok(outcome.kind === "failed" && outcome.why === "gone");
	} finally {
		if (isRoot) process.seteuid?.(0);
	}
});
