// The look of the real program in a real terminal: its colours by the background, no colours, few colours, windows of any size, Ctrl-Z, and who listens instead.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { hostInChat } from "../../support/program/two-screens.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { modesGivenBack } from "../../support/terminal/terminal-state.ts";

const many = { TERM: "xterm-256color" };
const titleOf = (wish: "dark" | "light"): string => themeFor(many, wish).paint("title", " Real Talk");
const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
] as const;

async function leave(terminal: RtTerminal): Promise<void> {
	terminal.type(keys.ctrlC);
	await terminal.waitFor("Press Ctrl-C again");
	terminal.type(keys.ctrlC);
	assert.deepEqual(await terminal.exit, { code: 0, signal: undefined });
}

const painted = (terminal: RtTerminal, wanted: string) =>
	terminal.waitFor(() => terminal.raw().includes(wanted), wanted);

for (const [name, background, wish, other] of [
	["white", "rgb:ffff/ffff/ffff", "light", "dark"],
	["Solarized Light", "rgb:fdfd/f6f6/e3e3", "light", "dark"],
	["black", "rgb:0000/0000/0000", "dark", "light"],
	["dark grey, told in eight bits", "rgb:1e/1e/1e", "dark", "light"],
] as const) {
	for (const size of sizes) {
		test(`On a ${name} background the colours are those of the ${wish} theme, at ${size.columns}×${size.rows}.`, async (t) => {
			const terminal = openRt(t, [], { ...size, background });
			await terminal.waitFor("What should others call you?");
			await painted(terminal, titleOf(wish));
			assert.ok(!terminal.raw().includes(titleOf(other)));
			assert.ok(!/rgb|11;|\[\?/.test(terminal.text()), terminal.text());
			terminal.type(keys.escape);
			assert.equal((await terminal.exit).code, 0);
		});
	}
}

test("A terminal that turns from dark to light is followed: it tells, is asked again, and answers.", async (t) => {
	const terminal = openRt(t, []);
	await terminal.waitFor("What should others call you?");
	await terminal.waitFor(() => terminal.modes().isSchemeWatched, "reports of the scheme being asked for");
	const asked = () => terminal.raw().split("\u001B]11;?").length - 1;
	assert.equal(asked(), 1);
	terminal.type("\u001B[?997;2n");
	await terminal.waitFor(() => asked() === 2, "the background being asked for again");
	terminal.type("\u001B]11;rgb:ffff/ffff/ffff\u0007");
	await painted(terminal, titleOf("light"));
});

test("An answer that comes late, in pieces and in the middle of what is typed is not typed, and nothing typed is lost.", async (t) => {
	const terminal = openRt(t, []);
	await terminal.waitFor("What should others call you?");
	terminal.type("Zo");
	terminal.type("\u001B]11;rgb:ffff/ffff/ffff\u001B\\ë");
	terminal.type("\u001B[?99");
	terminal.type("7;1n & Co");
	await terminal.waitFor("› Zoë & Co");
	await painted(terminal, titleOf("light"));
});

test("A terminal that never answers shows everything at once, in colours for both.", async (t) => {
	const terminal = openRt(t, []);
	await terminal.waitFor("What should others call you?");
	assert.ok(terminal.raw().includes(themeFor(many).paint("title", " Real Talk")));
});

for (const [name, env, forbidden] of [
	["NO_COLOR", { NO_COLOR: "1" }, /\u001B\[(?:[34]8;|3[0-7]m|4[0-7]m|9[0-7]m|10[0-7]m)/],
	["16 colours", { TERM: "xterm" }, /\u001B\[[34]8;/],
] as const) {
	test(`${name}: no colour that the person does not want or the terminal does not have, from the first screen to the chat.`, async (t) => {
		const host = await hostInChat(t, { env, background: "rgb:0000/0000/0000" });
		host.type(`/theme auto${keys.enter}`);
		await host.waitFor("The colours go by the terminal's background.");
		host.type("\u001BOP");
		await host.waitFor("Esc back");
		host.type(keys.escape);
		await host.waitFor("Say something");
		assert.doesNotMatch(host.raw(), forbidden);
		assert.equal(/\u001B\[3[1-7]m/.test(host.raw()), name === "16 colours");
		await leave(host);
	});
}

test("RT_THEME and config.toml choose a theme, and /theme another one, whatever the background.", async (t) => {
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), 'theme = "light"\n');
	const first = openRt(t, [], { home, background: "rgb:0000/0000/0000" });
	await first.waitFor("What should others call you?");
	await painted(first, titleOf("light"));
	first.type(keys.escape);
	await first.exit;
	const second = openRt(t, [], { home, env: { RT_THEME: "dark" }, background: "rgb:ffff/ffff/ffff" });
	await second.waitFor("What should others call you?");
	await painted(second, titleOf("dark"));
	assert.ok(!second.raw().includes(titleOf("light")));
});

test("A storm of sizes ends in the picture it began with, with the draft and the cursor.", async (t) => {
	const host = await hostInChat(t);
	host.type("half a thought");
	await host.waitFor("› half a thought");
	const before = host.screen();
	const cursor = host.cursor();
	for (let step = 0; step < 60; step++) host.resize(40 + ((step * 37) % 200), 12 + ((step * 23) % 60));
	host.resize(300, 100);
	await host.waitFor((rows) => rows.length === 100 && rows.at(-2) === " › half a thought", "the draft at 300×100");
	host.resize(80, 24);
	await host.waitFor((rows) => rows.join("\n") === before.join("\n"), before.join("\n"));
	assert.deepEqual(host.cursor(), cursor);
	host.type(keys.ctrlU);
	await host.waitFor("Say something");
	await leave(host);
});

test("A window made tiny says so kindly, and everything is there again when it is larger.", async (t) => {
	const host = await hostInChat(t);
	host.type("half a thought");
	await host.waitFor("› half a thought");
	const before = host.screen();
	for (const [columns, rows] of [
		[30, 8],
		[39, 40],
		[100, 5],
	] as const) {
		host.resize(columns, rows);
		await host.waitFor("Please make the window larger (40×12 or more). Nothing is lost.");
		host.type(`unseen${keys.enter}`);
	}
	// Keys are taken in their order: what was typed before this one has been read in the small window.
	host.type(keys.ctrlC);
	await host.waitFor("Ctrl-C again leaves.");
	host.resize(80, 24);
	await host.waitFor((rows) => rows.join("\n") === before.join("\n"), before.join("\n"));
	host.resize(20, 6);
	await host.waitFor("Ctrl-C twice leaves.");
	host.type(keys.ctrlC);
	await host.waitFor("Ctrl-C again leaves.");
	host.type(keys.ctrlC);
	assert.deepEqual(await host.exit, { code: 0, signal: undefined });
});

// A shell with jobs, as people have it: told that one has stopped, it waits for Enter and brings it back.
const withJobs =
	'set -m; $RT; echo "the shell is here"; stty -a | grep -c -- -icanon; read -r line; fg >/dev/null; echo "code $?, the end"';

for (const size of sizes) {
	test(`Ctrl-Z gives the terminal to the shell, and fg brings everything back, at ${size.columns}×${size.rows}.`, async (t) => {
		const host = await hostInChat(t, { ...size, script: withJobs, background: "rgb:0000/0000/0000" });
		host.type("half a thought");
		await host.waitFor("› half a thought");
		const before = host.screen();
		host.type("\u001A");
		await host.waitFor("the shell is here 0", "the shell, and input that is read by lines again");
		await host.waitFor(/Real Talk is paused, and your room is pa ?used for everyone\. Type fg to go on\./);
		assert.deepEqual(host.modes(), modesGivenBack);
		host.type("\n");
		await host.waitFor((rows) => rows.join("\n") === before.join("\n"), before.join("\n"));
		await host.waitFor(() => Object.values(host.modes()).every((isOn) => isOn), "every mode being on again");
		host.type(keys.ctrlU);
		await host.waitFor("Say something");
		host.type(keys.ctrlC);
		await host.waitFor("Press Ctrl-C again");
		host.type(keys.ctrlC);
		await host.exit;
		assert.match(host.text(), /code 0, the end $/);
		assert.ok(!/rgb|\^\[|997/.test(host.text()), host.text());
	});
}

test("For a screen reader there are lines in order, and the first one says how to have the full screen.", async (t) => {
	const reader = openRt(t, [], { env: { INK_SCREEN_READER: "true" }, columns: 160 });
	await reader.waitFor("What shall others call you? Please type a name.");
	assert.match(reader.screen()[0] ?? "", /^Line mode: each event is one line, read in order\./);
	assert.match(reader.text(), /because INK_SCREEN_READER is set\. For the full screen, start with --full-screen\./);
	assert.doesNotMatch(reader.raw(), /\u001B/, "no order to the terminal, so nothing moves");
	reader.close();
	const forced = openRt(t, ["--full-screen"], { env: { INK_SCREEN_READER: "true" } });
	await forced.waitFor("What should others call you?");
	assert.ok(forced.modes().isAlternateScreen);
});

test("screen-reader in config.toml does the same, and a dumb terminal gets lines too.", async (t) => {
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), "screen-reader = true\n");
	const reader = openRt(t, [], { home, columns: 160 });
	await reader.waitFor("What shall others call you? Please type a name.");
	assert.match(reader.text(), /^Line mode: .* because screen-reader is set in config\.toml\./);
	assert.doesNotMatch(reader.raw(), /\u001B/);
	const dumb = openRt(t, [], { env: { TERM: "dumb" } });
	await dumb.waitFor("What shall others call you? Please type a name.");
	assert.doesNotMatch(dumb.raw(), /\u001B/);
});

test("With motion = false the cursor stands still while rt is there, and blinks again after.", async (t) => {
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), "motion = false\nbell = false\n");
	const terminal = openRt(t, [], { home });
	await terminal.waitFor("What should others call you?");
	await terminal.waitFor(() => terminal.raw().includes("\u001B[2 q"), "the cursor that stands still");
	terminal.type(keys.escape);
	await terminal.exit;
	assert.ok(terminal.raw().lastIndexOf("\u001B[0 q") > terminal.raw().lastIndexOf("\u001B[2 q"));
});
