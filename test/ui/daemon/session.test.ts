// Clients of the background process: programs that speak JSON-RPC, windows, several at once, and what they leave behind.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { openSession, openWindow } from "../../support/rooms/attached-window.ts";
import { hostRoom, joinRoom, openTestEngine, watched } from "../../support/rooms/real-engine.ts";
import { until } from "../../support/until.ts";

const password = "four calm green words";

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly params?: { readonly room?: string; readonly port?: number; readonly text?: string };
	readonly result?: {
		readonly room?: string;
		readonly rooms?: unknown;
		readonly messages?: readonly { readonly id: string; readonly text: string; readonly own: boolean }[];
		readonly invite?: string;
		readonly joinLines?: readonly { readonly command: string }[];
		readonly kind?: string;
	};
	readonly error?: { readonly data: { readonly code: string } };
}

/** A program at the other end of the stream. */
function clientOf(stream: Duplex) {
	const messages: Message[] = [];
	createInterface({ input: stream }).on("line", (line) => messages.push(JSON.parse(line)));
	let lastId = 0;
	const call = async (method: string, params: object = {}): Promise<Message> => {
		lastId += 1;
		const id = lastId;
		stream.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
		await until(() => messages.some((one) => one.id === id), method);
		return messages.find((one) => one.id === id) ?? {};
	};
	const told = (method: string) => messages.filter((one) => one.method === method);
	return { messages, call, told };
}

test("A program hosts a room by the socket, hears what is said with the name of the room, and reads what is unread", async (t) => {
	const { engine } = await openTestEngine(t, "Hanna");
	const client = clientOf(openSession(engine).client);
	const opened = await client.call("host", { password, bind: "127.0.0.1" });
	const room = opened.result?.room;
	assert.ok(typeof room === "string");
	const [listening] = client.told("listening");
	assert.equal(listening?.params?.room, room);
	const guest = await openTestEngine(t, "Gus");
	await joinRoom(guest, Number(listening?.params?.port), password);
	await guest.does({ kind: "send", text: "hello Hanna" });
	await until(() => client.told("message").length === 1, "the message is told");
	assert.deepEqual(
		[client.told("message")[0]?.params?.text, client.told("message")[0]?.params?.room],
		["hello Hanna", room],
	);
	const listed = (await client.call("rooms")).result?.rooms;
	assert.deepEqual(listed, [
		{ room, name: "Hanna", kind: "passing", role: "host", state: "inRoom", people: 2, unread: 1, mentions: 1 },
	]);
	const unread = (await client.call("unread", { room })).result?.messages;
	assert.deepEqual(
		unread?.map(({ text, own }) => [text, own]),
		[["hello Hanna", false]],
	);
	assert.deepEqual((await client.call("unread")).result, { messages: [] });
	assert.equal((await client.call("send", { text: "x", room: "nowhere" })).error?.data.code, "no_such_room");
});

test("A program reads what was said by pages and by words, and what to tell friends", async (t) => {
	const { engine } = await openTestEngine(t, "Hanna");
	const client = clientOf(openSession(engine).client);
	assert.equal((await client.call("invite")).error?.data.code, "not_in_room");
	await client.call("host", { password, bind: "127.0.0.1" });
	for (const text of ["one apple", "two pears", "three Apples"]) await client.call("send", { text });
	await until(() => client.told("message").length === 3, "all are said");
	const textsOf = ({ result }: Message) => result?.messages?.map(({ text }) => text);
	assert.deepEqual(textsOf(await client.call("history", { limit: 2 })), ["two pears", "three Apples"]);
	const [oldest] = (await client.call("history", { limit: 2 })).result?.messages ?? [];
	assert.deepEqual(textsOf(await client.call("history", { before: oldest?.id })), ["one apple"]);
	assert.deepEqual(textsOf(await client.call("history", { search: "apple" })), ["one apple", "three Apples"]);
	assert.deepEqual(textsOf(await client.call("history", { before: "gone" })), []);
	const invite = (await client.call("invite")).result;
	// Nobody else can come to a room on loopback.
	assert.equal(invite?.invite, undefined);
	assert.equal(invite?.joinLines?.[0]?.command, `./rt 127.0.0.1 ${client.told("listening")[0]?.params?.port}`);
});

test("The rooms that a client has begun end with it, however it goes, and those of others go on", async (t) => {
	const { engine } = await openTestEngine(t, "Hanna");
	const [first, second] = [openSession(engine), openSession(engine)];
	const [one, other] = [clientOf(first.client), clientOf(second.client)];
	await one.call("host", { password, bind: "127.0.0.1" });
	const { result } = await other.call("host", { password, bind: "127.0.0.1" });
	assert.equal(engine.snapshot().rooms.length, 2);
	first.client.destroy();
	await first.session.ended;
	assert.deepEqual(
		engine.snapshot().rooms.map(({ room }) => room),
		[result?.room],
	);
	await other.call("quit");
	await second.session.ended;
	assert.deepEqual(engine.snapshot().rooms, []);
});

test("A question is shown in every window, and answered once", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	const port = await hostRoom(host, password);
	const { engine, home } = await openTestEngine(t, "Gus");
	const [first, second] = [watched(await openWindow(t, engine), home), watched(await openWindow(t, engine), home)];
	await first.does({ kind: "join", target: `127.0.0.1 ${port}` });
	const { room = "" } = await first.told("passwordRequired");
	await second.told("passwordRequired", (event) => event.room === room);
	await second.until(() => second.engine.snapshot(room).phase.kind === "passwordNeeded", "it is shown there");
	await second.does({ kind: "password", password, room });
	await first.told("joined", ({ self }) => self);
	const late = await first.engine.perform({ kind: "password", password });
	assert.equal(late.kind === "refused" && late.code, "not_asked");
});

test("A line that was read in one window is read in all", async (t) => {
	const { engine, home } = await openTestEngine(t, "Hanna");
	const [first, second] = [watched(await openWindow(t, engine), home), watched(await openWindow(t, engine), home)];
	await first.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
	const { hosting, room = "" } = first.engine.snapshot();
	const guest = await openTestEngine(t, "Gus");
	await joinRoom(guest, hosting?.port ?? 0, password);
	await guest.does({ kind: "send", text: "hello" });
	const unread = () => second.engine.snapshot().rooms[0]?.unread;
	await second.until(() => unread() === 1, "it is unread in both");
	await first.does({ kind: "read", room });
	await second.until(() => unread() === 0, "it is read in both");
});

test("A window of another build is told which one this is, and gets no place", async (t) => {
	const { engine } = await openTestEngine(t, "Hanna");
	const client = clientOf(openSession(engine).client);
	const { result } = await client.call("attach", { build: "9.9.9+other" });
	assert.deepEqual(result, { build: "0.0.0+test", pid: 1, allows: [] });
	assert.deepEqual(client.told("engine.step"), []);
	assert.equal((await client.call("engine.blocks")).error?.data.code, "method_not_found");
});

test("attack: nonsense from a client is answered by errors, and neither it nor what it says harms the others", async (t) => {
	const { engine } = await openTestEngine(t, "Hanna");
	const faults: string[] = [];
	const session = openSession(engine, { log: (line) => faults.push(line) });
	const client = clientOf(session.client);
	session.client.write("no json\n[]\n{}\n\u0000\n");
	session.client.write(Buffer.from([0xff, 0xfe, 0x0a]));
	await client.call("attach", { build: "0.0.0+test" });
	for (const command of [
		{ kind: "nonsense" },
		{ kind: "join" },
		{ kind: "send", text: { a: 1 } },
		{ kind: "block", address: 7 },
	]) {
		const answer = await client.call("engine.perform", { command });
		assert.ok(answer.result?.kind === "refused" || answer.error !== undefined, JSON.stringify(answer));
	}
	const other = clientOf(openSession(engine).client);
	assert.deepEqual((await other.call("rooms")).result, { rooms: [] });
});
