// Why the file with the token of a private relay is refused, and what to do. Pure.
import type { RelayTokenTrouble } from "../../../engine/api/own-servers.ts";
import { fileTroubleWords } from "../../text/file-trouble.ts";

/** Returns one or two sentences. */
export function relayTokenWords(trouble: RelayTokenTrouble): string {
	switch (trouble.why) {
		case "tokenUnreadable":
			return `${trouble.file}, in which the relay's token should be, could not be read: ${fileTroubleWords(trouble.code)}.`;
		case "tokenOpenToOthers":
			return `Others on this computer can read ${trouble.file}. Make it yours alone first: chmod 600.`;
		case "tokenMakesNoSense":
			return `The first line of ${trouble.file} must be a token of 16 to 256 characters: letters, digits and signs, no blanks.`;
	}
}
