// Makes the list of what others learn, and tells the engine of changes once for many that come at the same time.
import { ownAddresses } from "../../net/link/own-addresses.ts";
import { Disclosures } from "./disclosures.ts";

/** Makes the list. `changed` is called when something is on it that was not, at most once in a turn. */
export function toldTogether(now: () => number, changed: () => void): Disclosures {
	const isOwn = (address: string): boolean => ownAddresses().some((own) => own.address === address);
	let isTelling = false;
	// A node of the DHT meets dozens at once.
	const soon = (): void => {
		if (isTelling) return;
		isTelling = true;
		setImmediate(() => {
			isTelling = false;
			changed();
		});
	};
	return new Disclosures({ now, isOwn, changed: soon });
}
