// Who makes room on the way in, by counts that are kept: the same as when everybody is counted anew.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PendingVisits } from "../../../../src/engine/gate/guesses/pending-visits.ts";
import type { Visit } from "../../../../src/engine/gate/guesses/visit.ts";
import { callerAt } from "../../../support/net/caller-at.ts";

const addresses = ["203.0.113.1", "203.0.113.2", "198.51.100.1", "198.51.100.2", "192.0.2.1"];

/** Counts the items of each group. */
function sizes(groups: readonly string[]): ReadonlyMap<string, number> {
	const counted = new Map<string, number>();
	for (const group of groups) counted.set(group, (counted.get(group) ?? 0) + 1);
	return counted;
}

/** Returns the crowd by the rule itself: those who have most when the newcomer is counted as well. */
function crowdWith(present: readonly string[], newcomer: string, groupOf: (address: string) => string) {
	const counted = new Map(sizes([...present, newcomer].map(groupOf)));
	const most = Math.max(...present.map((address) => counted.get(groupOf(address)) ?? 0));
	const crowd = present.filter((address) => counted.get(groupOf(address)) === most);
	return { crowd, hasNewcomer: counted.get(groupOf(newcomer)) === most };
}

const step = fc.oneof(
	fc.record({ kind: fc.constant("come" as const), address: fc.constantFrom(...addresses) }),
	fc.record({ kind: fc.constant("end" as const), which: fc.nat(20) }),
	fc.record({ kind: fc.constant("makeRoom" as const), address: fc.constantFrom(...addresses) }),
);

test("the counts by which a crowd is told are those of the strangers who are there, whoever came, went or made room before", () => {
	const neighbourhoodOf = (address: string) => callerAt(address).neighbourhood;
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const pending = new PendingVisits();
			const present: { readonly number: number; readonly address: string }[] = [];
			let last = 0;
			for (const one of steps) {
				if (one.kind === "come") {
					const visit = { caller: callerAt(one.address) } as Visit;
					const both = { dismissal: new AbortController(), over: new AbortController() };
					pending.add(++last, { visit, guesses: 0, ...both });
					present.push({ number: last, address: one.address });
				} else if (one.kind === "end") {
					const [gone] = present.splice(one.which, 1);
					pending.end(gone?.number ?? 0);
				} else if (present.length > 0) {
					const there = present.map(({ address }) => address);
					const { crowd, hasNewcomer } = crowdWith(there, one.address, neighbourhoodOf);
					const victim = crowdWith(crowd, one.address, (address) => address).crowd[0];
					assert.equal(pending.isOfTheCrowd(callerAt(one.address)), hasNewcomer);
					pending.makeRoomFor(callerAt(one.address));
					present.splice(there.indexOf(victim ?? ""), 1);
				}
				const counted = sizes(present.map(({ address }) => address));
				assert.equal(pending.size, present.length);
				for (const address of addresses)
					assert.equal(pending.countOf(callerAt(address)), counted.get(address) ?? 0, address);
				for (const { number } of present) assert.equal(pending.has(number), true);
			}
		}),
	);
});
