// When the addresses of this computer become others: no system tells a Node program.
import { type LocalAddress, localAddresses } from "../address/address.ts";
import type { Clock } from "./clock.ts";
import { every } from "./ticks.ts";

/** The system is asked this often. */
export const ADDRESSES_EVERY_MS = 3_000;

/** Holds what tests replace, besides what every caller gives. */
export interface WatchOptions {
	readonly signal: AbortSignal;
	readonly onChange: (addresses: readonly LocalAddress[]) => void;
	readonly read?: () => readonly LocalAddress[];
	readonly clock?: Clock;
}

/** Calls `onChange` each time this computer's addresses have become others (Wi-Fi switched, cable pulled, woken from sleep) until `signal` aborts. */
export function watchAddresses({ signal, onChange, read = () => localAddresses(), clock }: WatchOptions): void {
	if (signal.aborted) return;
	let known = fingerprintOf(read());
	const look = (): void => {
		const addresses = read();
		const seen = fingerprintOf(addresses);
		if (seen === known) return;
		known = seen;
		onChange(addresses);
	};
	signal.addEventListener("abort", every(ADDRESSES_EVERY_MS, look, clock), { once: true });
}

function fingerprintOf(addresses: readonly LocalAddress[]): string {
	return addresses
		.map((one) => `${one.interface} ${one.address}`)
		.toSorted()
		.join("\n");
}
