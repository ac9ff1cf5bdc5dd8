// Files in the page: offered by either side, taken by the browser's own download, called off, and what a page does not take.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { needs } from "../support/needs.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { CHROMIUM, joined, looked, openMeeting, openPage } from "./browser.ts";
import { sharedBrowser } from "./shared-browser.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** Three pieces and a bit. */
const content = randomBytes(3 * 1024 * 1024 + 4_321);

test("files pass both ways: accepted and saved by the browser as they were, picked or dropped and taken by the host, declined, called off", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file } = await openMeeting(t);
	const folder = temporaryHome(t);
	const at = (name: string, bytes: Uint8Array = content) => {
		writeFileSync(join(folder, name), bytes);
		return join(folder, name);
	};
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	const { page } = guest;
	await joined(guest, "Wanda");

	await host.call("sendFile", { path: at("plan of the house.bin") });
	const save = page.getByRole("button", { name: "Save: plan of the house.bin" });
	await save.waitFor();
	await looked(guest, "file-offered");
	const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
	assert.equal(download.suggestedFilename(), "plan of the house.bin");
	assert.equal(sha256(readFileSync(await download.path())), sha256(content));
	await page.getByText("✓ here, and just what its sender has signed").waitFor();
	await host.waitFor("fileTaken", ({ by }) => by.name === "Wanda");

	await host.call("sendFile", { path: at("unwanted.txt", Buffer.from("no")) });
	await page.getByRole("button", { name: "Decline: unwanted.txt" }).click();
	await page.getByText("you did not take it").waitFor();
	await host.call("sendFile", { path: at("nothing.txt", Buffer.alloc(0)) });
	const [empty] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("button", { name: "Save: nothing.txt" }).click(),
	]);
	assert.equal(readFileSync(await empty.path()).length, 0);

	const picked = page.waitForEvent("filechooser");
	await page.getByRole("button", { name: "Send a file" }).click();
	await (await picked).setFiles(at(".hidden ‮cod.exe"));
	await page.getByText('Send "hidden cod.exe"').waitFor();
	await looked(guest, "file-question");
	await page.getByRole("button", { name: "Send the file" }).click();
	const { id, name } = await host.waitFor("fileOffered", ({ own }) => !own);
	assert.equal(name, "hidden cod.exe", "under a name that every computer takes");
	await host.call("acceptFile", { id, to: folder });
	const taken = await host.waitFor("fileDone");
	assert.equal(basename(taken.path), "hidden cod.exe");
	assert.equal(sha256(readFileSync(taken.path)), sha256(content));
	await page.getByText("✓ Hanna has it").waitFor();

	await page.evaluate(`(() => {
		const dropped = new DataTransfer();
		dropped.items.add(new File(["dropped"], "dropped.txt"));
		document.getElementById("room").dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
	})()`);
	await page.getByRole("button", { name: "Send the file" }).click();
	const dropped = await host.waitFor("fileOffered", (event) => event.name === "dropped.txt");
	await page.getByRole("button", { name: "Take back: dropped.txt" }).click();
	await host.waitFor("fileFailed", (event) => event.id === dropped.id && event.code === "withdrawn");
	assert.deepEqual(guest.complaints, []);
});

test("the largest file that a page takes, of 64 MB, comes whole to it and goes whole from it", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	// The usual limit of a relay would make it half a minute.
	const { host, invite, file } = await openMeeting(t, { bytesPerSecond: 1024 ** 3 });
	const folder = temporaryHome(t);
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	const { page } = guest;
	await joined(guest, "Wanda");
	const film = randomBytes(64 * 1024 * 1024);
	const path = join(folder, "film.mkv");
	writeFileSync(path, film);
	await host.call("sendFile", { path });
	const save = page.getByRole("button", { name: "Save: film.mkv" });
	await save.waitFor();
	const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
	assert.equal(sha256(readFileSync(await download.path())), sha256(film));

	await page.locator("input[type=file]").setInputFiles(path);
	await page.getByRole("button", { name: "Send the file" }).click();
	const { id } = await host.waitFor("fileOffered", ({ own }) => !own);
	await host.call("acceptFile", { id, to: folder });
	const came = () => host.all("fileProgress").length;
	// Whatever comes is a reason to wait on, however busy the computer is.
	for (let before = -1; host.all("fileDone").length === 0; ) {
		before = came();
		await host.waitUntil(() => host.all("fileDone").length > 0 || came() > before, "more of the file comes");
	}
	const taken = await host.waitFor("fileDone");
	assert.notEqual(taken.path, path);
	assert.equal(sha256(readFileSync(taken.path)), sha256(film));
	assert.deepEqual(guest.complaints, []);
});

test("a file that is larger than a page holds in memory, and a folder, is told and not taken, and not sent either", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file } = await openMeeting(t);
	const folder = temporaryHome(t);
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	const { page } = guest;
	await joined(guest, "Wanda");
	const large = join(folder, "film.mkv");
	writeFileSync(large, "");
	truncateSync(large, 64 * 1024 * 1024 + 1);
	await host.call("sendFile", { path: large });
	await page.getByText("A page takes no file over 64 MB; the program does.").waitFor();
	await host.call("sendFile", { path: folder });
	await page.getByText("A page takes no folders; the program does.").waitFor();
	assert.equal(await page.getByRole("button", { name: /^Save/ }).count(), 0);
	await page.locator("input[type=file]").setInputFiles(large);
	await page.getByText("“film.mkv” is larger than 64 MB, and a page sends no more.").waitFor();
	assert.equal(await page.getByRole("button", { name: "Send the file" }).count(), 0);
	assert.deepEqual(guest.complaints, []);
});
