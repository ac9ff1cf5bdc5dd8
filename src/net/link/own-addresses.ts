// The addresses of this computer, and those that a restriction leaves.
import { isIP } from "node:net";
import { canonicalAddress } from "../address/address.ts";
import type { Restriction } from "../address/interfaces.ts";
import { ownInterfaces } from "../address/own-interfaces.ts";

/** An OwnAddress is one address of one interface. */
export interface OwnAddress {
	/** The address in its canonical spelling, without a zone. */
	readonly address: string;
	readonly interface: string;
	readonly family: 4 | 6;
}

/** Returns every address of this computer, loopback too; link-local IPv6 is left out because it would need a zone. */
export function ownAddresses(): readonly OwnAddress[] {
	return Object.entries(ownInterfaces()).flatMap(([name, infos]) =>
		(infos ?? []).flatMap((info): readonly OwnAddress[] => {
			const address = canonicalAddress(info.address);
			if (address === undefined || /^fe[89ab][0-9a-f]:/.test(address)) return [];
			return [{ address, interface: name, family: isIP(address) === 4 ? 4 : 6 }];
		}),
	);
}

/** Returns the addresses that a restriction leaves. */
export function allowedAddresses(all: readonly OwnAddress[], only: Restriction): readonly OwnAddress[] {
	const bind = only.bind === undefined ? undefined : canonicalAddress(only.bind);
	return all.filter(
		(one) =>
			(only.interface === undefined || one.interface === only.interface) &&
			(only.bind === undefined || one.address === bind),
	);
}
