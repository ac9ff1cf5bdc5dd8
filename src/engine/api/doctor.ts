// What `rt doctor` finds out and may ask, as views see it. `main` hands it to the view. Part of api.ts.
import type { LocalAddress } from "../../net/address/address.ts";
import type { InterfaceKind, Standpoint } from "../../net/address/interfaces.ts";
import type { Lease, MethodName, Refusal } from "../../net/portmap/method.ts";
import type { StunOutcome } from "../../net/udp/stun.ts";

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

/** Names a STUN server as the person typed it. */
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
