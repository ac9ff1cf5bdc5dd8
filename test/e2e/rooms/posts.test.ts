// Posts as two people see them, from the first one that is written to its being read, at the sizes of small windows.
import { test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { hostOnScreen, joinOnScreen, terminalSizes } from "../../support/program/two-screens.ts";
import { keys } from "../../support/terminal/terminal.ts";

test("Ann posts, says that Bob may read it, and Bob reads it, in real terminals", async (t) => {
	const [large, small] = terminalSizes as [(typeof terminalSizes)[number], (typeof terminalSizes)[number]];
	const port = await ownPort();
	const ann = await hostOnScreen(t, { name: "Ann", port, ...large });
	const bob = await joinOnScreen(t, { name: "Bob", port, ...small });
	await ann.waitFor('"Bob" joined');
	ann.type(`/post The tulips are out${keys.enter}`);
	await ann.waitFor("It can't be unsaid.");
	ann.type(keys.enter);
	await ann.waitFor("Posted: whoever may read it");
	ann.type(`/posts allow Bob${keys.enter}`);
	await ann.waitFor("Changed: /posts says who may read");
	bob.type(`/posts${keys.enter}`);
	await bob.waitFor("Ann +1");
	bob.type(keys.enter);
	await bob.waitFor("The tulips are out");
	await bob.waitFor("(new)");
});
