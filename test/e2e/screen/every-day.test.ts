// What stood in the way every day, in real terminals: each point that was once wrong or missing, one pair of programs for all of them at each size.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { hostOnScreen, leaveByCtrlC, terminalSizes } from "../../support/program/two-screens.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { until } from "../../support/until.ts";

const password = "quiet morning rain 42";
/** What a terminal says when its window is left, and looked at again (xterm's focus reporting). */
const focusOut = "\u001B[O";
const focusIn = "\u001B[I";
const f3 = "\u001BOR";
const f4 = "\u001BOS";

const isRinging = (terminal: RtTerminal, from: number): boolean =>
	terminal
		.raw()
		.slice(from)
		.replace(/\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)/g, "")
		.includes("\u0007");

const titleOf = (terminal: RtTerminal): string =>
	[...terminal.raw().matchAll(/\u001B\][02];([^\u0007\u001B]*)/g)].at(-1)?.[1] ?? "";

for (const size of terminalSizes) {
	const at = `At ${size.columns}×${size.rows}`;

	test(`${at}, a friend's line pasted at the start leads to their room; people there call, are known, and see who learned what.`, async (t) => {
		const port = await ownPort();
		const host = await hostOnScreen(t, { name: "Hana", port, ...size });

		await t.test("one's own room is refused kindly, and stays open", async (t) => {
			const twin = openRt(t, ["127.0.0.1", String(port)], { ...size, home: host.home });
			await twin.waitFor("This is your own room");
			await host.waitFor("only you here");
		});

		const guest = openRt(t, ["--name", "Gabi"], size);
		await guest.waitFor("What should others call you?");
		guest.type(keys.enter);
		await guest.waitFor("Start a room");

		await t.test("a friend's line in place of a password offers to join", async () => {
			guest.type(`${keys.ctrlU}$ ./rt 127.0.0.1 ${port}.`);
			await guest.waitFor("Enter join");
			guest.type(keys.enter);
			await guest.waitFor("Please enter the password of this room");
		});

		guest.type(`${password}${keys.enter}`);
		await guest.waitFor("connected");
		await host.waitFor("2 people");

		await t.test("a mention rings and stands in the title of a window that nobody looks at", async () => {
			guest.type(focusOut);
			const from = guest.raw().length;
			host.type(`Gabi: are you there?${keys.enter}`);
			await guest.waitFor("are you there?");
			await until(
				() => titleOf(guest) === "(1 @) Real Talk" && isRinging(guest, from),
				"the window calls",
				() => titleOf(guest),
			);
			guest.type(focusIn);
			await until(
				() => titleOf(guest) === "Real Talk",
				"the title is as it was",
				() => titleOf(guest),
			);
		});

		await t.test("a stranger is “first time” and no alarm, and the fingerprint is behind a key", async () => {
			guest.type(f3);
			await guest.waitFor("People (2)");
			assert.match(guest.text(), /first time/);
			assert.doesNotMatch(guest.text(), /[0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}/);
			guest.type("f");
			await guest.waitFor(/[0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}/);
			guest.type(keys.escape);
			await guest.waitFor("Say something");
		});

		await t.test("F4 with one other person compares keys at once", async () => {
			guest.type(f4);
			await guest.waitFor("Verify Hana");
			await guest.waitFor("Esc back");
			guest.type(keys.escape);
			await guest.waitFor("Say something");
		});

		await t.test("/told says who learned what, on either side", async () => {
			for (const one of [host, guest]) {
				one.type(`/told${keys.enter}`);
				await one.waitFor("Who learned what");
				await one.waitFor("Nothing was sent to anybody");
				one.type(keys.escape);
				await one.waitFor("Say something");
			}
		});

		await t.test("a long message is folded, and says how it is opened", async () => {
			host.type(`${"a long story ".repeat(120)}${keys.enter}`);
			await guest.waitFor(/more (?:rows|lines)/);
		});

		await t.test("one key copies what friends need, without the password", async () => {
			host.type("\u001BOQ");
			await host.waitFor("Your room is open");
			const from = host.raw().length;
			host.type("m");
			let copied = "";
			await until(() => {
				const found = /\u001B\]52;c;([A-Za-z0-9+/=]+)/.exec(host.raw().slice(from))?.[1];
				copied = Buffer.from(found ?? "", "base64").toString();
				return copied !== "";
			}, "the message is in the clipboard");
			assert.match(copied, new RegExp(`rt 127\\.0\\.0\\.1 ${port}|rt rt://`));
			assert.doesNotMatch(copied, new RegExp(password));
			host.type(keys.escape);
			await host.waitFor("Say something");
		});

		await t.test("a block says that the person still knows the password, and by which name it is lifted", async () => {
			host.type(`/block Gabi${keys.enter}`);
			await host.waitFor("still know the password");
			await guest.waitFor(/removed you|blocked/);
			host.type(`/unblock Gabi${keys.enter}`);
			await host.waitFor("They may try again.");
		});

		assert.equal(await leaveByCtrlC(host), 0);
	});
}
