// Remembers since when each member has had the keys it has in the group now (its MLS leaf), as far as our own program saw them become new.
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Person } from "../api/people.ts";
import type { MemberEvent } from "../member/events.ts";

/** Holds times of our own clock. What changed while we were not there has none: keys must never be shown as newer than they are. */
export class LeafAges {
	readonly #since = new Map<Fingerprint, number>();

	/** We are in among these members, with a leaf that has just been made. `at`: ms since the epoch. */
	entered(members: readonly GroupMember[], self: Fingerprint, at: number): void {
		const here = new Set(members.map(({ fingerprint }) => fingerprint));
		for (const one of this.#since.keys()) if (!here.has(one)) this.#since.delete(one);
		this.#since.set(self, at);
	}

	/**
	 * Takes in a commit that our group has judged, and returns whose leaf it has changed: who came in by it, and who made it. `at` is in ms since the epoch;
	 * `undefined`: nobody knows when it was, for our program was not there.
	 */
	changed(
		{ joined, left, by }: Extract<MemberEvent, { kind: "membership" }>,
		at: number | undefined,
	): readonly Fingerprint[] {
		const renewed = new Set([...joined.map(({ fingerprint }) => fingerprint), ...(by === undefined ? [] : [by])]);
		for (const { fingerprint } of left) if (!renewed.has(fingerprint)) this.#since.delete(fingerprint);
		if (at === undefined) return [];
		for (const one of renewed) this.#since.set(one, at);
		return [...renewed];
	}

	/** Returns what is shown of it. */
	of(who: Fingerprint): Pick<Person, "leafSince"> {
		const leafSince = this.#since.get(who);
		return leafSince === undefined ? {} : { leafSince };
	}
}
