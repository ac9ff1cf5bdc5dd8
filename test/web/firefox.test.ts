// The page in Debian's Firefox: from a file into a room, and a talk there.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../support/needs.ts";
import { FIREFOX, openInFirefox } from "../support/program/firefox.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";
import { openMeeting, password } from "./browser.ts";

test("a guest in Firefox joins from a file, talks both ways, offers a file and saves one; the policy of the page is not touched", async (t) => {
	if (!needs(t, FIREFOX)) return;
	const { host, invite, file } = await openMeeting(t);
	const page = await openInFirefox(t, `${file}#${invite}`);
	const typed = (selector: string, text: string) =>
		page.run(`document.querySelector(${JSON.stringify(selector)}).value = ${JSON.stringify(text)}`);
	await typed("input", "Wanda");
	await page.run(`document.querySelector("form").requestSubmit()`);
	await page.shows("The host asks for the password");
	await typed("input[type=password]", password);
	await page.run(`document.querySelector("form").requestSubmit()`);
	await page.shows("You joined here");
	await typed("#message", "hello from Firefox");
	await page.run(`document.querySelector("#composer").requestSubmit()`);
	assert.equal((await host.waitFor("message", ({ own }) => !own)).text, "hello from Firefox");
	await host.call("send", { text: "welcome, Wanda" });
	await page.shows("welcome, Wanda");
	const dropped = `(() => {
		const files = new DataTransfer();
		files.items.add(new File(["a file from Firefox"], "note.txt"));
		document.getElementById("room").dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
		document.querySelector("[aria-label='Send the file']").click();
	})()`;
	await page.run(dropped);
	const offered = await host.waitFor("fileOffered", ({ own }) => !own);
	assert.equal(offered.size, "a file from Firefox".length);
	await page.shows("offered to everybody here");
	const folder = temporaryHome(t);
	writeFileSync(join(folder, "plan.txt"), "the plan of the house");
	await host.call("sendFile", { path: join(folder, "plan.txt") });
	await page.shows("plan.txt");
	const save = `document.querySelector("[aria-label='Save: plan.txt']")`;
	await until(async () => (await page.run(`${save} !== null`)) === true, "it can be saved");
	await page.run(`${save}.click()`);
	await page.shows("just what its sender has signed");
	const saved = join(page.downloads, "plan.txt");
	await until(() => existsSync(saved) && readFileSync(saved, "utf8") === "the plan of the house", "it is on the disk");
	assert.deepEqual(page.complaints, []);
});
