// What is tried on the way into a room, as views see it. Part of api.ts.
import type { DialFailure, ProxyCode, TransportName } from "../../net/link/link.ts";
import type { EndCode } from "./codes.ts";
import type { RouteName } from "./hosting.ts";

/** What is dialled on the way into a room: an address, or a route, of which `via` says whom it asks first. Clean. */
export type AttemptTarget =
	| { readonly kind: "address"; readonly address: string; readonly port: number }
	| { readonly kind: "route"; readonly route: RouteName; readonly via: string };

/** The ends that are the fault of whoever answers at an address, not of the password or the gate. */
export type AnsweredCode = Extract<
	EndCode,
	"wrong_host" | "not_real_talk" | "wrong_version" | "refused" | "timed_out" | "connection_lost"
>;

/** Why a dial led nowhere: it failed, and `detail` says it in one sentence (`proxy`: what the proxy said, if it went through one); or somebody answered, and the way in ended with `code`. */
export type AttemptFailure =
	| { readonly kind: "dial"; readonly failure: DialFailure; readonly detail: string; readonly proxy?: ProxyCode }
	| { readonly kind: "answered"; readonly code: AnsweredCode };

/** One dial on the way into a room. `answered`: somebody is there · `failed`: `why` has the reason · `calledOff`: another one answered first. */
export interface Attempt {
	readonly transport: TransportName;
	readonly target: AttemptTarget;
	readonly state: "trying" | "answered" | "failed" | "calledOff";
	/** Only while `failed`. */
	readonly why?: AttemptFailure;
}
