// From what a proxy says to the few failures of a dial that people need different words for.
import { calledOff } from "../link/endings.ts";
import type { DialFailure, DialOptions, DialOutcome, ProxyCode } from "../link/link.ts";

/** Says what each answer of a proxy is among the failures of a dial. */
const FAILURES: Readonly<Record<ProxyCode, DialFailure>> = {
	notAProxy: "other",
	needsLogin: "other",
	loginRefused: "other",
	notAllowed: "other",
	unreachable: "unreachable",
	refused: "refused",
	nameNotFound: "nameNotFound",
	failed: "other",
	closed: "other",
	onionNotFound: "unreachable",
	onionInvalid: "other",
	onionNotIntroduced: "unreachable",
	onionNotMet: "unreachable",
	onionNeedsKey: "other",
	onionWrongKey: "other",
	onionBadAddress: "other",
	onionTimedOut: "timedOut",
	torMissing: "other",
	torNotStarted: "other",
	torNotConnected: "unreachable",
};

/** Makes the outcome of a dial through a proxy that did not connect. `name` is that of the proxy, without user and password. */
export function proxyFailed(
	code: ProxyCode | "aborted",
	{ name, signal, timeoutMs }: { readonly name: string } & Pick<DialOptions, "signal" | "timeoutMs">,
): DialOutcome {
	if (signal.aborted) return calledOff;
	if (code === "aborted") {
		const seconds = Math.round(timeoutMs / 1000) || "less than 1";
		return { kind: "failed", failure: "timedOut", detail: `Through ${name} nobody answered within ${seconds} s.` };
	}
	return {
		kind: "failed",
		failure: FAILURES[code],
		detail: `There is no connection through ${name} (${code}).`,
		proxy: code,
	};
}
