// When the addresses of this computer become others: no system tells a Node program.
import { type LocalAddress, localAddresses } from "./address.ts";

/** The system is asked this often. It costs about 0.1 ms, and no system tells a Node program of changes. */
const LOOK_EVERY_MS = 3_000;

/** Holds what tests replace, besides what every caller gives. */
export interface WatchOptions {
	readonly signal: AbortSignal;
	readonly onChange: (addresses: readonly LocalAddress[]) => void;
	readonly everyMs?: number;
	readonly read?: () => readonly LocalAddress[];
}

/** Calls `onChange` each time this computer's addresses have become others (Wi-Fi switched, cable pulled, woken from sleep) until `signal` aborts. */
export function watchAddresses({
	signal,
	onChange,
	everyMs = LOOK_EVERY_MS,
	read = localAddresses,
}: WatchOptions): void {
	if (signal.aborted) return;
	let known = fingerprintOf(read());
	const timer = setInterval(() => {
		const addresses = read();
		const seen = fingerprintOf(addresses);
		if (seen === known) return;
		known = seen;
		onChange(addresses);
	}, everyMs);
	// Watching alone is no reason to keep the program running.
	timer.unref();
	signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

function fingerprintOf(addresses: readonly LocalAddress[]): string {
	return addresses
		.map((one) => `${one.interface} ${one.address}`)
		.toSorted()
		.join("\n");
}
