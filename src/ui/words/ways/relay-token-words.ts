// Why the file with the token of a private relay is refused, and what to do. Pure.
import type { RelayTokenTrouble } from "../../../engine/api/own-servers.ts";

/** Returns one or two sentences. */
export function relayTokenWords(trouble: RelayTokenTrouble): string {
	switch (trouble.why) {
		case "tokenUnreadable":
			return `The file with the relay's token could not be read: ${trouble.detail}`;
		case "tokenOpenToOthers":
			return `Others on this computer can read ${trouble.file}. Make it yours alone first: chmod 600.`;
		case "tokenMakesNoSense":
			return `The first line of ${trouble.file} must be a token of 16 to 256 characters: letters, digits and signs, no blanks.`;
	}
}
