// What is typed while a password is checked: nothing of it is lost, and nothing of it is shown or sent that may have been the password once more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, personNamed, self } from "../../support/views/fake-engine.ts";

const target = "192.0.2.7:47003";
const inRoom = {
	phase: { kind: "inRoom", role: "guest" },
	people: [self, personNamed("grace", "known", { isHost: true })],
} as const;
const asked = { kind: "passwordNeeded", target, attemptsLeft: 3, wasWrong: false } as const;
const checking = { kind: "connecting", target, step: "checkingPassword" } as const;

/** A guest who has given a password that is being checked. */
async function whoIsChecked() {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "join", target } });
	engine.set({ phase: asked });
	await screen.shows("3 tries left.");
	await screen.type("the password\r");
	await screen.eventually(() => assert.equal(engine.commands.at(-1)?.kind, "password"));
	engine.set({ phase: checking });
	await screen.shows("this takes a moment");
	return { engine, screen };
}

test("Text that is typed while a wrong password is checked stands hidden in the password's field, and is not tried.", async () => {
	const { engine, screen } = await whoIsChecked();
	await screen.typeEach("second", " try", keys.enter);
	engine.set({ phase: { ...asked, attemptsLeft: 2, wasWrong: true } });
	await screen.shows("2 tries left.");
	await screen.shows(`› ${"•".repeat("second try".length)}`);
	assert.equal(engine.commands.filter(({ kind }) => kind === "password").length, 1);
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "password", password: "second try" }));
	screen.close();
});

test("attack: a password typed once more, blindly, while the first was right is neither shown nor sent", async () => {
	const { engine, screen } = await whoIsChecked();
	await screen.type("quiet mo");
	engine.set(inRoom);
	await screen.shows("You typed 8 characters while the password was checked.");
	await screen.typeEach("rning", keys.enter, keys.enter);
	await screen.shows("You typed 13 characters");
	assert.ok(!(await screen.text()).includes("quiet"));
	assert.deepEqual(
		engine.commands.filter(({ kind }) => kind === "send"),
		[],
	);
	await screen.type(keys.escape);
	await screen.shows("Thrown away.");
	await screen.type("hello");
	await screen.shows("› hello");
	screen.close();
});

test("The beginning of a message typed while the password was checked is there with one key.", async () => {
	const { engine, screen } = await whoIsChecked();
	await screen.typeEach("hi alk", keys.backspace);
	engine.set(inRoom);
	await screen.shows("You typed 5 characters");
	await screen.typeEach("l of you", keys.tab);
	await screen.shows("› hi all of you");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "send", text: "hi all of you" }));
	screen.close();
});

test("Whoever comes back to a room types the password in its own place until they are in, and the draft waits.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine, { intent: { kind: "join", target } });
	await screen.shows("Say something");
	await screen.type("half a thought");
	engine.set({ phase: { ...asked, isComingBack: true } });
	await screen.shows("wants the password");
	await screen.type("new one\r");
	await screen.eventually(() => assert.equal(engine.commands.at(-1)?.kind, "password"));
	engine.set({ phase: { ...checking, isComingBack: true } });
	await screen.shows("Checking the password");
	await screen.typeEach("again", keys.enter);
	assert.ok(!(await screen.text()).includes("again"));
	engine.set(inRoom);
	await screen.shows("You typed 5 characters");
	await screen.shows("› half a thought");
	await screen.type(keys.escape);
	assert.deepEqual(
		engine.commands.filter(({ kind }) => kind === "send"),
		[],
	);
	screen.close();
});

test("Text that is typed while a passphrase is tried stands hidden in the field if that was wrong, and nowhere if it was right.", async () => {
	for (const isRight of [false, true]) {
		const engine = new FakeEngine({ identity: { kind: "locked", name: "ada", shortFingerprint: "89AB" } });
		const { identity } = new FakeEngine().snapshot();
		const { promise: tried, resolve: try_ } = Promise.withResolvers<void>();
		engine.answer = async (command) => {
			if (command.kind !== "unlockIdentity") return { kind: "done" };
			await tried;
			if (!isRight) return { kind: "refused", code: "wrong_passphrase" };
			engine.set({ identity });
			return { kind: "done" };
		};
		const screen = openApp(engine);
		await screen.type("wrong\r");
		await screen.shows("Unlocking");
		await screen.typeEach("secret", keys.enter);
		try_();
		if (isRight) {
			await screen.shows("Start a room");
			assert.ok(!(await screen.text()).includes("secret"));
		} else {
			await screen.shows("••••••");
			assert.equal(engine.commands.length, 1, "nothing is tried before Enter is pressed again");
		}
		screen.close();
	}
});
