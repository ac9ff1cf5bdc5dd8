// What stands between this computer and people outside, found out by trying: its networks, its router, and each way a router can be asked to open a port.
import { randomBytes } from "node:crypto";
import { localAddresses } from "../../net/address/address.ts";
import { type InterfaceKind, interfaceKind, type Standpoint, standpoint } from "../../net/address/interfaces.ts";
import { realClock } from "../../net/link/clock.ts";
import type { MapOutcome, MappingMethod, OwnMapping, Router } from "../../net/portmap/method.ts";
import { methodsFor } from "../../net/portmap/portmap.ts";
import type { OwnMappings } from "../../store/own-mappings.ts";
import type { Examination, MethodFinding, Trial } from "../api/doctor.ts";

/** Routers may take this time to say that they are there. */
const findWithinMs = 2_500;
/** A router may take this time to open a port, or to close it. */
const answerWithinMs = 4_000;
/** The opening closes by itself after this, should the program be killed in between. */
const askedLeaseSeconds = 120;
/** Ports from here on belong to nobody (RFC 6335 §6). */
const firstFreePort = 49_152;

export interface ExamineOptions {
	readonly isMappingAllowed: boolean;
	/** An opening is noted here before it is asked for, so that the next start closes what a crash left. */
	readonly mappings: OwnMappings;
	readonly signal: AbortSignal;
}

/** Looks at this computer and, if allowed, asks its router to open a port and to close it again. Asks nobody else. */
export async function examine({ isMappingAllowed, mappings, signal }: ExamineOptions): Promise<Examination> {
	const found = await Promise.all([standpoint(4), standpoint(6)]);
	const standpoints = found.filter((one) => one !== undefined);
	const addresses = localAddresses().map(withNetwork);
	const seen = { addresses, standpoints: standpoints.map(withNetwork) };
	if (!isMappingAllowed) return seen;
	const tried = await Promise.all(standpoints.map((own) => tryFamily(own, mappings, signal)));
	return { ...seen, findings: tried.flat() };
}

const withNetwork = <One extends { readonly interface: string }>(
	one: One,
): One & { readonly network: InterfaceKind } => ({
	...one,
	network: interfaceKind(one.interface),
});

/** Tries one family of addresses. All methods look at once; those that found a router then try one after the other, or they would be in each other's way. */
async function tryFamily(
	own: Standpoint,
	mappings: OwnMappings,
	signal: AbortSignal,
): Promise<readonly MethodFinding[]> {
	const methods = methodsFor(own, realClock);
	const within = AbortSignal.any([signal, AbortSignal.timeout(findWithinMs)]);
	const routers = await Promise.all(methods.map((method) => method.find(within)));
	const findings: MethodFinding[] = [];
	for (const [index, method] of methods.entries()) {
		const router = routers[index];
		const trial: Trial = router ? await tryRouter(router, method, own, mappings, signal) : { kind: "noAnswer" };
		findings.push({ method: method.name, trial });
	}
	return findings;
}

async function tryRouter(
	router: Router,
	{ name: method }: MappingMethod,
	own: Standpoint,
	mappings: OwnMappings,
	signal: AbortSignal,
): Promise<Trial> {
	if (signal.aborted) return { kind: "noAnswer" };
	const nonce = randomBytes(12).toString("hex");
	const internalPort = firstFreePort + (randomBytes(2).readUInt16BE() % (65_536 - firstFreePort));
	const wish: OwnMapping = {
		nonce,
		method,
		router: router.address,
		protocol: "tcp",
		internalAddress: own.address,
		internalPort,
		externalPort: internalPort,
	};
	mappings.keep({ nonce, processId: process.pid, text: JSON.stringify(wish) });
	const outcome = await ask(router, wish, signal);
	if (outcome.kind === "refused") {
		// What did not answer may have opened it all the same.
		if (outcome.refusal.why !== "noAnswer" || (await close(router, wish))) mappings.forget(nonce);
		return { kind: "refused", refusal: outcome.refusal };
	}
	const { lease } = outcome;
	const { externalPort, pinholeId } = lease;
	const made = { ...wish, externalPort, ...(pinholeId === undefined ? {} : { pinholeId }) };
	mappings.keep({ nonce, processId: process.pid, text: JSON.stringify(made) });
	const isClosed = await close(router, made);
	if (isClosed) mappings.forget(nonce);
	return { kind: "opened", lease, isLeftOpen: !isClosed };
}

/** Asks a router to open a port. Some know only openings without an end (UPnP error 725); the test's is closed at once either way. */
async function ask(router: Router, wish: OwnMapping, signal: AbortSignal): Promise<MapOutcome> {
	const { protocol, internalPort, externalPort, nonce } = wish;
	const request = { protocol, internalPort, externalPort, nonce, mayChoose: true };
	const within = () => AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
	const outcome = await router.map({ ...request, leaseSeconds: askedLeaseSeconds }, within());
	const isWithoutLeases = outcome.kind === "refused" && outcome.refusal.why === "onlyPermanent";
	return isWithoutLeases ? router.map({ ...request, leaseSeconds: 0 }, within()) : outcome;
}

/** Closes what is open, also after a person has said stop. */
function close(router: Router, mapping: OwnMapping): Promise<boolean> {
	return router.unmap(mapping, AbortSignal.timeout(answerWithinMs));
}
