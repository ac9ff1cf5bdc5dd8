// One port to be opened, as a pure machine: which router to ask next, when to renew, what to do when it says no or forgets (docs/portmap.md).
import type { Lease, MapRequest, MethodName, Protocol, Refusal } from "./method.ts";

/** Holds what stays the same for the life of a machine. `methods` are those that are looked for. */
export interface SlotPlan {
	readonly protocol: Protocol;
	readonly internalPort: number;
	readonly methods: readonly MethodName[];
	readonly nonce: string;
}

/** Says what is known of one method. */
export type Finding =
	| { readonly kind: "looking" }
	| { readonly kind: "absent" }
	| { readonly kind: "ready" }
	| { readonly kind: "refused"; readonly refusal: Refusal; readonly externalPort: number };

export type Findings = Readonly<Partial<Record<MethodName, Finding>>>;

/** A port that is open, or was when last heard. */
export interface Mapping {
	readonly method: MethodName;
	readonly lease: Lease;
	readonly renewAt: number;
}

/** The state of a machine. Times are ms since the epoch. `failures` counts what went wrong in a row. */
export type SlotState =
	| {
			readonly kind: "discovering";
			readonly findings: Findings;
			readonly wanted: number;
			readonly failures: number;
			readonly old?: Mapping;
	  }
	| {
			readonly kind: "asking";
			readonly findings: Findings;
			readonly method: MethodName;
			readonly request: MapRequest;
			readonly tries: number;
			readonly failures: number;
			readonly old?: Mapping;
	  }
	| { readonly kind: "mapped"; readonly findings: Findings; readonly mapping: Mapping }
	| { readonly kind: "checking"; readonly findings: Findings; readonly mapping: Mapping }
	| { readonly kind: "renewing"; readonly findings: Findings; readonly mapping: Mapping }
	| { readonly kind: "lost"; readonly findings: Findings; readonly mapping: Mapping; readonly failures: number }
	| { readonly kind: "blocked"; readonly findings: Findings; readonly wanted: number; readonly failures: number }
	| { readonly kind: "closed" };

/** Says what a machine is told. `found` and `absent` come from the search; `mapped` and `refused` answer a `map`; the next three answer a `check`. */
export type SlotInput =
	| { readonly kind: "found"; readonly method: MethodName }
	| { readonly kind: "absent"; readonly method: MethodName }
	| { readonly kind: "mapped"; readonly lease: Lease }
	| { readonly kind: "refused"; readonly refusal: Refusal }
	| { readonly kind: "still"; readonly lease: Lease }
	| { readonly kind: "gone" }
	| { readonly kind: "noAnswer" }
	| { readonly kind: "woken" }
	| { readonly kind: "close" };

/**
 * Says what is to be done. `find`: look for routers, by every method · `map`, `check`: ask one, and bring the answer · `unmap`: ask, the answer is not needed ·
 * `wake`: bring `woken` at that time, and forget earlier wishes.
 */
export type SlotOutput =
	| { readonly kind: "find" }
	| { readonly kind: "map"; readonly method: MethodName; readonly request: MapRequest }
	| { readonly kind: "check"; readonly method: MethodName; readonly lease: Lease }
	| {
			readonly kind: "unmap";
			readonly method: MethodName;
			readonly externalPort: number;
			readonly pinholeId?: number;
	  }
	| { readonly kind: "wake"; readonly at: number };

export interface SlotStep {
	readonly state: SlotState;
	readonly outputs: readonly SlotOutput[];
}

/** A lease of this length is asked for. RFC 6886 §3.3 recommends two hours; after a crash without a next start an hour is open long enough. */
const LEASE_SECONDS = 3_600;
/** A router is asked this often whether the port is still open: a restart closes it, and nobody tells. */
const CHECK_EVERY_MS = 60_000;
/** The soonest that a lease is renewed: a router that gives very short leases, or lies about them, is not asked more often. */
const SOONEST_RENEWAL_MS = 10_000;
const LONGEST_LEASE_SECONDS = 86_400;
/** This many ports are tried before a router counts as unwilling. */
const MAX_TRIES = 8;
const LOST_AGAIN_MS = 5_000;
const LONGEST_LOST_MS = 60_000;
/** A blocked port is tried again after this long: UPnP may have been switched on since. */
const BLOCKED_AGAIN_MS = 60_000;
const LONGEST_BLOCKED_MS = 600_000;
/** Ports below belong to well-known services, and routers keep them for themselves. */
const LOWEST_PORT = 1_024;

/** Returns the state in which a machine begins; the first input should be `woken`. */
export function startSlot({ internalPort }: SlotPlan): SlotState {
	return { kind: "blocked", findings: {}, wanted: internalPort, failures: 0 };
}

/** Takes one step. `now` is in ms since the epoch. Inputs that make no sense in a state change nothing. */
export function stepSlot(plan: SlotPlan, state: SlotState, input: SlotInput, now: number): SlotStep {
	switch (input.kind) {
		case "close":
			return close(state);
		case "found":
			return found(plan, state, input.method);
		case "absent":
			return learn(plan, state, input.method, { kind: "absent" }, now);
		case "woken":
			return woken(plan, state, now);
		case "mapped":
			return state.kind === "asking" || state.kind === "renewing" ? mapped(state, input.lease, now) : stay(state);
		case "refused":
			if (state.kind === "asking") return refused(plan, state, input.refusal, now);
			return state.kind === "renewing" ? notRenewed(plan, state, input.refusal, now) : stay(state);
		case "still":
			return state.kind === "checking" ? checked(state, input.lease, now) : stay(state);
		case "gone":
			return state.kind === "checking" ? again(plan, state) : stay(state);
		case "noAnswer":
			return state.kind === "checking" ? lose(state, 0, now) : stay(state);
	}
}

type In<Kind extends SlotState["kind"]> = Extract<SlotState, { readonly kind: Kind }>;

function stay(state: SlotState): SlotStep {
	return { state, outputs: [] };
}

function discover(
	plan: SlotPlan,
	from: { readonly wanted: number; readonly failures: number; readonly old?: Mapping },
): SlotStep {
	const looking = plan.methods.map((method) => [method, { kind: "looking" }] as const);
	const findings: Findings = Object.fromEntries(looking);
	return { state: { kind: "discovering", findings, ...from }, outputs: [{ kind: "find" }] };
}

function woken(plan: SlotPlan, state: SlotState, now: number): SlotStep {
	switch (state.kind) {
		case "blocked":
			return discover(plan, { wanted: state.wanted, failures: state.failures });
		case "lost": {
			const { mapping: old, failures } = state;
			return discover(plan, { wanted: old.lease.externalPort, failures, old });
		}
		case "mapped":
			return now >= state.mapping.renewAt ? renew(plan, state) : check(state);
		default:
			return stay(state);
	}
}

function check({ findings, mapping }: In<"mapped">): SlotStep {
	const { method, lease } = mapping;
	return { state: { kind: "checking", findings, mapping }, outputs: [{ kind: "check", method, lease }] };
}

function renew(plan: SlotPlan, { findings, mapping }: In<"mapped">): SlotStep {
	const { method, lease } = mapping;
	const request = requestFor(plan, lease.externalPort, lease.seconds === 0 ? 0 : LEASE_SECONDS);
	return { state: { kind: "renewing", findings, mapping }, outputs: [{ kind: "map", method, request }] };
}

function requestFor(plan: SlotPlan, externalPort: number, leaseSeconds: number): MapRequest {
	const { protocol, internalPort, nonce } = plan;
	return { protocol, internalPort, externalPort, leaseSeconds, mayChoose: false, nonce };
}

function found(plan: SlotPlan, state: SlotState, method: MethodName): SlotStep {
	if (state.kind === "closed") return stay(state);
	const findings = { ...state.findings, [method]: { kind: "ready" } } satisfies Findings;
	if (state.kind !== "discovering") return stay({ ...state, findings });
	const { wanted, failures, old } = state;
	return ask(plan, { findings, failures, ...(old && { old }) }, method, wanted);
}

interface Carried {
	readonly findings: Findings;
	readonly failures: number;
	readonly old?: Mapping;
}

function ask(plan: SlotPlan, carried: Carried, method: MethodName, wanted: number): SlotStep {
	const request = requestFor(plan, wanted, LEASE_SECONDS);
	return {
		state: { kind: "asking", ...carried, method, request, tries: 1 },
		outputs: [{ kind: "map", method, request }],
	};
}

function refused(plan: SlotPlan, state: In<"asking">, refusal: Refusal, now: number): SlotStep {
	const { request, tries } = state;
	if (tries < MAX_TRIES && refusal.why === "portTaken") {
		return askAgain(state, { ...request, externalPort: nextPort(request.externalPort), mayChoose: true }, refusal);
	}
	if (refusal.why === "onlyPermanent" && request.leaseSeconds !== 0) {
		return askAgain(state, { ...request, leaseSeconds: 0 }, refusal);
	}
	const { method } = state;
	return learn(plan, state, method, { kind: "refused", refusal, externalPort: request.externalPort }, now);
}

/** Asks for another port. The refusal is kept, so that people can be told why another port is tried. */
function askAgain(state: In<"asking">, request: MapRequest, refusal: Refusal): SlotStep {
	const { method, request: before, tries } = state;
	const finding: Finding = { kind: "refused", refusal, externalPort: before.externalPort };
	const findings: Findings = { ...state.findings, [method]: finding };
	return { state: { ...state, findings, request, tries: tries + 1 }, outputs: [{ kind: "map", method, request }] };
}

function nextPort(port: number): number {
	return port < 65_535 ? port + 1 : LOWEST_PORT;
}

/** Goes on when a method is out of the question: the next that is ready is asked, or more are awaited, or there is none. */
function learn(plan: SlotPlan, state: SlotState, method: MethodName, finding: Finding, now: number): SlotStep {
	if (state.kind === "closed") return stay(state);
	const findings: Findings = { ...state.findings, [method]: finding };
	const isOwnTurn = state.kind === "discovering" || (state.kind === "asking" && state.method === method);
	if (!isOwnTurn) return stay({ ...state, findings });
	const { failures, old } = state;
	const wanted = state.kind === "asking" ? (old?.lease.externalPort ?? plan.internalPort) : state.wanted;
	const carried = { findings, failures, ...(old && { old }) };
	const next = plan.methods.find((one) => findings[one]?.kind === "ready");
	if (next !== undefined) return ask(plan, carried, next, wanted);
	if (plan.methods.some((one) => findings[one]?.kind === "looking")) {
		return stay({ kind: "discovering", ...carried, wanted });
	}
	if (old) return lose({ findings, mapping: old }, failures + 1, now);
	const wait = Math.min(BLOCKED_AGAIN_MS * 2 ** failures, LONGEST_BLOCKED_MS);
	const blocked: SlotState = { kind: "blocked", findings, wanted: plan.internalPort, failures: failures + 1 };
	return { state: blocked, outputs: [{ kind: "wake", at: now + wait }] };
}

function lose(
	{ findings, mapping }: Pick<In<"mapped">, "findings" | "mapping">,
	failures: number,
	now: number,
): SlotStep {
	const wait = Math.min(LOST_AGAIN_MS * 2 ** Math.min(failures, 10), LONGEST_LOST_MS);
	return { state: { kind: "lost", findings, mapping, failures }, outputs: [{ kind: "wake", at: now + wait }] };
}

function mapped(state: In<"asking" | "renewing">, lease: Lease, now: number): SlotStep {
	const isFirst = state.kind === "asking";
	const method = isFirst ? state.method : state.mapping.method;
	const before = isFirst ? state.old : state.mapping;
	const seconds = lease.seconds === 0 ? LEASE_SECONDS : Math.min(lease.seconds, LONGEST_LEASE_SECONDS);
	const renewAt = now + Math.max(SOONEST_RENEWAL_MS, (seconds * 1000) / 2);
	const findings: Findings = { ...state.findings, [method]: { kind: "ready" } };
	const next: SlotState = { kind: "mapped", findings, mapping: { method, lease, renewAt } };
	const isReplaced = before && (before.method !== method || before.lease.externalPort !== lease.externalPort);
	const outputs: readonly SlotOutput[] = isReplaced ? [unmapOf(before)] : [];
	return { state: next, outputs: [...outputs, { kind: "wake", at: Math.min(renewAt, now + CHECK_EVERY_MS) }] };
}

function checked({ findings, mapping }: In<"checking">, lease: Lease, now: number): SlotStep {
	return {
		state: { kind: "mapped", findings, mapping: { ...mapping, lease } },
		outputs: [{ kind: "wake", at: Math.min(mapping.renewAt, now + CHECK_EVERY_MS) }],
	};
}

/** Asks for the same port again at once, because the router has forgotten it. */
function again(plan: SlotPlan, { findings, mapping }: In<"checking" | "renewing">): SlotStep {
	return ask(plan, { findings, failures: 0, old: mapping }, mapping.method, mapping.lease.externalPort);
}

function notRenewed(plan: SlotPlan, state: In<"renewing">, refusal: Refusal, now: number): SlotStep {
	if (refusal.why === "noAnswer") return lose(state, 0, now);
	const asking = again(plan, state).state;
	return asking.kind === "asking" ? refused(plan, asking, refusal, now) : stay(state);
}

function unmapOf({ method, lease: { externalPort, pinholeId } }: Mapping): SlotOutput {
	return { kind: "unmap", method, externalPort, ...(pinholeId !== undefined && { pinholeId }) };
}

function close(state: SlotState): SlotStep {
	const known = "mapping" in state ? state.mapping : "old" in state ? state.old : undefined;
	const outputs = known ? [unmapOf(known)] : [];
	// What was asked for may have been opened although nobody said so yet.
	if (state.kind === "asking") {
		const { method, request } = state;
		const isSame = known?.method === method && known.lease.externalPort === request.externalPort;
		if (!isSame) outputs.push({ kind: "unmap", method, externalPort: request.externalPort });
	}
	return { state: { kind: "closed" }, outputs };
}
