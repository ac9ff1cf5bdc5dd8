// Understands `rt geoip …`: which of its sub-commands is meant, or what is wrong with it, in words.
import { commandName } from "../../text/command-name.ts";
import { type Invalid, invalid } from "./invalid.ts";

/** A GeoIpAction is a sub-command of `rt geoip`. */
export type GeoIpAction =
	| { readonly kind: "status" }
	| { readonly kind: "lookup"; readonly address: string }
	/** Updates the data. `keyFile` names a file with the person's MaxMind licence key. */
	| { readonly kind: "update"; readonly isConfirmed: boolean; readonly keyFile?: string }
	| { readonly kind: "import"; readonly file: string };

export interface GeoIpOptions {
	readonly isConfirmed: boolean;
	readonly keyFile?: string;
}

const usage = `Known are: ${commandName} geoip status, lookup ADDRESS, update [--yes] [--maxmind-key-file FILE], import FILE.mmdb or FOLDER.`;

/** Reads `words`, which follow "geoip", without options. */
export function parseGeoIp(words: readonly string[], { isConfirmed, keyFile }: GeoIpOptions): GeoIpAction | Invalid {
	const [action = "status", operand, ...more] = words;
	if (action !== "update" && (isConfirmed || keyFile !== undefined)) {
		return invalid(`--yes and --maxmind-key-file go with ${commandName} geoip update.`);
	}
	switch (action) {
		case "status":
			return operand === undefined ? { kind: "status" } : invalid(usage);
		case "update":
			if (operand !== undefined) return invalid(usage);
			return { kind: "update", isConfirmed, ...(keyFile === undefined ? {} : { keyFile }) };
		case "lookup":
			if (operand === undefined || more.length > 0)
				return invalid(`${commandName} geoip lookup needs one address. ${usage}`);
			return { kind: "lookup", address: operand };
		case "import":
			if (operand === undefined || more.length > 0)
				return invalid(`${commandName} geoip import needs one file or folder. ${usage}`);
			return { kind: "import", file: operand };
		default:
			return invalid(usage);
	}
}
