// Whom the gate counts. The Transport that takes a connection in makes its Caller; from there on nobody reads an address again.
import { isIPv4 } from "node:net";
import { canonicalAddress, type Scope, scopeOf } from "./address.ts";
import { type Cidr, doCidrsMeet, parseCidr } from "./cidr.ts";
import { addressBytes } from "./ip-bytes.ts";

/** These 64 bits of an IPv6 address say whose network it is (RFC 4291 §2.5.4); the rest anyone in it picks freely. */
const NETWORK_BITS = 64;
/** IPv6 networks that share this many bits probably have one owner; IPv4 addresses do when they share 24. */
const NEIGHBOURHOOD_BITS = 48;
/** Addresses of 6to4 (RFC 3056 §2) and of the well-known prefix of NAT64 (RFC 6052 §2.1) carry an IPv4 address, at the byte named here. */
const TRANSLATED = [
	{ range: cidrOf("2002::/16"), at: 2 },
	{ range: cidrOf("64:ff9b::/96"), at: 12 },
] as const;
const LOOPBACK_NETWORK = "::/64";
const THIS_COMPUTER = "this computer";
const INVITE_KEY = /^invite [0-9a-f]{16}$/;

/**
 * A Caller is whoever may call, as strikes, blocks and queues count them: an IPv4 address, or an IPv6 network of 64 bits, because one person has all of that.
 * An address that only carries a public IPv4 address (6to4, NAT64) counts as that IPv4 address: whoever has one address could otherwise show many networks,
 * and everybody behind a NAT64 would share one.
 */
export class Caller {
	/** The name under which this caller is counted and kept: "203.0.113.7", "2001:db8:1:2::/64" or "this computer". `parse` reads it back. */
	readonly key: string;
	/** The address as the host sees it: the canonical address that called, or the key where there is no address. */
	readonly address: string;
	/** The literal address to look up when somebody asks where this caller is; absent for whoever has none. */
	readonly geoAddress?: string;
	/** The invite by which somebody came who has no address. Only a personal one has a `label`: the name of the friend whom it is for. */
	readonly invite?: { readonly label?: string };
	/** The scope and the fields below are computed when they are asked for: of a thousand strangers a second most are cut before anybody asks. */
	#scope: Scope | undefined;
	#neighbourhood: string | undefined;
	#network: Cidr | undefined;

	private constructor(key: string, address: string, more: Pick<Caller, "geoAddress" | "invite">, scope?: Scope) {
		this.key = key;
		this.address = address;
		if (more.geoAddress !== undefined) this.geoAddress = more.geoAddress;
		if (more.invite) this.invite = more.invite;
		this.#scope = scope;
	}

	get scope(): Scope {
		this.#scope ??= this.key === LOOPBACK_NETWORK ? "loopback" : scopeOf(this.geoAddress ?? "");
		return this.#scope;
	}

	/** Returns the addresses that are counted together; `undefined` for whoever has none. */
	get network(): Cidr | undefined {
		if (this.geoAddress !== undefined) this.#network ??= networkOf(this.geoAddress);
		return this.#network;
	}

	/** Callers with the same neighbourhood probably have one owner; it is the caller's own key where that cannot be told. */
	get neighbourhood(): string {
		this.#neighbourhood ??= this.geoAddress === undefined ? this.key : neighbourhoodOf(this.geoAddress);
		return this.#neighbourhood;
	}

	/** Returns the caller at a literal address, or `undefined` when the text is none. A zone is left out. */
	static at(text: string): Caller | undefined {
		const address = canonicalAddress(text);
		return address === undefined ? undefined : Caller.#ofAddress(address);
	}

	/** Reads what the host types or the database keeps: an address, a network "…::/64", or the key of this computer. */
	static parse(text: string): Caller | undefined {
		if (text === THIS_COMPUTER) return thisComputer;
		if (INVITE_KEY.test(text)) return Caller.named(text, "global");
		const network = /^([^%]*::)\/64$/.exec(text)?.[1];
		if (network === undefined) return Caller.at(text);
		const address = canonicalAddress(network);
		// "2001:db8:0:0:1::/64" looks like a network and is none: bits are set beyond the first 64.
		const isNetwork = address !== undefined && parseCidr(text)?.text === `${address}/${NETWORK_BITS}`;
		return isNetwork ? Caller.#ofAddress(address) : undefined;
	}

	/** Makes a caller that has no address, such as whoever is on this computer. `key` must not read as an address. */
	static named(key: string, scope: Scope): Caller {
		return new Caller(key, key, {}, scope);
	}

	/** Makes the caller for whoever shows an invite and has no address. `id` is 16 small hexadecimal digits; `label` is there for a personal one. */
	static byInvite(id: string, label?: string): Caller {
		const shown = label === undefined ? "the room's invite" : `the invite for ${label}`;
		const invite = label === undefined ? {} : { label };
		return new Caller(`invite ${id}`, shown, { invite }, "global");
	}

	/** Tells whether a block of `range` is about this caller: a range may also hold the very address that called without holding its whole network. */
	isIn(range: Cidr): boolean {
		const exact = parseCidr(`${this.address}/${isIPv4(this.address) ? 32 : 128}`);
		return [this.network, exact].some((one) => one !== undefined && holds(range, one));
	}

	static #ofAddress(address: string): Caller {
		const geoAddress = translatedIPv4(address) ?? address;
		return new Caller(isIPv4(geoAddress) ? geoAddress : networkOf(geoAddress).text, address, { geoAddress });
	}
}

/** Whoever comes by a UNIX socket of this computer is this caller. */
export const thisComputer: Caller = Caller.named(THIS_COMPUTER, "loopback");

function holds(range: Cidr, one: Cidr): boolean {
	return range.bits <= one.bits && doCidrsMeet(range, one);
}

/** Returns the public IPv4 address that an IPv6 address carries. A private one in there would be somebody else's (RFC 3056 §2, RFC 6052 §3.1 forbid it). */
function translatedIPv4(address: string): string | undefined {
	if (isIPv4(address)) return undefined;
	const inside = cidrOf(`${address}/128`);
	const translated = TRANSLATED.find(({ range }) => holds(range, inside));
	if (translated === undefined) return undefined;
	const ipv4 = addressBytes(address)
		.subarray(translated.at, translated.at + 4)
		.join(".");
	return scopeOf(ipv4) === "global" ? ipv4 : undefined;
}

/** Returns the addresses that are counted as one with this canonical one. */
function networkOf(address: string): Cidr {
	return cidrOf(`${address}/${isIPv4(address) ? 32 : NETWORK_BITS}`);
}

function neighbourhoodOf(address: string): string {
	// The last of the four numbers is beyond the first 24 bits: that much of the text is written anew, and nothing computed.
	if (isIPv4(address)) return `${address.slice(0, address.lastIndexOf("."))}.0/24`;
	return cidrOf(`${address}/${NEIGHBOURHOOD_BITS}`).text;
}

/** Returns the range. It throws for a text that is none, which would be a bug here. */
function cidrOf(text: string): Cidr {
	const range = parseCidr(text);
	if (range === undefined) throw new Error(`${text} is no range of addresses`);
	return range;
}
