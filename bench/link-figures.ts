// What link benches are told and what they find out, passed between their processes as JSON.

/** Those that are measured beside each other. */
export const linkKinds = ["tcp", "udp", "dht"] as const;
/** One of them. */
export type LinkKind = (typeof linkKinds)[number];

/** What is done, and where: the two ends' addresses. */
export interface LinkWork {
	readonly near: string;
	readonly far: string;
	readonly rounds: number;
	readonly megabytes: number;
	readonly roundTrips: number;
	readonly dials: number;
}

/** Medians. */
export interface LinkFigures {
	readonly megabytesPerSecond: number;
	readonly roundTripMs: number;
	/** What one of a hundred exceeds. */
	readonly slowRoundTripMs: number;
	/** Until there is a link. */
	readonly dialMs: number;
}

/** Of each. */
export type AllLinkFigures = Readonly<Record<LinkKind, LinkFigures>>;
