// kill -9 in the middle of guessing: no answered guess is forgotten, and none is counted that was not made.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { strikesToBlock } from "../../src/engine/gate.ts";
import { blocksIn } from "../../src/store/blocks.ts";
import { openStore } from "../../src/store/db.ts";
import { strikesIn } from "../../src/store/strikes.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const { RT_CRASH_ROUNDS = "20" } = process.env;
const rounds = Number(RT_CRASH_ROUNDS);
const script = fileURLToPath(new URL("../support/guess-until-killed.ts", import.meta.url));

/** Starts the guessing process and kills it `afterMs` after its first guess; what it had said by then. */
async function guessUntilKilled(home: string, prefix: string, afterMs: number): Promise<string> {
	const child = spawn(process.execPath, [script, home, prefix], { stdio: ["ignore", "pipe", "inherit"] });
	let said = "";
	child.stdout.setEncoding("utf8").on("data", (text) => {
		said += text;
	});
	await once(child.stdout, "data");
	await delay(afterMs);
	child.kill("SIGKILL");
	const [, signal] = await once(child, "close");
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

test(`killed at any moment, the gate neither forgets an answered guess nor counts one twice (${rounds} rounds)`, async (t) => {
	const home = temporaryHome(t);
	let guesses = 0;
	for (let round = 0; round < rounds; round++) {
		const said = await guessUntilKilled(home, `10.${round % 256}.${round >> 8}.`, Math.random() * 40);
		const [made, answered] = [countsOf(said, "made"), countsOf(said, "answered")];
		const outcome = openStore(home);
		if (outcome.kind === "refused") assert.fail(outcome.message);
		const [strikes, blocks] = [strikesIn(outcome.store), blocksIn(outcome.store)];
		for (const [address, most] of made) {
			const isBlocked = blocks.find("address", address, Date.now()) !== undefined;
			const counted = isBlocked ? strikesToBlock : strikes.of(address);
			assert.ok(counted <= most, `${address}: ${counted} counted, ${most} made`);
			assert.ok(
				counted >= (answered.get(address) ?? 0),
				`${address}: ${counted} counted, ${answered.get(address)} answered`,
			);
			guesses += counted;
		}
		outcome.store.close();
	}
	assert.ok(guesses > rounds, `only ${guesses} guesses in ${rounds} rounds`);
});
