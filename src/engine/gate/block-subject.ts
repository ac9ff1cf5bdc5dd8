// What a block can be about, as the host types it: an address, a range, a key or a network owner. Pure.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { Caller } from "../../net/address/caller.ts";
import { type Cidr, doCidrsMeet, parseCidr } from "../../net/address/cidr.ts";

/** `subject` is the canonical text the block is kept under; parsing it gives the same subject again. */
export type BlockSubject =
	/** `subject` is the caller's key. */
	| { readonly kind: "address"; readonly subject: string; readonly caller: Caller }
	/** `first` is at the first address of the range, to look up where that is. */
	| { readonly kind: "cidr"; readonly subject: string; readonly range: Cidr; readonly first: Caller | undefined }
	| { readonly kind: "fingerprint"; readonly subject: string; readonly fingerprint: Fingerprint }
	| { readonly kind: "asn"; readonly subject: string; readonly asn: number };

/** A longer text is no subject of a block: a fingerprint of 64 digits, each after a space, is shorter. */
const longestSubject = 140;
/** Autonomous system numbers have 32 bits (RFC 6793). */
const largestAsn = 0xffff_ffff;
const ipv6NetworkBits = 64;

/** Reads what the host typed; `undefined` when it is none of these. A range of one address, or of one IPv6 /64, is that address. */
export function parseBlockSubject(typed: string): BlockSubject | undefined {
	const text = typed.trim();
	if (text.length > longestSubject) return undefined;
	return addressSubject(text) ?? rangeSubject(text) ?? ownerSubject(text) ?? keySubject(text);
}

function addressSubject(text: string): BlockSubject | undefined {
	const caller = Caller.parse(text);
	return caller && { kind: "address", subject: caller.key, caller };
}

function rangeSubject(text: string): BlockSubject | undefined {
	const range = parseCidr(text);
	if (range === undefined) return undefined;
	if (range.family === 6 && range.bits === ipv6NetworkBits) return addressSubject(range.text);
	const address = range.text.replace(/\/.*/, "");
	if (range.family === 4 && range.bits === 32) return addressSubject(address);
	return { kind: "cidr", subject: range.text, range, first: Caller.at(address) };
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

/** Names the subject shortly enough for a line: of a fingerprint it returns the last digits. */
export function labelOf(subject: BlockSubject): string {
	return subject.kind === "fingerprint" ? `key ${shortFingerprint(subject.fingerprint)}` : subject.subject;
}

/** Holds what is known of somebody at the gate or in the room. */
export interface Suspect {
	/** The address they call from; absent for somebody who is known only by their key. */
	readonly caller?: Caller;
	readonly fingerprint?: string;
	readonly asn?: number;
}

/** Tells whether a block of `subject` is about this person. */
export function isAbout(subject: BlockSubject, { caller, fingerprint, asn }: Suspect): boolean {
	switch (subject.kind) {
		case "address":
			return caller?.key === subject.subject;
		case "cidr":
			return caller?.isIn(subject.range) ?? false;
		case "fingerprint":
			return fingerprint === subject.fingerprint;
		case "asn":
			return asn === subject.asn;
	}
}

/** Tells whether there is somebody whom both of two blocks of addresses or ranges keep out. */
export function doSubjectsMeet(one: BlockSubject, other: BlockSubject): boolean {
	const [first, second] = [rangeOf(one), rangeOf(other)];
	return first !== undefined && second !== undefined && doCidrsMeet(first, second);
}

/** Returns the addresses a subject stands for; `undefined` for keys, network owners and whoever has no address. */
export function rangeOf(subject: BlockSubject): Cidr | undefined {
	if (subject.kind === "cidr") return subject.range;
	return subject.kind === "address" ? subject.caller.network : undefined;
}
