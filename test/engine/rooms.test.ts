// Rooms end to end in one process: whole engines with homes on disk, over real sockets on loopback.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openEngine } from "../../src/engine/open-engine.ts";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../support/rooms/real-engine.ts";

const password = "four calm green words";

/** Everything said, one's own lines included, in the order of the room. */
const said = ({ events }: TestEngine): readonly string[] =>
	events.flatMap((event) => (event.kind === "message" ? [event.text] : []));

const named = ({ engine }: TestEngine): readonly string[] => engine.snapshot().people.map(({ name }) => name);

const hears = (one: TestEngine, text: string): Promise<unknown> => one.told("message", (event) => event.text === text);

async function roomOf(t: TestContext, ...names: readonly string[]) {
	const host = await openTestEngine(t, "Hanna");
	const port = await hostRoom(host, password);
	const guests = await Promise.all(names.map((name) => openTestEngine(t, name)));
	return { host, port, guests };
}

test("a wrong password is asked for again, the right one gets in, and the host was told of the wrong one", async (t) => {
	const { host, port, guests } = await roomOf(t, "Bob");
	const [bob] = guests;
	assert.ok(bob);
	await bob.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	await bob.told("passwordRequired", ({ attemptsLeft }) => attemptsLeft === 3);
	await bob.engine.perform({ kind: "password", password: "three calm green words" });
	await bob.told("passwordRequired", ({ attemptsLeft }) => attemptsLeft === 2);
	assert.equal((await host.told("strike")).attempts, 1);
	await bob.engine.perform({ kind: "password", password });
	await bob.told("joined", ({ self }) => self);
	await bob.engine.perform({ kind: "send", text: "hello" });
	await hears(host, "hello");
	assert.deepEqual(named(bob), ["Hanna", "Bob"]);
});

test("five guests who join at the same moment all get in, and everybody sees everybody", async (t) => {
	const { host, port, guests } = await roomOf(t, "Ann", "Bob", "Cem", "Dee", "Eli");
	await Promise.all(guests.map((guest) => joinRoom(guest, port, password)));
	const everybody = ["Ann", "Bob", "Cem", "Dee", "Eli", "Hanna"];
	for (const one of [host, ...guests]) await one.until(() => named(one).length === everybody.length);
	for (const one of [host, ...guests]) assert.deepEqual([...named(one)].sort(), everybody);
	await Promise.all(guests.map((guest, i) => guest.engine.perform({ kind: "send", text: `from ${i}` })));
	for (const one of [host, ...guests]) await one.until(() => said(one).length === guests.length);
	for (const guest of guests) assert.deepEqual(said(guest), said(host));
	await host.engine.perform({ kind: "leave" });
	for (const guest of guests) assert.equal((await guest.told("closed")).code, "room_closed");
});

test("everybody knows since when the keys are what they are of who came in after them, and of the host once somebody has left", async (t) => {
	const before = Date.now();
	const { host, port, guests } = await roomOf(t, "Ann", "Bob");
	const [ann, bob] = guests;
	assert.ok(ann && bob);
	await joinRoom(ann, port, password);
	await joinRoom(bob, port, password);
	for (const one of [host, ann]) {
		await one.until(() => named(one).includes("Bob"));
		assert.ok((one.person("Bob").leafSince ?? 0) >= before);
	}
	assert.ok((bob.person("Bob").leafSince ?? 0) >= before);
	for (const name of ["Hanna", "Ann"]) assert.equal(bob.person(name).leafSince, undefined, "older than Bob knows");
	await ann.does({ kind: "leave" });
	await bob.told("left", ({ member }) => member.name === "Ann");
	await bob.until(() => bob.person("Hanna").leafSince !== undefined);
});

test("while people come, go and are removed, everybody sees the lines of their time in one and the same order, none missing", async (t) => {
	const { host, port, guests } = await roomOf(t, "Ann", "Bob", "Cem", "Dee");
	const [ann, bob, cem, dee] = guests;
	assert.ok(ann && bob && cem && dee);
	await joinRoom(ann, port, password);
	await joinRoom(bob, port, password);
	let isOver = false;
	/** Talks until all has happened; resolves with what was said. */
	const talk = async (one: TestEngine, name: string): Promise<readonly string[]> => {
		const texts: string[] = [];
		while (!isOver || texts.length < 20) {
			const text = `${name} ${texts.length}`;
			texts.push(text);
			await one.engine.perform({ kind: "send", text });
			await hears(one, text);
		}
		return texts;
	};
	const talking = [talk(host, "Hanna"), talk(ann, "Ann"), talk(bob, "Bob")];
	await joinRoom(cem, port, password);
	talking.push(talk(cem, "Cem"));
	await joinRoom(dee, port, password);
	await host.engine.perform({ kind: "kick", fingerprint: fingerprintOf(dee) });
	assert.equal((await dee.told("closed")).code, "kicked");
	isOver = true;
	const texts = await Promise.all(talking);
	const last = texts.map((own) => own.at(-1));
	for (const one of [host, ann, bob, cem]) await one.until(() => last.every((text) => said(one).includes(text ?? "")));
	await bob.engine.perform({ kind: "leave" });
	await ann.told("left", ({ member }) => member.name === "Bob");
	const whole = said(host);
	for (const one of [ann, bob, cem, dee]) {
		const heard = said(one);
		const start = whole.indexOf(heard[0] ?? "");
		assert.deepEqual(heard, whole.slice(start, start + heard.length));
	}
	for (const one of [ann, bob, cem]) assert.equal(said(one).at(-1), whole.at(-1));
	// Every line once, and each person's in the order in which they said them.
	assert.equal(whole.length, texts.flat().length);
	for (const own of texts)
		assert.deepEqual(
			whole.filter((text) => own.includes(text)),
			own,
		);
});

function fingerprintOf({ engine }: TestEngine): string {
	const { identity } = engine.snapshot();
	assert.ok(identity.kind === "ready");
	return identity.fingerprint;
}

test("leaving, being removed and the end of the room are told to everybody as what they are", async (t) => {
	const { host, port, guests } = await roomOf(t, "Ann", "Bob", "Cem");
	const [ann, bob, cem] = guests;
	assert.ok(ann && bob && cem);
	for (const guest of guests) await joinRoom(guest, port, password);
	await ann.engine.perform({ kind: "leave" });
	assert.equal((await ann.told("closed")).code, "left");
	assert.equal(ann.engine.snapshot().phase.kind, "idle");
	for (const one of [host, bob, cem])
		assert.equal((await one.told("left", ({ member }) => member.name === "Ann")).reason, "left");
	const self = await host.engine.perform({ kind: "kick", fingerprint: fingerprintOf(host) });
	assert.equal(self.kind === "refused" && self.code, "no_such_member", "nobody removes themselves");
	await host.engine.perform({ kind: "kick", fingerprint: fingerprintOf(bob) });
	assert.equal((await bob.told("closed")).code, "kicked");
	for (const one of [host, cem])
		assert.equal((await one.told("left", ({ member }) => member.name === "Bob")).reason, "kicked");
	await host.engine.perform({ kind: "leave" });
	assert.equal((await cem.told("closed")).code, "room_closed");
	assert.equal((await host.told("closed")).code, "left");
	assert.equal(cem.engine.snapshot().phase.kind, "ended");
	// The same engines can go on: a new room, with another password.
	const again = await hostRoom(host, "another password");
	await cem.engine.perform({ kind: "leave" });
	await cem.engine.perform({ kind: "join", target: `127.0.0.1 ${again}` });
	await cem.until(() => cem.engine.snapshot().phase.kind === "passwordNeeded");
	await cem.engine.perform({ kind: "password", password: "another password" });
	await cem.until(() => cem.engine.snapshot().phase.kind === "inRoom");
});

test("the password, what was said and who was there are nowhere in the home directories, nor in the command line", async (t) => {
	const { host, port, guests } = await roomOf(t, "Zebediah");
	const [guest] = guests;
	assert.ok(guest);
	await joinRoom(guest, port, password);
	await guest.engine.perform({ kind: "send", text: "a most secret sentence" });
	await hears(host, "a most secret sentence");
	const assertNowhere = (): void => {
		for (const home of [host.home, guest.home]) {
			for (const file of readdirSync(home, { recursive: true, withFileTypes: true })) {
				if (!file.isFile()) continue;
				const bytes = readFileSync(join(file.parentPath, file.name));
				for (const secret of [password, "a most secret sentence"])
					for (const form of [
						secret,
						Buffer.from(secret).toString("hex"),
						Buffer.from(secret).toString("base64").slice(0, -2),
					])
						assert.equal(bytes.includes(form), false, `"${secret}" is in ${file.name}`);
			}
		}
	};
	assertNowhere();
	await host.engine.close();
	await guest.engine.close();
	assertNowhere();
	assert.equal([...process.argv, ...process.execArgv].join(" ").includes(password), false);
	assert.equal(Object.values(process.env).join(" ").includes(password), false);
});

test("without a key, and with a locked one, no room can be hosted or joined, and the refusal says why", async (t) => {
	const made = await openTestEngine(t, "Hanna");
	const opened = await openEngine({ home: made.home });
	assert.ok(opened.kind === "open");
	await opened.keyCommands.setPassphrase(undefined, "a passphrase");
	await opened.engine.close();
	const locked = await openEngine({ home: made.home });
	assert.ok(locked.kind === "open");
	t.after(() => locked.engine.close());
	const attempts = [
		{ kind: "host", password },
		{ kind: "join", target: "127.0.0.1 1" },
	] as const;
	const codeOf = async (engine: TestEngine["engine"], command: (typeof attempts)[number]): Promise<string> => {
		const outcome = await engine.perform(command);
		return outcome.kind === "refused" ? outcome.code : outcome.kind;
	};
	for (const command of attempts) assert.equal(await codeOf(locked.engine, command), "identity_locked");
	const wrong = await locked.engine.perform({ kind: "unlockIdentity", passphrase: "another one" });
	assert.equal(wrong.kind === "refused" && wrong.code, "wrong_passphrase");
	assert.equal((await locked.engine.perform({ kind: "unlockIdentity", passphrase: "a passphrase" })).kind, "done");
	assert.equal((await locked.engine.perform({ kind: "host", password, wish: { bind: "127.0.0.1" } })).kind, "done");
	assert.equal(await codeOf(locked.engine, attempts[1]), "already_in_room");
});

test("a host who is not there, a target that is no address, and a command that does not fit are refused in words", async (t) => {
	const { engine, told } = await openTestEngine(t, "Bob");
	const codeOf = async (command: Parameters<typeof engine.perform>[0]): Promise<string> => {
		const outcome = await engine.perform(command);
		return outcome.kind === "refused" ? outcome.code : outcome.kind;
	};
	assert.equal(await codeOf({ kind: "send", text: "hello?" }), "not_in_room");
	assert.equal(await codeOf({ kind: "kick", fingerprint: "A".repeat(40) }), "not_in_room");
	assert.equal(await codeOf({ kind: "password", password }), "not_asked");
	assert.equal(await codeOf({ kind: "join", target: "nowhere" }), "bad_target");
	assert.equal(await codeOf({ kind: "host", password: "" }), "bad_password");
	assert.equal(await codeOf({ kind: "host", password, wish: { bind: "not an address" } }), "bad_address");
	assert.equal(await codeOf({ kind: "createIdentity", name: "Bob" }), "identity_exists");
	assert.equal(await codeOf({ kind: "join", target: "127.0.0.1 1" }), "done");
	assert.equal((await told("closed")).code, "refused");
});
