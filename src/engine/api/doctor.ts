// What `rt doctor` finds out and may ask, as views see it. `main` hands it to the view. Part of api.ts.
import type { LocalAddress } from "../../net/address/address.ts";
import type { InterfaceKind, Standpoint } from "../../net/address/interfaces.ts";
import type { Lease, MethodName, Refusal } from "../../net/portmap/method.ts";
import type { StunOutcome } from "../../net/udp/stun.ts";

/** What came of asking a router in one way. `opened`: and closed again, unless `isLeftOpen`. */
export type Trial =
	| { readonly kind: "noAnswer" }
	| { readonly kind: "refused"; readonly refusal: Refusal }
	| { readonly kind: "opened"; readonly lease: Lease; readonly isLeftOpen: boolean };

/** One way of asking a router to open a port, and what came of it. */
export interface MethodFinding {
	readonly method: MethodName;
	readonly trial: Trial;
}

/** The kind of network that an interface leads to, as far as its name tells. */
interface OfNetwork {
	readonly network: InterfaceKind;
}

/** What stands between this computer and people outside. */
export interface Examination {
	readonly addresses: readonly (LocalAddress & OfNetwork)[];
	/** For each family of addresses that leads to the Internet: from where, and by which router. */
	readonly standpoints: readonly (Standpoint & OfNetwork)[];
	/** Absent: the router was not to be asked. */
	readonly findings?: readonly MethodFinding[];
}

/** A STUN server as the person typed it. */
export interface StunServer {
	readonly host: string;
	readonly port?: number;
}

/** Whom a question to a STUN server will contact. `host` is clean; `isName`: it must be looked up first. */
export interface StunContact {
	readonly host: string;
	readonly port: number;
	readonly isName: boolean;
}

/** What came of the question. `noSuchName`: there is no computer of that name. */
export type StunAnswer = StunOutcome | { readonly kind: "noSuchName" };

/** What `rt doctor` can do. */
export interface Doctor {
	/** Looks at this computer, and asks its router if that is allowed. */
	examine(signal: AbortSignal): Promise<Examination>;
	/** Says whom `askStun` will contact; contacts nobody. */
	contactOf(server: StunServer): StunContact;
	/** Asks the server which address it sees. */
	askStun(server: StunServer, signal: AbortSignal): Promise<StunAnswer>;
	close(): void;
}
