// What a block can be about, as the host types it: an address, a range, a key or a network owner. Pure.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { canonicalAddress, knockerOf } from "../../net/address/address.ts";
import { type Cidr, doCidrsMeet, isInCidr, parseCidr } from "../../net/address/cidr.ts";

/** `subject` is the canonical text the block is kept under; parsing it gives the same subject again. */
export type BlockSubject =
	/** `subject`: what the gate counts (`knockerOf`); `address`: the one it was typed as, fit to look up where it is. */
	| { readonly kind: "address"; readonly subject: string; readonly address: string }
	| { readonly kind: "cidr"; readonly subject: string; readonly range: Cidr }
	| { readonly kind: "fingerprint"; readonly subject: string; readonly fingerprint: Fingerprint }
	| { readonly kind: "asn"; readonly subject: string; readonly asn: number };

/** Longer than a fingerprint of 64 digits, each after a space. */
const longestSubject = 140;
/** RFC 6793: autonomous system numbers have 32 bits. */
const largestAsn = 0xffff_ffff;
const ipv6NetworkBits = 64;

/** What to type, for those who typed something else. */
export const subjectAdvice =
	"Type an address (81.2.69.160), a range (81.2.69.0/24), a network owner (AS3320) or a whole fingerprint.";

/** Reads what the host typed; `undefined` when it is none of these. A range of one address, or of one IPv6 /64, is that address. */
export function parseBlockSubject(typed: string): BlockSubject | undefined {
	const text = typed.trim();
	if (text.length > longestSubject) return undefined;
	return addressSubject(text) ?? rangeSubject(text) ?? ownerSubject(text) ?? keySubject(text);
}

function addressSubject(text: string): BlockSubject | undefined {
	const knocker = knockerOf(text);
	if (knocker === undefined) return undefined;
	const literal = text.replace(/\/64$/, "");
	return { kind: "address", subject: knocker, address: canonicalAddress(literal) ?? literal };
}

function rangeSubject(text: string): BlockSubject | undefined {
	const range = parseCidr(text);
	if (range === undefined) return undefined;
	const isOneKnocker = range.family === 4 ? range.bits === 32 : range.bits === ipv6NetworkBits;
	const address = text.replace(/\/.*/, "");
	return isOneKnocker ? addressSubject(address) : { kind: "cidr", subject: range.text, range };
}

function ownerSubject(text: string): BlockSubject | undefined {
	const digits = /^ASN?\s*(\d{1,10})$/i.exec(text)?.[1];
	const asn = Number(digits ?? 0);
	return asn > 0 && asn <= largestAsn ? { kind: "asn", subject: `AS${asn}`, asn } : undefined;
}

function keySubject(text: string): BlockSubject | undefined {
	const fingerprint = parseFingerprint(text.replaceAll(":", " "));
	return fingerprint && { kind: "fingerprint", subject: fingerprint, fingerprint };
}

/** Short enough for a line: a fingerprint as its last digits. */
export function labelOf(subject: BlockSubject): string {
	return subject.kind === "fingerprint" ? `key ${shortFingerprint(subject.fingerprint)}` : subject.subject;
}

/** What is known of somebody at the gate or in the room. */
export interface Caller {
	/** Literal; absent for what is only known by its key. */
	readonly address?: string;
	readonly fingerprint?: string;
	readonly asn?: number;
}

/** Whether a block of `subject` is about this caller. */
export function isAbout(subject: BlockSubject, { address, fingerprint, asn }: Caller): boolean {
	switch (subject.kind) {
		case "address":
			return address !== undefined && knockerOf(address) === subject.subject;
		case "cidr":
			return address !== undefined && isInCidr(address, subject.range);
		case "fingerprint":
			return fingerprint === subject.fingerprint;
		case "asn":
			return asn === subject.asn;
	}
}

/** Whether two blocks of addresses or ranges keep somebody out in common. */
export function doSubjectsMeet(one: BlockSubject, other: BlockSubject): boolean {
	const [first, second] = [rangeOf(one), rangeOf(other)];
	return first !== undefined && second !== undefined && doCidrsMeet(first, second);
}

/** The addresses a subject stands for; `undefined` for keys and network owners. */
export function rangeOf(subject: BlockSubject): Cidr | undefined {
	if (subject.kind === "cidr") return subject.range;
	if (subject.kind !== "address") return undefined;
	return parseCidr(subject.subject) ?? parseCidr(`${subject.subject}/32`);
}
