// What is tried on the way into a room, as views see it. Part of api.ts.
import type { DialFailure, ProxyCode, TransportName } from "../../net/link/link.ts";
import type { EndCode } from "./codes.ts";
import type { RouteName, RouteProgress } from "./hosting.ts";

/** Says what is dialled on the way into a room: an address, or a route, of which `via` says whom it asks first. The texts are clean. */
export type AttemptTarget =
	| { readonly kind: "address"; readonly address: string; readonly port: number }
	| { readonly kind: "route"; readonly route: RouteName; readonly via: string };

/** The ends that are the fault of whoever answers at an address, not of the password or the gate. */
export type AnsweredCode = Extract<
	EndCode,
	"wrong_host" | "not_real_talk" | "wrong_version" | "refused" | "timed_out" | "connection_lost"
>;

/** Says why a dial led nowhere: either it failed, and `detail` says so in one sentence (`proxy` is what the proxy said, if it went through one), or somebody answered, and the way in ended with `code`. */
export type AttemptFailure =
	| { readonly kind: "dial"; readonly failure: DialFailure; readonly detail: string; readonly proxy?: ProxyCode }
	| { readonly kind: "answered"; readonly code: AnsweredCode };

/**
 * An attempt is one dial on the way into a room. `answered` means that somebody is there · `failed` that `why` has the reason · `calledOff` that
 * another one answered first.
 */
export interface Attempt {
	readonly transport: TransportName;
	readonly target: AttemptTarget;
	readonly state: "trying" | "answered" | "failed" | "calledOff";
	/** Says how far what takes its time has come; it is there only while the attempt is `trying`. */
	readonly progress?: RouteProgress;
	/** The reason; it is there only when the attempt `failed`. */
	readonly why?: AttemptFailure;
}
