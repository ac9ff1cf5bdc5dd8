// A Link ends with the address by which it leaves: a pulled cable or a Wi-Fi that is out of reach is noticed within seconds, and the other end is dialled by another network.
//
// The system keeps a connection whose interface is gone for many minutes, and whoever listens for signs of life waits half a minute to be sure.
import type { Clock } from "./clock.ts";
import { dropUnsent } from "./drop-unsent.ts";
import type { Link } from "./link.ts";
import { ownAddresses } from "./own-addresses.ts";
import { every } from "./ticks.ts";
import { ADDRESSES_EVERY_MS } from "./watch-addresses.ts";

/** An address that is missing at this many looks in a row is gone. One look may fall into the moment in which a cable is put into another socket, or Wi-Fi takes another access point. */
const GONE_AFTER_LOOKS = 2;

/** Holds what tests replace. */
export interface AddressSurroundings {
	readonly addresses?: () => readonly { readonly address: string }[];
	readonly clock?: Clock;
}

/**
 * Ends the Link when `own`, the address of this computer from which it was dialled (in its canonical spelling), is there no more. An address that the system
 * does not list among its own (the others of 127.0.0.0/8, link-local ones) says nothing, and such a Link is left alone.
 */
export function endWithAddress(
	{ stream }: Link,
	own: string | undefined,
	{ addresses = ownAddresses, clock }: AddressSurroundings = {},
): void {
	const isThere = (): boolean => addresses().some(({ address }) => address === own);
	if (!isThere()) return;
	let looksWithout = 0;
	const stopLooking = every(
		ADDRESSES_EVERY_MS,
		() => {
			looksWithout = isThere() ? 0 : looksWithout + 1;
			if (looksWithout === GONE_AFTER_LOOKS) dropUnsent(stream);
		},
		clock,
	);
	stream.once("close", stopLooking);
}
