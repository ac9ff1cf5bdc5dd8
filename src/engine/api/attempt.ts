// What is tried on the way into a room, as views see it. Part of api.ts.
import type { TransportName } from "../../net/link/link.ts";
import type { RouteName } from "./hosting.ts";

/** What is dialled on the way into a room: an address, or a route, of which `via` says whom it asks first. Clean. */
export type AttemptTarget =
	| { readonly kind: "address"; readonly address: string; readonly port: number }
	| { readonly kind: "route"; readonly route: RouteName; readonly via: string };

/**
 * One dial on the way into a room. `answered`: somebody is there · `failed`: `why` says it, a plain sentence · `calledOff`: another one
 * answered first.
 */
export interface Attempt {
	readonly transport: TransportName;
	readonly target: AttemptTarget;
	readonly state: "trying" | "answered" | "failed" | "calledOff";
	readonly why?: string;
}
