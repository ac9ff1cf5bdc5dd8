// What the outside may know of a port that is being opened: plain facts, no words.
import type { Finding, SlotPlan, SlotState } from "./machine.ts";
import type { Lease, MethodName, Protocol } from "./method.ts";

/**
 * Says how far the opening of a port has come. `discovering`: routers are looked for · `asking`: one was asked · `open`: it is open · `lost`: it was open, and
 * the router has stopped answering or forgot it; it is tried again · `blocked`: no router opens it; it is tried again, ever more rarely · `closed`: it is given
 * up.
 */
export type PortStage = "discovering" | "asking" | "open" | "lost" | "blocked" | "closed";

/** Says how one port stands in one family of addresses. */
export interface PortFacts {
	readonly family: 4 | 6;
	readonly protocol: Protocol;
	readonly internalPort: number;
	readonly stage: PortStage;
	/** The mapping while the port is `open`, or what was open while it is `lost`. */
	readonly mapping?: { readonly method: MethodName; readonly lease: Lease };
	/** Says, while `asking`, who is asked, and for which outside port. */
	readonly asking?: { readonly method: MethodName; readonly externalPort: number };
	/** Lists what is known of each method, in order of preference. */
	readonly findings: readonly { readonly method: MethodName; readonly finding: Finding }[];
}

const STAGES: Readonly<Record<SlotState["kind"], PortStage>> = {
	discovering: "discovering",
	asking: "asking",
	mapped: "open",
	checking: "open",
	renewing: "open",
	lost: "lost",
	blocked: "blocked",
	closed: "closed",
};

/** Returns the facts of one machine. */
export function factsOf(family: 4 | 6, plan: SlotPlan, state: SlotState): PortFacts {
	const { protocol, internalPort } = plan;
	const known = state.kind === "closed" ? {} : state.findings;
	return {
		family,
		protocol,
		internalPort,
		stage: STAGES[state.kind],
		...("mapping" in state && { mapping: { method: state.mapping.method, lease: state.mapping.lease } }),
		...(state.kind === "asking" && { asking: { method: state.method, externalPort: state.request.externalPort } }),
		findings: plan.methods.flatMap((method) => {
			const finding = known[method];
			return finding ? [{ method, finding }] : [];
		}),
	};
}
