// Sender, host and receiver of a file are killed (SIGKILL) again and again while it passes: the same bytes at the end, and nothing half-done anywhere.
// RT_FILE_KILLS says how often; 200 take half an hour. RT_FILE_KILLS_SEED goes through the same choices again.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ownPort } from "../support/net/own-port.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";

const { RT_FILE_KILLS = "3", RT_FILE_KILLS_SEED = String(Date.now() % 1_000_000_000) } = process.env;
const kills = Number(RT_FILE_KILLS);
const password = "four calm green words";
const pieceBytes = 1024 ** 2;
/** Each file has so many pieces; when one has come the next is offered. */
const pieces = 24;
/** So many more pieces at most are waited for before the next kill. */
const mostPieces = 3;
const bytesPerSecond = 3_000_000;
/** What stands before the marks of a file that is received: a format, the start of the computer, two numbers, id, root and sizes. */
const marksHeaderBytes = 8 + 16 + 2 + 8 + 16 + 32 + 12;

/** Returns whole numbers from 0 on and below `below`, the same for each seed (a linear congruential generator, as in Numerical Recipes). */
function chooser(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

/** Somebody whose program is started, killed and started again. */
interface Somebody {
	readonly home: string;
	program: RtRpc;
	/** Starts the program; resolves when it has done its part of coming in. */
	readonly start: () => Promise<void>;
}

/** A room that lasts, with a host and two guests in it. */
async function room(t: TestContext) {
	const port = await ownPort();
	const homes = [temporaryHome(t), temporaryHome(t), temporaryHome(t)] as const;
	const hostArgs = ["host", "--bind", "127.0.0.1", "--port", String(port), "--keep", "Friends", "--name", "Hana"];
	const run = (home: string, ...args: readonly string[]): RtRpc => startRpc(t, args, { home });
	const host: Somebody = {
		home: homes[0],
		program: run(homes[0], ...hostArgs),
		async start() {
			host.program = run(homes[0], ...hostArgs);
			await host.program.waitFor("passwordRequired");
			await host.program.call("password", { password });
		},
	};
	await host.program.waitFor("passwordRequired");
	await host.program.call("password", { password });
	await host.program.waitFor("listening");
	const guest = async (home: string, name: string): Promise<Somebody> => {
		const one: Somebody = {
			home,
			program: run(home, "join", "127.0.0.1", String(port), "--name", name),
			async start() {
				one.program = run(home, "join", "Friends");
			},
		};
		await one.program.waitFor("passwordRequired");
		await one.program.call("password", { password });
		await one.program.waitFor("roomKept");
		return one;
	};
	return { host, sender: await guest(homes[1], "Gus"), receiver: await guest(homes[2], "Bob") };
}

/** A file on its way: what it is, and under which name it goes. */
interface Passing {
	readonly name: string;
	readonly sha256: string;
}

/** Counts the pieces that are on the receiver's disk; all, once the file has its name. */
function piecesOf({ name }: Passing, folder: string): number {
	const names = readdirSync(folder);
	const marks = names.find((one) => one.startsWith(name) && one.endsWith(".pieces"));
	if (marks === undefined) return names.includes(name) ? pieces : 0;
	return readFileSync(join(folder, marks))
		.subarray(marksHeaderBytes)
		.filter((mark) => mark !== 0).length;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
/** What somebody's program told last. */
const lastOf = ({ program }: Somebody): string =>
	program.notifications
		.slice(-10)
		.map((one) => JSON.stringify(one))
		.join("\n");
/** Tells whether a guest is in, as far as their program knows. */
const isInNow = ({ program }: Somebody): boolean =>
	["joined", "reconnected"].includes(
		program.notifications.findLast((one) => /^(?:joined|reconnect)/.test(one.method))?.method ?? "",
	);
const isIn = (one: Somebody) => one.program.waitFor("joined", ({ self }) => self === true);

test(`Files are the same after ${kills} kills of their sender, their host and their receiver, and nothing else is left`, {
	timeout: 300_000 + kills * 30_000,
}, async (t) => {
	assert.ok(kills > 0, "RT_FILE_KILLS is a number");
	t.diagnostic(`RT_FILE_KILLS_SEED=${RT_FILE_KILLS_SEED}`);
	const choose = chooser(Number(RT_FILE_KILLS_SEED));
	const [from, to] = [temporaryHome(t), temporaryHome(t)];
	const { host, sender, receiver } = await room(t);
	const people = [sender, host, receiver];
	const passing: Passing[] = [];
	const slowly = () => sender.program.call("limitFiles", { bytesPerSecond });
	const offer = async (): Promise<Passing> => {
		const name = `film-${passing.length}.mkv`;
		const bytes = randomBytes(pieces * pieceBytes - 77);
		writeFileSync(join(from, name), bytes);
		await Promise.all([isIn(sender), isIn(receiver)]);
		await slowly();
		await sender.program.call("sendFile", { path: join(from, name) });
		const { id } = await receiver.program.waitFor("fileOffered", (offered) => offered.name === name);
		await receiver.program.call("acceptFile", { id, to });
		await host.program.waitFor("fileOffered", (offered) => offered.id === id);
		await host.program.call("declineFile", { id });
		passing.push({ name, sha256: sha256(bytes) });
		return { name, sha256: sha256(bytes) };
	};
	let file = await offer();
	for (let kill = 0, before = 0; kill < kills; kill += 1) {
		if (piecesOf(file, to) === pieces) [file, before] = [await offer(), 0];
		const victim = people[kill % 3] ?? sender;
		// One in five is killed before anything has come since the last kill, while it comes in again or is just in.
		const more = choose(5) === 0 ? 0 : 1 + choose(mostPieces);
		// On a busy computer a host takes long to start, and guests try again less and less often: each step has its own patience.
		if (more > 0) await host.program.waitFor("listening");
		if (more > 0) for (const one of [sender, receiver]) await one.program.waitUntil(() => isInNow(one), "in again");
		await until(
			() => piecesOf(file, to) >= Math.min(before + more, pieces),
			`${more} pieces more than ${before} after ${kill} kills`,
			() => people.map(lastOf).join("\n"),
		);
		victim.program.kill("SIGKILL");
		await victim.program.exit;
		before = piecesOf(file, to);
		await victim.start();
		// It may not be in yet; then the file passes as fast as it can.
		if (victim === sender) await slowly().catch(() => undefined);
	}
	const names = passing.map(({ name }) => name).toSorted();
	await until(() => readdirSync(to).toSorted().join() === names.join(), "all is there, under its names alone");
	for (const { name, sha256: sent } of passing) assert.equal(sha256(readFileSync(join(to, name))), sent, name);
	const spool = () => readdirSync(join(host.home, "spool")).filter((name) => !name.includes(".lock"));
	await until(() => spool().length === 0, "the host keeps nothing any more");
	t.diagnostic(`${passing.length} files, ${kills} kills`);
});
