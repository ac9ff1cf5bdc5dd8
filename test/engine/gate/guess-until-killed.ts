// A process that guesses wrong as fast as it can until it is killed: `node guess-until-killed.ts HOME PREFIX`. Each knocker is blocked, then comes the next.
import { writeSync } from "node:fs";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { openStore } from "../../../src/store/db.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const [home = "", prefix = ""] = process.argv.slice(2);
const outcome = openStore(home);
if (outcome.kind === "refused") throw new Error(JSON.stringify(outcome.trouble));
const gatekeeper = new Gatekeeper({ store: outcome.store, onAlert: () => undefined });

/** In one system call, so that a kill never leaves half a line. */
const say = (line: string) => writeSync(1, `${line}\n`);

for (let number = 0; ; number++) {
	const address = `${prefix}${number}`;
	const caller = callerAt(address);
	for (let knock = gatekeeper.knock(caller); knock.kind === "admitted"; knock = gatekeeper.knock(caller)) {
		let left = 3;
		while (left > 0) {
			say(`made ${address}`);
			const guess = knock.visit.guess(() => false);
			if (guess.kind !== "wrong") throw new Error(guess.kind);
			say(`answered ${address}`);
			left = guess.left;
		}
		knock.visit.end();
	}
}
