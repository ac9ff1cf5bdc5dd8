// What the command line is read with: the terminal, the environment, and what they allow.
import type { TargetTrouble } from "../../../engine/api/refusals.ts";
import type { Options } from "./options.ts";

/** Says where the program may look and listen. When `home` is absent it uses the system's usual folders. */
export interface Surroundings {
	readonly home?: string;
	/** The profile, whose home lies below that one: an identity of its own, with everything that goes with it. */
	readonly profile?: string;
}

/** Holds what is known beside the words that were typed. */
export interface ArgumentContext {
	readonly stdoutIsTty: boolean;
	readonly stdinIsTty: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The reader of addresses and ports, which is the engine's. */
	readonly parseTarget: (
		typed: string,
	) => { readonly kind: "target"; readonly display: string } | ({ readonly kind: "refused" } & TargetTrouble);
}

/** Tells whether rooms may be looked for and shown on this network. */
export const isLanAllowed = (options: Options, { env: { RT_NO_LAN } }: ArgumentContext): boolean =>
	!options.has("no-lan") && !RT_NO_LAN;

/** Tells whether the router may be asked to open a port. */
export const isPortmapAllowed = (options: Options, { env: { RT_NO_PORTMAP } }: ArgumentContext): boolean =>
	!options.has("no-portmap") && !RT_NO_PORTMAP;

/** Tells whether the environment forbids the DHT. */
export const isDhtForbidden = ({ env: { RT_NO_DHT } }: ArgumentContext): boolean => Boolean(RT_NO_DHT);
