// Where an address is, as far as can be told without asking anybody.
import type { Scope } from "../../net/address/address.ts";

import type { Location } from "../api/people.ts";

/** Returns what the scope of an address alone says; `label` is fit to show. */
export function locate(scope: Scope): Location {
	switch (scope) {
		case "loopback":
			return { label: "this computer", isSameNetwork: true };
		case "local":
			return { label: "same network", isSameNetwork: true };
		case "global":
			return { label: "location unknown", isSameNetwork: false };
	}
}
