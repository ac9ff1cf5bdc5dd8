// A person's config.toml, and the command palette, in the real program.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openRt, runRt } from "../../support/program/rt.ts";
import { hostInChat } from "../../support/program/two-screens.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

function homeWith(t: TestContext, config: string): string {
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), config);
	return home;
}

for (const [columns, rows] of [
	[80, 24],
	[40, 12],
] as const) {
	test(`At ${columns}×${rows} Ctrl-K finds a command by a few letters, and Enter does it.`, async (t) => {
		const host = await hostInChat(t, { columns, rows });
		host.type("\u000B");
		await host.waitFor("Commands");
		host.type("how it ended");
		await host.waitFor((screen) => screen.some((row) => row.includes("▸ /knocks")), "/knocks chosen");
		host.type(keys.enter);
		await host.waitFor(/Attempts/);
		assert.ok(!host.text().includes("Commands"));
	});
}

test("A key of one's own opens the palette, which shows it; the key it had is free.", async (t) => {
	const host = await hostInChat(t, { home: homeWith(t, '[keys]\npalette = "Ctrl-T"\n'), columns: 100, rows: 30 });
	await host.waitFor("Ctrl-T commands");
	host.type("\u000B");
	host.type("still writing");
	await host.waitFor("still writing");
	host.type("\u0014");
	await host.waitFor("Type a few letters");
});

test("A settings file with a mistake is refused before the screen opens, with its path, the place and what to do.", async (t) => {
	const home = homeWith(t, 'theme = "dark"\n[keys]\nfly = "F5"\n');
	const opened = openRt(t, [], { home, columns: 120 });
	const { code } = await opened.exit;
	assert.equal(code, 2);
	assert.match(opened.text(), /config\.toml: \[keys\]: there is no action "fly"\..*remove the file to go on without/);
	assert.equal(opened.modes().isAlternateScreen, false);
});

test("`rt help settings` names every setting and action there is.", async (t) => {
	const { output, code } = await runRt(t, ["help", "settings"]);
	assert.equal(code, 0);
	for (const word of ["theme", "editing", "palette", "jump-back", "config.toml"])
		assert.ok(output.includes(word), word);
});
