// A guest in a browser, as a person meets it: Debian's Chromium, the page from a file and from a relay, a real host behind that relay.
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../support/needs.ts";
import { until } from "../support/until.ts";
import { asked, CHROMIUM, type Guest, joined, looked, openMeeting, openPage, say, typePassword } from "./browser.ts";
import { sharedBrowser } from "./shared-browser.ts";

/** Where so many are, nobody is told who types. */
const crowd = 20;
/** Says how many browsers come at once. */
const { PAGE_GUESTS = "3" } = process.env;

test("a guest joins from a file, is refused with a wrong password, which the host hears of, and then talks both ways", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file } = await openMeeting(t);
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	const { page } = guest;
	await looked(guest, "name");
	await asked(guest, "Wanda");
	await looked(guest, "password");
	await typePassword(guest, "wrong words");
	await page.getByText("That was not the password. 2 tries left").waitFor();
	await host.waitFor("strike");
	await looked(guest, "wrong");
	await typePassword(guest, "four calm green words");
	await page.getByRole("textbox", { name: "Message" }).waitFor();
	await say(guest, "hello from a page");
	const heard = await host.waitFor("message", ({ own }) => !own);
	assert.equal(heard.text, "hello from a page");
	assert.equal(heard.from.name, "Wanda");
	await page.getByText("reached 1 of 1").waitFor();
	const members = (await host.call("members")) as readonly { name: string; fingerprint: string; inBrowser?: true }[];
	assert.equal(members.find(({ name }) => name === "Wanda")?.inBrowser, true, "the host sees that she is in a browser");
	const hanna = members.find(({ name }) => name === "Hanna")!;
	await host.call("send", { text: "welcome, Wanda <b>in bold</b><img src=x onerror=alert(1)> https://example.org/x" });
	await page.getByText("welcome, Wanda <b>in bold</b><img src=x onerror=alert(1)>").waitFor();
	assert.equal(await page.locator("#log b:not(.name b), #log img").count(), 0, "what others write is never markup");
	assert.equal(await page.locator(".mention").count(), 1);
	await looked(guest, "room");
	await page.getByText("⋯").last().click();
	await looked(guest, "menu");
	await page.getByRole("button", { name: "React with 🎉" }).click();
	await page.getByRole("button", { name: "🎉 from Wanda" }).waitFor();
	await page.getByRole("button", { name: /^People/ }).click();
	await page.locator("#people li", { hasText: "Hanna" }).locator("summary").click();
	const known = (await host.call("keyWords", { fingerprint: hanna.fingerprint })) as { words: readonly string[] };
	await page.getByText(known.words.join(" ")).waitFor();
	await page.getByText("What are room keys?").click();
	await page.getByRole("button", { name: "Make mine new" }).click();
	await page.getByText("Your room keys are new.").waitFor();
	assert.equal(await page.getByText(/room keys since \d\d:\d\d/).count(), 2, "of both it is said how old theirs are");
	await page.getByRole("button", { name: "Compare six words with Hanna" }).click();
	await page.locator(".words").waitFor();
	const words = ((await page.locator(".words").textContent()) ?? "").split(" ");
	assert.equal(words.length, 6);
	const own = await host.call("verifyWords", { fingerprint: heard.from.fingerprint });
	assert.deepEqual((own as { words: readonly string[] }).words, words, "the host reads the same six words");
	await looked(guest, "people");
	await page.getByRole("button", { name: "They are the same" }).click();
	await page.getByText("verified: you have compared the words").waitFor();
	assert.deepEqual(guest.complaints, []);
});

test("a guest joins from a relay's page; the invite behind the # never reaches the relay, and the policy of the page was not touched", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, url } = await openMeeting(t);
	const browser = await sharedBrowser(t);
	const context = await browser.newContext();
	const asked: string[] = [];
	context.on("request", (request) => asked.push(request.url()));
	const guest = await openPage(context, `${url}#${invite}`);
	await joined(guest, "Wanda");
	await say(guest, "from the relay's page");
	await host.waitFor("message", ({ text }) => text === "from the relay's page");
	assert.deepEqual(
		asked.filter((one) => one.includes(invite.slice(0, 30)) && !one.includes("#")),
		[],
	);
	assert.deepEqual(
		asked.map((one) => one.replace(/#.*/, "")).filter((one) => one !== url && !one.startsWith("blob:")),
		[],
		"nothing else is loaded",
	);
	assert.deepEqual(guest.complaints, []);
	const stored = "[localStorage.length, sessionStorage.length, document.cookie.length]";
	assert.deepEqual(await guest.page.evaluate(stored), [0, 0, 0]);
});

test("500 lines arrive in order, a reload in mid-talk asks for the password again, and a new key comes in beside the one that left", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file } = await openMeeting(t);
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	await joined(guest, "Wanda");
	for (let count = 1; count <= 500; count++) await host.call("send", { text: `line ${count}.` });
	await guest.page.getByText("line 500.").waitFor();
	const lines = await guest.page.locator("#log article p").allInnerTexts();
	assert.deepEqual(
		lines,
		Array.from({ length: 500 }, (_, index) => `line ${index + 1}.`),
	);
	await say(guest, "and back");
	await host.waitFor("message", ({ text }) => text === "and back");
	guest.page.on("dialog", (dialog) => void dialog.accept());
	await guest.page.reload();
	await joined(guest, "Wanda");
	await say(guest, "here again");
	const again = await host.waitFor("message", ({ text }) => text === "here again");
	const before = host.all("message").find(({ text }) => text === "and back");
	assert.notEqual(again.from.fingerprint, before?.from.fingerprint);
	assert.deepEqual(guest.complaints, []);
});

test("several guests in browsers talk with each other, answer, change and take back what they said, and see who types", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { invite, file } = await openMeeting(t);
	const browser = await sharedBrowser(t);
	const guests: Guest[] = [];
	for (let count = 1; count <= Number(PAGE_GUESTS); count++) {
		const guest = await openPage(browser, `${file}#${invite}`);
		await joined(guest, `Guest ${count}`);
		guests.push(guest);
	}
	const [first, last] = [guests[0]!, guests.at(-1)!];
	// Whoever came last learns of those who were there, and they of whoever came.
	for (const { page } of [first, last]) {
		await page.getByRole("button", { name: /^People/ }).click();
		await until(
			async () => (await page.locator("#people li", { hasText: "in a browser" }).count()) === guests.length,
			"all are marked",
		);
		await page.getByRole("button", { name: "Close" }).click();
	}
	await say(first, "who is here?");
	await last.page.getByText("who is here?").waitFor();
	await last.page.getByText("⋯").last().click();
	await last.page.getByRole("button", { name: "Reply" }).click();
	await say(last, "I am");
	await first.page.locator("blockquote", { hasText: "Guest 1: who is here?" }).waitFor();
	await last.page.getByText("⋯").last().click();
	await last.page.getByRole("button", { name: "Edit" }).click();
	await say(last, "we are");
	await first.page.getByText("we are").waitFor();
	await first.page.getByText("edited").waitFor();
	const isTyping = first.page.getByText(`Guest ${guests.length} is typing…`);
	// A key is told to nobody while something said before it is still on its way, nor in a crowd.
	await until(async () => {
		await last.page.getByRole("textbox", { name: "Message" }).press("t");
		return guests.length >= crowd || isTyping.isVisible();
	}, "the first sees the last type");
	await first.page.getByText("⋯").first().click();
	await first.page.getByRole("button", { name: "Delete" }).click();
	await last.page.getByText("(deleted)").waitFor();
	await last.page.getByRole("button", { name: "Leave" }).click();
	await last.page.getByRole("button", { name: "Join" }).waitFor();
	await first.page.getByText(`Guest ${guests.length} left`).waitFor();
	await until(() => guests.every(({ complaints }) => complaints.length === 0), "nobody complains");
});

test("whoever is asked for a shared secret answers on the page, and both are verified", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file } = await openMeeting(t);
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	await joined(guest, "Wanda");
	const { member } = await host.waitFor("joined", ({ self }) => self !== true);
	const { fingerprint } = member;
	await host.call("verifyAsk", { fingerprint, secret: "the old oak", question: "Where did we meet?" });
	await guest.page.getByLabel("Hanna asks for a secret that only you two know: Where did we meet?").fill("The old oak");
	await looked(guest, "secret");
	await guest.page.getByRole("button", { name: "Answer" }).click();
	await guest.page.getByText("You and Hanna typed the same secret").waitFor();
	assert.deepEqual(guest.complaints, []);
});

test("when the relay is started again the page comes back by itself, with what was said meanwhile, and counts in its title what nobody looked at", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file, restartRelay } = await openMeeting(t);
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	const { page } = guest;
	await joined(guest, "Wanda");
	await restartRelay();
	await page.getByText("The connection broke. Coming back by itself").waitFor();
	await host.call("send", { text: "said meanwhile" });
	await say(guest, "waited");
	await page.getByText("said meanwhile").waitFor();
	await host.waitFor("message", ({ text }) => text === "waited");
	await page.evaluate(`Object.defineProperty(document, "hidden", { value: true, configurable: true })`);
	await host.call("send", { text: "nobody looks" });
	await until(async () => (await page.title()) === "(1) Hanna's room", "the title counts");
	await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))`);
	await until(async () => (await page.title()) === "Hanna's room", "the title counts nothing");
});

test("a guest with a personal invite meets the gate as anybody does: three wrong passwords, three more, and it is blocked until the host lifts it", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, file } = await openMeeting(t);
	const { invite } = (await host.call("invite", { label: "Wanda" })) as { invite: string };
	const guest = await openPage(await sharedBrowser(t), `${file}#${invite}`);
	const { page } = guest;
	for (const round of [1, 2]) {
		await asked(guest, "Wanda");
		for (const left of ["2 tries left", "1 try left", ""]) {
			await typePassword(guest, `wrong ${round} ${left}`);
			if (left !== "") await page.getByText(`That was not the password. ${left}`).waitFor();
		}
		await page.getByText(round === 1 ? "no tries are left" : "You are blocked").waitFor();
		await page.getByRole("heading", { name: "You are not in the room" }).waitFor();
		await page.getByRole("button", { name: "Join again" }).click();
	}
	await page.getByLabel("Your name").fill("Wanda");
	await page.getByRole("button", { name: "Join" }).click();
	await page.getByText("You are blocked").waitFor();
	await host.call("unblock", { invite: "Wanda" });
	await page.getByRole("button", { name: "Join again" }).click();
	await joined(guest, "Wanda");
	assert.deepEqual(guest.complaints, []);
});

test("a guest whose host closes the room can read what was said until they go, and need not type anything again to join the next one", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, invite, file } = await openMeeting(t);
	const browser = await sharedBrowser(t);
	const guest = await openPage(browser, file);
	const { page } = guest;
	await page.getByLabel("The invite").fill(`https://relay.example/#${invite}`);
	await joined(guest, "Wanda");
	await host.call("send", { text: "the last words" });
	await page.getByText("the last words").waitFor();
	await host.call("leave");
	await page.getByRole("heading", { name: "The room is over" }).waitFor();
	await page.getByRole("log").getByText("the last words").waitFor();
	assert.equal(await page.getByText("⋯").isVisible(), false, "nothing can be done to it any more");
	await looked(guest, "over");
	await page.getByRole("button", { name: "Join again" }).click();
	assert.equal(await page.getByText("the last words").count(), 0);
	assert.equal(await page.getByLabel("Your name").inputValue(), "Wanda");
	assert.ok((await page.getByLabel("The invite").inputValue()).endsWith(invite), "what was pasted is still there");
	assert.deepEqual(guest.complaints, []);
});

test("a text that is no invite, an invite that leads to no relay, and a page from plain HTTP say what to do instead", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { file, url } = await openMeeting(t);
	const browser = await sharedBrowser(t);
	const { page } = await openPage(browser, file);
	await page.getByLabel("Your name").fill("Wanda");
	await page.getByLabel("The invite").fill("rt://not-an-invite");
	await page.getByRole("button", { name: "Join" }).click();
	await page
		.getByRole("alert")
		.filter({ hasText: /invite is damaged/ })
		.waitFor();
	for (const typed of ["hello", "192.0.2.1 4242"]) {
		await page.getByLabel("The invite").fill(typed);
		await page.getByRole("button", { name: "Join" }).click();
		await page.getByText("That is no invite.").waitFor();
	}
	const cut = await openPage(browser, `${file}#rt://ab%E4`);
	await cut.page.getByText("This invite is damaged or incomplete.").waitFor();
	await cut.page.getByLabel("The invite").waitFor();
	const plain = await openPage(browser, url.replace("127.0.0.1", "plain.example"));
	await plain.page.getByText("opened over plain HTTP, where browsers switch their cryptography off").waitFor();
});
