// What `rt doctor` finds out and may ask, as views see it. `main` hands it to the view. Part of api.ts.
import type { LocalAddress } from "../../net/address/address.ts";
import type { InterfaceKind, Standpoint } from "../../net/address/interfaces.ts";
import type { Lease, MethodName, Refusal } from "../../net/portmap/method.ts";
import type { StunOutcome } from "../../net/udp/stun.ts";
import type { RouteProgress, TorFailure } from "./hosting.ts";

/** Says what came of asking a router in one way. A port that was `opened` has been closed again, unless `isLeftOpen`. */
export type Trial =
	| { readonly kind: "noAnswer" }
	| { readonly kind: "refused"; readonly refusal: Refusal }
	| { readonly kind: "opened"; readonly lease: Lease; readonly isLeftOpen: boolean };

/** Describes one way of asking a router to open a port, and what came of it. */
export interface MethodFinding {
	readonly method: MethodName;
	readonly trial: Trial;
}

/** Says which kind of network an interface leads to, as far as its name tells. */
interface OfNetwork {
	readonly network: InterfaceKind;
}

/** Describes what stands between this computer and people outside. */
export interface Examination {
	readonly addresses: readonly (LocalAddress & OfNetwork)[];
	/** Tells, for each family of addresses that leads to the Internet, from which address it does and by which router. */
	readonly standpoints: readonly (Standpoint & OfNetwork)[];
	/** Tells what came of asking the router; it is absent when the router was not to be asked. */
	readonly findings?: readonly MethodFinding[];
}

/** Names a STUN server as the person typed it; without `port` the usual one is meant. */
export interface StunServer {
	readonly host: string;
	readonly port?: number;
}

/** Says whom a question to a STUN server will contact. `host` is clean; with `isName` it must be looked up first. */
export interface StunContact {
	readonly host: string;
	readonly port: number;
	readonly isName: boolean;
}

/** Says what came of the question to a STUN server. `noSuchName` means that there is no computer of that name. */
export type StunAnswer = StunOutcome | { readonly kind: "noSuchName" };

/** Provides what `rt doctor` does. */
export interface Doctor {
	/** Looks at this computer, and asks its router if that is allowed. */
	examine(signal: AbortSignal): Promise<Examination>;
	/** Says whom `askStun` will contact; contacts nobody. */
	contactOf(server: StunServer): StunContact;
	/** Asks the server which address it sees. */
	askStun(server: StunServer, signal: AbortSignal): Promise<StunAnswer>;
	close(): void;
}

/** Says how Tor stands after its start was waited for. `stuck`: it has not come further for a minute · `failed`: there is no Tor. */
export type TorStanding =
	| { readonly kind: "ready" | "stuck"; readonly progress: RouteProgress }
	| { readonly kind: "failed"; readonly trouble: TorFailure };

/** Describes Tor on this computer. */
export interface TorExamination {
	readonly standing: TorStanding;
	/** Says whose it is: rt's own, or one that runs already. */
	readonly isOwn: boolean;
	/** The version as it calls it, cleaned; absent where it was not asked. */
	readonly version?: string;
	/** Says whether it takes proof of work from us; absent where it does not say. */
	readonly hasProofOfWork?: boolean;
	/** Names the transport of each bridge that is set, clean; "" for one without. */
	readonly bridges: readonly string[];
}

/** Provides what `rt doctor --tor` does. */
export interface TorDoctor {
	/** Starts Tor, which contacts its network, and waits until it is in, or comes no further. `hear` is told each step. */
	examine(signal: AbortSignal, hear: (progress: RouteProgress) => void): Promise<TorExamination>;
}
