// From where each friend's invite was used: a personal one that comes from several countries has probably got into other hands. In memory, for as long as the room is open.
import type { Caller } from "../../net/address/caller.ts";
import type { InviteTrail } from "../api/gate.ts";
import type { Location } from "../api/people.ts";

/** At most this many different callers of one invite are looked up: somebody who has it and many addresses must not keep us busy. */
const mostCallers = 64;
/** At most this many countries are remembered for an invite; more would say nothing new. */
const mostCountries = 16;

interface Trail {
	/** The callers that were looked up, by their keys. */
	readonly callers: Set<string>;
	readonly countries: Set<string>;
	hasNoAddress: boolean;
}

/** Adds up the knocks by personal invites. */
export class InviteTrails {
	readonly #byLabel = new Map<string, Trail>();

	/** Notes a knock; tells whether its caller is to be looked up, and then given to `found`. */
	knocked(label: string, caller: Caller): boolean {
		const trail = this.#trail(label);
		if (caller.geoAddress === undefined) {
			trail.hasNoAddress = true;
			return false;
		}
		if (trail.callers.has(caller.key) || trail.callers.size >= mostCallers) return false;
		trail.callers.add(caller.key);
		return true;
	}

	/** Notes where a caller is. Returns the trail when that is a further country, so that it leads to more than one. */
	found(label: string, { country }: Location): InviteTrail | undefined {
		// It may have been taken back meanwhile.
		const trail = this.#byLabel.get(label);
		if (trail === undefined || country === undefined || trail.countries.has(country)) return undefined;
		if (trail.countries.size >= mostCountries) return undefined;
		trail.countries.add(country);
		return trail.countries.size > 1 ? trailOf(label, trail) : undefined;
	}

	/** Lists them in the order in which they were first used. */
	all(): readonly InviteTrail[] {
		return [...this.#byLabel].map(([label, trail]) => trailOf(label, trail));
	}

	/** Forgets an invite that was taken back: a new one of that name is another invite. */
	forget(label: string): void {
		this.#byLabel.delete(label);
	}

	clear(): void {
		this.#byLabel.clear();
	}

	/** Returns the trail of an invite, which begins with this where there is none. `Invites` bounds how many there are, and nobody can make up a label. */
	#trail(label: string): Trail {
		const known = this.#byLabel.get(label);
		if (known) return known;
		const trail: Trail = { callers: new Set(), countries: new Set(), hasNoAddress: false };
		this.#byLabel.set(label, trail);
		return trail;
	}
}

function trailOf(invite: string, { callers, countries, hasNoAddress }: Trail): InviteTrail {
	return { invite, addresses: callers.size, countries: [...countries], hasNoAddress };
}
