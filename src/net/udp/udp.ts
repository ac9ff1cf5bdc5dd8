// The UDP Transport: streams of udx-native, opened by an exchange of our own that costs a host nothing until the guest's address is proven.
//
// docs/protocol.md has the bytes, docs/threat-model.md who they are for. Nothing is loaded before the first `dial` or `listen`.

import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { canonicalAddress } from "../address/address.ts";
import { zoneTrouble } from "../address/zone.ts";
import { uptime } from "../link/clock.ts";
import { calledOff } from "../link/endings.ts";
import type { DialOptions, DialOutcome, HostAndPort, ListenOptions, ListenOutcome, Transport } from "../link/link.ts";
import { ownAddresses } from "../link/own-addresses.ts";
import { race } from "../link/race.ts";
import { dialFailureOf, type SystemFailure } from "../tcp/failure.ts";
import { dialByUdp } from "./dial.ts";
import { UdpHost } from "./host-socket.ts";
import { loadUdx, type UdxLibraryOutcome } from "./library.ts";
import { listenByUdp } from "./listen.ts";
import { UdxRelay } from "./relay.ts";
import { connectedSocket } from "./socket.ts";

/** At most this many addresses of a name are tried. */
const MAX_ADDRESSES = 8;

/** Holds what tests replace. */
export interface UdpSurroundings {
	readonly load?: () => Promise<UdxLibraryOutcome>;
	readonly lookup?: (name: string) => Promise<readonly { readonly address: string }[]>;
	/** Returns the addresses of this computer. */
	readonly addresses?: () => readonly string[];
	readonly now?: () => number;
	/** Is called with each host side that opens. */
	readonly onHost?: (host: UdpHost) => void;
}

/** Makes the UDP Transport. `dial` takes literal addresses and names. */
export function udpTransport(surroundings: UdpSurroundings = {}): Transport {
	const udp = new Udp(surroundings);
	return {
		name: "udp",
		dial: (target, options) => udp.dial(target, options),
		listen: (options) => udp.listen(options),
	};
}

class Udp {
	readonly #surroundings: UdpSurroundings;
	#relay: Promise<UdxRelay> | undefined;

	constructor(surroundings: UdpSurroundings) {
		this.#surroundings = surroundings;
	}

	async dial(target: HostAndPort, options: DialOptions): Promise<DialOutcome> {
		const { signal, timeoutMs } = options;
		if (signal.aborted) return calledOff;
		const trouble = zoneTrouble(target.host);
		if (trouble !== undefined) return { kind: "failed", failure: "unreachable", detail: trouble };
		if (isIP(target.host) !== 0) return this.#dialAddress(target, options);
		const addresses = await this.#addressesOf(target.host, options);
		if ("kind" in addresses) return addresses;
		const { port } = target;
		const transport: Transport = { name: "udp", dial: (one, how) => this.#dialAddress(one, how), listen: neverListens };
		const targets = addresses.map((host) => ({ host, port }));
		const { onContact } = options;
		const outcome = await race(transport, targets, { signal, timeoutMs, ...(onContact && { onContact }) });
		if (outcome.kind === "linked") return outcome;
		const last = outcome.failures.at(-1);
		const failure = last === undefined || last.failure === "notQualified" ? "nameNotFound" : last.failure;
		const detail = outcome.failures.map((one) => one.detail).join(" ");
		return { kind: "failed", failure, detail: detail || `The name ${target.host} has no address.` };
	}

	async listen({ port, bind, onLink, mayCome, onContact }: ListenOptions): Promise<ListenOutcome> {
		if (bind !== undefined && isIP(bind) === 0) {
			return { kind: "failed", failure: "addressNotHere", detail: `"${bind}" is not an IP address.` };
		}
		const relay = await this.#held();
		if (!(relay instanceof UdxRelay)) return { kind: "failed", failure: "other", detail: relay.detail };
		const { now = uptime, onHost, addresses = systemAddresses } = this.#surroundings;
		const newHost = (): UdpHost => {
			const host = new UdpHost({ relay, onLink, mayCome, now, ...(onContact && { onContact }) });
			onHost?.(host);
			return host;
		};
		const where = bind === undefined ? { port } : { port, bind };
		return listenByUdp({ ...where, addresses, newHost }).finally(() => relay.release());
	}

	async #dialAddress(target: HostAndPort, options: DialOptions): Promise<DialOutcome> {
		const host = canonicalAddress(target.host);
		const relay = await this.#held();
		if (!(relay instanceof UdxRelay)) return { kind: "failed", failure: "other", detail: relay.detail };
		try {
			const socket = await connectedSocket(target.host, target.port, options.localAddress);
			options.onContact?.({ kind: "address", address: host ?? target.host, port: target.port });
			return await dialByUdp({ socket, relay }, { host: host ?? target.host, port: target.port }, options);
		} catch (error) {
			return { kind: "failed", ...dialFailureOf(asSystemFailure(error), target) };
		} finally {
			relay.release();
		}
	}

	/** Returns the relay, held once; or why there is none. */
	async #held(): Promise<UdxRelay | { readonly detail: string }> {
		const library = await (this.#surroundings.load ?? loadUdx)();
		if (library.kind === "failed") return library;
		this.#relay ??= UdxRelay.open(library.Udx, () => {
			this.#relay = undefined;
		});
		try {
			const relay = await this.#relay;
			relay.hold();
			return relay;
		} catch (error) {
			this.#relay = undefined;
			return { detail: `UDP cannot be used on this computer (${asSystemFailure(error).message}).` };
		}
	}

	async #addressesOf(
		name: string,
		{ signal, timeoutMs, onContact }: DialOptions,
	): Promise<readonly string[] | Extract<DialOutcome, { kind: "failed" }>> {
		const lookup = this.#surroundings.lookup ?? ((one) => systemLookup(one, { all: true }));
		const target = { host: name, port: 0 };
		if (name === "") return { kind: "failed", failure: "nameNotFound", detail: "No address was given." };
		try {
			onContact?.({ kind: "name", name });
			const found = await abortable(lookup(name), AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
			return found.map(({ address }) => address).slice(0, MAX_ADDRESSES);
		} catch (error) {
			if (signal.aborted) return calledOff;
			const isLate = error instanceof Error && error.name === "TimeoutError";
			const why = isLate ? { code: "EAI_AGAIN" } : asSystemFailure(error);
			return { kind: "failed", ...dialFailureOf(why, target) };
		}
	}
}

async function neverListens(): Promise<ListenOutcome> {
	throw new Error("this one only dials");
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const onAbort = (): void => reject(signal.reason);
		if (signal.aborted) onAbort();
		signal.addEventListener("abort", onAbort, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
	});
}

function systemAddresses(): readonly string[] {
	return ownAddresses().map(({ address }) => address);
}

function asSystemFailure(error: unknown): SystemFailure {
	return error instanceof Error ? error : { message: String(error) };
}
