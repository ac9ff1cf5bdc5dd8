// Why `rt geoip` changed nothing, in sentences. Pure.
import type { GeoIpProblem } from "../../../engine/api/geoip.ts";
import { openTroubleWords } from "../opening-words.ts";

/** Returns why nothing was changed, and what to do. */
export function geoIpProblemWords(problem: GeoIpProblem): string {
	switch (problem.why) {
		case "unsafeServer":
			return "RT_GEOIP_DBIP and RT_GEOIP_MAXMIND must begin with https:// (or name this computer).";
		case "keyFileTooLarge":
			return "The key file is no small file.";
		case "noLicenceKey":
			return "The key file has no licence key: it is a GeoIP.conf, ACCOUNT:KEY, or the key alone.";
		case "nothingPlanned":
			return "There is nothing to download.";
		case "keyFileUnreadable":
			return `The key file cannot be read (${problem.detail}).`;
		case "home":
			return openTroubleWords({ about: "store", trouble: problem.trouble });
		case "failed":
			return problem.detail;
	}
}
