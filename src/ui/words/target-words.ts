// What is wrong with where somebody wants to go, and what to type instead.
import type { TargetTrouble } from "../../engine/api/refusals.ts";

const exampleTarget = "Type the address, a space and the port, for example: 203.0.113.7 40213";

/** Returns a sentence or two; what was typed is quoted only where that helps, and cut. */
export function targetWords(trouble: TargetTrouble): string {
	switch (trouble.why) {
		case "empty":
			return exampleTarget;
		case "tooLong":
			return `That is too long for an address. ${exampleTarget}`;
		case "invisibleCharacter":
			return `There is an invisible character in that. ${exampleTarget}`;
		case "webAddress":
			return `That is a web address. ${exampleTarget}`;
		case "tooManyWords":
			return `There are too many words in that. ${exampleTarget}`;
		case "noPort":
			return `The port is missing. ${exampleTarget}`;
		case "badPort":
			return "The port must be a number from 1 to 65535.";
		case "portFirst":
			return `The address comes first, then the port. ${exampleTarget}`;
		case "ipv6WithoutSpace":
			return "An IPv6 address needs a space before its port, for example: 2001:db8::7 40213";
		case "everyAddress":
			return `${trouble.word} means "every address of this computer"; type one of the host's addresses instead.`;
		case "notIpv4":
			return `"${trouble.word}" is not an IPv4 address: those are four numbers from 0 to 255, for example 203.0.113.7`;
		case "notIpv6":
			return `"${trouble.word}" is not an IPv6 address. ${exampleTarget}`;
		case "notAName":
			return `"${trouble.word}" is neither an address nor a host name. ${exampleTarget}`;
		case "inviteTooLong":
			return "That is too long for an invite.";
		case "inviteDamaged":
			return "This invite is damaged or incomplete. Copy all of it, from rt:// to the end, or ask the host for it again.";
		case "inviteOfAnotherVersion":
			return "This invite was made by another version of Real Talk. Ask the host for the ADDRESS and PORT instead.";
		case "inviteWithoutWay":
			return "This invite leads to its room by ways that this version of Real Talk does not have. Update it, or ask the host for the ADDRESS and PORT.";
	}
}
