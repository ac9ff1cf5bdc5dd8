// Twenty-one real programs in one room: everybody talks at once while some leave and come back, and everybody has seen the same.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { hostRoom, joinRoom, type Member, type RtRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const guests = 20;
const movers = 3;
/** Each says two lines at once, then one at each time somebody leaves or comes back: just when the keys of the room change. */
const firstLines = 2;
const lines = firstLines + 2 * movers;
const theEnd = "That was all.";
/** Programs starting at a time; the machine has few processors. */
const arrivingAtOnce = 4;

/** "joined NAME", "left NAME REASON" or "NAME: TEXT", in the order it was told. Our own join is no part of it. */
function logOf({ notifications }: RtRpc): readonly string[] {
	return notifications.flatMap(({ method, params }) => {
		if (method === "message" && "from" in params) return [`${params.from.name}: ${params.text}`];
		if (method === "joined" && "member" in params) return isOwn(params) ? [] : [`joined ${params.member.name}`];
		if (method === "left" && "reason" in params) return [`left ${params.member.name} ${params.reason}`];
		return [];
	});
}

const isOwn = (params: object): boolean => "self" in params && params.self === true;

/** Says lines `from` to `until`; resolves when they have their place. */
async function say(speaker: RtRpc, from: number, until: number): Promise<void> {
	const ids: unknown[] = [];
	for (let number = from; number < until; number += 1) {
		const sent = await speaker.call("send", { text: `line ${number}` });
		assert.ok(typeof sent === "object" && sent !== null && "id" in sent);
		ids.push(sent.id);
	}
	for (const id of ids) await speaker.waitFor("message", (line) => line.own && line.id === id, "an own line");
}

/** Stays: says the rest one by one, each as soon as somebody leaves or comes back. */
async function stayAndTalk(speaker: RtRpc, moving: ReadonlySet<string>): Promise<void> {
	await say(speaker, 0, firstLines);
	const said: Promise<void>[] = [];
	let next = firstLines;
	for (const name of moving) {
		const sayOne = async () => say(speaker, next, ++next);
		const left = speaker.waitFor("left", ({ member }) => member.name === name, `${name} leaving`);
		said.push(left.then(sayOne));
		const isBack = ({ member }: { readonly member: Member }) => member.name === name && member.trust === "known";
		said.push(left.then(() => speaker.waitFor("joined", isBack, `${name} coming back`)).then(sayOne));
	}
	await Promise.all(said);
}

/** Says the first lines, leaves, comes back with the same key, says the rest. */
async function moveAndTalk(t: TestContext, room: Room, name: string, speaker: RtRpc): Promise<RtRpc> {
	await say(speaker, 0, firstLines);
	await speaker.call("quit");
	assert.deepEqual((await speaker.exit).code, 0);
	const again = await joinRoom(t, room, name, { home: speaker.home });
	await say(again, firstLines, lines);
	return again;
}

interface Room {
	readonly port: number;
	readonly password: string;
}

async function fill(t: TestContext, room: Room, names: readonly string[]): Promise<Map<string, RtRpc>> {
	const inside = new Map<string, RtRpc>();
	const waiting = names.map((name) => ({ name, home: temporaryHome(t) }));
	const arrive = async () => {
		for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
			inside.set(one.name, await joinRoom(t, room, one.name, { home: one.home }));
		}
	};
	await Promise.all(Array.from({ length: arrivingAtOnce }, arrive));
	return inside;
}

/** What this program was told is what the host was told, from its own entry on, without a gap. */
function assertPartOf(hostLog: readonly string[], name: string, speaker: RtRpc, entry: "first" | "last"): number {
	const joined = `joined ${name}`;
	const start = (entry === "first" ? hostLog.indexOf(joined) : hostLog.lastIndexOf(joined)) + 1;
	assert.ok(start > 0, `the host saw ${name} come`);
	const log = logOf(speaker);
	assert.deepEqual(log, hostLog.slice(start, start + log.length), `what ${name} saw`);
	return start + log.length;
}

async function fingerprintsIn(speaker: RtRpc): Promise<readonly string[]> {
	const members = (await speaker.call("members")) as readonly Member[];
	return members.map(({ fingerprint }) => fingerprint).sort();
}

type Named = readonly [name: string, speaker: RtRpc];

/** Everybody by name: who stayed, and those who moved before and after. */
interface Talk {
	readonly host: RtRpc;
	readonly staying: readonly Named[];
	readonly before: readonly Named[];
	readonly after: readonly Named[];
}

/** Lets all talk and some move; resolves when all have seen the last line. */
async function talk(t: TestContext, room: Room & { readonly host: RtRpc }): Promise<Talk> {
	const { host } = room;
	const names = Array.from({ length: guests }, (_, index) => `guest${index}`);
	const inside = [...(await fill(t, room, names))];
	const moving = new Set(names.slice(0, movers));
	const before = inside.filter(([name]) => moving.has(name));
	const staying: readonly Named[] = [["Hana", host], ...inside.filter(([name]) => !moving.has(name))];
	const talking = staying.map(([, speaker]) => stayAndTalk(speaker, moving));
	const after = await Promise.all(
		before.map(async ([name, speaker]) => [name, await moveAndTalk(t, room, name, speaker)] as const),
	);
	await Promise.all(talking);
	await host.call("send", { text: theEnd });
	for (const [name, speaker] of [...staying, ...after]) {
		await speaker.waitFor("message", ({ text }) => text === theEnd, `the last line at ${name}`);
	}
	return { host, staying, before, after };
}

function assertSameEverywhere({ host, staying, before, after }: Talk): void {
	const hostLog = logOf(host);
	const heard = hostLog.filter((entry) => entry.includes(": line "));
	const numbers = Array.from({ length: lines }, (_, number) => number);
	const expected = [...staying, ...after].flatMap(([name]) => numbers.map((number) => `${name}: line ${number}`));
	assert.deepEqual(heard.toSorted(), expected.toSorted(), "each line has come to the host once");
	for (const [name, speaker] of before) assertPartOf(hostLog, name, speaker, "first");
	for (const [name, speaker] of [...staying.slice(1), ...after]) {
		assert.equal(assertPartOf(hostLog, name, speaker, "last"), hostLog.length, `${name} saw all until the end`);
	}
	for (const [name] of before) {
		assert.deepEqual(
			hostLog.filter((entry) => entry === `joined ${name}` || entry.startsWith(`left ${name} `)),
			[`joined ${name}`, `left ${name} left`, `joined ${name}`],
		);
	}
}

test("Twenty guests talk at once while three leave and come back: each line once, in one order, everywhere.", async (t) => {
	const said = await talk(t, await hostRoom(t));
	const { host, staying, after } = said;
	assertSameEverywhere(said);
	const present = await fingerprintsIn(host);
	assert.equal(new Set(present).size, guests + 1);
	const others = [...staying.slice(1), ...after];
	for (const [, speaker] of others) assert.deepEqual(await fingerprintsIn(speaker), present);

	await host.call("quit");
	assert.equal((await host.exit).code, 0);
	for (const [name, speaker] of others) {
		const { code } = await speaker.exit;
		const ends = speaker.all("closed").map((closed) => closed.code);
		assert.deepEqual([ends, code], [["room_closed"], 30], name);
	}
});
