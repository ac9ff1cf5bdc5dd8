// What the lists of the admin panel hold: people (those behind one address together), knocks, blocks. Pure.
import type { BlockView, KnockView } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";

/**
 * An AdminItem is one line of a list. `household` says how many people share the person's address, when there are more than one; with `isFirst` this one stands first of
 * them.
 */
export type AdminItem =
	| {
			readonly kind: "person";
			readonly person: Person;
			readonly household?: { readonly size: number; readonly isFirst: boolean };
	  }
	| { readonly kind: "knock"; readonly knock: KnockView }
	| { readonly kind: "block"; readonly block: BlockView };

/** Stays the same while the thing does. */
export function itemId(item: AdminItem): string {
	switch (item.kind) {
		case "person":
			return item.person.fingerprint;
		case "knock":
			return item.knock.id;
		case "block":
			return `${item.block.kind} ${item.block.address}`;
	}
}

/** Returns people in the order in which they came; those behind one address follow the first of them. */
export function personItems(people: readonly Person[]): readonly AdminItem[] {
	const groups = Map.groupBy(people, (person) => person.network ?? person.fingerprint);
	return [...groups.values()].flatMap((group): readonly AdminItem[] =>
		group.map((person, index) =>
			group.length === 1
				? { kind: "person", person }
				: { kind: "person", person, household: { size: group.length, isFirst: index === 0 } },
		),
	);
}

/** Returns the others who come from the same address as a person. */
export const housemates = (people: readonly Person[], { network, fingerprint }: Person): readonly Person[] =>
	network === undefined ? [] : people.filter((one) => one.network === network && one.fingerprint !== fingerprint);
