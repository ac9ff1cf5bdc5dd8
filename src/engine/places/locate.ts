// Where an address is, as far as can be told without asking anybody.
import { scopeOf } from "../../net/address/address.ts";
import type { Location } from "../api/api.ts";

/** `label` is fit to show. */
export function locate(address: string): Location {
	switch (scopeOf(address)) {
		case "loopback":
			return { label: "this computer", isSameNetwork: true };
		case "local":
			return { label: "same network", isSameNetwork: true };
		case "global":
			return { label: "location unknown", isSameNetwork: false };
	}
}
