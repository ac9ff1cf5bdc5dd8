// From the system's error codes to the few failures people need different words for.
import type { DialFailure, HostAndPort, ListenOutcome } from "../link/link.ts";

/** The part of a system error that is looked at. `errors` has one for each address that was tried (AggregateError). */
export interface SystemFailure {
	readonly code?: string;
	readonly message?: string;
	readonly errors?: readonly SystemFailure[];
}

const DIAL_FAILURES: Readonly<Record<string, DialFailure>> = {
	ECONNREFUSED: "refused",
	ECONNRESET: "refused",
	ETIMEDOUT: "timedOut",
	EHOSTUNREACH: "unreachable",
	EHOSTDOWN: "unreachable",
	ENETUNREACH: "unreachable",
	ENETDOWN: "unreachable",
	EADDRNOTAVAIL: "unreachable",
	EAFNOSUPPORT: "unreachable",
	ENOTFOUND: "nameNotFound",
	ENODATA: "nameNotFound",
	EAI_AGAIN: "nameNotFound",
	EAI_NODATA: "nameNotFound",
	EAI_NONAME: "nameNotFound",
};

/** The failure that tells most comes first: one address that refused says more than another that could not be reached. */
const MOST_TELLING: readonly DialFailure[] = ["refused", "timedOut", "unreachable", "nameNotFound", "other"];

/** Returns what a failed connection attempt means, and a sentence for it. */
export function dialFailureOf(
	error: SystemFailure,
	target: HostAndPort,
): { readonly failure: DialFailure; readonly detail: string } {
	const attempts = (error.errors?.length ?? 0) > 0 ? (error.errors ?? []) : [error];
	const failures = attempts.map((attempt) => DIAL_FAILURES[attempt.code ?? ""] ?? "other");
	const failure = MOST_TELLING.find((candidate) => failures.includes(candidate)) ?? "other";
	return { failure, detail: detailOf(failure, attempts[failures.indexOf(failure)] ?? error, target) };
}

function detailOf(failure: DialFailure, error: SystemFailure, { host, port }: HostAndPort): string {
	switch (failure) {
		case "refused":
			return error.code === "ECONNRESET"
				? `${host} port ${port} closed the connection at once.`
				: `${host} answered, but nothing is listening on port ${port}.`;
		case "timedOut":
			return `${host} port ${port} did not answer.`;
		case "unreachable":
			return `There is no way from this computer to ${host} (${error.code}).`;
		case "nameNotFound":
			return error.code === "EAI_AGAIN"
				? `The name ${host} could not be looked up: the name server does not answer.`
				: `There is no computer called ${host}.`;
		case "aborted":
		case "other":
			return `Connecting to ${host} port ${port} failed (${error.code ?? error.message ?? "unknown error"}).`;
	}
}

type ListenFailed = Extract<ListenOutcome, { readonly kind: "failed" }>;

/** Returns why listening did not work, and a sentence for it. */
export function listenFailureOf(error: SystemFailure, host: string, port: number): Omit<ListenFailed, "kind"> {
	switch (error.code) {
		case "EADDRINUSE":
			return { failure: "portTaken", detail: `Port ${port} is in use by another program.` };
		case "EACCES":
		case "EPERM":
			return { failure: "notPermitted", detail: `This account may not listen on port ${port}.` };
		case "EADDRNOTAVAIL":
		case "EAFNOSUPPORT":
		case "ENODEV":
		// A link-local IPv6 address without its zone.
		case "EINVAL":
			return { failure: "addressNotHere", detail: `${host} is not an address of this computer.` };
		default:
			return {
				failure: "other",
				detail: `Listening on ${host} port ${port} failed (${error.code ?? error.message ?? "unknown error"}).`,
			};
	}
}
