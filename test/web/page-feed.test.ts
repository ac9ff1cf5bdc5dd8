// Somebody's posts in a browser: the page opened with a feed link reads them by the relay, shows them as text, and keeps nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFeedLink, readFeedLink } from "../../src/engine/posts/feed-link.ts";
import { needs } from "../support/needs.ts";
import { CHROMIUM, looked, openMeeting, openPage } from "./browser.ts";
import { sharedBrowser } from "./shared-browser.ts";

const nasty = "The tulips are out\n<b>bold</b><img src=x onerror=alert(1)> https://example.org/x";

test("the page reads a feed link by the relay: profile and posts as text, whose key has signed them, and nothing is kept or asked of anybody else", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, url } = await openMeeting(t);
	await host.call("post", { text: "First words", understood: true });
	await host.call("post", { text: nasty });
	await host.call("setAbout", { text: "Gardens <i>and</i> birds" });
	await host.call("setPostReaders", { who: "link" });
	const { link } = (await host.call("postLink")) as { link: string };
	const fingerprint = readFeedLink(link)?.of;
	const context = await (await sharedBrowser(t)).newContext();
	const requests: string[] = [];
	context.on("request", (request) => requests.push(request.url()));
	const guest = await openPage(context, `${url}#${link}`);
	const { page } = guest;
	await page.getByText("You are let into no room, nobody is told who you are").waitFor();
	await looked(guest, "feed-ask");
	await page.getByRole("button", { name: "Read them" }).click();
	await page.getByRole("heading", { name: "Hanna" }).waitFor();
	await page.getByText("The signature is good").waitFor();
	await page.getByText(`key ${fingerprint}`).waitFor();
	const { words } = (await host.call("keyWords", { fingerprint })) as { words: readonly string[] };
	await page.getByText(words.join(" ")).waitFor();
	await page.getByText("Gardens <i>and</i> birds").waitFor();
	assert.deepEqual(await page.locator("article p").allInnerTexts(), [nasty, "First words"]);
	assert.equal(await page.locator("main b, main i, main img").count(), 0, "what others write is never markup");
	assert.equal(await page.getByRole("link").getAttribute("href"), "https://example.org/x");
	await looked(guest, "feed");
	assert.deepEqual(guest.complaints, []);
	assert.deepEqual(
		requests.map((one) => one.replace(/#.*/, "")).filter((one) => one !== url && !one.startsWith("blob:")),
		[],
	);
	const stored = "[localStorage.length, sessionStorage.length, document.cookie.length]";
	assert.deepEqual(await page.evaluate(stored), [0, 0, 0]);
	assert.deepEqual(await host.call("knocks"), [], "nobody has knocked at the room");
});

test("the page says plainly when a feed link is cut, leads to no relay, was taken back, or its relay is not there", async (t) => {
	if (!needs(t, CHROMIUM)) return;
	const { host, file } = await openMeeting(t);
	await host.call("post", { text: "First words", understood: true });
	await host.call("setPostReaders", { who: "link" });
	const { link } = (await host.call("postLink")) as { link: string };
	await host.call("postLink", { isNew: true });
	const read = readFeedLink(link);
	assert.ok(read);
	const plain = encodeFeedLink({ ...read, places: read.places.map((one) => ({ ...one, parts: new Map() })) });
	const browser = await sharedBrowser(t);
	const { page, complaints } = await openPage(browser, `${file}#${link.slice(0, -3)}`);
	await page.getByText("This is no feed link, or a part of it is missing.").waitFor();
	assert.equal(await page.getByRole("button", { name: "Read them" }).count(), 0);
	for (const [bad, words] of [
		[plain, "This link leads to no relay"],
		[link, "They are not reachable now."],
	] as const) {
		await page.goto("about:blank");
		await page.goto(`${file}#${bad}`);
		await page.getByRole("button", { name: "Read them" }).click();
		await page.getByText(words).waitFor();
	}
	assert.deepEqual(complaints, []);
});
