// A long room in a real terminal: searching, jumping, what is new, copying, the wheel and clicks, at the usual size and at a large one.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { hostRoom, type RtRpc } from "../../support/program/rt-rpc.ts";
import { keys } from "../../support/terminal/terminal.ts";

const lines = 250;
const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 200, rows: 60 },
] as const;
const alt = (key: string) => `\u001B${key}`;
const ctrlR = "\u0012";
/** `x` and `y` from 0. */
const mouse = (button: number, x: number, y: number, end: "M" | "m") => `\u001B[<${button};${x + 1};${y + 1}${end}`;
const click = (x: number, y: number) => mouse(0, x, y, "M") + mouse(0, x, y, "m");

const textOf = (number: number) => (number % 50 === 7 ? `Die Straße ${number} zum Café` : `line number ${number}`);

async function say(host: RtRpc, texts: readonly string[]): Promise<void> {
	for (const text of texts) await host.call("send", { text });
}

/** Joins in a terminal; the host then says all lines. */
async function longRoom(t: TestContext, size: (typeof sizes)[number]) {
	const { host, port, password } = await hostRoom(t);
	const guest = openRt(t, ["127.0.0.1", String(port), "--name", "Gabi"], size);
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people");
	await say(
		host,
		Array.from({ length: lines }, (_, number) => textOf(number)),
	);
	await guest.waitFor(`line number ${lines - 1}`);
	return { host, guest };
}

const rowOf = (terminal: RtTerminal, text: string): number => terminal.screen().findIndex((row) => row.includes(text));

async function searchAndCopy(guest: RtTerminal): Promise<void> {
	guest.type(`half a thought${ctrlR}`);
	await guest.waitFor("search ›");
	guest.type("STRASSE");
	await guest.waitFor("1 of 5");
	await guest.waitFor(textOf(207));
	guest.type(keys.up);
	await guest.waitFor("2 of 5");
	await guest.waitFor(textOf(157));
	guest.type(alt("c"));
	await guest.waitFor("Copied what Hana said");
	const copied = Buffer.from(textOf(157)).toString("base64");
	assert.ok(guest.raw().includes(`\u001B]52;c;${copied}\u0007`), "the text goes to the clipboard by OSC 52");
	guest.type(keys.escape);
	await guest.waitFor("half a thought");
	await guest.waitFor(`line number ${lines - 1}`, "the place where the search began");
	guest.type(keys.ctrlU);
}

async function jump(guest: RtTerminal): Promise<void> {
	guest.type(`/search cafe${keys.enter}`);
	await guest.waitFor("1 of 5");
	guest.type(keys.up + keys.up);
	await guest.waitFor("3 of 5");
	guest.type(keys.enter);
	await guest.waitFor((rows) => rows.some((row) => row.includes(textOf(107))) && !rows.join().includes("search ›"));
	guest.type(alt("j"));
	await guest.waitFor(`line number ${lines - 1}`, "where the jump began");
	guest.type(`/date today${keys.enter}`);
	await guest.waitFor("you joined here");
	guest.type(keys.escape);
	await guest.waitFor(`line number ${lines - 1}`);
}

async function seeWhatIsNew(host: RtRpc, guest: RtTerminal): Promise<void> {
	guest.type(mouse(64, 5, 5, "M").repeat(20));
	const lowest = `line number ${lines - 1 - 20 * 3}`;
	await guest.waitFor((rows) => rows.at(-4)?.includes(lowest) === true, `${lowest} at the bottom, by the wheel`);
	const before = guest.screen().slice(1, -3);
	await say(host, ["brand new 1", "brand new 2"]);
	await guest.waitFor("2 new lines below");
	assert.deepEqual(guest.screen().slice(1, -3), before, "what is read stays where it is");
	guest.type(alt("n"));
	await guest.waitFor("brand new 2");
	assert.ok(rowOf(guest, "new since you looked") === rowOf(guest, "brand new 1") - 1);
	guest.type(keys.pageUp);
	await guest.waitFor("older lines");
	guest.type(click(10, rowOf(guest, "older lines")));
	await guest.waitFor("brand new 2");
	guest.type(click(guest.screen().at(-1)?.indexOf("help") ?? 0, guest.screen().length - 1));
	await guest.waitFor("send what you wrote", "the help, by a click on its word");
	guest.type(keys.escape);
	await guest.waitFor("brand new 2");
}

for (const size of sizes) {
	test(`at ${size.columns}×${size.rows} a long room is searched, jumped in, copied from, scrolled and clicked`, async (t) => {
		const { host, guest } = await longRoom(t, size);
		await searchAndCopy(guest);
		await jump(guest);
		await seeWhatIsNew(host, guest);
		guest.type(`/mouse off${keys.enter}`);
		await guest.waitFor("The mouse selects text now");
		assert.ok(!guest.modes().hasMouse);
		guest.type(`/quit${keys.enter}`);
		await guest.exit;
		assert.ok(guest.raw().includes("\u001B[?1004l"), "the next program hears nothing of the window");
	});
}
