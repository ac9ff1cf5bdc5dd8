// What link benches are told and what they find out, passed between their processes as JSON.

/** Those that are measured beside each other. "udx": its streams without anything of ours, so that what our layers cost stands apart. */
export const linkKinds = ["tcp", "udp", "dht", "udx"] as const;
/** One of them. */
export type LinkKind = (typeof linkKinds)[number];

/** What is done, and where: the two ends' addresses. */
export interface LinkWork {
	readonly near: string;
	readonly far: string;
	readonly rounds: number;
	/** So much is sent one way, each amount on a link of its own: the first seconds of a link are slower than what follows. */
	readonly megabytes: readonly number[];
	readonly roundTrips: number;
	readonly dials: number;
}

/** Medians. */
export interface LinkFigures {
	/** For each amount, in the order they were given. */
	readonly megabytesPerSecond: readonly number[];
	readonly roundTripMs: number;
	/** What one of a hundred exceeds. */
	readonly slowRoundTripMs: number;
	/** Until there is a link. */
	readonly dialMs: number;
}

/** Of each. */
export type AllLinkFigures = Readonly<Record<LinkKind, LinkFigures>>;
