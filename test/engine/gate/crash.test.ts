// kill -9 in the middle of guessing: no answered guess is forgotten, and none is counted that was not made. Two processes at a time on one home.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { strikesToBlock } from "../../../src/engine/gate/guesses/gate.ts";
import { blocksIn } from "../../../src/store/blocks.ts";
import { openStore } from "../../../src/store/db.ts";
import { strikesIn } from "../../../src/store/strikes.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const { CI, RT_CRASH_KILLS = CI === "true" ? "200" : "60" } = process.env;
const kills = Number(RT_CRASH_KILLS);
const atOnce = 2;
const script = fileURLToPath(new URL("./guess-until-killed.ts", import.meta.url));

/**
 * Starts the guessing process and kills it some milliseconds after it has answered so many guesses, which it goes on making meanwhile; what it had said by then.
 * With 0 it is killed after it has begun with its first guess.
 */
async function guessUntilKilled(home: string, prefix: string, answers: number): Promise<string> {
	const child = spawn(process.execPath, [script, home, prefix], { stdio: ["ignore", "pipe", "inherit"] });
	const closed = once(child, "close");
	let said = "";
	const enough = Promise.withResolvers<void>();
	child.stdout.setEncoding("utf8").on("data", (text) => {
		said += text;
		if (said.split("answered").length > answers) enough.resolve();
	});
	await Promise.race([enough.promise, closed]);
	await delay(Math.random() * 40);
	child.kill("SIGKILL");
	const [, signal] = await closed;
	assert.equal(signal, "SIGKILL");
	return said;
}

function countsOf(said: string, word: string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const line of said.split("\n")) {
		const [what, address = ""] = line.split(" ");
		if (what === word) counts.set(address, (counts.get(address) ?? 0) + 1);
	}
	return counts;
}

/** Asserts for every address that what is on record lies between what was answered and what was made; how many guesses are on record. */
function assertRecorded(home: string, said: string): number {
	const [made, answered] = [countsOf(said, "made"), countsOf(said, "answered")];
	const outcome = openStore(home);
	if (outcome.kind === "refused") assert.fail(JSON.stringify(outcome.trouble));
	const [strikes, blocks] = [strikesIn(outcome.store), blocksIn(outcome.store)];
	let guesses = 0;
	for (const [address, most] of made) {
		const isBlocked = blocks.find("address", address, Date.now()) !== undefined;
		const counted = isBlocked ? strikesToBlock : strikes.of(address);
		assert.ok(counted <= most, `${address}: ${counted} counted, ${most} made`);
		const least = answered.get(address) ?? 0;
		assert.ok(counted >= least, `${address}: ${counted} counted, ${least} answered`);
		guesses += counted;
	}
	outcome.store.close();
	return guesses;
}

test(`killed at any moment, the gate neither forgets an answered guess nor counts one twice (${kills} kills)`, async (t) => {
	const home = temporaryHome(t);
	let guesses = 0;
	let killed = 0;
	while (killed < kills) {
		const doomed = Array.from({ length: atOnce }, () => {
			killed += 1;
			// On a busy computer it may have had no processor between its first guess and the kill.
			return guessUntilKilled(home, `10.${killed % 256}.${killed >> 8}.`, killed % 5);
		});
		for (const said of await Promise.all(doomed)) guesses += assertRecorded(home, said);
	}
	assert.ok(guesses > kills, `only ${guesses} guesses before ${kills} kills`);
});
