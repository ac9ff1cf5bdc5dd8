// Remembers since when each member has had the keys it has in the group now (its MLS leaf), as far as our own program saw them become new.
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Person } from "../api/people.ts";
import type { MemberEvent } from "../member/events.ts";

/** Holds, for each member, since when they have had their keys, by our own clock. Of keys that became new while we were not there it only knows a time at which they were there already: keys must never be shown as newer than they are. */
export class LeafAges {
	readonly #since = new Map<Fingerprint, number>();
	/** Holds a time at which the keys were there already, for members whose keys we did not see become new. */
	readonly #atLeast = new Map<Fingerprint, number>();

	/** Is called when we are in among these members, with a leaf that has just been made. `at`: ms since the epoch. */
	entered(members: readonly GroupMember[], self: Fingerprint, at: number): void {
		const here = new Set(members.map(({ fingerprint }) => fingerprint));
		for (const one of [...this.#since.keys(), ...this.#atLeast.keys()]) if (!here.has(one)) this.#forget(one);
		for (const one of here) if (!this.#since.has(one) && !this.#atLeast.has(one)) this.#atLeast.set(one, at);
		this.#since.set(self, at);
	}

	/**
	 * Takes in a commit that our group has judged, and returns whose leaf it has changed: who came in by it, and who made it. `at` is in ms since the epoch;
	 * With `isMissed` it happened at some time before, while our program was not there.
	 */
	changed(
		{ joined, left, by }: Extract<MemberEvent, { kind: "membership" }>,
		at: number,
		isMissed: boolean,
	): readonly Fingerprint[] {
		const renewed = new Set([...joined.map(({ fingerprint }) => fingerprint), ...(by === undefined ? [] : [by])]);
		for (const { fingerprint } of left) if (!renewed.has(fingerprint)) this.#forget(fingerprint);
		for (const one of renewed) {
			this.#forget(one);
			(isMissed ? this.#atLeast : this.#since).set(one, at);
		}
		return [...renewed];
	}

	/** Returns what is shown of it. */
	of(who: Fingerprint): Pick<Person, "leafSince" | "leafAtLeastSince"> {
		const leafSince = this.#since.get(who);
		const leafAtLeastSince = this.#atLeast.get(who);
		if (leafSince !== undefined) return { leafSince };
		return leafAtLeastSince === undefined ? {} : { leafAtLeastSince };
	}

	#forget(who: Fingerprint): void {
		this.#since.delete(who);
		this.#atLeast.delete(who);
	}
}
