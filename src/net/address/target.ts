// Where to dial, as people type it: an address or a name, and a port. The words for what is wrong are in ui/words/target-words.ts.
import { isIPv4 } from "node:net";
import { domainToASCII } from "node:url";
import { canonicalAddress, isLinkLocal } from "./address.ts";

/** Says what is wrong with a typed target. `word` is the part it is about, printable and at most 41 characters. */
export type TargetTrouble =
	| { readonly why: "empty" | "tooLong" | "invisibleCharacter" | "webAddress" | "tooManyWords" }
	| { readonly why: "noPort" | "badPort" | "portFirst" | "ipv6WithoutSpace" }
	| { readonly why: "everyAddress" | "notIpv4" | "notIpv6" | "notAName"; readonly word: string };

/**
 * A TargetOutcome is what was read. `host` is a canonical address (with its zone if it is link-local) or an ASCII name; `display` is "HOST PORT", which parses to the same
 * target again.
 */
export type TargetOutcome =
	| { readonly kind: "target"; readonly host: string; readonly port: number; readonly display: string }
	| ({ readonly kind: "refused" } & TargetTrouble);

/** A name has at most 253 characters when written, each part of it at most 63 (RFC 1035 §2.3.4). */
const LONGEST_NAME = 253;
/** A longer text is no target: this leaves room for a name, a port and the words of a pasted command. */
const LONGEST_TARGET = 320;
const SHOWN_CHARACTERS = 40;

/** Reads "ADDRESS PORT", "ADDRESS:PORT", "[IPv6]:PORT" or either with a NAME, also behind "./rt". It never throws. */
export function parseTarget(typed: string): TargetOutcome {
	if (typed.length > LONGEST_TARGET) return refused("tooLong");
	// NFKC: an input method for Chinese or Japanese types full-width digits and colons.
	const line = typed.normalize("NFKC").trim();
	if (/[^\P{C}\t]/u.test(line)) return refused("invisibleCharacter");
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(line)) return refused("webAddress");
	const words = withoutCommand(line).split(/\s+/);
	const [first = "", second] = words;
	if (words.length > 2) return refused("tooManyWords");
	if (second !== undefined) return targetOf(first.replace(/(?<!:)[:,]$/, ""), second);
	return splitAtColon(first);
}

/** Takes "./rt" from the beginning of a line: people paste the whole line they were sent. A host called rt stays. */
export function withoutCommand(line: string): string {
	return line.replace(/^\s*(?:\$\s+)?(?:\.[/\\])?rt(?:\.cmd|\.exe)?\s+(?:join\s+)?(?=\S+\s|\S*[:.])/, "");
}

function splitAtColon(word: string): TargetOutcome {
	if (word === "") return refused("empty");
	const bare = word.replace(/^\[(.*)\]$/, "$1");
	if (bare.split(":").length > 2 && !word.startsWith("[")) return refused("ipv6WithoutSpace");
	const parts = /^(.*?):([^:\]]*)$/.exec(word);
	if (parts === null || parts[2] === "") return refused("noPort");
	return targetOf(parts[1] ?? "", parts[2] ?? "");
}

function targetOf(hostWord: string, portWord: string): TargetOutcome {
	if (/^\d+$/.test(hostWord) && !/^\d+$/.test(portWord)) return refused("portFirst");
	const port = /^\d{1,5}$/.test(portWord) ? Number(portWord) : 0;
	if (port < 1 || port > 65_535) return refused("badPort");
	const host = hostOf(hostWord.replace(/^\[([^[\]]*:[^[\]]*)\]$/, "$1"));
	if (host.kind === "refused") return host;
	return { kind: "target", host: host.host, port, display: `${host.host} ${port}` };
}

type HostOutcome = { readonly kind: "host"; readonly host: string } | Refused;

function hostOf(word: string): HostOutcome {
	const literal = canonicalAddress(word);
	if (literal === "0.0.0.0" || literal === "::") return about("everyAddress", literal);
	if (literal !== undefined) return { kind: "host", host: literal + zoneOf(word, literal) };
	if (word.includes(":")) return about("notIpv6", word);
	// Some systems read "1.2.3" and "0x7f.1" as IPv4 addresses; the person has mistyped one (no top-level domain is a number).
	if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(word)) return about("notIpv4", word);
	return nameOf(word);
}

/** Returns the zone of a link-local address, which cannot be dialled without saying through which interface (RFC 4007 §11). */
function zoneOf(word: string, literal: string): string {
	const zone = /%[\w.-]{1,32}$/.exec(word)?.[0] ?? "";
	return isLinkLocal(literal) ? zone : "";
}

function nameOf(word: string): HostOutcome {
	// Checked before conversion: domainToASCII decodes percent signs and cuts at "/" and the like.
	const name = /^[\p{L}\p{M}\p{N}._-]+$/u.test(word) ? domainToASCII(word) : "";
	const labels = name.replace(/\.$/, "").split(".");
	const isName =
		name.length <= LONGEST_NAME && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
	// What only becomes an address by conversion was not typed as one.
	if (!isName || isIPv4(name)) return about("notAName", word);
	return { kind: "host", host: name };
}

function refused(why: Exclude<TargetTrouble["why"], "everyAddress" | "notIpv4" | "notIpv6" | "notAName">): Refused {
	return { kind: "refused", why };
}

function about(why: Extract<TargetTrouble, { word: string }>["why"], word: string): Refused {
	const characters = [...word];
	const shown = characters.slice(0, SHOWN_CHARACTERS).join("");
	return { kind: "refused", why, word: characters.length > SHOWN_CHARACTERS ? `${shown}…` : shown };
}

type Refused = Extract<TargetOutcome, { kind: "refused" }>;
