// Which file a typed line means.
import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { FileView } from "../../../src/engine/api/files/files.ts";
import { fileMeant, namesToDo } from "../../../src/ui/actions/file-meant.ts";
import { parseLine } from "../../../src/ui/slash/slash.ts";
import { personNamed, self } from "../../support/views/fake-engine.ts";
import { fileView } from "../../support/views/file-scenes.ts";

const bob = personNamed("bob");
const offered = fileView("letter to mum.pdf", bob, { kind: "offered" });
const newer = fileView("report.pdf", bob, { kind: "offered" });
const own = fileView("mine.txt", self, { kind: "offered" });
const running = fileView("film.mkv", bob, { kind: "running", doneBytes: 1, bytesPerSecond: 1 });
const held = fileView("song.flac", bob, { kind: "waiting", doneBytes: 1, why: "person" });
const declined = fileView("old.txt", bob, { kind: "declined" });
const files: readonly FileView[] = [declined, offered, newer, own, running, held];

function meant(typed: string, list = files, folder?: string) {
	const line = parseLine(typed);
	assert.ok(line.kind === "file", JSON.stringify(line));
	const found = fileMeant(line, list, folder);
	if (found.kind === "wrong") return found.message;
	return found.commands.length === 1 ? found.commands[0] : found.commands;
}

test("Without a name the newest file is meant with which it can be done.", () => {
	assert.deepEqual(meant("/accept"), { kind: "acceptFile", id: newer.id });
	assert.deepEqual(meant("/decline"), { kind: "declineFile", id: newer.id });
	assert.deepEqual(meant("/hold"), { kind: "pauseFile", id: running.id });
	assert.deepEqual(meant("/continue"), { kind: "resumeFile", id: held.id });
	assert.deepEqual(meant("/cancel mine"), { kind: "cancelFile", id: own.id });
});

test("A name, or its beginning, means that file, also one that was declined before.", () => {
	assert.deepEqual(meant("/accept LETTER"), { kind: "acceptFile", id: offered.id });
	assert.deepEqual(meant("/accept old.txt"), { kind: "acceptFile", id: declined.id });
	assert.match(String(meant("/accept mine.txt")), /no such file called mine.txt/);
	assert.match(String(meant("/accept film")), /no such file/);
});

test("“all” means every file with which it can be done, and nothing is stopped for good so.", () => {
	const accept = [offered, newer].map(({ id }) => ({ kind: "acceptFile", id, to: "/x" }));
	assert.deepEqual(meant("/accept all to /x"), accept);
	assert.deepEqual(meant("/hold all"), { kind: "pauseFile", id: running.id });
	assert.match(String(meant("/cancel all")), /no such file called all/);
	const called = fileView("all", bob, { kind: "offered" });
	assert.deepEqual(meant("/accept all", [...files, called]), { kind: "acceptFile", id: called.id });
	assert.deepEqual(namesToDo("accept", files), ["report.pdf", "letter to mum.pdf", "old.txt", "all"]);
});

test("A name in quotes, as /send takes it, is that name.", () => {
	assert.deepEqual(meant('/accept "letter to mum.pdf"'), { kind: "acceptFile", id: offered.id });
});

test("A folder stands behind “to”, and a name with “to” in it stays a name.", () => {
	const letter = { kind: "acceptFile", id: offered.id } as const;
	assert.deepEqual(meant("/accept letter to mum.pdf"), letter);
	assert.deepEqual(meant("/accept letter to mum.pdf to /tmp/in box"), { ...letter, to: "/tmp/in box" });
	assert.deepEqual(meant("/accept to ~/x"), { kind: "acceptFile", id: newer.id, to: join(homedir(), "x") });
	assert.deepEqual(meant('/accept to "/a b"'), { kind: "acceptFile", id: newer.id, to: "/a b" });
});

test("Where the person has set a folder, files go there unless another one is named.", () => {
	assert.deepEqual(meant("/accept", files, "~/in"), { kind: "acceptFile", id: newer.id, to: join(homedir(), "in") });
	assert.deepEqual(meant("/accept to /x", files, "~/in"), { kind: "acceptFile", id: newer.id, to: "/x" });
});

test("Where there is nothing to do it with, that is said.", () => {
	for (const line of ["/accept", "/decline", "/hold", "/continue", "/cancel"]) {
		assert.match(String(meant(line, [declined])), /\.$/, line);
	}
});
