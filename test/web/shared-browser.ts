// One Chromium for all tests of a file: to start it takes longer than most pages do.
import { after, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { launch } from "./browser.ts";

let running: Promise<Browser> | undefined;
const ends: (() => unknown)[] = [];
after(async () => {
	for (const end of ends) await end();
});

/** Returns the browser. Each page that it is asked for has a context of its own, with nothing of other pages in it, and all of them are closed after the test. */
export async function sharedBrowser(t: TestContext): Promise<Browser> {
	running ??= launch({ after: (end) => void ends.push(end as () => unknown) });
	const browser = await running;
	t.after(() => Promise.all(browser.contexts().map((context) => context.close())));
	return browser;
}
