// Who ends being buddies and is killed in the middle of it: whatever was written last, the other one hears of it, or nothing has ended.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { cutAtEachWrite } from "../../support/rooms/cut-home.ts";
import { openAgain, type TestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { annAndBob, becomeBuddies, buddies, hostAt, joinAt, only } from "./two.ts";

/** How many rooms there are on this disk, those that are over and not told among them. */
function roomsIn(home: string): number {
	const database = new Database(join(home, "rt.db"));
	const count = database.prepare<[], number>("SELECT count(*) FROM kept_rooms").pluck().get() ?? 0;
	database.close();
	return count;
}

async function ended(t: TestContext, isBobThere: boolean) {
	const { ann, bob } = await annAndBob(t);
	await becomeBuddies(ann, bob);
	const bobsHome = temporaryHome(t);
	if (!isBobThere) await bob.engine.close();
	cpSync(bob.home, bobsHome, { recursive: true });
	if (!isBobThere) await ann.until(() => only(ann).isHere !== true, "Bob is gone");
	const { fingerprint } = only(ann);
	const cuts = await cutAtEachWrite(t, ann, () => ann.does({ kind: "unbuddy", fingerprint }));
	await ann.engine.close();
	if (isBobThere) await bob.engine.close();
	return { cuts, bobsHome };
}

const isListed = async (t: TestContext, home: string): Promise<boolean> => {
	const one: TestEngine = await openAgain(t, { home });
	const is = buddies(one).length > 0;
	await one.engine.close();
	return is;
};

for (const isBobThere of [true, false]) {
	test(`a person whose program is killed while they end it with a buddy who is ${isBobThere ? "there" : "away"} has ended nothing, or tells it when the two next meet`, async (t) => {
		const { cuts, bobsHome } = await ended(t, isBobThere);
		const after: string[] = [];
		for (const { home } of cuts) {
			if (await isListed(t, home)) continue;
			assert.ok(roomsIn(home) > 0, "the room is gone, and nobody would be told");
			after.push(home);
		}
		assert.ok(after.length > 0);
		const [first] = after;
		assert.ok(first !== undefined);
		const [ann, bob] = [await openAgain(t, { home: first }), await openAgain(t, { home: bobsHome })];
		assert.equal(buddies(bob).length, 1);
		await joinAt(bob, await hostAt(ann));
		const { isOurs } = await bob.told("buddyEnded");
		assert.equal(isOurs, false);
		assert.deepEqual(buddies(bob), []);
	});
}
