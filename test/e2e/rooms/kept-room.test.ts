// A room that stays, with real programs that are killed at any moment: every line is heard once, in the same order everywhere, and nobody is asked for a password again. RT_KILLS says how many; 200 take half an hour.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { type TestContext, test } from "node:test";
import { runRt } from "../../support/program/rt.ts";
import { joinRoom, type RtRpc, startDaemon, startRpc } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";

const { RT_KILLS = "6" } = process.env;
const kills = Number(RT_KILLS);
const password = "open the door";
const linesPerRound = 25;
const people = ["host", "guest", "daemon"] as const;
type Person = (typeof people)[number];

/** Opens the room that stays, or goes on with it; resolves when guests can come in. */
async function openKept(t: TestContext, home: string, port: number): Promise<{ host: RtRpc; port: number }> {
	const wish = ["--keep", "Friends", "--history", "30", "--bind", "127.0.0.1", "--port", String(port)];
	const host = startRpc(t, ["host", ...wish, "--name", "Hana"], { home });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	return { host, port: (await host.waitFor("listening")).port };
}

/** Host, guest and a background process of one room, each of which can be killed and comes back. */
class Programs {
	readonly homes: Readonly<Record<Person, string>>;
	/** The texts that somebody was told are said, of each by themselves. */
	readonly said: Readonly<Record<Person, string[]>> = { host: [], guest: [], daemon: [] };
	readonly rpc: Record<Person, RtRpc>;
	/** What guests were told of what others said, over all their programs. */
	readonly told: string[] = [];
	readonly #t: TestContext;
	readonly #port: number;
	#killDaemon: () => void = () => {};

	private constructor(
		t: TestContext,
		homes: Readonly<Record<Person, string>>,
		rpc: Record<Person, RtRpc>,
		port: number,
	) {
		this.#t = t;
		this.homes = homes;
		this.rpc = rpc;
		this.#port = port;
	}

	static async open(t: TestContext): Promise<Programs> {
		const homes = { host: temporaryHome(t), guest: temporaryHome(t), daemon: temporaryHome(t) };
		const { host, port } = await openKept(t, homes.host, 0);
		const guest = await joinRoom(t, { port, password }, "Gus", { home: homes.guest });
		const daemon = await joinRoom(t, { port, password }, "Dana", { home: homes.daemon });
		for (const one of [guest, daemon]) await one.waitFor("roomKept");
		const programs = new Programs(t, homes, { host, guest, daemon }, port);
		daemon.kill("SIGKILL");
		await daemon.exit;
		await programs.#startDaemon();
		return programs;
	}

	/** Says so many lines, as far as the program lives. What was answered is said. */
	async speak(who: Person, round: number): Promise<void> {
		const program = this.rpc[who];
		for (let line = 0; line < linesPerRound; line += 1) {
			const text = `${who} ${round} ${line}`;
			const isSaid = await program.call("send", { text }).then(
				() => true,
				() => false,
			);
			if (!isSaid) return;
			this.said[who].push(text);
		}
	}

	async killAndStart(who: Person): Promise<void> {
		const { guest } = this.rpc;
		const reconnected = guest.all("reconnected").length;
		if (who === "daemon") {
			this.#killDaemon();
			await this.rpc.daemon.exit;
			await this.#startDaemon();
			return;
		}
		this.rpc[who].kill("SIGKILL");
		await this.rpc[who].exit;
		if (who === "host") {
			this.rpc.host = (await openKept(this.#t, this.homes.host, this.#port)).host;
			let times = 0;
			await guest.waitFor("reconnected", () => ++times > reconnected, "the guest's return");
			return;
		}
		this.#remember(guest);
		this.rpc.guest = startRpc(this.#t, ["join", "Friends"], { home: this.homes.guest });
		await this.rpc.guest.waitFor("joined", ({ self }) => self === true, "the guest's own return");
		await this.rpc.guest.waitFor("caughtUp");
		assert.equal(this.rpc.guest.all("passwordRequired").length, 0);
	}

	/** Returns what the disk of this person has of what was said, in its order. */
	async kept(who: Person): Promise<readonly string[]> {
		const { output } = await runRt(this.#t, ["history", "export", "Friends", "--json"], { home: this.homes[who] });
		return output
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line).text);
	}

	/** Returns what the guest was told, over all its programs. */
	allTold(): readonly string[] {
		this.#remember(this.rpc.guest);
		return this.told;
	}

	#remember(guest: RtRpc): void {
		this.told.push(...guest.all("message").flatMap(({ own, text }) => (own ? [] : [text])));
	}

	async #startDaemon(): Promise<void> {
		const { daemon, rpc } = await startDaemon(this.#t, this.homes.daemon);
		this.#killDaemon = () => daemon.kill("SIGKILL");
		this.rpc.daemon = rpc;
		const isIn = async () => {
			const { rooms } = (await rpc.call("rooms")) as { readonly rooms: readonly { readonly state: string }[] };
			return rooms.some(({ state }) => state === "inRoom");
		};
		await until(isIn, "the background process is in the room again");
	}
}

test(`host, guest and background process are killed ${kills} times at any moment while all speak: everybody has every line once, in the same order`, {
	timeout: 60_000 * (10 + kills),
}, async (t) => {
	const programs = await Programs.open(t);
	for (let round = 0; round < kills; round += 1) {
		const victim = people[round % people.length] ?? "host";
		const speaking = people.map((who) => programs.speak(who, round));
		// At that moment some of what is said is on its way, or not said yet.
		const moment = randomInt(linesPerRound);
		await programs.rpc.guest.waitFor("message", ({ text }) => text === `host ${round} ${moment}`);
		await programs.killAndStart(victim);
		await Promise.all(speaking);
	}
	for (const who of people) await programs.rpc[who].call("send", { text: `the end of ${who}` });
	const hasAll = async (who: Person) => {
		const kept = await programs.kept(who);
		return people.every((one) => kept.includes(`the end of ${one}`));
	};
	for (const who of people) await until(() => hasAll(who), `${who} has everybody's last line`);
	const kept = await programs.kept("host");
	for (const who of people) {
		assert.deepEqual(await programs.kept(who), kept, `what ${who} has, and in which order`);
		const own = kept.filter((text) => text.startsWith(`${who} `));
		// A program that was killed may have said a line that nobody was told of.
		assert.deepEqual(
			own.filter((text) => programs.said[who].includes(text)),
			programs.said[who],
			`each line of ${who}`,
		);
		assert.equal(new Set(own).size, own.length);
		t.diagnostic(`${who}: ${own.length} lines, ${programs.said[who].length} of them answered`);
	}
	// A killed program may have told of a line whose showing was not on the disk yet: that one is told again, and nothing else.
	const told = programs.allTold();
	assert.deepEqual(
		[...new Set(told)],
		kept.filter((text) => !text.startsWith("guest ") && text !== "the end of guest"),
	);
	assert.ok(told.length - new Set(told).size <= kills, `${told.length - new Set(told).size} lines were told twice`);
});
