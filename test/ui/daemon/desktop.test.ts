// What the desktop is told by the background process: nothing unless asked for, never while a window is open, no content unless chosen, and nothing that gives orders.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { desktopCommand, desktopOf } from "../../../src/ui/daemon/desktop.ts";
import {
	type DesktopDetail,
	type DesktopNotice,
	type DesktopNoticesOptions,
	oneLine,
	tellDesktop,
} from "../../../src/ui/daemon/desktop-notices.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";
import { FakeEngine, noon, personNamed } from "../../support/views/fake-engine.ts";

const bob = personNamed("Bob");
const said = (text: string, more: object = {}) =>
	({ kind: "message", id: "1", from: bob, at: noon, text, own: false, room: "aaaaaaaa", ...more }) as const;
const where = { room: "aaaaaaaa", name: "Friends", kind: "standing", role: "guest", state: "inRoom" } as const;
const friends = { ...where, people: 2, unread: 1, mentions: 0 };

function told(detail: DesktopDetail, change: Partial<DesktopNoticesOptions> = {}) {
	const engine = new FakeEngine({ rooms: [friends] });
	const notices: DesktopNotice[] = [];
	const clock = { ms: noon };
	const show = (notice: DesktopNotice) => void notices.push(notice);
	tellDesktop({ engine, detail, hasWindow: () => false, show, uptime: () => clock.ms, ...change });
	return { engine, notices, clock };
}

test("the desktop is told nothing unless the person asked for it, nor while a window is open, nor what one said oneself or missed", () => {
	const off = told("off");
	off.engine.emit(said("hello"));
	const open = told("text", { hasWindow: () => true });
	open.engine.emit(said("hello"));
	const own = told("text");
	own.engine.emit(said("hello", { own: true }));
	own.engine.emit(said("hello", { missed: true }));
	assert.deepEqual([off.notices, open.notices, own.notices], [[], [], []]);
});

test("the desktop is told who has written in which room, and what they wrote only where that was chosen", () => {
	const who = told("who");
	who.engine.emit(said("the secret plan"));
	assert.deepEqual(who.notices, [{ title: "Real Talk", body: "Bob has written in Friends" }]);
	const text = told("text");
	text.engine.emit(said("the plan"));
	assert.deepEqual(text.notices, [{ title: "Bob in Friends", body: "the plan" }]);
});

test("attack: somebody who writes without end shows one notice in five seconds, which counts the others", () => {
	const { engine, notices, clock } = told("who");
	for (let count = 0; count < 50; count += 1) engine.emit(said(`${count}`));
	assert.equal(notices.length, 1);
	clock.ms += 5_000;
	engine.emit(said("more"));
	assert.equal(notices.at(-1)?.body, "Bob has written in Friends (and 49 more)");
});

test("attack: what others wrote is one line of bounded length, in which nothing is read as an option, as markup or as a script", () => {
	assert.equal(oneLine("a\u0000b\n\u001b[31mc\u202ed", 50), "a b [31mc d");
	assert.equal(oneLine("x".repeat(500), 200).length, 201);
	const notice = { title: "--icon=/etc/passwd", body: '<b>&" & quit' };
	const linux = desktopCommand("linux", notice);
	assert.deepEqual(linux?.args.slice(-3), ["--", "--icon=/etc/passwd", '&lt;b&gt;&amp;" &amp; quit']);
	const mac = desktopCommand("darwin", notice);
	assert.deepEqual(mac?.args.slice(-3), ["--", notice.title, notice.body]);
	assert.equal(mac?.args.filter((one) => one.includes("quit")).length, 1);
	assert.equal(desktopCommand("win32", notice), undefined);
});

test("the system's program gets a notice as arguments, and where there is no such program that is said once in the log", async (t) => {
	const folder = join(temporaryHome(t), "bin");
	mkdirSync(folder);
	const { PATH = "" } = process.env;
	t.after(() => {
		Object.assign(process.env, { PATH });
	});
	Object.assign(process.env, { PATH: folder });
	const lines: string[] = [];
	const show = desktopOf("linux", (line) => lines.push(line));
	show({ title: "Bob", body: "hello" });
	await until(() => lines.length === 1, "the log says that it did not work");
	assert.doesNotMatch(lines[0] ?? "", /Bob|hello/);
	const program = join(folder, "notify-send");
	writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > "${folder}/told"\n`);
	chmodSync(program, 0o700);
	show({ title: "Bob", body: "hello" });
	const wanted = "--app-name=Real Talk\n--\nBob\nhello\n";
	await until(() => {
		try {
			return readFileSync(join(folder, "told"), "utf8") === wanted;
		} catch {
			return false;
		}
	}, "the program was started with the words");
});
