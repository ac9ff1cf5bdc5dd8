// Whom this page has met since it was opened: there is no contact book, since a page keeps nothing. It stands where a program has its account.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Trust } from "../../engine/api/people.ts";
import type { Acquaintances } from "../../engine/stay/stay.ts";
import { lookAlike } from "../../engine/text/look-alike-names.ts";

interface Met {
	name: string;
	isVerified: boolean;
}

/** Makes an empty memory. A name that looks like `ownName`, or like one that another key came with first, makes its bearer "changed". */
export function acquaintances(ownName: string): Acquaintances {
	const met = new Map<Fingerprint, Met>();
	const isTaken = (fingerprint: Fingerprint, name: string): boolean =>
		lookAlike(ownName, name) || [...met].some(([other, known]) => other !== fingerprint && lookAlike(known.name, name));
	const trustOf = (fingerprint: Fingerprint, name: string): Trust => {
		const known = met.get(fingerprint);
		if (known?.isVerified) return "verified";
		if (isTaken(fingerprint, name)) return "changed";
		return known ? "known" : "new";
	};
	return {
		trustOf,
		meet(fingerprint, name) {
			const trust = trustOf(fingerprint, name);
			const before = met.get(fingerprint);
			// An impostor's name stays with who had it first.
			if (before === undefined && trust !== "changed") met.set(fingerprint, { name, isVerified: false });
			const hasOther = before !== undefined && !lookAlike(before.name, name);
			return hasOther ? { trust, knownAs: before.name } : { trust };
		},
		formerKeys: () => [],
		setVerified(fingerprint, isVerified) {
			const known = met.get(fingerprint);
			if (known) known.isVerified = isVerified;
			return known !== undefined;
		},
		rememberRoom: () => {},
		// A page never hosts.
		laterRoomsSecret: () => undefined,
		changeLaterRoomsSecret: () => {},
		ownFingerprint: () => undefined,
	};
}
