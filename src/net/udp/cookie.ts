// Proof that somebody receives what is sent to the address they send from, kept by them and not by us (as in QUIC's Retry, RFC 9000 §8.1.2, and DTLS, RFC 9147 §5.1).
import { createHmac, timingSafeEqual } from "node:crypto";
import { addressBytes } from "../address/ip-bytes.ts";
import { COOKIE_BYTES, type LinkId } from "./datagram.ts";

/** A cookie is good in the period it was made in and in the next. */
export const COOKIE_PERIOD_MS = 10_000;
export const COOKIE_SECRET_BYTES = 32;

const LABEL = "real-talk/1 udp cookie";

/** Says who asks: the source of the datagram, and what they call the link. */
export interface Asker {
	/** The address in its canonical spelling. */
	readonly address: string;
	readonly port: number;
	readonly guest: LinkId;
}

/** Makes cookies and recognises them again. It keeps nothing but its secret. */
export class CookieJar {
	readonly #secret: Uint8Array;
	readonly #now: () => number;

	constructor(secret: Uint8Array, now: () => number) {
		this.#secret = secret;
		this.#now = now;
	}

	bake(asker: Asker): Buffer {
		return cookieOf(this.#secret, asker, this.#period());
	}

	isOurs(cookie: Uint8Array, asker: Asker): boolean {
		if (cookie.length !== COOKIE_BYTES) return false;
		const period = this.#period();
		return [period, period - 1].some((one) => timingSafeEqual(cookieOf(this.#secret, asker, one), cookie));
	}

	#period(): number {
		return Math.floor(this.#now() / COOKIE_PERIOD_MS);
	}
}

/** Returns HMAC-SHA-256 (RFC 2104) over label, period, address, port and the guest's name for the link, cut to 16 bytes. */
export function cookieOf(secret: Uint8Array, { address, port, guest }: Asker, period: number): Buffer {
	const [when, by] = [Buffer.alloc(8), Buffer.alloc(2)];
	when.writeBigUInt64BE(BigInt(period));
	by.writeUInt16BE(port);
	return createHmac("sha256", secret)
		.update(LABEL)
		.update(when)
		.update(addressBytes(address))
		.update(by)
		.update(guest, "latin1")
		.digest()
		.subarray(0, COOKIE_BYTES);
}
