// What a relay lets one network, and everybody together, make it hold.
import { TokenBucket } from "../link/token-bucket.ts";

/** Bounds what a relay holds. A network is one IPv4 address, or one IPv6 network of 64 bits. */
export interface RelayLimits {
	/** At most this many new sockets are taken at once, and then `newPerMinute`. */
	readonly newAtOncePerNetwork: number;
	readonly newPerMinutePerNetwork: number;
	readonly openPerNetwork: number;
	readonly open: number;
	/** At most this many guests may wait for their hosts, in all rooms together. */
	readonly waiting: number;
	readonly waitingPerRoom: number;
	readonly joinedPerRoom: number;
	/** Limits each direction of a joined pair, in bytes a second. */
	readonly bytesPerSecond: number;
	/** Limits, in milliseconds, how long it may take to register, to sign, or to be fetched by the host. */
	readonly patienceMs: number;
	/** A socket is pinged this often, in milliseconds; nginx ends a connection on which nothing passed for 60 s. */
	readonly pingMs: number;
	/** Somebody who was not heard for this many milliseconds counts as gone. */
	readonly silenceMs: number;
}

export const usualLimits: RelayLimits = {
	newAtOncePerNetwork: 30,
	newPerMinutePerNetwork: 10,
	openPerNetwork: 64,
	open: 4_096,
	waiting: 256,
	waitingPerRoom: 64,
	joinedPerRoom: 64,
	bytesPerSecond: 4 * 1024 * 1024,
	patienceMs: 10_000,
	pingMs: 25_000,
	silenceMs: 120_000,
};

/** At most this many networks are told apart. More of them at a time are a flood under many addresses, and only the limits for all networks together hold. */
const MAX_NETWORKS = 16_384;

interface Network {
	readonly arrivals: TokenBucket;
	open: number;
}

/** Counts the sockets of each network. It is mutable; the relay owns it. */
export class NetworkBudgets {
	readonly #limits: RelayLimits;
	readonly #networks = new Map<string, Network>();

	constructor(limits: RelayLimits) {
		this.#limits = limits;
	}

	/** Counts one more socket of a network. Returns what to call when it has closed, or `undefined` when it may not be taken. `now` counts milliseconds that never go back. */
	enter(key: string, now: number): (() => void) | undefined {
		const network = this.#networks.get(key) ?? this.#add(key, now);
		if (network === undefined) return undefined;
		if (network.open >= this.#limits.openPerNetwork || !network.arrivals.admits(now)) return undefined;
		network.open += 1;
		return () => {
			network.open -= 1;
		};
	}

	#add(key: string, now: number): Network | undefined {
		if (this.#networks.size >= MAX_NETWORKS) this.#forgetQuiet(now);
		if (this.#networks.size >= MAX_NETWORKS) return undefined;
		const { newPerMinutePerNetwork, newAtOncePerNetwork } = this.#limits;
		const network = { arrivals: new TokenBucket(newPerMinutePerNetwork / 60, newAtOncePerNetwork, now), open: 0 };
		this.#networks.set(key, network);
		return network;
	}

	#forgetQuiet(now: number): void {
		for (const [key, { open, arrivals }] of this.#networks) {
			if (open === 0 && arrivals.isFull(now)) this.#networks.delete(key);
		}
	}
}
