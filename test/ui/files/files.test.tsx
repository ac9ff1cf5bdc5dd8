// Files on the full screen: nothing is sent, taken or opened without a key for it.
import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "../../../src/engine/api/api.ts";
import { fileWishesOf } from "../../../src/ui/settings/file-settings.ts";
import { readSettings } from "../../../src/ui/settings/settings.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, lineOf, personNamed, self } from "../../support/views/fake-engine.ts";
import { filesEngine, fileView } from "../../support/views/file-scenes.ts";

const grace = personNamed("grace", "verified");
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace] } as const;
const choose = "\u0007";
const f6 = "\u001B[17~";

/** A room where what is at `there` can be sent, and nothing else. */
function engineWith(...there: readonly string[]): FakeEngine {
	const engine = new FakeEngine(inRoom);
	engine.filesPreview = (paths) => {
		const missing = paths.find((path) => !there.includes(path));
		if (missing !== undefined) return { kind: "refused", code: "bad_file", why: "notFound", path: missing };
		const leftOut = { links: 0, hidden: 0, special: 0 };
		return {
			kind: "files",
			files: paths.map((path) => ({ path, name: path.slice(1), isRenamed: false, sizeBytes: 5, leftOut })),
		};
	};
	return engine;
}

const kindsOf = (engine: FakeEngine): readonly string[] => engine.commands.map(({ kind }) => kind);
const sentBy = (engine: FakeEngine): readonly Command[] => engine.commands.filter(({ kind }) => kind === "sendFile");

test("/send says what and how much first: Enter sends each, Escape gives the line back.", async () => {
	const engine = engineWith("/a", "/b c");
	const screen = openApp(engine);
	await screen.type('/send /a "/b c"\r');
	await screen.shows("Send these 2, 10 bytes in all");
	assert.deepEqual(sentBy(engine), []);
	await screen.type(keys.escape);
	await screen.shows('› /send /a "/b c"');
	await screen.type(keys.enter);
	await screen.shows("Send these 2");
	await screen.type("x");
	await screen.type(keys.enter);
	await screen.eventually(() =>
		assert.deepEqual(sentBy(engine), [
			{ kind: "sendFile", path: "/a" },
			{ kind: "sendFile", path: "/b c" },
		]),
	);
	await screen.shows("Say something");
	screen.close();
});

test("A path that can't be sent is told, and the line comes back.", async () => {
	const engine = engineWith();
	const screen = openApp(engine);
	await screen.type("/send ~/nothing\r");
	await screen.shows(`There is no file "${join(homedir(), "nothing")}".`);
	await screen.shows("› /send ~/nothing");
	assert.deepEqual(sentBy(engine), []);
	screen.close();
});

test("A file that is dropped on the window is asked about; not sent, its path stays as text.", async () => {
	const engine = engineWith("/home/ada/my file.pdf");
	const screen = openApp(engine);
	await screen.type(keys.paste("'/home/ada/my file.pdf' "));
	await screen.shows("to the one other person here?");
	await screen.type(keys.escape);
	await screen.shows("› '/home/ada/my file.pdf'");
	assert.deepEqual(sentBy(engine), []);
	await screen.type(keys.ctrlU);
	await screen.type(keys.paste("file:///home/ada/my%20file.pdf"));
	await screen.shows("to the one other person here?");
	await screen.type(keys.enter);
	await screen.shows("Say something");
	await screen.eventually(() =>
		assert.deepEqual(sentBy(engine), [{ kind: "sendFile", path: "/home/ada/my file.pdf" }]),
	);
	screen.close();
});

test("attack: a pasted path of a file that there is not, or amid other text, asks nothing and is only text.", async () => {
	const engine = engineWith("/etc/passwd");
	const screen = openApp(engine);
	await screen.type(keys.paste("/no/such/file"));
	await screen.shows("› /no/such/file");
	await screen.type(keys.ctrlU);
	await screen.type("look at ");
	await screen.type(keys.paste("/etc/passwd"));
	await screen.shows("› look at /etc/passwd");
	await screen.type("!");
	await screen.shows("› look at /etc/passwd!");
	assert.ok(!(await screen.text()).includes("Enter: send"));
	screen.close();
});

test("On a chosen line a takes what it offers, x does not, and o opens nothing that is not here.", async () => {
	const offered = fileView("report.pdf", grace, { kind: "offered" });
	const engine = new FakeEngine({ ...inRoom, files: [offered] });
	engine.add(lineOf(grace, "report.pdf", { file: offered.id }));
	const screen = openApp(engine);
	await screen.shows("waits for you:");
	await screen.type(choose);
	await screen.shows("a take it");
	await screen.type("o");
	await screen.shows("no file that is here");
	await screen.type("a");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "acceptFile", id: offered.id }));
	await screen.type(choose);
	await screen.shows("x don't take it");
	await screen.type("x");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "declineFile", id: offered.id }));
	screen.close();
});

test("How far a file is changes in its place while it comes, and what is read does not move.", async () => {
	const running = fileView("film.mkv", grace, { kind: "running", doneBytes: 100_000, bytesPerSecond: 10_000 });
	const engine = new FakeEngine({ ...inRoom, files: [running] });
	engine.add(lineOf(grace, "film.mkv", { file: running.id }));
	const screen = openApp(engine);
	await screen.shows("7 % · 100 KB of 1.4 MB");
	const rows = (await screen.lines()).findIndex((row) => row.includes("film.mkv"));
	engine.set({ files: [{ ...running, state: { kind: "running", doneBytes: 700_000, bytesPerSecond: 10_000 } }] });
	await screen.shows("50 % · 700 KB of 1.4 MB");
	assert.equal(
		(await screen.lines()).findIndex((row) => row.includes("film.mkv")),
		rows,
	);
	engine.set({ files: [{ ...running, state: { kind: "done", path: "/d/film.mkv", sha256: "00" } }] });
	await screen.shows("✓ here: /d/film.mkv");
	screen.close();
});

test("Without motion nothing of a file changes but by steps, and no bar grows.", async () => {
	const running = fileView("film.mkv", grace, { kind: "running", doneBytes: 760_000, bytesPerSecond: 10_000 });
	const engine = new FakeEngine({ ...inRoom, files: [running] });
	engine.add(lineOf(grace, "film.mkv", { file: running.id }));
	const screen = openApp(engine, { settings: { motion: false } });
	await screen.shows("on its way, 50 %");
	assert.doesNotMatch(await screen.text(), /[█░]|KB\/s/);
	screen.close();
});

test("The list of files does with the chosen one what its keys say, and nothing else.", async () => {
	const engine = filesEngine();
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.type(f6);
	await screen.shows("Files (6)");
	const files = engine.snapshot().files ?? [];
	await screen.type("p");
	await screen.type("a");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "acceptFile", id: files[5]?.id }));
	assert.ok(!kindsOf(engine).includes("pauseFile"), "what is offered can't wait");
	await screen.typeEach(keys.up, "p");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "resumeFile", id: files[4]?.id }));
	await screen.typeEach(keys.up, "p");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "pauseFile", id: files[3]?.id }));
	await screen.type("x");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "cancelFile", id: files[3]?.id }));
	await screen.type(keys.escape);
	await screen.shows("Say something");
	screen.close();
});

test("Why something was not done with a file stands beside it.", async () => {
	const engine = filesEngine();
	engine.answer = ({ kind }) =>
		kind === "acceptFile" ? { kind: "refused", code: "bad_file", why: "notWritable", path: "/x" } : { kind: "done" };
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.type("/files\r");
	await screen.shows("Files (6)");
	await screen.type("a");
	await screen.shows('The folder "/x" can\'t be written to.');
	screen.close();
});

test("The engine is asked for what the table [files] sets: a folder, what comes by itself, a limit; for nothing where nothing is set.", () => {
	const wishes = (text: string) => {
		const read = readSettings(text);
		assert.ok(read.kind === "settings");
		return fileWishesOf(read.settings.files);
	};
	assert.deepEqual(wishes(""), { verifiedUpToBytes: 0 });
	assert.deepEqual(wishes('[files]\nfolder = "~/in"\naccept-from-verified-mb = 5\nlimit-kb-per-second = 500'), {
		folder: "~/in",
		verifiedUpToBytes: 5_000_000,
		bytesPerSecond: 500_000,
	});
});

test("Settings about files that can't be are refused with what is wrong.", () => {
	for (const text of ['folder = "in"', "accept-from-verified-mb = -1", "limit-kb-per-second = 1", "speed = 1"]) {
		assert.equal(readSettings(`[files]\n${text}`).kind, "refused", text);
	}
});
