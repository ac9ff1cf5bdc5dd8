// Two real programs make sure of each other: six words, a secret, what is remembered, and somebody who comes with another key.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import type { RtTerminal } from "../../support/program/rt.ts";
import { hostOnScreen, joinOnScreen, leaveByCtrlC, terminalSizes } from "../../support/program/two-screens.ts";
import { keys, type TerminalSize } from "../../support/terminal/terminal.ts";

interface Two {
	readonly host: RtTerminal;
	readonly guest: RtTerminal;
	readonly port: number;
}

async function twoOnScreens(t: TestContext, size: TerminalSize): Promise<Two> {
	const port = await ownPort();
	const host = await hostOnScreen(t, { name: "Hana", port, ...size });
	const guest = await joinOnScreen(t, { name: "Gabi", port, ...size });
	await host.waitFor("2 people");
	return { host, guest, port };
}

/** The six words of the overlay, in their order. */
async function wordsOn(screen: RtTerminal): Promise<readonly string[]> {
	await screen.waitFor(/1\. [a-z]+ .*6\. [a-z]+/);
	return [...screen.text().matchAll(/\b([1-6])\. ([a-z]+)/g)]
		.toSorted(([, one = ""], [, other = ""]) => Number(one) - Number(other))
		.map(([, , word = ""]) => word);
}

for (const size of terminalSizes) {
	const at = `At ${size.columns}×${size.rows}`;

	test(`${at}, both read the same six words; what they say of them is remembered in the next room.`, async (t) => {
		const { host, guest, port } = await twoOnScreens(t, size);
		host.type(`/verify Gabi${keys.enter}`);
		guest.type(`/verify Hana${keys.enter}`);
		const words = await wordsOn(host);
		assert.equal(words.length, 6);
		assert.deepEqual(await wordsOn(guest), words);
		for (const [one, name] of [
			[host, "Gabi"],
			[guest, "Hana"],
		] as const) {
			one.type("1");
			await one.waitFor("› 1 They read the same words");
			one.type(keys.enter);
			await one.waitFor(`✓ ${name} is verified.`);
			one.type(keys.enter);
			await one.waitFor("Say something");
		}
		assert.equal(await leaveByCtrlC(guest), 0);
		assert.equal(await leaveByCtrlC(host), 0);
		const again = await hostOnScreen(t, { name: "Hana", port, home: host.home, ...size });
		const back = await joinOnScreen(t, { name: "Gabi", port, home: guest.home, ...size });
		await again.waitFor(/"Gabi" joined .* verified/);
		again.type(`do you know me?${keys.enter}`);
		await back.waitFor("Hana ● do you know me?");
	});

	test(`${at}, a key that has changed interrupts whoever knew the former one.`, async (t) => {
		const { host, guest, port } = await twoOnScreens(t, size);
		assert.equal(await leaveByCtrlC(guest), 0);
		await host.waitFor('"Gabi" left');

		await t.test(
			"a guest's changed key interrupts the host who writes, and what they wrote is there afterwards",
			async () => {
				host.type("half a sentence");
				await host.waitFor("half a sentence");
				const other = await joinOnScreen(t, { name: "Gabi", port, ...size });
				await host.waitFor("Gabi comes with another key than before.");
				await host.waitFor(/before ([0-9A-F]{4} ){4}.*now ([0-9A-F]{4} ?){4}/);
				host.type(`3${keys.enter}`);
				await host.waitFor(/Press Enter once more/);
				host.type(keys.down.repeat(4));
				await host.waitFor("› 4 I know why: go on");
				host.type(keys.enter);
				await host.waitFor("half a sentence");
				other.type(`it is me${keys.enter}`);
				await host.waitFor(/Gabi KEY CHANGED (?:│ )?it is me/);
				host.type(keys.ctrlU);
				await host.waitFor("Say something");
				assert.equal(await leaveByCtrlC(host), 0);
			},
		);

		// Has left already, if all went well.
		host.close();
		await host.exit;
		await t.test("a host's changed key interrupts the guest who joins", async () => {
			await hostOnScreen(t, { name: "Hana", port, ...size });
			const back = await joinOnScreen(t, { name: "Gabi", port, home: guest.home, ...size });
			await back.waitFor("The host, Hana, comes with another key");
			back.type(keys.down.repeat(2));
			await back.waitFor("› 2 Leave the room");
			back.type(keys.enter);
			await back.waitFor("Start a room");
		});
	});
}

/** The guest asks with a question; the host answers under the note that does not disturb what is being written. */
async function askAndAnswer({ host, guest }: Two, asked: string, answered: string): Promise<void> {
	host.type("half a sentence");
	guest.type(`/secret Hana${keys.enter}`);
	await guest.waitFor("A question for Hana");
	guest.type(`Where did we meet?${keys.enter}`);
	await guest.waitFor("Enter ask");
	guest.type(`${asked}${keys.enter}`);
	await guest.waitFor("Waiting for Hana to type the secret");
	await host.waitFor("Gabi wants to make sure it is you: F4 answers");
	await host.waitFor("half a sentence");
	host.type(keys.f4);
	await host.waitFor("They wrote: Where did we meet?");
	host.type(`${answered}${keys.enter}`);
}

test("At 80×24, the same secret on both sides verifies both, and is never on a screen.", async (t) => {
	const two = await twoOnScreens(t, { columns: 80, rows: 24 });
	await askAndAnswer(two, "at the lake", "at the lake");
	await two.guest.waitFor("It is the same secret: Hana is verified.");
	await two.host.waitFor("It is the same secret: Gabi is verified.");
	for (const one of [two.guest, two.host]) {
		one.type(keys.enter);
		assert.ok(!one.raw().includes("at the lake"));
	}
	await two.host.waitFor("half a sentence");
	// Keys that come together are a paste.
	await two.guest.waitFor("Say something");
	two.guest.type(`hello${keys.enter}`);
	await two.host.waitFor("Gabi ● hello");
});

test("At 40×12, another secret is told as an alarm on both sides, and nobody is verified.", async (t) => {
	const two = await twoOnScreens(t, { columns: 40, rows: 12 });
	await askAndAnswer(two, "at the lake", "in the woods");
	for (const one of [two.guest, two.host]) {
		await one.waitFor("!! Not the same secret.");
		one.type(keys.enter);
	}
	await two.host.waitFor("half a sentence");
	// Keys that come together are a paste.
	await two.guest.waitFor("Say something");
	two.guest.type(`hello${keys.enter}`);
	await two.host.waitFor("Gabi ◌ hello");
});
