// A kept room of three background processes, of which no more than two ever reach each other.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { A_MOMENT_MS, addresses, type Lab, openLab } from "../../netlab/lab.ts";
import { type RtRpc, startDaemon } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const password = "open the door";

/** Where each of them is, with the address by which the others see them too. */
const homes = {
	Hana: { place: "srv", address: addresses.srv6 },
	Gus: { place: "hostA", address: addresses.hostA6 },
	Dana: { place: "hostA2", address: addresses.hostA26 },
} as const;
type Name = keyof typeof homes;
const names = ["Hana", "Gus", "Dana"] as const;
type Guest = Exclude<Name, "Hana">;

/** Three computers, two of which have their cable in; Hana is the host. */
class Three {
	/** What everybody has said, in no order. */
	readonly said: string[] = [];
	readonly #lab: Lab;
	readonly #daemons: Readonly<Record<Name, RtRpc>>;
	readonly #members = new Set<Guest>();
	#away: Name;

	private constructor(lab: Lab, daemons: Readonly<Record<Name, RtRpc>>, away: Name) {
		this.#lab = lab;
		this.#daemons = daemons;
		this.#away = away;
	}

	static async start(t: TestContext, away: Name): Promise<Three | undefined> {
		const lab = await openLab(t);
		if (!lab) return undefined;
		// So that they all talk by TCP, whose connections can be cut.
		lab.nat("a", "blockudp");
		lab.plug(homes[away].place, false);
		const daemonOf = async (name: Name) =>
			(await startDaemon(t, temporaryHome(t), { namespace: lab.nameOf(homes[name].place), name })).rpc;
		const [Hana, Gus, Dana] = await Promise.all([daemonOf("Hana"), daemonOf("Gus"), daemonOf("Dana")]);
		return new Three(lab, { Hana, Gus, Dana }, away);
	}

	/** The host opens the room; returns where it is to be joined. */
	async open(): Promise<string> {
		await this.#daemons.Hana.call("host", { password, keep: "Friends", historyDays: 30 });
		const { port } = await this.#daemons.Hana.waitFor("listening");
		return `[${homes.Hana.address}]:${port}`;
	}

	async enter(guest: Guest, target: string): Promise<void> {
		const rpc = this.#daemons[guest];
		await rpc.call("join", { target });
		await rpc.waitFor("passwordRequired");
		await rpc.call("password", { password });
		await rpc.waitFor("roomKept");
		this.#members.add(guest);
	}

	/** Pulls the cable of one, and only then puts in that of who was away. Resolves when the guests' programs have seen both. */
	async leavesOut(name: Name): Promise<void> {
		const returning = this.#away;
		this.#away = name;
		this.#lab.plug(homes[name].place, false);
		for (const one of names) if (one !== name) this.#cut(one, name);
		for (const guest of this.#members) if (!this.#isWithHost(guest)) await this.#is(guest, "reconnecting");
		this.#lab.plug(homes[returning].place, true);
		for (const guest of this.#members) if (this.#isWithHost(guest)) await this.#is(guest, "reconnected");
	}

	/** Says a line that these others hear. */
	async says(name: Name, text: string, ...others: readonly Name[]): Promise<void> {
		this.said.push(text);
		await this.#daemons[name].call("send", { text });
		for (const other of others) await this.hears(other, text);
	}

	/** Says a line while the host is away: it stays on this person's own computer. */
	async saysAlone(guest: Guest, text: string): Promise<void> {
		this.said.push(text);
		const answer = await this.#daemons[guest].call("send", { text });
		assert.ok(typeof answer === "object" && answer !== null && "waitsFor" in answer);
		assert.equal(answer.waitsFor, "Hana");
	}

	hears(name: Name, wanted: string): Promise<unknown> {
		return this.#daemons[name].waitFor("message", ({ text }) => text === wanted, `${name} is told "${wanted}"`);
	}

	/** Returns what this person's program has told, in its order. */
	told(name: Name): readonly string[] {
		return this.#daemons[name].all("message").map(({ text }) => text);
	}

	/** Returns what this person's disk has. */
	async kept(name: Name): Promise<readonly string[]> {
		const { messages } = (await this.#daemons[name].call("history", { limit: 1_000 })) as {
			readonly messages: readonly { readonly text: string }[];
		};
		return messages.map(({ text }) => text);
	}

	/** Whether the other's computer answers a call from here: it refuses, because nobody listens at that port. */
	async reaches(from: Name, to: Name): Promise<boolean> {
		const said = await this.#lab.dial(
			homes[from].place,
			"tcp",
			homes[to].address,
			9,
			this.#away === to ? A_MOMENT_MS : undefined,
		);
		return said === "ECONNREFUSED";
	}

	#isWithHost(guest: Guest): boolean {
		return this.#away !== "Hana" && this.#away !== guest;
	}

	async #is(guest: Guest, state: "reconnecting" | "reconnected"): Promise<void> {
		const rpc = this.#daemons[guest];
		const isSo = () => rpc.all("reconnecting").length > rpc.all("reconnected").length === (state === "reconnecting");
		await rpc.waitUntil(isSo, `${guest} is ${state}`);
	}

	/** Ends the connections of two computers at both ends, as their systems do in time: the programs themselves give a silent one up after half a minute. */
	#cut(one: Name, other: Name): void {
		for (const [at, to] of [
			[one, other],
			[other, one],
		] as const) {
			this.#lab.exec(homes[at].place, "ss", "--tcp", "--kill", "dst", `[${homes[to].address}]`);
		}
	}
}

test("three background processes of which no more than two ever reach each other: every line arrives once, in the same order everywhere", async (t) => {
	const three = await Three.start(t, "Dana");
	if (!three) return;
	const target = await three.open();
	await three.enter("Gus", target);
	await three.leavesOut("Gus");
	await three.enter("Dana", target);
	await three.leavesOut("Dana");
	await three.says("Hana", "to Gus", "Gus");
	await three.says("Gus", "from Gus", "Hana");
	await three.leavesOut("Gus");
	await three.says("Hana", "to Dana", "Dana");
	await three.says("Dana", "from Dana", "Hana");
	await three.leavesOut("Hana");
	assert.ok((await three.reaches("Gus", "Dana")) && !(await three.reaches("Gus", "Hana")));
	await three.saysAlone("Gus", "Gus, without the host");
	await three.saysAlone("Dana", "Dana, without the host");
	await three.leavesOut("Dana");
	await three.hears("Hana", "Gus, without the host");
	await three.leavesOut("Gus");
	await three.hears("Hana", "Dana, without the host");
	await three.says("Hana", "the end", "Dana");
	await three.leavesOut("Dana");
	await three.hears("Gus", "the end");
	const order = three.told("Hana");
	assert.deepEqual(order.toSorted(), three.said.toSorted());
	for (const name of names) {
		assert.deepEqual(three.told(name), order, `what ${name} is told`);
		assert.deepEqual(await three.kept(name), order, `what is on ${name}'s disk`);
	}
});
