// Where in the order of the room its members came in.

/** Says where somebody came in. `entry`: the place where the leaf came in that they have now; `since`: that of the first leaf they have had without a break, where it is another one. */
export interface Entries {
	readonly entry: number;
	readonly since?: number | undefined;
}

/** Says where somebody has come in who enters at `entry`; `former`: where they came in before, if they have had a leaf until now. */
export function entersAt(entry: number, former: Entries | undefined): Entries {
	return former ? { entry, since: former.since ?? former.entry } : { entry };
}
